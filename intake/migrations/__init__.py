"""Alembic migrations, run by ``Database.migrate`` on its own connection."""
