"""Editions in use are recorded with their digest, pages of unknown forms with their look.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from intake.tables import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("first_used_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("code", "edition", name=op.f("pk_editions")),
    )
    op.create_table(
        "unknown_pages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("look", sa.String(26), nullable=False),
        sa.Column("application_id", sa.String(26), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.String(64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_pages")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_unknown_pages_application_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unknown_pages_look", "unknown_pages", ["look"])
    op.create_index("ix_unknown_pages_application_id", "unknown_pages", ["application_id"])


def downgrade() -> None:
    op.drop_table("unknown_pages")
    op.drop_table("editions")
