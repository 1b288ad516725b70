"""Alembic's entry: the connection is handed in by ``Database.migrate``."""

from alembic import context

from intake.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
