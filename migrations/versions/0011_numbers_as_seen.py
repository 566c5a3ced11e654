"""register numbers compared as they are seen; telephones in one form.

A number written twice with invisible marks stood for two profiles. Its key is made anew; where two profiles turn out
to have one number, one has the new key and the other keeps its former one until a person decides between them.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
DASHES = re.compile("[\u2010-\u2015\u2212\ufe58]")

exhibitor = sa.table(
    "exhibitor", sa.column("id", sa.Integer), sa.column("register_number", sa.String),
    sa.column("register_key", sa.String), sa.column("phone", sa.String),
)  # fmt: skip


def key(number: str) -> str:
    """The form in which two numbers are the same to the eye, as it was when this migration was written."""
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", number))
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return "".join(DASHES.sub("-", UNSEEN.sub("", unicodedata.normalize("NFKC", digits.casefold()))).split())


def international(phone: str) -> str:
    """A telephone number as profiles keep it; what is none stays as it is."""
    try:
        number = phonenumbers.parse(phone, "MA")
    except phonenumbers.NumberParseException:
        return phone
    if not phonenumbers.is_valid_number(number):
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def upgrade() -> None:
    bind = op.get_bind()
    rows = bind.execute(sa.select(exhibitor).order_by(exhibitor.c.id)).all()
    taken = {row.register_key: row.id for row in rows}
    for row in rows:
        made = key(row.register_number)
        new: dict[str, str] = {}
        if made and made != row.register_key and made not in taken:
            new["register_key"] = made
            del taken[row.register_key]
            taken[made] = row.id
        if row.phone and international(row.phone) != row.phone:
            new["phone"] = international(row.phone)
        if new:
            bind.execute(sa.update(exhibitor).where(exhibitor.c.id == row.id).values(**new))


def downgrade() -> None:
    """The keys and telephones were valid before too: they stay."""
