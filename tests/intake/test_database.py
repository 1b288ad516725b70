"""The database: migrations agree with the tables, and concurrent writers lose nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from intake import migrations
from intake.database import Database
from intake.services import Services
from intake.tables import answers, metadata, people


def test_the_migrations_build_the_tables_that_the_code_uses(services: Services) -> None:
    with services.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_the_code_expects() -> None:
    scripts = ScriptDirectory.from_config(migrations.configuration())
    assert scripts.get_current_head() == migrations.HEAD


def test_a_database_of_an_earlier_version_is_brought_up_to_date_with_its_jobs(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    config = migrations.configuration()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "INSERT INTO jobs (step, subject, revision, state, priority, attempts, fence, error)"
            " VALUES ('split', 'S', 1, 'waiting', 1, 0, 0, '')"
        )
    database.migrate()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT subject, deaths FROM jobs").all() == [("S", 0)]
    database.close()


def test_the_newest_migration_can_be_taken_back_and_made_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/back.db")
    database.migrate()
    config = migrations.configuration()
    for step, there in ((lambda: command.downgrade(config, "-1"), False),
                        (lambda: command.upgrade(config, "head"), True)):  # fmt: skip
        with database.writing() as connection:
            config.attributes["connection"] = connection
            step()
        with database.reading() as connection:
            names = set(sa.inspect(connection).get_table_names())
        assert ({"keyings", "letters", "rescans"} <= names) is there
    database.close()


def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/new.db"
    databases = [Database(address) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.migrate, databases))
    with databases[0].reading() as connection:
        assert sa.inspect(connection).has_table("jobs")
    for each in databases:
        each.close()


def test_an_error_of_the_database_tells_nothing_of_what_was_to_be_written(
    services: Services,
) -> None:
    with pytest.raises(IntegrityError) as error, services.database.writing() as connection:
        connection.execute(
            answers.insert().values(
                application_id="none", field="name", version=1, value="MORGAN",
                state="corrected", by="none", at=services.now(),
            )
        )  # fmt: skip
    assert "MORGAN" not in str(error.value)


def test_a_thousand_concurrent_updates_lose_none(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/count.db")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE count (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO count VALUES (0)")

    def add(_: int) -> None:
        with database.writing() as connection:
            n = connection.exec_driver_sql("SELECT n FROM count").scalar_one()
            connection.exec_driver_sql("UPDATE count SET n = ?", (n + 1,))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(400)))
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT n FROM count").scalar_one() == 400
    database.close()


def test_a_reader_sees_one_moment_and_waits_for_no_writer(services: Services) -> None:
    with services.database.writing() as writer:
        writer.execute(people.insert().values(id="P", name="ann", role="reviewer", password=""))
        with services.database.reading() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM people").scalar_one() == 0


def test_what_points_nowhere_is_refused(services: Services) -> None:
    with pytest.raises(IntegrityError), services.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO items VALUES ('I', 'no scan', 1, 'scanned', NULL, '', '', '', 0)"
        )


def test_writes_are_flushed_to_disk_before_they_count(services: Services) -> None:
    with services.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
