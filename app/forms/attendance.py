"""What an agent says of a day: a tap on the list, or a correction with its reason."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.widgets import HiddenInput

from app.forms.base import Form, at_most, choices, required
from app.forms.fields import Day
from app.i18n import _, _l
from app.models import AttendanceState
from app.phrases import phrase
from app.services.attendance import Mark

STATES = {state.value: state for state in AttendanceState}


class NoteForm(Form):
    """One tap: whose turn, which day, what; or ``everybody`` who is not noted yet."""

    turn_id = IntegerField(widget=HiddenInput())
    day = Day(widget=HiddenInput())
    state = HiddenField()
    everybody = BooleanField()

    def mark(self) -> Mark | None:
        """What was tapped; None when it cannot be read."""
        if not self.turn_id.data or self.day.data is None or self.state.data not in STATES:
            return None
        return Mark(self.turn_id.data, self.day.data, STATES[self.state.data])


class CorrectionForm(Form):
    """A day, what is true of it, and why it is changed."""

    day = Day(_l("Jour"), [required()])
    state = SelectField(_l("Ce qui est vrai"))
    reason = TextAreaField(_l("Motif"), [required(), at_most(300)], render_kw={"rows": 2})

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        words = [(state.value, phrase(state)) for state in AttendanceState]
        self.state.choices = choices([*words, ("none", _("Rien de noté"))])

    def mark(self, turn_id: int) -> Mark:
        """What was typed."""
        return Mark(turn_id, self.day.data, STATES.get(self.state.data), self.reason.data or "")


class FreeForm(Form):
    """Why the rest of a turn goes to others."""

    reason = TextAreaField(_l("Motif"), [required(), at_most(300)], id="free-reason", render_kw={"rows": 2})
