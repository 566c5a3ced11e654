"""Write and check the audit trail.

An entry's hash is SHA-256 over the canonical JSON (keys sorted, no spaces, UTF-8) of the previous hash and all the
entry says. Its account stands in the hash as the words ``user:ID`` (``system`` for none), which the account's own
column must agree with. The head of a chain is a row of its own, locked while the next entry is written.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.clock import now
from app.extensions import db
from app.i18n import _
from app.models import AuditEntry, AuditHead, Site, User

GENESIS = "0" * 64
PROGRAMME = "programme"


def chain_of(site: Site | None) -> str:
    """The chain of a site, or of the programme as a whole."""
    return PROGRAMME if site is None else f"site:{site.id}"


def record(
    site: Site | None,
    actor: User | None,
    action: str,
    subject: str,
    *,
    before: Any = None,
    after: Any = None,
) -> AuditEntry:
    """Add an entry to the site's chain in the caller's transaction; the caller commits.

    ``subject`` names a thing as ``noun:id``; ``before`` and ``after`` are JSON values with ids, not names.
    """
    chain = chain_of(site)
    head = _locked_head(chain)
    entry = AuditEntry(
        chain=chain, position=head.position + 1, at=now(), actor_id=actor.id if actor else None,
        actor=_account(actor.id if actor else None), action=action, subject=subject, before=before,
        after=after, previous_hash=head.hash,
    )  # fmt: skip
    entry.hash = entry_hash(entry)
    head.position, head.hash = entry.position, entry.hash
    db.session.add(entry)
    db.session.flush()
    return entry


def _locked_head(chain: str) -> AuditHead:
    query = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    head = db.session.execute(query).scalar_one_or_none()
    if head is not None:
        return head
    # two first entries at once: one makes the head, the other waits for it
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    first = dialect.insert(AuditHead).values(chain=chain, position=0, hash=GENESIS)
    db.session.execute(first.on_conflict_do_nothing())
    return db.session.execute(query).scalar_one()


def entry_hash(entry: AuditEntry) -> str:
    """The hash an entry must carry."""
    said = {
        "chain": entry.chain, "position": entry.position, "at": _stamp(entry.at), "actor": entry.actor,
        "action": entry.action, "subject": entry.subject, "before": entry.before, "after": entry.after,
        "previous": entry.previous_hash,
    }  # fmt: skip
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _account(number: int | None) -> str:
    return "system" if number is None else f"user:{number}"


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def verify(site: Site | None, checkpoint: tuple[int, str] | None = None) -> list[str]:
    """Every fault of a chain, a sentence each: changed, removed, reordered entries and a cut tail; empty if sound.

    ``checkpoint``: (position, hash) noted earlier, outside this database. Without one, whoever can write to every
    table can also forge a whole new ending, head included; with one, everything up to it is held.
    """
    chain = chain_of(site)
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.position)
    faults: list[str] = []
    hashes = {0: GENESIS}
    previous, expected = GENESIS, 1
    for entry in db.session.scalars(query):
        if entry.position != expected:
            faults.append(
                _(
                    "Écriture %(number)s : absente (la suivante trouvée est la %(found)s).",
                    number=expected,
                    found=entry.position,
                )
            )
        if entry.previous_hash != previous:
            faults.append(_("Écriture %(number)s : ne suit pas celle d'avant.", number=entry.position))
        if entry.hash != entry_hash(entry) or entry.actor != _account(entry.actor_id):
            faults.append(_("Écriture %(number)s : son contenu a été changé.", number=entry.position))
        previous, expected = entry.hash, entry.position + 1
        hashes[entry.position] = entry.hash
    return faults + _wrong_end(chain, expected - 1, previous) + _wrong_checkpoint(checkpoint, hashes)


def _wrong_end(chain: str, last: int, last_hash: str) -> list[str]:
    head = db.session.get(AuditHead, chain)
    position, known = (head.position, head.hash) if head else (0, GENESIS)
    if position != last:
        return [
            _(
                "Le journal devrait finir à l'écriture %(expected)s ; il finit à la %(found)s.",
                expected=position,
                found=last,
            )
        ]
    return [] if known == last_hash else [_("Écriture %(number)s : n'est pas la dernière qui fut écrite.", number=last)]


def _wrong_checkpoint(checkpoint: tuple[int, str] | None, hashes: dict[int, str]) -> list[str]:
    if checkpoint is None or hashes.get(checkpoint[0]) == checkpoint[1]:
        return []
    return [_("Écriture %(number)s : n'est pas celle du point de contrôle noté.", number=checkpoint[0])]


def head(site: Site | None) -> tuple[int, str]:
    """The checkpoint of a chain as it is now: (position, hash) of its last entry."""
    found = db.session.get(AuditHead, chain_of(site))
    return (found.position, found.hash) if found else (0, GENESIS)
