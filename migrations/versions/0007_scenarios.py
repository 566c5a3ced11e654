"""scenarios: the kind of a job, and what came of trying a charter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KIND = sa.Enum("solve", "trial", name="kind", native_enum=False, create_constraint=True, length=13)


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["solve_run.id"], name=op.f("fk_trial_run_id_solve_run")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_trial")),
    )
    with op.batch_alter_table("solve_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", KIND, server_default="solve", nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM trial")
    op.execute("DELETE FROM solve_run WHERE kind = 'trial'")
    with op.batch_alter_table("solve_run", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_solve_run_kind"), type_="check")
        batch_op.drop_column("kind")
    op.drop_table("trial")
