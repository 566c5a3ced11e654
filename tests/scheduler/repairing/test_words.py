"""What a repair says: who keeps what, counted as it is."""

from scheduler.orders import Closure, Order, Withdrawal
from scheduler.repair import repair
from scheduler.text import render
from tests.scheduler.builders import make, request, space, turn


def test_a_turn_whose_stand_closes_may_only_change_its_stand():
    """Two people change stands with each other: nobody loses a hall or a date, and both are counted."""
    asked = [request("A", "S", turn_length={"min": 2, "max": 2}), request("B", "S", max_turns=1)]
    problem = make("AB", [space("S", 2)], asked, season=2)
    held = (turn("A", "S/1", 0, 2), turn("B", "S/2", 1))
    found = repair(problem, held, Order(closures=(Closure("S", first=0, last=0, stand="S/1"),)))
    (one,) = (option for option in found.options if option.name == "one")
    dates = "du 4 au 31 janvier 2027"
    assert [render(message) for message in one.messages] == [
        "Avec un déplacement de plus, la charte y gagne : 1 tour change.",
        f"A garde sa salle et ses dates, mais change de stand : salle S, stand S/2, {dates}.",
        "B garde sa salle et ses dates, mais change de stand : salle S, stand S/1, du 18 au 31 janvier 2027.",
    ]


def test_a_group_has_stands_not_a_stand():
    problem = make("A", [space("S", 3)], [request("A", "S", stands=2, max_turns=1)], season=1)
    found = repair(problem, (turn("A", "S/1", 0, 1, "S/2"),), Order(withdrawals=(Withdrawal("A"),)))
    said = {lang: [render(message, lang) for message in found.options[0].messages][1] for lang in ("fr", "ar", "en")}
    assert said["fr"] == "A se retire : salle S, stands S/1 et S/2, du 4 au 17 janvier 2027."
    assert said["en"] == "A withdraws: space S, stands S/1 and S/2, from 4 to 17 January 2027."
    assert "الجناحان \u2068S/1\u2069 و\u2068S/2\u2069" in said["ar"]
