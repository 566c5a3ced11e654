"""Closures of a site, a space or a stand; public holidays."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.widgets import HiddenInput

from app.forms.base import Form, MultiCheckboxField, at_most, choices, required
from app.forms.fields import Code, Day
from app.i18n import _, _l, localized
from app.i18n import days as in_words
from app.models import ClosureReason, Space
from app.queries.holiday import Holiday
from app.services.closure import ClosureFacts


class ClosureForm(Form):
    """What is closed, when, why. ``place``: empty for the whole site, ``3`` a space, ``3-12`` a stand of it."""

    place = SelectField(_l("Ce qui ferme"))
    starts_on = Day(_l("Premier jour"), [required()])
    ends_on = Day(_l("Dernier jour (compris)"), [required()])
    reason = Code(_l("Motif"), ClosureReason)
    note = StringField(_l("Précision"), [at_most(200)], description=_l("Ce que les exposants et le public liront."))
    confirmed = HiddenField()

    def offer(self, spaces: Iterable[Space]) -> None:
        """Fill the list of places."""
        offered = [("", _("Tout le site"))]
        for space in spaces:
            name = localized(space)
            offered.append((str(space.id), name))
            offered += [
                (f"{space.id}-{stand.id}", _("%(space)s, emplacement %(code)s", space=name, code=stand.code))
                for stand in space.stands
            ]
        self.place.choices = choices(offered)

    def facts(self) -> ClosureFacts:
        """What was typed."""
        space_id, _dash, stand_id = (self.place.data or "").partition("-")
        return ClosureFacts(
            self.starts_on.data, self.ends_on.data, self.reason.data, int(space_id) if space_id else None,
            int(stand_id) if stand_id else None, self.note.data or "",
        )  # fmt: skip


class ChangeForm(Form):
    """Other days or words for a closure; its place stays."""

    starts_on = Day(_l("Premier jour"), [required()])
    ends_on = Day(_l("Dernier jour (compris)"), [required()])
    reason = Code(_l("Motif"), ClosureReason)
    note = StringField(_l("Précision"), [at_most(200)], description=_l("Ce que les exposants et le public liront."))
    confirmed = HiddenField()

    def facts(self, space_id: int | None, stand_id: int | None) -> ClosureFacts:
        """What was typed, at the closure's place."""
        return ClosureFacts(
            self.starts_on.data, self.ends_on.data, self.reason.data, space_id, stand_id, self.note.data or ""
        )


class HolidaysForm(Form):
    """Public holidays to close on, all ticked."""

    chosen = MultiCheckboxField(_l("Jours fériés à fermer"))

    def offer(self, holidays: list[Holiday]) -> None:
        """Fill the list."""
        self.chosen.choices = choices((holiday.key, _holiday_words(holiday)) for holiday in holidays)
        if self.chosen.data is None:
            self.chosen.data = [holiday.key for holiday in holidays]


class ConfirmForm(Form):
    """The announced first day of an Islamic holiday."""

    code = HiddenField(validators=[required()])
    hijri_year = IntegerField(widget=HiddenInput(), validators=[required()])
    starts_on = Day(_l("Premier jour annoncé"), [required()])


def _holiday_words(holiday: Holiday) -> str:
    told = f"{localized(holiday)}{_(' : ')}{in_words(holiday.starts_on, holiday.ends_on)}"
    return _("%(holiday)s (estimation, à un jour près)", holiday=told) if holiday.estimate else told
