"""The exhibitors whose logins the demo gives: invented, like the crowd, but each with a name and a file of her own."""

from __future__ import annotations

from app.clock import now
from app.demo.accounts import ARTISAN, COOPERATIVE, MAALEM, People, act_for
from app.extensions import db
from app.models import Exhibitor, ExhibitorCraft, ExhibitorGroup, ExhibitorKind, Group


def zineb(people: People) -> Exhibitor:
    """The potter whose login the demo gives."""
    zineb = _known(
        ExhibitorKind.MAALEM, "Zineb Aït Ouarab", "زينب آيت وعراب", "DEMO-ZINEB", "07.351", "POT-01", Group.WOMEN
    )
    zineb.about = "Poterie tournée et cuite au bois, formes du Haouz."
    zineb.about_ar = "فخار مصنوع على الدولاب ومحروق بالحطب."
    act_for(people[ARTISAN], zineb)
    return zineb


def fadma(people: People) -> Exhibitor:
    """The cooperative whose login the demo gives."""
    fadma = _known(
        ExhibitorKind.COOPERATIVE, "Coopérative Tiwizi n'Azilal", "تعاونية تيويزي نأزيلال", "DEMO-TIWIZI", "05.081",
        "TAP-01", Group.WOMEN, Group.RURAL,
    )  # fmt: skip
    act_for(people[COOPERATIVE], fadma)
    return fadma


def driss(people: People) -> Exhibitor:
    """The maâlem whose login the demo gives: his file at Fès waits for the committee."""
    driss = _known(ExhibitorKind.MAALEM, "Driss Skalli", "إدريس السقلي", "DEMO-DRISS", "03.231", "MET-01")
    act_for(people[MAALEM], driss)
    return driss


def _known(
    kind: ExhibitorKind, name: str, name_ar: str, number: str, province: str, craft: str, *groups: Group
) -> Exhibitor:
    made = Exhibitor(
        kind=kind, name=name, name_ar=name_ar, register_number=number, region_code=province.split(".")[0],
        province_code=province, invented=True, publish_name=True, created_at=now(), phone="+212600000000",
    )  # fmt: skip
    made.crafts = [ExhibitorCraft(craft_code=craft, position=0)]
    made.groups = [ExhibitorGroup(group=group) for group in groups]
    db.session.add(made)
    db.session.commit()
    return made
