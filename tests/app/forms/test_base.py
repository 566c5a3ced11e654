"""Forms of the house: tidy text, passwords untouched, a service's faults next to their fields."""

from flask import Flask
from wtforms import PasswordField, StringField

from app.errors import Invalid
from app.forms.base import Form, add_faults, at_most, required


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
        assert [str(text) for text in form.name.errors] == ["5 caractères au plus : raccourcissez ce texte."]
