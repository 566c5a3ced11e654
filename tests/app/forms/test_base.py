"""Forms of the house: tidy text, passwords untouched, a service's faults next to their fields."""

import pytest
from flask import Flask, render_template_string
from wtforms import (
    BooleanField,
    FieldList,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange

from app.errors import Invalid
from app.forms.base import (
    Form,
    MultiCheckboxField,
    add_faults,
    at_most,
    choices,
    field_attributes,
    field_kind,
    form_faults,
    may_stay_empty,
    required,
)
from tests.wording import plain


class Sample(Form):
    name = StringField(validators=[required(), at_most(5)], filters=[lambda text: text and text.replace("x", "y")])
    secret = PasswordField()


def test_text_is_tidied_and_passwords_are_not(app: Flask) -> None:
    for _again in range(2):  # filters given to a field survive its first use
        with app.test_request_context(method="POST", data={"name": "  axe ", "secret": " s "}):
            form = Sample(meta={"csrf": False})
            assert form.validate_on_submit()
            assert (form.name.data, form.secret.data) == ("aye", " s ")


def test_faults_of_a_service_go_to_their_fields(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "abc"}):
        form = Sample(meta={"csrf": False})
        assert form.validate_on_submit()
        add_faults(form, Invalid({"name": ["déjà pris"], "": ["rien ne va"], "other": ["autre"]}))
        assert (form.name.errors, form.form_errors) == (["déjà pris"], ["rien ne va", "autre"])


def test_all_faults_of_a_field_are_told_in_french(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "abcdefgh"}):
        form = Sample(meta={"csrf": False})
        assert not form.validate_on_submit()
        assert [plain(str(text)) for text in form.name.errors] == ["5 caractères au plus : raccourcissez ce texte."]


class Shapes(Form):
    text = StringField()
    about = TextAreaField(description="hint")
    agree = BooleanField()
    kind = SelectField(choices=choices([("a", "A")]))
    one = RadioField(choices=choices([("a", "A"), ("b", "B")]))
    many = MultiCheckboxField(choices=choices([("a", "A"), ("b", "B")]))
    parts = FieldList(StringField("Part"), min_entries=1)
    token = HiddenField()


def test_the_kit_knows_every_shape_of_field(app: Flask) -> None:
    with app.test_request_context():
        form = Shapes(meta={"csrf": False})
        assert {field.name: field_kind(field) for field in form} == {
            "text": "text", "about": "text", "agree": "check", "kind": "select", "one": "choices", "many": "choices",
            "parts": "list", "token": "hidden",
        }  # fmt: skip


def test_faults_are_tied_to_their_input_and_summed_up_in_order(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"kind": "z", "one": "a", "many": "a", "parts-0": "x"}):
        form = Shapes(meta={"csrf": False})
        assert not form.validate_on_submit()
        add_faults(form, Invalid({"parts-0": ["vide"], "": ["tout"], "about": ["long"]}))
        assert [(fault.id, fault.text) for fault in form_faults(form)] == [
            ("", "tout"), ("about", "long"), ("kind", "N'est pas un choix valide."), ("parts-0", "vide"),
        ]  # fmt: skip
        assert field_attributes(form.about, None, {"rows": 3}) == {
            "rows": 3, "dir": "auto", "aria-describedby": "about-hint about-faults", "aria-invalid": "true",
        }  # fmt: skip
        page = render_template_string(
            '{% import "macros/ui.html" as ui with context %}{{ ui.errors(form) }}{{ ui.field(form.about) }}', form=form
        )
    assert '<a href="#about">' in page
    assert 'id="about-hint"' in page
    assert 'id="about-faults"' in page


@pytest.mark.parametrize(
    ("language", "told"),
    [("fr", "N'est pas un choix valide."), ("ar", "اختيار غير صحيح."), ("en", "Not a valid choice.")],
)
def test_library_messages_follow_the_language(app: Flask, language: str, told: str) -> None:
    with app.test_request_context(f"/?lang={language}", method="POST", data={"kind": "z"}):
        form = Shapes(meta={"csrf": False})
        form.validate()
        assert form.kind.errors == [told]


class Counted(Form):
    places = IntegerField(validators=[NumberRange(1, 9, "de %(min)s à %(max)s")])
    language = SelectField(choices=choices([("fr", "Français")]))
    second = SelectField(choices=choices([("", "aucune"), ("01", "Poterie")]))


def test_a_number_of_hundreds_of_digits_is_a_fault_like_another(app: Flask) -> None:
    for digits in ("1" + "0" * 400, "-" + "9" * 400):
        with app.test_request_context(method="POST", data={"places": digits, "language": "fr"}):
            form = Counted(meta={"csrf": False})
            assert not form.validate_on_submit()
            assert form.places.errors == ["de 1 à 9"]
            assert form.places._value() == digits


def test_a_list_that_always_holds_a_choice_is_not_called_optional(app: Flask) -> None:
    with app.test_request_context():
        form = Counted(meta={"csrf": False})
        assert [field.name for field in form if may_stay_empty(field)] == ["places", "second"]
