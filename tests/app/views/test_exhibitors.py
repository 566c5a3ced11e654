"""Profiles: written once, unique by register number, published only as agreed, acted for by several."""

import re
from functools import partial
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Invalid
from app.extensions import db
from app.models import (
    AuditEntry,
    Exhibitor,
    ExhibitorKind,
    Group,
    Invitation,
    Notice,
    SiteRole,
    User,
)
from app.permissions import acts_for, may_act_for
from app.services import audit, member
from tests.app.services.test_application_races import together
from tests.factories import (
    make_craft,
    make_exhibitor,
    make_region,
    make_site,
    make_user,
    post_form,
    sign_in,
)


@pytest.fixture
def typed(app: Flask) -> dict[str, object]:
    """A whole, sound form."""
    for code in ("POT-01", "POT-02", "TAP-01"):
        make_craft(code)
    make_region("07")
    make_region("05")
    db.session.commit()
    return {
        "kind": "maalem", "name": "Amina <b>Alaoui</b>", "name_ar": "أمينة", "register_number": " rna ١٢-34 ",
        "craft": "POT-02", "craft_2": "TAP-01", "craft_3": "", "craft_4": "", "province_code": "05.001",
        "groups": ["women", "rural"], "phone": "06 12 34 56 78", "about": "Poterie\nde Safi", "about_ar": "",
        "publish_name": "y",
    }  # fmt: skip


def only() -> Exhibitor:
    return db.session.scalars(select(Exhibitor).order_by(Exhibitor.id.desc()).limit(1)).one()


def test_a_profile_is_written_and_changed(client: FlaskClient, typed: dict[str, object]) -> None:
    user = make_user()
    sign_in(client, user)
    answer = post_form(client, "/me/exhibitors/new", typed)
    made = only()
    assert answer.headers["Location"] == f"/me/exhibitors/{made.id}"
    assert (made.kind, made.register_number, made.register_key) == (ExhibitorKind.MAALEM, "rna ١٢-34", "rna12-34")
    assert (made.region_code, made.province_code, made.phone) == ("05", "05.001", "+212 6 12 34 56 78")
    assert [row.craft_code for row in made.crafts] == ["POT-02", "TAP-01"]
    assert [row.group for row in made.groups] == [Group.RURAL, Group.WOMEN]
    assert (made.publish_name, made.publish_photo, made.publish_phone) == (True, False, False)
    page = client.get(f"/me/exhibitors/{made.id}").get_data(as_text=True)
    assert "<b>Alaoui" not in page
    assert "&lt;b&gt;Alaoui" in page
    form = client.get(f"/me/exhibitors/{made.id}/edit").get_data(as_text=True)
    assert '<option selected value="POT-02">' in form
    assert re.search(r'<input[^>]*value="women"[^>]*checked|<input[^>]*checked[^>]*value="women"', form)
    changed = typed | {"craft": "TAP-01", "craft_2": "POT-02", "groups": ["youth"], "phone": "", "publish_name": ""}
    assert post_form(client, f"/me/exhibitors/{made.id}/edit", changed).status_code == 303
    db.session.refresh(made)
    assert [row.craft_code for row in made.crafts] == ["TAP-01", "POT-02"]
    assert [row.group for row in made.groups] == [Group.YOUTH]
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.after["changed"], "Amina" in str(last.after)) == ("exhibitor.edit", ["phone"], False)
    assert audit.verify(None) == []


def test_all_faults_are_told_and_nothing_is_written(client: FlaskClient, typed: dict[str, object]) -> None:
    sign_in(client, make_user())
    bad = typed | {"phone": "12", "province_code": "99.999", "craft": "ZZZ", "name": "", "about": "Gardé"}
    answer = post_form(client, "/me/exhibitors/new", bad)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in ("name", "craft", "province_code"):
        assert f'id="{field}-faults"' in page, field
    assert "Gardé" in page
    assert db.session.scalar(select(Exhibitor)) is None
    answer = post_form(client, "/me/exhibitors/new", typed | {"phone": "12"})
    assert 'id="phone-faults"' in answer.get_data(as_text=True)


def test_an_empty_field_hides_no_other_fault(client: FlaskClient, typed: dict[str, object]) -> None:
    sign_in(client, make_user())
    unseen = post_form(client, "/me/exhibitors/new", typed | {"name": "\u200b\u200e"}).get_data(as_text=True)
    assert 'id="name-faults"' in unseen
    page = post_form(client, "/me/exhibitors/new", typed | {"name": "", "phone": "12"}).get_data(as_text=True)
    assert "2 corrections sont demandées" in page
    assert "Ce numéro n&#39;est pas complet" in page


@pytest.mark.parametrize("twin", ["RNA١٢-34", "rna ١٢ - 34", "ＲＮＡ١٢-34"])
def test_a_register_number_is_taken_whatever_its_dress(
    twin: str, client: FlaskClient, typed: dict[str, object]
) -> None:
    first = make_exhibitor(make_user(), name="Nom Secret", register_number="rna ١٢-34")
    sign_in(client, make_user())
    answer = post_form(client, "/me/exhibitors/new", typed | {"register_number": twin})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "demandez à la personne qui tient ce profil" in page
    assert "Nom Secret" not in page
    assert only().id == first.id


#: Marks that show nothing, or nothing but a space or a dash: zero width, direction, soft hyphen, variants, fillers.
UNSEEN = [
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c", "\u202e",
    "\u2066", "\u2069", "\u061c", "\u00a0", "\u202f", "\u2009", "\u3000", "\u034f", "\ufe0f", "\u3164", "\u2800",
    "\U000e0041", "\t", "\x1f", "\x85",
]  # fmt: skip


@pytest.mark.parametrize("mark", UNSEEN, ids=ascii)
def test_what_is_not_seen_makes_no_other_number(mark: str, client: FlaskClient, typed: dict[str, object]) -> None:
    first = make_exhibitor(make_user(), register_number=f"RNA{mark} 12-34")
    assert first.register_key == "rna12-34"
    sign_in(client, make_user())
    answer = post_form(client, "/me/exhibitors/new", typed | {"register_number": f"{mark}rna12-{mark}34{mark}"})
    assert (answer.status_code, only().id) == (422, first.id)
    page = answer.get_data(as_text=True)
    assert 'id="register_number-faults"' in page
    assert "Ce numéro est déjà celui d&#39;un profil." in page
    own = typed | {"register_number": f"{mark}RNA{mark} 77{mark}"}
    assert post_form(client, "/me/exhibitors/new", own).status_code == 303
    made = only()
    assert (made.register_number.replace("  ", " "), made.register_key) == ("RNA 77", "rna77")


def test_dashes_are_one(app: Flask) -> None:
    make_exhibitor(register_number="12\u201134")
    db.session.commit()
    for dash in "-\u2010\u2012\u2013\u2014\u2212\ufe63\uff0d":
        with pytest.raises(IntegrityError):
            make_exhibitor(register_number=f"12{dash}34")
        db.session.rollback()
    assert make_exhibitor(register_number="1234").register_key == "1234"
    widest = "\u1fb7" * 40  # two letters each without case: the longest key there is
    assert len(make_exhibitor(register_number=widest).register_key) == 80


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("\u200b\u200e", "Remplissez ce champ."),
        ("\u00ad", "Remplissez ce champ."),
        ("\ufdfa" * 40, "40 caractères au plus"),  # one letter as typed, 18 as kept
        ("\ufdfa" * 3, "40 caractères au plus"),
    ],
)
def test_a_number_is_judged_as_it_is_kept(
    number: str, sentence: str, client: FlaskClient, typed: dict[str, object]
) -> None:
    sign_in(client, make_user())
    answer = post_form(client, "/me/exhibitors/new", typed | {"register_number": number})
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)
    assert db.session.scalar(select(Exhibitor)) is None


def test_the_database_itself_refuses_twins_and_false_provinces(app: Flask) -> None:
    make_exhibitor(register_number="A 1")
    with pytest.raises(IntegrityError):
        make_exhibitor(register_number="a1")
    db.session.rollback()
    make_region("07")
    make_region("05")
    with pytest.raises(IntegrityError):
        make_exhibitor(region_code="07", province_code="05.001")
    db.session.rollback()


def test_a_card_number_is_warned_about(client: FlaskClient, typed: dict[str, object]) -> None:
    sign_in(client, make_user())
    for number, warned in (("AB 123456", True), ("J123456", True), ("RNA-123456", False), ("2024/17", False)):
        typed["register_number"] = number
        answer = post_form(client, "/me/exhibitors/new", typed)
        page = client.get(answer.headers["Location"]).get_data(as_text=True)
        assert ("carte nationale" in page) is warned, number


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    kept = BytesIO()
    Image.new("RGB", size, "red").save(kept, kind, **more)
    return kept.getvalue()


def located() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "CANARY-EXIF"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (33.0, 35.0, 0.0)
    return picture(exif=exif.tobytes(), comment=b"CANARY-COMMENT", size=(60, 40))


def send(client: FlaskClient, exhibitor: Exhibitor, data: bytes, name: str = "x.jpg") -> int:
    path = f"/me/exhibitors/{exhibitor.id}/photo"
    sent = {"photo": (BytesIO(data), name)}
    return int(post_form(client, path, sent, content_type="multipart/form-data").status_code)


def test_a_photo_is_written_anew_and_shown_as_agreed(app: Flask, client: FlaskClient) -> None:
    user = make_user()
    exhibitor = make_exhibitor(user)
    sign_in(client, user)
    sent = located()
    assert b"CANARY-EXIF" in sent
    assert send(client, exhibitor, sent) == 303
    db.session.refresh(exhibitor)
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", exhibitor.photo)
    path = f"/photos/{exhibitor.photo}"
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    kept = answer.get_data()
    answer.close()
    assert b"CANARY" not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert (shown.size, dict(shown.getexif()), shown.info.get("comment")) == ((40, 60), {}, None)
    stranger = app.test_client()
    assert stranger.get(path).status_code == 404
    exhibitor.publish_photo = True
    db.session.commit()
    seen = stranger.get(path)
    assert seen.status_code == 200
    seen.close()
    first = exhibitor.photo
    assert send(client, exhibitor, picture("PNG"), "photo.png") == 303
    assert client.get(path).status_code == 404
    folder = app.extensions["settings"].data_dir / "photos"
    db.session.refresh(exhibitor)
    assert [p.name for p in folder.iterdir()] == [exhibitor.photo] != [first]
    assert post_form(client, f"{path_of(exhibitor)}/photo/remove", {}, page=path_of(exhibitor)).status_code == 303
    assert list(folder.iterdir()) == []


def path_of(exhibitor: Exhibitor) -> str:
    return f"/me/exhibitors/{exhibitor.id}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00" * 100, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>1</script>",
        b"%PDF-1.4", b"PK\x03\x04" + b"0" * 50, picture()[:200], b"GIF89a" + b"\x00" * 40, b"MM\x00*" + b"\x00" * 40,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3P\x00\x00\xc3P\x08\x02\x00\x00\x00" + b"\x00" * 60,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused(data: bytes, app: Flask, client: FlaskClient) -> None:
    user = make_user()
    exhibitor = make_exhibitor(user)
    sign_in(client, user)
    assert send(client, exhibitor, data) == 422
    assert not list((app.extensions["settings"].data_dir / "photos").glob("*"))


def test_members_of_a_cooperative(client: FlaskClient) -> None:
    user = make_user()
    exhibitor = make_exhibitor(user, kind=ExhibitorKind.COOPERATIVE)
    sign_in(client, user)
    new = f"{path_of(exhibitor)}/members/new"
    for number, status in (
        ("M 1", 303),
        ("m1", 422),
        ("m\u200b1\u200f", 422),
        ("\u200bM\u00ad 2\u200f", 303),
        ("", 303),
        ("", 303),
    ):
        typed = {"name": "Fatima", "register_number": number, "craft": "POT-01"}
        assert post_form(client, new, typed).status_code == status, number
    db.session.refresh(exhibitor)
    assert [m.register_number for m in exhibitor.members] == ["M 1", "M 2", None, None]
    gone = f"{path_of(exhibitor)}/members/{exhibitor.members[0].id}/remove"
    assert post_form(client, gone, {}, page=path_of(exhibitor)).status_code == 303
    assert post_form(client, gone, {}, page=path_of(exhibitor)).status_code == 404
    exhibitor.kind = ExhibitorKind.ARTISAN
    db.session.commit()
    assert post_form(client, new, {"name": "Ali", "craft": ""}).status_code == 409


#: One number as eight people may write it.
DRESSED = ["M-77", "m-77", "M - 77", "M\u201077", "\u200bM-77", "\uff2d-77", "M\u00ad-77", "M-\u200f77"]


def add_at_once(app: Flask) -> tuple[list[str | None], list[object]]:
    """Eight accounts add one member at the same moment: the numbers afterwards, and what each was told."""
    user = make_user()
    exhibitor = make_exhibitor(user, kind=ExhibitorKind.COOPERATIVE)
    db.session.commit()
    user_id, exhibitor_id = user.id, exhibitor.id

    def add(number: str) -> None:
        actor, cooperative = db.session.get_one(User, user_id), db.session.get_one(Exhibitor, exhibitor_id)
        member.add(actor, cooperative, "Fatima", number)

    answers = together(app, [partial(add, number) for number in DRESSED])
    kept = [one.register_number for one in db.session.get_one(Exhibitor, exhibitor_id).members]
    assert sum(answer is None for answer in answers) == len(kept)
    return kept, answers


def test_a_number_written_in_eight_ways_at_once_is_one_member(app: Flask) -> None:
    for _ in range(3):
        kept, answers = add_at_once(app)
        assert len(kept) == 1
        assert sum(isinstance(answer, Invalid) for answer in answers) == 7, answers


def test_without_the_lock_one_member_is_several(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: on PostgreSQL the lock of the cooperative's row is what orders them (SQLite writes one at a time)."""
    if db.engine.dialect.name == "sqlite":
        return
    monkeypatch.setattr(member, "_lock", lambda _exhibitor: None)
    assert any(len(add_at_once(app)[0]) > 1 for _ in range(10))


def invited(client: FlaskClient, exhibitor: Exhibitor, email: str) -> str:
    assert post_form(client, f"{path_of(exhibitor)}/accounts/new", {"email": email}).status_code == 303
    mail = db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert mail.recipient == email
    found = re.search(r"8000(/invitations/\S+)", mail.body)
    assert found
    return found.group(1)


def test_several_accounts_act_for_one(app: Flask, client: FlaskClient) -> None:
    owner, son, thief = make_user(), make_user(), make_user()
    exhibitor = make_exhibitor(owner)
    sign_in(client, owner)
    link = invited(client, exhibitor, "son@dawra.example")
    kept = db.session.scalars(select(Invitation)).one()
    assert kept.token_sha256 not in link
    assert app.test_client().get(link).headers["Location"].startswith("/account/login?next=/invitations/")
    other = sign_in(app.test_client(), son)
    assert other.get(path_of(exhibitor)).status_code == 404
    assert other.get(link).status_code == 200
    assert not acts_for(son, exhibitor), "reading accepts nothing"
    assert post_form(other, link, {}).headers["Location"] == path_of(exhibitor)
    assert other.get(path_of(exhibitor)).status_code == 200
    assert sign_in(app.test_client(), thief).get(link).status_code == 404, "a link serves once"
    remove = f"{path_of(exhibitor)}/accounts/%d/remove"
    assert post_form(other, remove % owner.id, {}, page=path_of(exhibitor)).status_code == 303
    assert client.get(path_of(exhibitor)).status_code == 404, "at the next request"
    assert post_form(other, remove % son.id, {}, page="/account/").status_code == 409, "somebody stays"


def test_an_invitation_falls_with_its_sender(app: Flask, client: FlaskClient) -> None:
    owner, other = make_user(), make_user()
    exhibitor = make_exhibitor(owner)
    sign_in(client, owner)
    link = invited(client, exhibitor, "x@dawra.example")
    exhibitor.accounts.clear()
    db.session.commit()
    assert sign_in(app.test_client(), other).get(link).status_code == 404


def test_help_at_a_desk_needs_recorded_consent(app: Flask, client: FlaskClient, typed: dict[str, object]) -> None:
    site, elsewhere = make_site(), make_site()
    agent = make_user((site, SiteRole.AGENT))
    stranger = make_user((elsewhere, SiteRole.AGENT))
    sign_in(client, agent)
    new = f"/manage/{site.slug}/exhibitors/new"
    assert post_form(client, new, typed | {"consent": " "}).status_code == 422
    assert post_form(client, new, typed | {"consent": "de vive voix, le 12"}).status_code == 303
    made = only()
    assert [(desk.site_id, desk.consent) for desk in made.assistances] == [(site.id, "de vive voix, le 12")]
    assert (made.accounts, acts_for(agent, made), may_act_for(agent, made)) == ([], False, True)
    assert not may_act_for(stranger, made)
    assert client.get(f"{path_of(made)}/edit").status_code == 200
    assert made.name_ar in client.get(f"/manage/{site.slug}/exhibitors/?lang=ar").get_data(as_text=True)
    assert 'href="/calls/"' in client.get(path_of(made)).get_data(as_text=True).split("<main")[1], "on to a call"
    # she takes an account, and her consent back
    her = make_user()
    her_client = sign_in(app.test_client(), her)
    post_form(her_client, invited(client, made, "her@dawra.example"), {})
    end = f"{path_of(made)}/help/{site.slug}/end"
    assert post_form(client, end, {}, page=path_of(made)).status_code == 404, "hers alone to take back"
    assert post_form(her_client, end, {}, page=path_of(made)).status_code == 303
    assert client.get(path_of(made)).status_code == 404, "at the next request"
    assert audit.verify(site) == []
