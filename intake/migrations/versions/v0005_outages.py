"""Jobs count how often the disk, the store or the database failed them.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("outages", sa.Integer(), nullable=False, server_default="0"))
