"""the board: edits of a plan, overrides of a publication, permanent exhibitors, partial solves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "place", "move", "remove", "swap", "pin", "unpin", "forbid", "allow", "close", "permanent", "refresh", "import",
    "undo", "redo",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "plan_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=17), nullable=False
        ),
        sa.Column("of_version", sa.Integer(), nullable=True),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_plan_edit_version_positive")),
        sa.CheckConstraint(
            "(kind IN ('undo', 'redo')) = (of_version IS NOT NULL)", name=op.f("ck_plan_edit_undo_of_something")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_plan_edit_made_by_id_user_account")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_edit_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_edit")),
        sa.UniqueConstraint("plan_id", "version", name=op.f("uq_plan_edit_plan_id_version")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("proof", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("overrides", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("solve_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("permanent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint(op.f("ck_decision_permanent_is_pin"), "NOT permanent OR kind = 'pin'")


def downgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_decision_permanent_is_pin"), type_="check")
        batch_op.drop_column("permanent")
    with op.batch_alter_table("solve_run", schema=None) as batch_op:
        batch_op.drop_column("scope")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_column("overrides")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("proof")
        batch_op.drop_column("version")
    op.drop_table("plan_edit")
