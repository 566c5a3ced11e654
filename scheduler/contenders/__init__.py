"""What one could use instead of Dawra, each given the same case, rules, time and machine. See `bench`.

A contender is a module here with `TITLE`, `SETTINGS` (both printed), `missing()` (why it cannot run here, "" if it
can) and `run(problem, deadline, keep)`: look for turns until `deadline` (monotonic seconds) and hand each better plan
to `keep`. Every one runs in a process of its own (`python -m scheduler.contenders`); its plan is judged by `verify`
and its levels are counted by it, like Dawra's.
"""
