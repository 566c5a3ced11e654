"""Attendance, ledger corrections, and what a charter says of absences and newcomers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    longest = max(len(value) for value in values)
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=longest + 8)


def upgrade() -> None:
    with op.batch_alter_table("call") as call:
        call.add_column(sa.Column("absences_running", sa.Integer()))
        call.add_column(sa.Column("absences_yearly", sa.Integer()))
        missed = _choice(op.f("ck_call_missed_periods"), "count", "unless_excused", "never")
        call.add_column(sa.Column("missed_periods", missed, nullable=False, server_default="count"))
        newcomers = _choice(op.f("ck_call_newcomers"), "zero", "lowest", "median", "average")
        call.add_column(sa.Column("newcomers", newcomers, nullable=False, server_default="zero"))
        call.create_check_constraint(
            op.f("ck_call_absences_positive"),
            "(absences_running IS NULL OR absences_running >= 1) AND (absences_yearly IS NULL OR absences_yearly >= 1)",
        )
    op.create_table(
        "attendance",
        sa.Column("exhibitor_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("state", _choice("state", "present", "absent", "excused"), nullable=False),
        sa.Column("source", _choice("source", "list", "code"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'excused' OR reason <> ''", name=op.f("ck_attendance_excuse_reasoned")),
        sa.ForeignKeyConstraint(["exhibitor_id"], ["exhibitor.id"], name=op.f("fk_attendance_exhibitor_id_exhibitor")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_attendance_site_id_site")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_attendance_turn_id_turn")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user_account.id"], name=op.f("fk_attendance_noted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("exhibitor_id", "day", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_site_id"), "attendance", ["site_id"])
    op.create_index(op.f("ix_attendance_turn_id"), "attendance", ["turn_id"])
    op.create_table(
        "ledger_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibitor_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer()),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_ledger_correction_reasoned")),
        sa.CheckConstraint(
            "turns <> 0 OR periods <> 0 OR points <> 0", name=op.f("ck_ledger_correction_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["call_id", "site_id"], ["call.id", "call.site_id"], name=op.f("fk_ledger_correction_call_id_site_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["exhibitor.id"], name=op.f("fk_ledger_correction_exhibitor_id_exhibitor")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ledger_correction_site_id_site")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_ledger_correction_made_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_correction")),
    )
    for column in ("exhibitor_id", "site_id", "call_id"):
        op.create_index(op.f(f"ix_ledger_correction_{column}"), "ledger_correction", [column])


def downgrade() -> None:
    op.drop_table("ledger_correction")
    op.drop_table("attendance")
    with op.batch_alter_table("call") as call:
        for rule in ("absences_positive", "missed_periods", "newcomers"):
            call.drop_constraint(op.f(f"ck_call_{rule}"), type_="check")
        for column in ("newcomers", "missed_periods", "absences_yearly", "absences_running"):
            call.drop_column(column)
