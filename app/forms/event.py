"""The form of an event."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.forms.base import Form, MultiCheckboxField, at_most, required
from app.i18n import _l, localized
from app.intake import whole
from app.models import Event, EventKind, Site, SpaceKind
from app.phrases import phrase
from app.queries.candidate import Offer, RoomUse, animators
from app.services.event import Outline

QUARTER = 900  # seconds: the step of hours


class EventForm(Form):
    """What, where, when, by whom and with whom. ``search`` and the button ``look`` only redraw the page."""

    kind = SelectField(_l("Type d'animation"), validators=[InputRequired(_l("Choisissez un type."))])
    title = StringField(_l("Titre"), validators=[required(), at_most(160)])
    title_ar = StringField(_l("Titre en arabe"), validators=[at_most(160)], render_kw={"dir": "rtl", "lang": "ar"})
    about = TextAreaField(_l("Présentation"), validators=[at_most(4000)], render_kw={"rows": 3})
    about_ar = TextAreaField(
        _l("Présentation en arabe"), validators=[at_most(4000)], render_kw={"rows": 3, "dir": "rtl", "lang": "ar"}
    )
    starts_on = DateField(_l("Premier jour"), validators=[InputRequired(_l("Donnez le premier jour."))])
    ends_on = DateField(_l("Dernier jour"), validators=[Optional()])
    from_time = TimeField(
        _l("De"), validators=[InputRequired(_l("Donnez l'heure de début."))], render_kw={"step": QUARTER}
    )
    to_time = TimeField(_l("À"), validators=[InputRequired(_l("Donnez l'heure de fin."))], render_kw={"step": QUARTER})
    space_id = SelectField(_l("Salle"), coerce=whole, validators=[InputRequired(_l("Choisissez une salle."))])
    places = IntegerField(
        _l("Nombre de places"), validators=[Optional(), NumberRange(1, 100_000, _l("Au moins une place, ou rien."))]
    )
    animator_id = SelectField(_l("Animateur"), coerce=whole, validators=[InputRequired(_l("Choisissez un animateur."))])
    exhibitor_ids = MultiCheckboxField(_l("Artisans"), coerce=whole, validate_choice=False)
    search = StringField(_l("Chercher un artisan ou un métier"), validators=[at_most(80)])
    sequence = HiddenField()

    def prepare(self, site: Site, rooms: list[RoomUse]) -> None:
        """Give the choices that depend on the site."""
        self.kind.choices = [(kind.value, phrase(kind)) for kind in EventKind]
        made_for_it = sorted(rooms, key=lambda use: use.room.kind is not SpaceKind.TRAINING_ROOM)
        self.space_id.choices = [(use.room.id, localized(use.room)) for use in made_for_it]
        self.animator_id.choices = [(user.id, user.name) for user in animators(site)]

    def invite(self, offer: Offer) -> None:
        """Give the artisans on offer."""
        people = [one.exhibitor for one in (*offer.here, *offer.others)]
        self.exhibitor_ids.choices = [(one.id, localized(one)) for one in people]

    @property
    def days(self) -> tuple[date, date] | None:
        """The days asked, both included; None while unknown or in the wrong order."""
        start, end = self.starts_on.data, self.ends_on.data or self.starts_on.data
        if start is None or not start <= end or (end - start).days > 366:
            return None
        return start, end

    @property
    def whole(self) -> bool:
        """Whether what an outline cannot do without was given and could be read."""
        needed = (
            self.kind,
            self.starts_on,
            self.ends_on,
            self.from_time,
            self.to_time,
            self.space_id,
            self.animator_id,
        )
        return not any(field.errors for field in needed)

    def outline(self) -> Outline:
        """What the service asks for; call it when the form is ``whole``."""
        told: dict[str, Any] = {
            name: self[name].data
            for name in ("title", "title_ar", "about", "about_ar", "starts_on", "from_time", "to_time", "places")
        }
        return Outline(
            **{name: value if value is not None else "" for name, value in told.items() if name != "places"},
            kind=EventKind(self.kind.data), ends_on=self.ends_on.data or self.starts_on.data, places=self.places.data,
            space_id=self.space_id.data, animator_id=self.animator_id.data,
            exhibitor_ids=tuple(self.exhibitor_ids.data or ()),
        )  # fmt: skip


def facts_of(event: Event) -> dict[str, Any]:
    """What the form shows of an event."""
    names = ("title", "title_ar", "about", "about_ar", "starts_on", "ends_on", "from_time", "to_time", "space_id")
    return {name: getattr(event, name) for name in names} | {
        "kind": event.kind.value, "places": event.places, "animator_id": event.animator_id,
        "exhibitor_ids": [one.exhibitor_id for one in event.artisans], "sequence": event.sequence,
    }  # fmt: skip


def blank(animator_id: int, day: date, space_id: int | None, exhibitor_id: int | None, kind: str) -> dict[str, Any]:
    """What a new event's form shows: a day, a room and an artisan from the link followed, an hour in the morning."""
    return {
        "starts_on": day, "ends_on": None, "from_time": time(10), "to_time": time(12), "animator_id": animator_id,
        "space_id": space_id, "exhibitor_ids": [exhibitor_id] if exhibitor_id else [],
        "kind": kind if kind in list(EventKind) else EventKind.WORKSHOP.value,
    }  # fmt: skip
