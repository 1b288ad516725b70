"""The ``postroom`` command: every part is there, and the small ones say what they did."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from intake import audit, jobs, people
from intake.__main__ import COMMANDS, postroom
from intake.model import Status
from intake.records import scans
from intake.services import open_services
from intake.settings import load


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def run(*words: str) -> Result:
    return CliRunner().invoke(postroom, list(words))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_is_where_the_table_says(name: str) -> None:
    module, attribute = COMMANDS[name].split(":")
    assert isinstance(getattr(import_module(module), attribute), click.Command)
    assert run(name, "--help").exit_code == 0


def test_an_unknown_subcommand_is_refused() -> None:
    ended = run("fly")
    assert ended.exit_code == 2
    assert "No such command" in ended.output


def test_receive_prints_a_receipt_for_each_file_and_fails_for_a_bad_one(
    home: Path, tmp_path: Path
) -> None:
    good, empty = tmp_path / "good.pdf", tmp_path / "empty.pdf"
    good.write_bytes(b"paper")
    empty.write_bytes(b"")
    ended = run("receive", str(good), str(empty), str(tmp_path / "missing.pdf"))
    assert ended.exit_code == 2
    assert "good.pdf: receipt 01" in ended.output
    assert "empty.pdf: The file is empty" in ended.output
    assert "missing.pdf: cannot be read" in ended.output
    assert "received before" in run("receive", str(good)).output


def test_receive_takes_a_file_whose_name_is_not_utf_8(home: Path, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/M\xfcller.pdf")
    Path(name).write_bytes(b"paper")
    ended = run("receive", name)
    assert ended.exit_code == 0
    assert "receipt 01" in ended.output


def test_status_shows_what_is_stuck_and_retry_lets_it_go_on(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"paper")
    run("receive", str(tmp_path / "a.pdf"))
    services = open_services(load({"POSTROOM_HOME": str(home)}))
    (claim,) = jobs.claim(services, ("split",), 1)
    jobs.park(services, claim, "ChildDied: ended with signal 11")
    services.close()
    shown = run("status").output
    assert f"job {claim.job_id}: split" in shown
    assert "signal 11" in shown
    assert run("retry", str(claim.job_id)).exit_code == 0
    assert "stuck                 0" in run("status").output
    assert "is not stuck" in run("retry", str(claim.job_id)).output
    assert "Give the number" in run("retry").output
    assert run("retry", "--all", "--step", "deliver").output == "Tried again: 0 jobs.\n"


def test_a_quarantined_scan_is_read_again_when_its_receipt_is_named(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"paper")
    receipt = run("receive", str(tmp_path / "a.pdf")).output.split()[-1]
    services = open_services(load({"POSTROOM_HOME": str(home)}))
    assert "not quarantined" in run("reread", receipt).output
    (claim,) = jobs.claim(services, ("split",), 1)

    def quarantine(connection: Connection) -> None:
        scan = scans.get(connection, receipt)
        scans.set_status(connection, scan, Status.QUARANTINED, code="too_many_pages", reason="No.")

    jobs.finish(services, claim, quarantine)
    assert jobs.claim(services, ("split",), 1) == []
    assert run("reread", receipt).exit_code == 0
    (again,) = jobs.claim(services, ("split",), 1)
    assert (again.subject, again.attempt) == (receipt, 1)
    with services.database.reading() as connection:
        scan = scans.get(connection, receipt)
        assert (scan.status, scan.code, scan.reason) == (Status.RECEIVED, "", "")
        assert audit.trail(connection, receipt)[-1].action == "reread"
    services.close()
    assert "no scan" in run("reread", "01JC9Z6Q8W3V5K7M2N4P6R8T0A").output


def test_the_trail_is_checked_by_command(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"paper")
    receipt = run("receive", str(tmp_path / "a.pdf")).output.split()[-1]
    whole = run("audit")
    assert whole.exit_code == 0
    assert whole.output == "1 trail is whole.\n"
    services = open_services(load({"POSTROOM_HOME": str(home)}))
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE events SET actor = 'somebody else'")
    services.close()
    broken = run("audit")
    assert broken.exit_code == 1
    assert f"{receipt}: changed or incomplete from event 1" in broken.output


def test_people_are_added_listed_and_given_new_passwords(home: Path) -> None:
    made = run("people", "add", "ann", "reviewer").output.strip()
    assert made.startswith("ann (reviewer): ")
    assert "already" in run("people", "add", "ann", "reviewer").output
    assert run("people", "list").output == "ann (reviewer)\n"
    again = run("people", "password", "ann").output.strip().removeprefix("ann: ")
    services = open_services(load({"POSTROOM_HOME": str(home)}))
    assert people.authenticate(services, "ann", again).role == "reviewer"
    services.close()
    assert "no account" in run("people", "password", "bob").output
    assert run("people", "queues", "ann", "vehicles-refunds").output == (
        "ann (reviewer), work queues vehicles-refunds\n"
    )
    assert "no work queue refunds. There are: " in run("people", "queues", "ann", "refunds").output
    assert "or --all" in run("people", "queues", "ann").output
    assert run("people", "queues", "ann", "--all").output == "ann (reviewer)\n"
    assert run("people", "clear", "ann").output.endswith("cleared for sensitive applications\n")
    assert run("people", "clear", "ann", "--withdraw").output == "ann (reviewer)\n"
    assert "no account" in run("people", "clear", "bob").output
    assert "no account" in run("people", "queues", "bob", "--all").output
    assert "postroom people password ann" in run("people", "close", "ann").output
    assert run("people", "list").output == "ann (reviewer), closed\n"
    assert "no account" in run("people", "close", "bob").output
