"""The journal: each way of tampering is found and told by its entry; without the hashes nobody would see it."""

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from app.cli import main
from app.extensions import db
from app.models import AuditEntry, AuditHead, Site, SiteRole
from app.services import audit
from tests.factories import make_site, make_user, sign_in
from tests.wording import plain


@pytest.fixture
def site(app: Flask) -> Site:
    site, boss = make_site(), make_user()
    for n in range(1, 6):
        audit.record(site, boss, "closure.create", f"closure:{n}", after={"days": n})
        audit.record(make_site(), boss, "closure.create", f"closure:{n}")
    db.session.commit()
    return site


def entry(site: Site, position: int):
    return (AuditEntry.chain == audit.chain_of(site)) & (AuditEntry.position == position)


def change(site: Site) -> list[str]:
    db.session.execute(update(AuditEntry).where(entry(site, 3)).values(after={"days": 30}))
    return ["Écriture 3 : son contenu a été changé."]


def blame_another(site: Site) -> list[str]:
    db.session.execute(update(AuditEntry).where(entry(site, 3)).values(actor="user:999"))
    return ["Écriture 3 : son contenu a été changé."]


def blame_another_account(site: Site) -> list[str]:
    """The account alone, which the page names; the words beside it stay."""
    db.session.execute(update(AuditEntry).where(entry(site, 3)).values(actor_id=make_user().id))
    return ["Écriture 3 : son contenu a été changé."]


def blame_nobody(site: Site) -> list[str]:
    db.session.execute(update(AuditEntry).where(entry(site, 3)).values(actor_id=None))
    return ["Écriture 3 : son contenu a été changé."]


def remove(site: Site) -> list[str]:
    db.session.execute(delete(AuditEntry).where(entry(site, 3)))
    return ["Écriture 3 : absente (la suivante trouvée est la 4).", "Écriture 4 : ne suit pas celle d'avant."]


def reorder(site: Site) -> list[str]:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        db.session.execute(update(AuditEntry).where(entry(site, old)).values(position=new))
    return [
        "Écriture 2 : ne suit pas celle d'avant.", "Écriture 2 : son contenu a été changé.",
        "Écriture 3 : ne suit pas celle d'avant.", "Écriture 3 : son contenu a été changé.",
        "Écriture 4 : ne suit pas celle d'avant.",
    ]  # fmt: skip


def cut_tail(site: Site) -> list[str]:
    db.session.execute(delete(AuditEntry).where(entry(site, 5)))
    return ["Le journal devrait finir à l'écriture 5 ; il finit à la 4."]


def forge_suffix(site: Site) -> list[str]:
    """Entries 4 and 5 written anew, each with the right hash."""
    previous = db.session.query(AuditEntry).where(entry(site, 3)).one().hash
    for position in (4, 5):
        forged = db.session.query(AuditEntry).where(entry(site, position)).one()
        forged.after, forged.previous_hash = {"days": 100 + position}, previous
        previous = forged.hash = audit.entry_hash(forged)
    return ["Écriture 5 : n'est pas la dernière qui fut écrite."]


@pytest.mark.parametrize(
    "tamper",
    [change, blame_another, blame_another_account, blame_nobody, remove, reorder, cut_tail, forge_suffix],
)
def test_tampering_is_found(site: Site, tamper) -> None:
    assert audit.verify(site) == []
    sentences = tamper(site)
    db.session.commit()
    db.session.expire_all()
    assert plain(audit.verify(site)) == sentences


def test_the_system_itself_is_no_account(app: Flask) -> None:
    """An entry of the system verifies, and can be put on nobody's account."""
    site, innocent = make_site(), make_user()
    audit.record(site, None, "offer.expired", "offer:1")
    db.session.commit()
    assert audit.verify(site) == []
    db.session.execute(update(AuditEntry).where(entry(site, 1)).values(actor_id=innocent.id))
    db.session.commit()
    db.session.expire_all()
    assert plain(audit.verify(site)) == ["Écriture 1 : son contenu a été changé."]


def test_a_forged_ending_with_its_head_needs_a_checkpoint(site: Site) -> None:
    """The honest limit: who writes every table can forge an ending; a checkpoint kept elsewhere tells."""
    checkpoint = audit.head(site)
    forge_suffix(site)
    last = db.session.query(AuditEntry).where(entry(site, 5)).one().hash
    db.session.execute(update(AuditHead).where(AuditHead.chain == audit.chain_of(site)).values(hash=last))
    db.session.commit()
    assert audit.verify(site) == []
    assert plain(audit.verify(site, checkpoint)) == ["Écriture 5 : n'est pas celle du point de contrôle noté."]


def test_without_the_hash_check_nobody_would_see(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: an UPDATE passes the database silently; only the hash tells."""
    change(site)
    db.session.commit()
    assert audit.verify(site) != []
    kept = {one.id: one.hash for one in db.session.query(AuditEntry)}
    monkeypatch.setattr(audit, "entry_hash", lambda one: kept[one.id])
    assert audit.verify(site) == []


def run(app: Flask, *words: str):
    settings = app.extensions["settings"]
    db.session.rollback()  # nothing is left open that would hold the command up
    environment = {"DATABASE_URL": settings.database_url, "DAWRA_DATA_DIR": str(settings.data_dir)}
    return CliRunner().invoke(main, ["audit", *words], env={**environment, "DAWRA_ENVIRONMENT": "test"})


def test_command(app: Flask, site: Site) -> None:
    slug = site.slug
    sound = run(app, "verify", slug)
    assert (sound.exit_code, sound.output) == (0, f"{slug}: sound, 5 entries\n")
    checkpoint = run(app, "head", slug).output.strip()
    assert run(app, "verify", slug, "--checkpoint", checkpoint).exit_code == 0
    assert "closure.create  closure:5" in run(app, "show", slug).output
    cut_tail(site)
    db.session.commit()
    broken = run(app, "verify", "--all")
    assert broken.exit_code == 1
    assert f"{slug}: Le journal devrait finir à l'écriture 5 ; il finit à la 4.\n" in plain(broken.output)
    assert "programme: sound, 0 entries\n" in broken.output
    assert "no site 'nowhere'" in run(app, "verify", "nowhere").output
    assert run(app, "verify").exit_code == 2


def test_page(app: Flask, client: FlaskClient, site: Site) -> None:
    sign_in(client, make_user((site, SiteRole.MANAGER)))
    page = client.get(f"/manage/{site.slug}/audit/").get_data(as_text=True)
    assert page.count("Fermeture ajoutée") == 5
    assert "Le journal est intact : 5 lignes" in client.get(f"/manage/{site.slug}/audit/?check=1").get_data(
        as_text=True
    )
    change(site)
    db.session.commit()
    broken = client.get(f"/manage/{site.slug}/audit/?check=1").get_data(as_text=True)
    assert "Écriture 3 : son contenu a été changé." in broken
