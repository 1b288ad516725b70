"""Sides keep what makes their picture bad to read; nothing there means nothing is wrong.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sides", sa.Column("doubts", sa.JSON(none_as_null=True), nullable=True))
