"""Check a Dawra rotation without Dawra:   python3 dawra_verify.py CASE PLAN [COMMITMENT]
Written from the formats dawra-case/1 and dawra-plan/1 alone, for any Python from 3.9: every rule, level, tier and hash,
the tickets of the draw; where a plan calls its draw complete, no turn may pass to somebody drawn earlier with all else
kept. Bounds are compared with the counts, not proven again. Exit 0: all of it holds; 1: not; 2: unreadable files."""
import hashlib, hmac, json, sys
from collections import ChainMap, Counter, defaultdict, namedtuple
from fractions import Fraction
from itertools import combinations
from math import inf, nan

def by_key(pairs):  # nulls count as left out; a key given twice could be read in two ways
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key or an id is given twice")
    return {key: value for key, value in pairs if value is not None}

Turn = namedtuple("Turn", "who space start end stands")
def read_turn(item):  # of a plan, a published one, or a pin
    stands = (item.get("stand"), *item.get("also", ()))
    return Turn(item["applicant"], item["space"], item["start"], item["start"] + item["length"], stands)

class Case:
    def __init__(self, case, charter):  # the charter with its nulls: in that of a site or space they switch a rule off
        self.case, self.charter, own, sites = case, charter, charter.get("spaces") or {}, charter.get("sites") or {}
        self.people = by_key([(person["id"], person) for person in case["applicants"]])
        self.asks = by_key([(ask["applicant"], ask) for ask in case["requests"]])
        self.spaces = by_key([(space["id"], {"site": space["id"], **space}) for space in case["spaces"]])
        self.stands = by_key([((s["id"], stand["id"]), stand) for s in case["spaces"] for stand in s["stands"]])
        self.cells = {key: complex(s.get("x", nan), s.get("y", nan)) for key, s in self.stands.items()}
        self.rules = {s: ChainMap(own.get(s, {}), sites.get(self.spaces[s]["site"], {}), charter) for s in self.spaces}
        wishes = [(who, place, wish) for who, ask in self.asks.items() for place, wish in enumerate(ask["spaces"], 1)]
        self.ranks = by_key([((who, wish["id"]), wish.get("rank", place)) for who, place, wish in wishes])
        self.tiers = case.get("charter", {}).get("tiers", "fairness fill preferences diversity stability".split())

    def alone(self, turn):  # the rules a turn breaks by itself
        who, space, start, end, stands = turn
        ask, periods, places = self.asks.get(who, {}), set(range(start, end)), {(space, stand) for stand in stands}
        real = who in self.people and places <= self.stands.keys() and len(places) == len(stands)
        if not real or not 0 <= start < end <= len(self.case["periods"]):
            return [f"known: {turn} is not of this case"]
        floor, joined = [self.stands[place] for place in places], [self.cells[space, stands[0]]]
        for one in joined:
            joined += [cell for cell in map(self.cells.get, places) if abs(cell - one) == 1 and cell not in joined]
        area, features, length = ask.get("area_m2", 0), set(ask.get("features", ())), ask.get("turn_length", {})
        bans = [b for b in self.case.get("forbidden", ()) if turn[:2] == (b["applicant"], b.get("space", space))]
        broken = {
            "wanted_spaces": turn[:2] not in self.ranks, "availability": periods & set(ask.get("unavailable", ())),
            "open_stands": any(periods & set(one.get("closed", ())) for one in [self.spaces[space], *floor]),
            "fit": any(s.get("area_m2", 0) < area or features - set(s.get("features", ())) for s in floor),
            "together": ask and not len(stands) == len(joined) == ask.get("stands", 1),
            "turn_length": ask and not length.get("min", 1) <= end - start <= length.get("max", length.get("min", 1)),
            "forbidden": any(periods & set(ban.get("periods", periods)) for ban in bans)}
        return [f"{rule}: {who} in {space} from period {start}" for rule in broken if broken[rule]]

    def weigh(self, turns):  # rules broken together; the tiers' values (fairness: all levels, lowest first); gains
        held, value, given, balance, faults = *(Counter() for _ in range(4)), []
        halls, rested = defaultdict(list), defaultdict(list)
        for t in sorted(turns, key=lambda turn: turn.start):
            rule, hall, she, ask = self.rules[t.space], self.spaces[t.space], self.people[t[0]], self.asks.get(t[0], {})
            for name, key in (("rest", t.who), ("return_after", t[:2])):
                faults += [f"{name}: {t}"] * any(end <= t.start < end + pause for end, pause in rested[name, key])
                rested[name, key].append((t.end, rule.get(name) or 0))
            held["max_turns", t.who, ask.get("max_turns", inf)] += 1
            held["max_turns_per_site", (t.who, hall["site"]), rule.get("max_turns_per_site") or inf] += 1
            points = hall.get("weight", 1) * sum(p.get("weight", 1) for p in self.case["periods"][t.start : t.end])
            given[t.who] += {"turns": 1, "points": points}.get(self.charter.get("measure"), t.end - t.start)
            value["travel"] -= len({she.get("region"), hall.get("region")} - {None, ""}) == 2
            for p in range(t.start, t.end):
                held["one_place", (t.who, p), 1] += 1
                liked = ask.get("preferred", {}).get(str(p), 0) + max(0, 4 - self.ranks.get(t[:2], 4))
                value["preferences"] += liked * (t[:2] in self.ranks)
                for stand in t.stands:
                    halls[t.space, p].append((t, self.cells[t.space, stand], she["activity"]))
                    held["stand_single", (t.space, stand, p), 1] += 1
                    for key, kind in (("max_same_activity", "activity"), ("max_same_family", "family")):
                        held[key, (t.space, p, she.get(kind)), she.get(kind) and rule.get(key) or inf] += 1
        faults += [f"{rule}: {what}: {n}, at most {most}" for (rule, what, most), n in held.items() if n > most]
        there = {(*t[:4], stand) for t in turns for stand in ((None,), *zip(t.stands))}
        faults += [f"pins: {pin}" for pin in self.case.get("pins", ()) if read_turn(pin) not in there]
        for (space, p), hall in halls.items():
            rule, crafts, site = self.rules[space], {craft for _, _, craft in hall}, self.spaces[space]["site"]
            value.update(fill=len(hall), diversity=len(crafts))
            faults += [f"min_activities: {space} {p}"] * (len(crafts) < min(len(hall), rule.get("min_activities") or 0))
            for (t, a, craft), (u, b, rival) in combinations(hall if rule.get("rivals_apart") else (), 2):
                faults += [f"rivals_apart: {t} {u}"] * (t is not u and craft == rival and abs(a - b) == 1)
            charters = [*zip((f"space {space}", f"site {site}", ""), rule.maps)]
            near = next((place for place, charter in charters if "quotas" in charter), "")
            for place, quota in ((at, quota) for at, one in charters for quota in one.get("quotas") or ()):
                share, sign = (quota["at_most"], -1) if quota.get("at_least") is None else (quota["at_least"], 1)
                where = {"space": (space,), "space-period": (space, p)}.get(quota.get("scope"), place)
                members = sum(quota["group"] in self.people[t.who].get("groups", ()) for t, _, _ in hall)
                if where == place or near == place:
                    balance[str(quota), where] += sign * (members - Fraction(repr(share)) * len(hall))
        faults += [f"quotas: {quota} {place}" for (quota, place), number in balance.items() if number < 0]
        levels = [(self.people[w].get("received", 0) + given[w]) // self.people[w].get("share", 1) for w in self.asks]
        value["stability"] = len({read_turn(x)[:4] for x in self.case.get("published", ())} & {t[:4] for t in turns})
        return faults, {n: value[n] if n != "fairness" else sorted(levels) for n in [*self.tiers, "fill"]}, given

    def claims(self, plan, value, faults):  # what a plan says of itself that is not so
        tiers, levels = by_key([(tier["name"], tier) for tier in plan.get("tiers", ())]), value.get("fairness", [])
        rows = [(name, r) for name, t in tiers.items() for r in t.get("levels", [t] * (name != "fairness"))]
        said = by_key([((n, r.get("at_least", 0)), (r.get("count", r.get("value")), r.get("bound"))) for n, r in rows])
        for (name, at), (count, bound) in said.items():
            found = sum(level >= at for level in levels) if at else value.get({"min_fill": "fill"}.get(name, name))
            if name not in [*self.tiers, "min_fill"] or count != found or (bound is not None and found > bound):
                yield f"claims: {name} {at or ''}: {count} said, at most {bound}; {found} counted"
        first, least = {"min_fill", *self.tiers[:1]} & {"min_fill", "fill"}, self.charter.get("min_fill") or 0
        largest = [bound for (name, _), (_, bound) in said.items() if name in first and bound is not None]
        yield from [f"min_fill: too few of {n}" for n in largest[:1] if value["fill"] < Fraction(repr(least)) * n]
        due = {("fairness", at) for at in [*range(1, min([200, *levels[-1:]]) + 1), *levels] if at and levels}
        unproven = [key for key in due | said.keys() if key[0] in self.tiers and len({*said.get(key, (0, 1))}) > 1]
        unproven += {*self.tiers} - {*tiers} or [least] * (not largest and least > 0)
        held = not faults or plan["turns"] * (not plan.get("solver", {}).get("relaxations"))  # offered, a rule relaxed
        lies = {"proven": unproven, "bounded": 0, "feasible": 0, "impossible": held, "cancelled": plan["turns"]}
        draw = [0, *map(Counter(plan.get("solver", {}).get("draw")).get, ("proven", "asked"), (0, 0)), len(self.asks)]
        yield from ["claims: false status or draw"] * bool(lies[plan.get("status", "feasible")] or draw != sorted(draw))

    def passed_over(self, turns, ticket):  # a turn that could pass to somebody drawn earlier, all else kept
        wrong, value, had = self.weigh(turns)
        pairs = ((t, t._replace(who=who)) for t in turns for who in self.asks if ticket[who] < ticket[t.who])
        for turn, other in ((turn, other) for turn, other in pairs if not self.alone(other)):
            faults, changed, has = self.weigh([other if one == turn else one for one in turns])
            if {*faults} <= {*wrong} and [*changed.values()] >= [*value.values()] and has[other.who] > had[other.who]:
                yield f"draw: {other.who}, drawn before {turn.who}, could have {turn.space} in period {turn.start}"

def judge(raw, document, plan, *commitment):  # what was counted, and what is wrong
    if (document["format"], plan["format"]) != ("dawra-case/1", "dawra-plan/1"):
        raise ValueError("not a dawra-case/1 and a dawra-plan/1")
    case, made = Case(document, raw.get("charter") or {}), plan.get("solver", {})
    style = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
    hashes = [hashlib.sha256(json.dumps(one, **style).encode()).hexdigest() for one in (raw, {**raw, "seed": ""})]
    turns, seed = [read_turn(item) for item in plan["turns"]], made.get("seed", document.get("seed", ""))
    ticket = {who: hmac.new(seed.encode(), who.encode(), hashlib.sha256).hexdigest() for who in case.people}
    known = [turn for turn in turns if not "".join(case.alone(turn)).startswith("known")]
    faults, value, _ = case.weigh(known)
    faults += [fault for turn in turns for fault in case.alone(turn)]
    faults += [*case.claims(plan, value, faults)] * (known == turns)
    faults += ["claims: the plan was made for another case"] * (plan["case_sha256"] != hashes[0])
    faults += ["commitment: it was to another case" for one in commitment if one["case_sha256"] != hashes[1]]
    faults += case.passed_over(known, ticket) if made.get("draw", {}).get("proven", -1) >= len(case.asks) else []
    told = [f"case {hashes[0]}, without its seed {hashes[1]}", f"{len(turns)} turns: {value}", f"tickets of {seed!r}:"]
    return told + [f"  {ticket[who]} {who}" for who in sorted(case.asks, key=ticket.get)], faults

if __name__ == "__main__":
    try:
        texts = [open(path, "rb").read() for path in sys.argv[1:]]
        told, faults = judge(json.loads(texts[0]), *(json.loads(text, object_pairs_hook=by_key) for text in texts))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        sys.exit(print(f"cannot be judged: {error!r}", file=sys.stderr) or 2)
    verdict = f"REFUSED: faults found: {len(faults)}" if faults else "ACCEPTED: all of it holds"
    sys.exit(print(*told, *faults, verdict, sep="\n") or bool(faults))
