"""The review desk: repairs of bad scans, second keying, letters, earlier post, people's settings.

Revision ID: 0008
Revises: 0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from intake.tables import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEXES = (
    (
        "ix_applications_queue",
        *("status", "due_on", "received_at", "id", "form_code", "queue"),
        *("sensitive", "referred", "lease_until", "reserved_until"),
    ),
    (
        "ix_applications_counts",
        *("status", "form_code", "queue", "due_on", "referred", "sensitive", "lease_until"),
    ),
    ("ix_applications_holder", "holder", "status"),
    ("ix_applications_reserved_for", "reserved_for", "status"),
    ("ix_applications_decided", "decided_by", "decided_at"),
)


def upgrade() -> None:
    for table, column in _added():
        op.add_column(table, column)
    op.drop_index("ix_applications_queue", "applications")
    for name, *columns in _INDEXES:
        op.create_index(name, "applications", columns)
    op.create_table(
        "rescans",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.String(26), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(26), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("done_by", sa.String(80), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("new_scan_id", sa.String(26), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescans")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_rescans_application_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_rescans_asked_by")),
        sa.ForeignKeyConstraint(["new_scan_id"], ["scans.id"], name=op.f("fk_rescans_new_scan_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rescans_application_id", "rescans", ["application_id"])
    op.create_table(
        "keyings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.String(26), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(120), nullable=False),
        sa.Column("why", sa.String(10), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("first", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("first_by", sa.String(26), nullable=True),
        sa.Column("second", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("second_by", sa.String(26), nullable=True),
        sa.Column("third", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("third_by", sa.String(26), nullable=True),
        sa.Column("final", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("final_by", sa.String(26), nullable=True),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("holder", sa.String(26), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyings")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_keyings_application_id")
        ),
        sa.ForeignKeyConstraint(["first_by"], ["people.id"], name=op.f("fk_keyings_first_by")),
        sa.ForeignKeyConstraint(["second_by"], ["people.id"], name=op.f("fk_keyings_second_by")),
        sa.ForeignKeyConstraint(["third_by"], ["people.id"], name=op.f("fk_keyings_third_by")),
        sa.ForeignKeyConstraint(["final_by"], ["people.id"], name=op.f("fk_keyings_final_by")),
        sa.ForeignKeyConstraint(["holder"], ["people.id"], name=op.f("fk_keyings_holder")),
        sa.UniqueConstraint(
            "application_id",
            "revision",
            "field",
            name=op.f("uq_keyings_application_id_revision_field"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_keyings_application_id", "keyings", ["application_id"])
    op.create_index("ix_keyings_closed_at", "keyings", ["closed_at"])
    op.create_table(
        "letters",
        sa.Column("application_id", sa.String(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.String(26), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("approved_by", sa.String(26), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("printed_at", Moment(), nullable=True),
        sa.Column("printed_by", sa.String(80), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_letters")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_letters_application_id")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_letters_written_by")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_letters_approved_by")
        ),
    )
    op.create_index("ix_letters_approved_at", "letters", ["approved_at"])
    op.create_table(
        "reference_numbers",
        sa.Column("application_id", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint(
            "application_id", "kind", "value", name=op.f("pk_reference_numbers")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_reference_numbers_application_id"),
        ),
    )
    op.create_index("ix_reference_numbers_value", "reference_numbers", ["kind", "value"])


def downgrade() -> None:
    for table in ("reference_numbers", "letters", "keyings", "rescans"):
        op.drop_table(table)
    for name, *_ in _INDEXES:
        op.drop_index(name, "applications")
    op.create_index("ix_applications_queue", "applications", ["status", "due_on", "received_at"])
    for table, column in reversed(_added()):
        op.drop_column(table, column.name)


def _added() -> tuple[tuple[str, sa.Column[Any]], ...]:
    """The new columns with their tables; made anew each time, for a column joins its table."""
    return (
        ("items", sa.Column("asked_form", sa.String(81), nullable=False, server_default="")),
        ("items", sa.Column("sensitive", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("sides", sa.Column("turned", sa.Integer(), nullable=True)),
        (
            "applications",
            sa.Column("queue", sa.String(60), nullable=False, server_default="general"),
        ),
        (
            "applications",
            sa.Column("sensitive", sa.Boolean(), nullable=False, server_default=sa.false()),
        ),
        ("applications", sa.Column("language", sa.String(5), nullable=False, server_default="en")),
        ("applications", sa.Column("reserved_for", sa.String(26), nullable=True)),
        ("applications", sa.Column("reserved_until", Moment(), nullable=True)),
        (
            "applications",
            sa.Column("reserved_field", sa.String(120), nullable=False, server_default=""),
        ),
        (
            "applications",
            sa.Column("whole_page", sa.Boolean(), nullable=False, server_default=sa.false()),
        ),
        ("people", sa.Column("queues", sa.JSON(none_as_null=True), nullable=True)),
        ("people", sa.Column("cleared", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("people", sa.Column("preferences", sa.JSON(none_as_null=True), nullable=True)),
    )
