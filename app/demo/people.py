"""Invented exhibitors of the demo: plausible, nobody's. Each row is marked ``invented``."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypeVar

from app.clock import now
from app.extensions import db
from app.models import Exhibitor, ExhibitorCraft, ExhibitorGroup, ExhibitorKind, ExhibitorMember, Group

WOMEN = (
    ("Fatima", "فاطمة"), ("Khadija", "خديجة"), ("Aïcha", "عائشة"), ("Zahra", "الزهراء"), ("Malika", "مليكة"),
    ("Naïma", "نعيمة"), ("Rachida", "رشيدة"), ("Samira", "سميرة"), ("Hafida", "حفيظة"), ("Latifa", "لطيفة"),
    ("Amina", "أمينة"), ("Saâdia", "السعدية"), ("Touria", "ثورية"), ("Ijja", "إجة"), ("Itto", "إيطو"),
)  # fmt: skip
MEN = (
    ("Ahmed", "أحمد"), ("Mohamed", "محمد"), ("Brahim", "إبراهيم"), ("Hassan", "الحسن"), ("Omar", "عمر"),
    ("Abdellah", "عبد الله"), ("Mustapha", "مصطفى"), ("Lahcen", "لحسن"), ("Driss", "إدريس"), ("Youssef", "يوسف"),
    ("Khalid", "خالد"), ("Saïd", "سعيد"), ("Rachid", "رشيد"), ("Jamal", "جمال"), ("Moha", "موحى"),
)  # fmt: skip
FAMILIES = (
    ("Aït Lahcen", "آيت لحسن"), ("Ouahbi", "الوهبي"), ("Benjelloun", "بنجلون"), ("El Idrissi", "الإدريسي"),
    ("Serghini", "السرغيني"), ("Tazi", "التازي"), ("Bouzid", "بوزيد"), ("Amrani", "العمراني"), ("Zniber", "زنيبر"),
    ("Chraïbi", "الشرايبي"), ("Kabbaj", "القباج"), ("Ouazzani", "الوزاني"), ("Sebti", "السبتي"),
    ("El Fassi", "الفاسي"), ("Bennis", "بنيس"), ("Aït Baha", "آيت باها"), ("Oulhaj", "أولحاج"), ("Rahali", "الرحالي"),
    ("Mernissi", "المرنيسي"), ("Lamrini", "المريني"), ("Hajji", "حجي"), ("Skalli", "السقلي"), ("Filali", "الفيلالي"),
    ("Zerouali", "الزروالي"), ("Haddad", "الحداد"), ("Nejjar", "النجار"),
)  # fmt: skip
COOPERATIVES = (
    ("Al Amal", "الأمل"), ("Tiwizi", "تيويزي"), ("An-Nour", "النور"), ("Tamounte", "تمونت"), ("Al Fath", "الفتح"),
    ("Izerzar", "إيزرزار"), ("Al Wifaq", "الوفاق"), ("Tifawine", "تيفاوين"), ("Al Baraka", "البركة"),
    ("Toudert", "تودرت"), ("Al Intilaqa", "الانطلاقة"), ("Tighri", "تيغري"),
)  # fmt: skip


T = TypeVar("T")


@dataclass(frozen=True)
class Crowd:
    """How to draw exhibitors: where they come from, their crafts with weights, and the shares of groups."""

    provinces: dict[str, int]
    crafts: dict[str, int]
    cooperatives: float = 0.15
    women: float = 0.4
    rural: float = 0.2


def invent(rng: random.Random, count: int, crowd: Crowd, prefix: str) -> list[Exhibitor]:
    """``count`` new exhibitors, register numbers ``DEMO-<prefix>-001`` on; added to the session, not committed."""
    made = [_one(rng, crowd, f"DEMO-{prefix}-{number:03d}") for number in range(1, count + 1)]
    db.session.add_all(made)
    db.session.flush()
    return made


def _one(rng: random.Random, crowd: Crowd, register_number: str) -> Exhibitor:
    province = _drawn(rng, crowd.provinces)
    woman = rng.random() < crowd.women
    groups = [Group.WOMEN] if woman else []
    groups += [Group.RURAL] if rng.random() < crowd.rural else []
    groups += [Group.YOUTH] if rng.random() < 0.15 else []
    groups += [Group.NEWCOMER] if rng.random() < 0.2 else []
    grouped = rng.random() < crowd.cooperatives
    name, name_ar = _cooperative(rng) if grouped else _person(rng, woman)
    kind = ExhibitorKind.COOPERATIVE if grouped else _drawn(rng, _KINDS)
    exhibitor = Exhibitor(
        kind=kind, name=name, name_ar=name_ar, register_number=register_number, invented=True,
        region_code=province.split(".")[0], province_code=province, created_at=now(),
        publish_name=rng.random() < 0.9, publish_photo=False, publish_phone=False,
        phone=f"+2126{rng.randrange(10**8):08d}",
    )  # fmt: skip
    crafts = list(dict.fromkeys(_drawn(rng, crowd.crafts) for _ in range(rng.choice((1, 1, 2)))))
    exhibitor.crafts = [ExhibitorCraft(craft_code=code, position=n) for n, code in enumerate(crafts)]
    exhibitor.groups = [ExhibitorGroup(group=group) for group in groups]
    if grouped:
        exhibitor.members = [ExhibitorMember(name=_person(rng, True)[0]) for _ in range(rng.randint(5, 9))]
    return exhibitor


_KINDS = {ExhibitorKind.ARTISAN: 75, ExhibitorKind.MAALEM: 18, ExhibitorKind.ENTERPRISE: 7}


def _drawn(rng: random.Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def _person(rng: random.Random, woman: bool) -> tuple[str, str]:
    first, first_ar = rng.choice(WOMEN if woman else MEN)
    last, last_ar = rng.choice(FAMILIES)
    return f"{first} {last}", f"{first_ar} {last_ar}"


def _cooperative(rng: random.Random) -> tuple[str, str]:
    name, name_ar = rng.choice(COOPERATIVES)
    place, place_ar = rng.choice((("du Haouz", "الحوز"), ("de l'Atlas", "الأطلس"), ("de la Médina", "المدينة")))
    return f"Coopérative {name} {place}", f"تعاونية {name_ar} {place_ar}"
