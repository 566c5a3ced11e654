"""publication: draws promised before their seed can be known, a second person who publishes, withdrawals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PROPOSAL = ("open", "published", "declined", "retracted", "replaced")
TWO_PEOPLE = (
    "NOT four_eyes OR cause <> 'plan' OR (proposed_by_id IS NOT NULL AND published_by_id IS NOT NULL "
    "AND proposed_by_id <> published_by_id)"
)
#: The checks of a publication, by name.
CHECKS = {
    "ck_publication_two_people": TWO_PEOPLE,
    "ck_publication_withdrawn_out_of_force": "withdrawn_at IS NULL OR superseded_at IS NOT NULL",
    "ck_publication_withdrawn_reasoned": "(withdrawn_at IS NULL) = (withdrawn_reason = '')",
    "ck_publication_withdrawn_by_somebody": "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
}
COLUMNS = ("four_eyes", "proposed_by_id", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason")


def upgrade() -> None:
    _promises()
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("four_eyes", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_unique_constraint(op.f("uq_call_id_four_eyes"), ["id", "four_eyes"])
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("four_eyes", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("proposed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_reason", sa.Text(), server_default="", nullable=False))
        batch_op.create_foreign_key(
            op.f("fk_publication_call_id_four_eyes_call"), "call", ["call_id", "four_eyes"], ["id", "four_eyes"]
        )
        for column in ("proposed_by_id", "withdrawn_by_id"):
            batch_op.create_foreign_key(op.f(f"fk_publication_{column}_user_account"), "user_account", [column], ["id"])
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(name), condition)
    _proposals()


def _promises() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("case_sha256", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("objections_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_by_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("objections_until < drawn_on", name=op.f("ck_commitment_objections_before_draw")),
        sa.CheckConstraint("(seed <> '') = (revealed_at IS NOT NULL)", name=op.f("ck_commitment_revealed_dated")),
        sa.CheckConstraint(
            "(revealed_at IS NULL) = (revealed_by_id IS NULL)", name=op.f("ck_commitment_revealed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_commitment_call_id_call")),
        sa.ForeignKeyConstraint(
            ["case_sha256"], ["frozen_case.sha256"], name=op.f("fk_commitment_case_sha256_frozen_case")
        ),
        sa.ForeignKeyConstraint(
            ["committed_by_id"], ["user_account.id"], name=op.f("fk_commitment_committed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["revealed_by_id"], ["user_account.id"], name=op.f("fk_commitment_revealed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_call_id"), "commitment", ["call_id"], unique=False)
    op.create_index(
        "uq_commitment_in_force", "commitment", ["call_id"], unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
    )  # fmt: skip


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("plan_sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state", sa.Enum(*PROPOSAL, name="state", native_enum=False, create_constraint=True, length=17),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_proposal_ended_dated")),
        sa.CheckConstraint(
            "state <> 'published' OR (ended_by_id IS NOT NULL AND ended_by_id <> proposed_by_id)",
            name=op.f("ck_proposal_two_people"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (publication_id IS NOT NULL)", name=op.f("ck_proposal_published_as_something")
        ),
        sa.CheckConstraint("state <> 'declined' OR reason <> ''", name=op.f("ck_proposal_declined_reasoned")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_proposal_call_id_call")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_proposal_ended_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_proposal_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_proposal_proposed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_proposal_publication_id_publication")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )  # fmt: skip
    op.create_index(op.f("ix_proposal_call_id"), "proposal", ["call_id"], unique=False)
    op.create_index(
        "uq_proposal_open", "proposal", ["call_id"], unique=True,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("uq_proposal_open", table_name="proposal")
    op.drop_index(op.f("ix_proposal_call_id"), table_name="proposal")
    op.drop_table("proposal")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.drop_constraint(op.f("fk_publication_call_id_four_eyes_call"), type_="foreignkey")
        for column in ("proposed_by_id", "withdrawn_by_id"):
            batch_op.drop_constraint(op.f(f"fk_publication_{column}_user_account"), type_="foreignkey")
        for column in COLUMNS:
            batch_op.drop_column(column)
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_call_id_four_eyes"), type_="unique")
        batch_op.drop_column("four_eyes")
    op.drop_index("uq_commitment_in_force", table_name="commitment")
    op.drop_index(op.f("ix_commitment_call_id"), table_name="commitment")
    op.drop_table("commitment")
