"""The commands of `python -m scheduler`, one a file: `register` adds its arguments, `run` does it.

A command returns the exit code: 0 done, 1 the answer is no, 2 a bad file or question.
"""
