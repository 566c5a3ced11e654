"""life of a turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vacancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("stand_id", sa.Integer(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "declined",
                "expired",
                "returned",
                "absent",
                "closed",
                "opened",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("left_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "filled", "ended", name="state", native_enum=False, create_constraint=True, length=14),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_vacancy_ended_dated")),
        sa.CheckConstraint("start >= 0 AND length >= 1", name=op.f("ck_vacancy_periods_sensible")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_vacancy_days_in_order")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_vacancy_call_id_call")),
        sa.ForeignKeyConstraint(["left_by_id"], ["exhibitor.id"], name=op.f("fk_vacancy_left_by_id_exhibitor")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_vacancy_space_id_space")),
        sa.ForeignKeyConstraint(["stand_id"], ["stand.id"], name=op.f("fk_vacancy_stand_id_stand")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy")),
    )
    with op.batch_alter_table("vacancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vacancy_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_vacancy_left_by_id"), ["left_by_id"], unique=False)
        batch_op.create_index(
            "uq_vacancy_open_place",
            ["stand_id", "starts_on"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("exhibitor_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("vacancy_id", sa.Integer(), nullable=True),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("stand_id", sa.Integer(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=17,
            ),
            nullable=False,
        ),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_offer_ended_dated")),
        sa.CheckConstraint(
            "(turn_id IS NULL) <> (vacancy_id IS NULL) OR state = 'accepted'", name=op.f("ck_offer_of_turn_or_place")
        ),
        sa.CheckConstraint("offered_at < deadline", name=op.f("ck_offer_deadline_after_offer")),
        sa.CheckConstraint("start >= 0 AND length >= 1", name=op.f("ck_offer_periods_sensible")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_offer_days_in_order")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_offer_call_id_call")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_offer_ended_by_id_user_account")),
        sa.ForeignKeyConstraint(["exhibitor_id"], ["exhibitor.id"], name=op.f("fk_offer_exhibitor_id_exhibitor")),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["user_account.id"], name=op.f("fk_offer_offered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_offer_space_id_space")),
        sa.ForeignKeyConstraint(["stand_id"], ["stand.id"], name=op.f("fk_offer_stand_id_stand")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_offer_turn_id_turn")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancy.id"], name=op.f("fk_offer_vacancy_id_vacancy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_exhibitor_id"), ["exhibitor_id"], unique=False)
        batch_op.create_index("ix_offer_state_deadline", ["state", "deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_turn_id"), ["turn_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_vacancy_id"), ["vacancy_id"], unique=False)
        batch_op.create_index(
            "uq_offer_open_place",
            ["stand_id", "starts_on"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "uq_offer_open_turn",
            ["turn_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "uq_offer_open_vacancy",
            ["vacancy_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("other_turn_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "agreed",
                "done",
                "declined",
                "refused",
                "cancelled",
                "expired",
                "stale",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=17,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(state IN ('asked', 'agreed')) = (ended_at IS NULL)", name=op.f("ck_swap_ended_dated")),
        sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f("ck_swap_refusal_reasoned")),
        sa.CheckConstraint("turn_id <> other_turn_id", name=op.f("ck_swap_two_turns")),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["user_account.id"], name=op.f("fk_swap_agreed_by_id_user_account")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_swap_call_id_call")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_swap_ended_by_id_user_account")),
        sa.ForeignKeyConstraint(["other_turn_id"], ["turn.id"], name=op.f("fk_swap_other_turn_id_turn")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_swap_proposed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_swap_turn_id_turn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_other_turn_id"), ["other_turn_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_turn_id"), ["turn_id"], unique=False)
        batch_op.create_index(
            "uq_swap_open_other_turn",
            ["other_turn_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )
        batch_op.create_index(
            "uq_swap_open_turn",
            ["turn_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_list_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offers", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("offer_days", sa.Integer(), nullable=False, server_default="7"))
        batch_op.add_column(sa.Column("reminder_days", sa.JSON(), nullable=False, server_default="[2]"))
        batch_op.add_column(sa.Column("refill", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column(
                "swaps",
                sa.Enum("none", "approved", "free", name="swaps", native_enum=False, create_constraint=True, length=16),
                nullable=False,
                server_default="approved",
            )
        )
        batch_op.create_check_constraint(op.f("ck_call_offer_days_sensible"), "offer_days BETWEEN 1 AND 60")

    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "cause",
                sa.Enum(
                    "plan",
                    "released",
                    "filled",
                    "swapped",
                    "absent",
                    "closed",
                    "moved",
                    name="cause",
                    native_enum=False,
                    create_constraint=True,
                    length=16,
                ),
                nullable=False,
                server_default="plan",
            )
        )
        batch_op.add_column(sa.Column("turn_count", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("exhibitor_count", sa.Integer(), nullable=True))
        batch_op.alter_column("published_by_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE turn SET sequence = (SELECT number FROM publication WHERE publication.id = turn.publication_id), "
        "since = (SELECT published_at FROM publication WHERE publication.id = turn.publication_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("since")
        batch_op.drop_column("sequence")

    op.execute(
        "UPDATE publication SET published_by_id = (SELECT min(id) FROM user_account) WHERE published_by_id IS NULL"
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.alter_column("published_by_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_constraint(op.f("ck_publication_cause"), type_="check")
        batch_op.drop_column("exhibitor_count")
        batch_op.drop_column("turn_count")
        batch_op.drop_column("cause")

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_call_swaps"), type_="check")
        batch_op.drop_constraint(op.f("ck_call_offer_days_sensible"), type_="check")
        batch_op.drop_column("swaps")
        batch_op.drop_column("refill")
        batch_op.drop_column("reminder_days")
        batch_op.drop_column("offer_days")
        batch_op.drop_column("offers")

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_column("left_list_at")

    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_swap_open_turn",
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )
        batch_op.drop_index(
            "uq_swap_open_other_turn",
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )
        batch_op.drop_index(batch_op.f("ix_swap_turn_id"))
        batch_op.drop_index(batch_op.f("ix_swap_other_turn_id"))
        batch_op.drop_index(batch_op.f("ix_swap_call_id"))

    op.drop_table("swap")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_open_vacancy", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "uq_offer_open_turn", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "uq_offer_open_place", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_offer_vacancy_id"))
        batch_op.drop_index(batch_op.f("ix_offer_turn_id"))
        batch_op.drop_index("ix_offer_state_deadline")
        batch_op.drop_index(batch_op.f("ix_offer_exhibitor_id"))
        batch_op.drop_index(batch_op.f("ix_offer_call_id"))

    op.drop_table("offer")
    with op.batch_alter_table("vacancy", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_vacancy_open_place", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_vacancy_left_by_id"))
        batch_op.drop_index(batch_op.f("ix_vacancy_call_id"))

    op.drop_table("vacancy")
