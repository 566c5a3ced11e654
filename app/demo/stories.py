"""What happened at each demo site, played through the services as people would, at the dates they would.

Days are counted from today, so that the demo is always in season: Marrakech shows its third fortnight, the fair of
Fquih Ben Salah takes applications, the files of Fès wait for the committee.
"""

from __future__ import annotations

import random
from datetime import date, time, timedelta

from sqlalchemy import select

from app.clock import at_wall, pretending, today
from app.demo import named
from app.demo.accounts import ANIMATOR, ARTISAN, COMMITTEE, COOPERATIVE, INVENTED, MAALEM, MANAGER, People, act_for
from app.demo.people import Crowd, invent
from app.extensions import db
from app.jobs.solving import solve
from app.models import (
    Application,
    Call,
    EventKind,
    Publication,
    PublishedTurn,
    RefusalReason,
    Site,
    Space,
    SpaceKind,
    StoredPlan,
)
from app.planning.charter_templates import TEMPLATES
from app.planning.wishes import Wish
from app.services import application, call, event, review, rotation, runs
from app.services.call_check import CallValues
from app.settings import Settings

MORNING, NIGHT = time(9, 0), time(23, 59)
CRAFTS = {
    "BAT-01": 7, "CUI-01": 9, "CUI-02": 8, "MET-01": 7, "MET-03": 5, "POT-01": 9, "POT-02": 5, "TAP-01": 8, "TAP-02": 7,
    "HAB-01": 6, "HAB-02": 6, "BOI-03": 4, "BOI-04": 4, "BIJ-02": 5, "VAN-01": 4, "VAN-04": 3, "DIV-05": 4, "FER-01": 3,
}  # fmt: skip


#: Seconds given to the demo's solve, one after the other: a machine that is busy at the first start gets more.
PATIENCE = (10, 40, 120)


def _there(seed: str) -> Call | None:
    return db.session.scalars(select(Call).where(Call.seed == seed)).first()


def marrakech(people: People) -> bool:
    """A season of twelve fortnights in the exhibition hall, its files accepted; False when it is there."""
    if _there("marrakech-demo"):
        return False
    first = _monday(today()) - timedelta(days=35)
    rng = random.Random(2027)  # noqa: S311 - invented people need no secret
    hall = _space(people.marrakech, SpaceKind.HALL)
    crowd = invent(rng, 72, Crowd({"07.351": 60, "07.041": 20, "07.161": 8, "07.211": 12}, CRAFTS), "MRK")
    zineb = named.zineb(people)
    act_for(people[INVENTED], *crowd)
    template = TEMPLATES["equal_turns"]
    values = CallValues(
        title="Salle d'exposition : douze quinzaines pour les artisans de la région",
        title_ar="قاعة العرض: اثنا عشر دورا نصف شهري لصناع الجهة",
        intro="La salle d'exposition du complexe s'ouvre à tour de rôle aux artisans et coopératives de la région. "
        "Chaque quinzaine, douze exposants tiennent un stand et montrent leur métier.",
        intro_ar="تفتح قاعة العرض بالمجمع أبوابها بالتناوب لصناع الجهة وتعاونياتها. "
        "كل نصف شهر، اثنا عشر عارضا يقدمون حرفهم.",
        space_ids=(hall.id,), season_start=first, season_end=first + timedelta(days=12 * 14 - 1),
        opens_at=at_wall(first - timedelta(days=80), MORNING), closes_at=at_wall(first - timedelta(days=38), NIGHT),
        charter=template.build(12) | {"min_activities": 5, "rest": 2}, charter_template="equal_turns",
        max_turn_length=2, max_turns=2, absences_running=template.absences_running,
        absences_yearly=template.absences_yearly, seed="marrakech-demo", contact="05 24 00 00 00",
    )  # fmt: skip
    opened = _publish(people, people.marrakech, values, first - timedelta(days=84))
    for day, exhibitor in zip(_days(rng, first, 75, 40), [*crowd, zineb], strict=False):
        author = people[ARTISAN] if exhibitor is zineb else people[INVENTED]
        with pretending(at_wall(day, time(10, rng.randrange(60)))):
            application.deposit(author, opened, exhibitor.id, f"demo-{exhibitor.id}", _wish(rng, opened))
    with pretending(at_wall(first - timedelta(days=36), time(11, 0))):
        _accept_all(people, opened)
    return True


def published() -> bool:
    """Whether a rotation of Marrakech's season is published."""
    query = select(Publication.id).join(Call, Call.id == Publication.call_id).where(Call.seed == "marrakech-demo")
    return db.session.scalar(query) is not None


def publish_marrakech(people: People, settings: Settings) -> bool:
    """Its season solved and published, two events planned; False when that was done, or cannot be done now."""
    opened = _there("marrakech-demo")
    if opened is None or published():
        return False
    with pretending(at_wall(opened.season_start - timedelta(days=30), time(15, 0))):
        made = next(filter(None, (_solve(people, opened, settings, seconds) for seconds in PATIENCE)), None)
        if made is None:
            return False
        rotation.publish(people[MANAGER], made.id)
    _events(people, opened)
    return True


def fquih_ben_salah(people: People) -> bool:
    """A fair of ten days, sixty stands with quotas: the call is open and two thirds of its files are in."""
    if _there("fquih-demo"):
        return False
    rng = random.Random(60)  # noqa: S311
    start = _monday(today()) + timedelta(days=60)
    tent = _space(people.fair, SpaceKind.HALL)
    near = invent(rng, 44, Crowd({"05.255": 1}, CRAFTS, women=0.4, rural=0.25), "FBS")
    far = invent(rng, 22, Crowd({"07.351": 3, "03.231": 3, "05.091": 2, "05.301": 2}, CRAFTS, women=0.35), "EXT")
    fadma = named.fadma(people)
    act_for(people[INVENTED], *near, *far)
    values = CallValues(
        title="Foire de l'artisanat : soixante stands",
        title_ar="معرض الصناعة التقليدية: ستون جناحا",
        intro="Dix jours de foire. La moitié des stands revient aux exposants de la province ; des places sont gardées "
        "pour les femmes, pour le monde rural et pour l'extérieur de la région.",
        intro_ar="عشرة أيام من المعرض. نصف الأجنحة لعارضي الإقليم، مع حصص للنساء وللعالم القروي ولمن هم من خارج الجهة.",
        space_ids=(tent.id,), season_start=start, season_end=start + timedelta(days=9), period_days=10,
        opens_at=at_wall(today() - timedelta(days=12), MORNING),
        closes_at=at_wall(today() + timedelta(days=26), NIGHT),
        charter=TEMPLATES["fquih_quotas"].build(60), charter_template="fquih_quotas",
        max_turn_length=1, max_turns=1, seed="fquih-demo", contact="05 23 00 00 00",
    )  # fmt: skip
    opened = _publish(people, people.fair, values, today() - timedelta(days=14))
    crowd = [*near, *far]
    rng.shuffle(crowd)
    for exhibitor in [*crowd[:58], fadma]:
        author = people[COOPERATIVE] if exhibitor is fadma else people[INVENTED]
        with pretending(at_wall(today() - timedelta(days=rng.randint(1, 10)), time(9, rng.randrange(60)))):
            application.deposit(author, opened, exhibitor.id, f"demo-{exhibitor.id}", Wish(space_ids=(tent.id,)))
    return True


def fes(people: People) -> bool:
    """A half-year of fortnights in the foundouk: the call has closed, a third of the files are decided."""
    if _there("fes-demo"):
        return False
    rng = random.Random(29)  # noqa: S311
    start = _monday(today()) + timedelta(days=42)
    areas, workshops = _space(people.fes, SpaceKind.SHOWROOM), _space(people.fes, SpaceKind.WORKSHOP)
    crafts = CRAFTS | {"MET-01": 14, "CUI-01": 12, "POT-02": 10, "BAT-01": 12}
    crowd = invent(rng, 63, Crowd({"03.231": 70, "03.451": 15, "03.061": 15}, crafts), "FES")
    act_for(people[INVENTED], *crowd)
    driss = named.driss(people)
    values = CallValues(
        title="Chemmaïne-Sbitriyine : expositions tournantes du printemps",
        title_ar="الشماعين-السبطريين: معارض الربيع الدورية",
        intro="Vingt-neuf aires d'exposition et huit ateliers, par quinzaines. Les dinandiers, les maîtres du zellige, "
        "du cuir et du tissage y reçoivent les visiteurs de la médina.",
        intro_ar="تسعة وعشرون فضاء للعرض وثماني ورشات، بالتناوب كل نصف شهر.",
        space_ids=(areas.id, workshops.id), season_start=start, season_end=start + timedelta(days=10 * 14 - 1),
        opens_at=at_wall(today() - timedelta(days=44), MORNING), closes_at=at_wall(today() - timedelta(days=5), NIGHT),
        charter=TEMPLATES["equal_turns"].build(37) | {"max_same_activity": 6, "min_activities": 6, "rest": 1},
        max_turn_length=3, max_turns=2, seed="fes-demo", contact="05 35 00 00 00",
    )  # fmt: skip
    opened = _publish(people, people.fes, values, today() - timedelta(days=46))
    for exhibitor in [*crowd, driss]:
        author = people[MAALEM] if exhibitor is driss else people[INVENTED]
        with pretending(at_wall(today() - timedelta(days=rng.randint(6, 40)), time(9, rng.randrange(60)))):
            application.deposit(author, opened, exhibitor.id, f"demo-{exhibitor.id}", _wish(rng, opened))
    files = _files(opened)
    with pretending(at_wall(today() - timedelta(days=2), time(10, 0))):
        review.accept(people[COMMITTEE], opened, [file.id for file in files[:18]])
        review.refuse(
            people[COMMITTEE], files[18], RefusalReason.REGISTER_UNKNOWN,
            "Le numéro de registre ne figure pas sur la liste de la chambre. Présentez votre carte à l'accueil.",
        )  # fmt: skip
        review.refuse(
            people[COMMITTEE], files[19], RefusalReason.OUT_OF_SCOPE,
            "Cet appel est réservé aux métiers d'art ; un autre appel s'ouvrira pour les produits du terroir.",
        )  # fmt: skip
    return True


def _publish(people: People, place: Site, values: CallValues, day: date) -> Call:
    with pretending(at_wall(day, time(14, 0))):
        drafted = call.draft(people[MANAGER], place, values)
        call.publish(people[MANAGER], drafted)
    return drafted


def _solve(people: People, opened: Call, settings: Settings, seconds: int) -> StoredPlan | None:
    run = runs.start(people[MANAGER], opened, seconds)
    taken = runs.claim("demo", timedelta(seconds=60))
    if taken is None or not solve(taken, settings, lambda: False):
        raise RuntimeError(f"the demo's solve was lost (run {run.id})")
    return db.session.scalars(select(StoredPlan).where(StoredPlan.run_id == run.id)).first()


def _accept_all(people: People, opened: Call) -> None:
    review.accept(people[COMMITTEE], opened, [file.id for file in _files(opened)])


def _files(opened: Call) -> list[Application]:
    return list(
        db.session.scalars(select(Application).where(Application.call_id == opened.id).order_by(Application.id))
    )


def _wish(rng: random.Random, opened: Call) -> Wish:
    count = len(opened.periods)
    away = sorted(rng.sample(range(count), rng.choice((0, 0, 1, 2))))
    liked = {period: rng.randint(1, 3) for period in rng.sample(range(count), 3) if period not in away}
    spaces = [place.space_id for place in opened.places]
    rng.shuffle(spaces)
    length = rng.choice((1, 1, 2))
    return Wish(
        space_ids=tuple(spaces[: rng.choice((1, len(spaces)))]), unavailable=away, preferred=liked, min_length=1,
        max_length=length, max_turns=rng.choice((1, 2, 2)), area_m2=rng.choice((0, 6, 8)),
    )  # fmt: skip


def _events(people: People, opened: Call) -> None:
    """Next Saturday a workshop with two of those on show; the week after, a demonstration in the hall."""
    saturday = today() + timedelta(days=(5 - today().weekday()) % 7 or 7)
    room = _space(people.marrakech, SpaceKind.TRAINING_ROOM)
    for day, kind, title, title_ar, start, end, where in (
        (saturday, EventKind.WORKSHOP, "Premiers gestes avec les exposants de la quinzaine",
         "الخطوات الأولى مع عارضي هذا الدور", time(10, 0), time(12, 0), room),
        (saturday + timedelta(days=4), EventKind.DEMONSTRATION, "Le métier en public", "الحرفة أمام الجمهور",
         time(16, 0), time(17, 30), _space(people.marrakech, SpaceKind.HALL)),
    ):  # fmt: skip
        outline = event.Outline(
            kind=kind, title=title, title_ar=title_ar, space_id=where.id, starts_on=day, ends_on=day, from_time=start,
            to_time=end, animator_id=people[ANIMATOR].id, places=16, exhibitor_ids=_on_show(people.marrakech, day)[:2],
            about="Ouvert à tous, sur place, sans matériel à apporter.",
            about_ar="مفتوح للجميع، في عين المكان، دون أدوات.",
        )  # fmt: skip
        event.plan(people[ANIMATOR], people.marrakech, outline)


def _on_show(place: Site, day: date) -> tuple[int, ...]:
    found = db.session.scalars(
        select(PublishedTurn.exhibitor_id)
        .join(Space, Space.id == PublishedTurn.space_id)
        .where(Space.site_id == place.id, PublishedTurn.starts_on <= day, PublishedTurn.ends_on >= day)
        .order_by(PublishedTurn.stand_id)
    )
    return tuple(found)


def _space(place: Site, kind: SpaceKind) -> Space:
    return db.session.scalars(select(Space).where(Space.site_id == place.id, Space.kind == kind)).one()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(rng: random.Random, first: date, earliest: int, latest: int) -> list[date]:
    return sorted(first - timedelta(days=rng.randint(latest, earliest)) for _ in range(80))
