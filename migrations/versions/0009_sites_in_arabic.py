"""sites in Arabic: the town, the address and the opening hours beside the French."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = (("city_ar", sa.String(length=80)), ("address_ar", sa.Text()), ("opening_hours_ar", sa.String(length=200)))


def upgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        for name, kind in COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        for name, _kind in reversed(COLUMNS):
            batch_op.drop_column(name)
