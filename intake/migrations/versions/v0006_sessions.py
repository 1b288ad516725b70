"""Accounts count how often their sessions were ended, and may be closed.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from intake.tables import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("session", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("people", sa.Column("closed_at", Moment(), nullable=True))
