"""repair jobs: a kind of job that seeks places after a closure, and the options that wait for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _kinds(*names: str) -> str:
    return f"kind IN ({', '.join(repr(name) for name in names)})"


def upgrade() -> None:
    with op.batch_alter_table("solve_run", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_solve_run_kind"), type_="check")
        batch_op.alter_column("kind", existing_type=sa.String(length=13), type_=sa.String(length=14))
        batch_op.create_check_constraint(op.f("ck_solve_run_kind"), _kinds("solve", "trial", "repair"))
    with op.batch_alter_table("repair", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_repair_run_id_solve_run"), "solve_run", ["run_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("repair", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_repair_run_id_solve_run"), type_="foreignkey")
        batch_op.drop_column("run_id")
    op.execute("DELETE FROM solve_run WHERE kind = 'repair'")
    with op.batch_alter_table("solve_run", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_solve_run_kind"), type_="check")
        batch_op.alter_column("kind", existing_type=sa.String(length=14), type_=sa.String(length=13))
        batch_op.create_check_constraint(op.f("ck_solve_run_kind"), _kinds("solve", "trial"))
