"""Jobs count how often they took their reader with them.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # For some hours revision 0001 made this column itself.
    if "deaths" not in {each["name"] for each in sa.inspect(op.get_bind()).get_columns("jobs")}:
        op.add_column("jobs", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
