"""days on which a turn is interrupted; the second look of one person at what another one asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHECKS = (
    ("repair_named", "(kind = 'repair') = (repair_id IS NOT NULL AND option <> '')"),
    ("withdrawal_reasoned", "(kind = 'withdrawal') = (reason <> '')"),
    ("ended_dated", "(state = 'open') = (ended_at IS NULL)"),
    ("two_people", "state <> 'published' OR (ended_by_id IS NOT NULL AND ended_by_id <> asked_by_id)"),
    ("declined_reasoned", "state <> 'declined' OR answer <> ''"),
)
KEYS = (
    ("call_id", "call"), ("publication_id", "publication"), ("asked_by_id", "user_account"),
    ("ended_by_id", "user_account"),
)  # fmt: skip


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=max(map(len, words)) + 8)


def _key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_second_look_{column}_{table}"))


def upgrade() -> None:
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pauses", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "second_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("kind", "repair", "withdrawal"), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("repair_id", sa.Integer(), nullable=True),
        sa.Column("option", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _choice("state", "open", "published", "declined", "retracted", "replaced"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_second_look_{name}")) for name, text in CHECKS),
        *(_key(column, table) for column, table in KEYS),
        sa.ForeignKeyConstraint(
            ["repair_id"], ["repair.id"], name=op.f("fk_second_look_repair_id_repair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look")),
    )
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_look_call_id"), ["call_id"], unique=False)
        opened = sa.text("state = 'open'")
        batch_op.create_index(
            "uq_second_look_open", ["call_id"], unique=True, sqlite_where=opened, postgresql_where=opened
        )


def downgrade() -> None:
    op.drop_table("second_look")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_column("pauses")
