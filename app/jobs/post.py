"""How a message leaves: a file in the spool folder, or SMTP."""

from __future__ import annotations

import hashlib
import os
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from app.jobs.outbox import Letter

PATIENCE = 20  # seconds for the SMTP server


class PostError(Exception):
    """A message that could not leave now."""


def compose(letter: Letter, settings: Settings) -> EmailMessage:
    """The message as mail programs read it; the same letter always gives the same Message-ID."""
    name, address = parseaddr(settings.mail_from)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{digest(letter)}@{address.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body)
    mail["Content-Language"] = letter.language  # last: giving a message its content takes its Content headers away
    return mail


def digest(letter: Letter) -> str:
    """A short name of a message, from its key."""
    return hashlib.sha256(letter.key.encode()).hexdigest()[:24]


def deliver(letter: Letter, settings: Settings) -> None:
    """Send one message the way the settings say; raises PostError."""
    try:
        mail = compose(letter, settings)
        if settings.mail_backend == "spool":
            _spool(letter, mail, settings)
        else:
            _smtp(mail, settings)
    except (OSError, smtplib.SMTPException, ValueError, IndexError) as error:
        raise PostError(f"{type(error).__name__}: {error}") from error


def _spool(letter: Letter, mail: EmailMessage, settings: Settings) -> None:
    folder = settings.data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{letter.id:08d}-{digest(letter)}.eml"
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(mail.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _smtp(mail: EmailMessage, settings: Settings) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=PATIENCE) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(mail)
