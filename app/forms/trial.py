"""Try a charter: on which demand, over how many seasons, beside which other charter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from app.forms.base import choices
from app.forms.charter import CharterForm, charter_data
from app.i18n import _, _l, localized, ngettext
from app.models import Call
from app.planning.trial import Order
from app.planning.variant import merged
from app.services.runs import LONGEST
from app.services.trial import MOST_PEOPLE, MOST_SEASONS, MOST_TURNOVER

INVENTED = "invented"


def _number(label: Any, low: int, most: int, **options: Any) -> IntegerField:
    sound = NumberRange(low, most, _l("Donnez un nombre entre %(min)s et %(max)s."))
    return IntegerField(label, [InputRequired(_l("Donnez un nombre.")), sound], **options)


class TrialForm(CharterForm):
    """What to try; the charter's parameters are those of the second one."""

    source = SelectField(_l("Demande"))
    people = _number(_l("Nombre de candidats inventés"), 1, MOST_PEOPLE)
    seasons = _number(_l("Nombre de saisons"), 1, MOST_SEASONS)
    turnover = _number(_l("Part des exposants qui change chaque saison (%)"), 0, MOST_TURNOVER)
    seconds = _number(_l("Temps de calcul, en secondes"), 1, LONGEST)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        del self.seed  # the call's own

    def offer(self, past: Iterable[tuple[Call, int]]) -> None:
        """Name the past calls whose demand can be taken, then the invented people."""
        pairs = [(call.id, _worded(call, number)) for call, number in past]
        self.source.choices = choices([*pairs, (INVENTED, _("Des candidats inventés"))])

    def order(self, call: Call) -> Order:
        """What is to be tried."""
        other = merged(call.charter, self.charter())
        return Order(
            None if self.source.data == INVENTED else int(self.source.data), self.people.data, self.seasons.data,
            self.turnover.data, None if other == call.charter else other,
        )  # fmt: skip


def _worded(call: Call, number: int) -> str:
    count = ngettext("%(num)s candidature retenue", "%(num)s candidatures retenues", number)
    return f"{localized(call, 'title')} ({count})"


def trial_data(call: Call, seconds: int) -> dict[str, Any]:
    """What a new trial starts from: the call's charter, three candidates a stand, ten seasons."""
    stands = sum(len(place.space.stands) for place in call.places)
    people = min(MOST_PEOPLE, max(1, 3 * stands))
    return charter_data(call.charter) | {"people": people, "seasons": 10, "turnover": 10, "seconds": seconds}
