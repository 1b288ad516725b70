"""Paper that is to be scanned again: asked for, done, not found, taken back."""

from __future__ import annotations

import pytest

from intake import arrival, audit, rescans, review
from intake.model import (
    Application,
    LeaseLost,
    Person,
    Refused,
    Side,
    Status,
    TooLate,
    VersionConflict,
)
from intake.records import applications, releases, scans
from intake.records import rescans as rows
from intake.services import Services
from tests.intake.house import Clock, now, read_item

BLURRED = ("BLURRED", "The lower half.")


@pytest.fixture
def operator(services: Services) -> Person:
    return Person("P8", "olu", "operator")


@pytest.fixture
def asked(services: Services, ann: Person) -> Application:
    """An application whose paper is to be scanned again."""
    made = read_item(services)
    review.take(services, made.id, ann)
    rescans.ask(services, made.id, ann, 1, BLURRED)
    return now(services, made)


def new_scan(services: Services, data: bytes = b"the new scan") -> str:
    """A scan that came and was parted into items; its id."""
    receipt = arrival.receive(services, data, arrival.Arrival("post", "t", "again.pdf"))
    with services.database.writing() as connection:
        scan = scans.get(connection, receipt.scan_id)
        side = Side(1, "page", "0" * 64, 10, 10, 300.0)
        scans.was_split(connection, scan, [(side, None)], [])
    return receipt.scan_id


def actions(services: Services, subject: str) -> list[str]:
    with services.database.reading() as connection:
        assert audit.first_broken(connection, subject) is None
        return [event.action for event in audit.trail(connection, subject)]


def test_what_is_asked_for_waits_at_the_station_with_its_place(
    services: Services, asked: Application, ann: Person
) -> None:
    assert (asked.status, asked.holder) == (Status.AWAITING_RESCAN, None)
    assert actions(services, asked.id)[-1] == "rescan_asked"
    (line,) = rescans.waiting(services)
    assert rescans.number_open(services) == 1
    assert (line.file_name, line.station, line.position, line.pages) == ("a.pdf", "test", 1, (1,))
    assert line.reason == "The picture is blurred or smeared"
    assert line.note == "The lower half."
    assert line.asked_at == services.now()
    with pytest.raises(LeaseLost):
        review.take(services, asked.id, ann)


def test_asking_twice_from_the_same_page_is_asking_once(
    services: Services, asked: Application, ann: Person
) -> None:
    rescans.ask(services, asked.id, ann, 1, BLURRED)
    assert rescans.number_open(services) == 1
    assert now(services, asked) == asked


def test_only_whoever_has_it_on_the_desk_may_ask(
    services: Services, ann: Person, ben: Person
) -> None:
    made = read_item(services)
    review.take(services, made.id, ann)
    with pytest.raises(LeaseLost):
        rescans.ask(services, made.id, ben, 1, BLURRED)
    with pytest.raises(VersionConflict):
        rescans.ask(services, made.id, ann, 7, BLURRED)
    assert rescans.number_open(services) == 0


def test_the_new_scan_closes_the_old_application_and_is_due_no_later(
    services: Services, clock: Clock, asked: Application, operator: Person
) -> None:
    clock.pass_by(days=2)
    later = read_item(services)
    assert later.due_on > asked.due_on
    (line,) = rescans.waiting(services)
    assert [each.scan_id for each in rescans.arrived(services, line.asked_at)] == [later.scan_id]
    rescans.done(services, line.id, operator, later.scan_id)
    closed = now(services, asked)
    assert (closed.status, closed.code) == (Status.CLOSED, rescans.RESCANNED)
    assert now(services, later).due_on == asked.due_on
    assert rescans.waiting(services) == []
    assert actions(services, asked.id)[-1] == "rescanned"
    assert actions(services, later.scan_id)[-1] == "replaces"
    with services.database.reading() as connection:
        assert rows.due_in_place_of(connection, later.scan_id) == asked.due_on
        assert rows.due_in_place_of(connection, asked.scan_id) is None


def test_a_new_scan_that_is_just_being_put_right_is_due_no_later_either(
    services: Services, clock: Clock, asked: Application, operator: Person
) -> None:
    clock.pass_by(days=2)
    later = read_item(services)
    with services.database.writing() as connection:  # as a repair leaves it
        applications.change(connection, later.id, status=Status.SCANNED)
    (line,) = rescans.waiting(services)
    rescans.done(services, line.id, operator, later.scan_id)
    assert now(services, later).due_on == asked.due_on


def test_a_scan_that_came_before_is_not_the_new_one(
    services: Services, clock: Clock, ann: Person, operator: Person
) -> None:
    earlier = new_scan(services)
    clock.pass_by(hours=1)
    made = read_item(services)
    review.take(services, made.id, ann)
    rescans.ask(services, made.id, ann, 1, BLURRED)
    (line,) = rescans.waiting(services)
    for wrong in (earlier, made.scan_id):
        with pytest.raises(Refused, match="came before"):
            rescans.done(services, line.id, operator, wrong)
    clock.pass_by(hours=1)
    late = arrival.receive(services, b"late", arrival.Arrival("post", "t", "c.pdf"))
    with pytest.raises(Refused, match="not read yet"):
        rescans.done(services, line.id, operator, late.scan_id)
    assert now(services, made).status == Status.AWAITING_RESCAN


def test_paper_that_cannot_be_found_goes_to_a_supervisor(
    services: Services, asked: Application, operator: Person, ann: Person, sue: Person
) -> None:
    (line,) = rescans.waiting(services)
    rescans.not_found(services, line.id, operator)
    back = now(services, asked)
    assert (back.status, back.referred, back.decided_by) == (Status.IN_REVIEW, True, None)
    assert "cannot find the paper" in back.note
    assert "The lower half." in back.note
    assert actions(services, asked.id)[-1] == "paper_not_found"
    assert review.take_next(services, ann) is None
    assert review.take_next(services, sue) == asked.id


def test_what_was_dealt_with_is_left_alone(
    services: Services, clock: Clock, asked: Application, operator: Person
) -> None:
    (line,) = rescans.waiting(services)
    clock.pass_by(hours=1)
    rescans.done(services, line.id, operator, new_scan(services))
    with pytest.raises(Refused, match="dealt with this already"):
        rescans.not_found(services, line.id, operator)
    assert now(services, asked).status == Status.CLOSED


def test_a_reviewer_takes_it_back_within_ten_minutes(
    services: Services, clock: Clock, asked: Application, ann: Person, operator: Person
) -> None:
    (line,) = rescans.waiting(services)
    clock.pass_by(minutes=9)
    task = review.reopen(services, asked.id, ann)
    assert (task.application.status, task.application.revision) == (Status.IN_REVIEW, 1)
    assert rescans.waiting(services) == []
    with pytest.raises(Refused, match="dealt with this already"):
        rescans.done(services, line.id, operator, new_scan(services))


def test_after_ten_minutes_or_once_it_is_scanned_it_stays(
    services: Services, clock: Clock, asked: Application, ann: Person, operator: Person
) -> None:
    clock.pass_by(minutes=11)
    with pytest.raises(TooLate):
        review.reopen(services, asked.id, ann)
    (line,) = rescans.waiting(services)
    rescans.done(services, line.id, operator, new_scan(services))
    with services.database.writing() as connection:
        applications.change(connection, asked.id, decided_at=clock(), decided_by=ann.id)
    with pytest.raises(TooLate):
        review.reopen(services, asked.id, ann)


def test_what_was_delivered_before_is_not_scanned_again(services: Services, ann: Person) -> None:
    made = read_item(services)
    with services.database.writing() as connection:
        releases.add(connection, made.id, 1, "{}", services.now())
    review.take(services, made.id, ann)
    with pytest.raises(Refused, match="delivered before"):
        rescans.ask(services, made.id, ann, 1, BLURRED)
    assert now(services, made).status == Status.IN_REVIEW
