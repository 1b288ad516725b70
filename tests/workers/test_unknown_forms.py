"""Forms nobody made a pack for: grouped by their look, and read again once there is a pack."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace

import pytest

from extractors.likeness import Signature, signature
from extractors.values import FormMatch
from intake import arrival, audit, editions, jobs, overview, unknown
from intake.model import Person, Status
from intake.records import applications, people, scans
from intake.services import Services
from tests.extractors import unknown_forms
from tests.intake.house import Clock, Read, job_states, reading, without_doubt
from tests.workers.test_steps import DIGEST, Scripted, do, read_result, side
from workers.process import Message

SUE = Person("P3", "sue", "supervisor")
UNKNOWN = FormMatch("UNKNOWN", "", 1.0)


def look(form: int, copy: int) -> Signature:
    found = signature(unknown_forms.filled(unknown_forms.form(form), copy))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def looks() -> list[list[Signature]]:
    """Three copies of each of two forms."""
    return [[look(form, 10 * form + copy) for copy in range(3)] for form in (1, 2)]


def unknown_result(pages: Sequence[Signature]) -> list[Message]:
    told = [
        {"page": n, "signature": b64encode(each.to_bytes()).decode(), "thumbnail": DIGEST}
        for n, each in enumerate(pages, start=1)
    ]
    nothing = replace(reading(Read()), form=UNKNOWN, fields=())
    result = {"reading": nothing.to_json(), "doubtful": [], "why": "It fits no form."}
    return [*read_result(Read())[:-1], result | {"looks": told}]


def arrive(services: Services, result: Sequence[Message]) -> str:
    """An item that came and was read; the id of its application."""
    count = len(overview.recent_scans(services))
    receipt = arrival.receive(services, b"scan %d" % count, arrival.Arrival("post", "t", "a.pdf"))
    do(services, Scripted([side(1, starts=True)]), "split")
    do(services, Scripted(list(result)), "read")
    with services.database.reading() as connection:
        (item,) = scans.items_of(connection, receipt.scan_id)
        made = applications.of_item(connection, item.id)
    assert made is not None
    return made.id


def take(services: Services, application_id: str, clock: Clock) -> None:
    with services.database.writing() as connection:
        if not people.every(connection):
            people.add(connection, SUE, "no password")
        held = {"holder": SUE.id, "lease_until": clock() + jobs.LEASE}
        applications.change(connection, application_id, **held)


def test_pages_that_look_alike_come_into_one_group(
    services: Services, looks: list[list[Signature]]
) -> None:
    first, second = looks
    for each in (first[0], second[0], first[1], first[2]):
        arrive(services, unknown_result([each]))
    (group,) = unknown.groups(services, limit=10)
    assert group.pages == 3
    assert [each.page for each in unknown.members(services, group.look)] == [1, 1, 1]
    arrive(services, unknown_result([second[1]]))
    assert {each.pages for each in unknown.groups(services, limit=10)} == {2, 3}


def test_the_pages_of_one_item_are_grouped_each_by_its_own_look(
    services: Services, looks: list[list[Signature]]
) -> None:
    first, second = looks
    for copy in range(2):
        arrive(services, unknown_result([first[copy], second[copy]]))
    pages = [unknown.members(services, g.look) for g in unknown.groups(services, limit=10)]
    assert sorted([each.page for each in group] for group in pages) == [[1, 1], [2, 2]]


def test_pages_of_something_sensitive_are_in_no_group_and_stay_sensitive(
    services: Services, looks: list[list[Signature]]
) -> None:
    for copy in range(2):
        arrival.receive(services, b"secret %d" % copy, arrival.Arrival("post", "t", "a.pdf"))
        do(services, Scripted([side(1, starts=True)]), "split")
        with services.database.writing() as connection:
            connection.exec_driver_sql("UPDATE items SET sensitive = true")
        do(services, Scripted(unknown_result([looks[0][copy]])), "read")
    assert unknown.groups(services, limit=10) == []
    with services.database.reading() as connection:
        made = connection.exec_driver_sql("SELECT sensitive FROM applications").scalars().all()
    assert [bool(each) for each in made] == [True, True]


def test_letters_are_in_no_group(services: Services) -> None:
    for _ in range(3):
        arrive(services, unknown_result([]))
    assert unknown.groups(services, limit=10) == []


def test_a_group_is_read_again_once_there_is_a_pack(
    services: Services, looks: list[list[Signature]]
) -> None:
    made = [arrive(services, unknown_result([each])) for each in looks[0][:2]]
    (group,) = unknown.groups(services, limit=10)
    assert unknown.read_again(services, group.look, "supervisor:sue") == unknown.ReadAgain(2, 0)
    assert unknown.read_again(services, group.look, "supervisor:sue") == unknown.ReadAgain(0, 2)
    do(services, Scripted(read_result(Read())), "read")
    do(services, Scripted(read_result(without_doubt())), "read")
    with services.database.reading() as connection:
        waits, sure = (applications.get(connection, each) for each in made)
        assert applications.reading(connection, sure.id) == reading(without_doubt())
        trail = [event.action for event in audit.trail(connection, sure.id)]
    assert (waits.status, waits.form_code, waits.doubtful) == (
        Status.IN_REVIEW, "V890-S", Read().doubtful
    )  # fmt: skip
    assert (sure.status, sure.version, sure.revision) == (Status.READY, 2, 1)
    assert trail == ["extracted", "reread", "extracted"]
    assert job_states(services, sure.id) == [("deliver", "waiting", 1)]
    assert unknown.groups(services, limit=10) == []
    assert ("V890-S", "2026-11") in editions.frozen(services)


def test_what_still_fits_no_form_stays_in_its_group_and_can_be_read_once_more(
    services: Services, clock: Clock, looks: list[list[Signature]]
) -> None:
    made = [arrive(services, unknown_result([each])) for each in looks[0][:2]]
    (group,) = unknown.groups(services, limit=10)
    unknown.read_again(services, group.look, "supervisor:sue")
    clock.pass_by(hours=2)
    for each in looks[0][:2]:
        do(services, Scripted(unknown_result([each])), "read")
    (still,) = unknown.groups(services, limit=10)
    assert (still.pages, still.first_seen) == (2, group.first_seen)
    assert {m.application.id for m in unknown.members(services, still.look)} == set(made)
    assert unknown.read_again(services, still.look, "supervisor:sue").begun == 2


def test_what_is_on_a_desk_or_decided_is_left_alone(
    services: Services, clock: Clock, looks: list[list[Signature]]
) -> None:
    held, decided, free = [arrive(services, unknown_result([each])) for each in looks[0]]
    take(services, held, clock)
    with services.database.writing() as connection:
        applications.change(connection, decided, status=Status.RETURNED)
    (group,) = unknown.groups(services, limit=10)
    assert unknown.read_again(services, group.look, "supervisor:sue") == unknown.ReadAgain(1, 2)
    do(services, Scripted(read_result(Read())), "read")
    with services.database.reading() as connection:
        forms = [applications.get(connection, each).form_code for each in (held, decided, free)]
    assert forms == ["UNKNOWN", "UNKNOWN", "V890-S"]


def test_a_result_that_comes_after_somebody_took_it_is_dropped(
    services: Services, clock: Clock, looks: list[list[Signature]]
) -> None:
    made = [arrive(services, unknown_result([each])) for each in looks[0][:2]]
    (group,) = unknown.groups(services, limit=10)
    unknown.read_again(services, group.look, "supervisor:sue")

    class Slow(Scripted):
        """While it reads, somebody takes the application."""

        def run(self, task, look):  # type: ignore[no-untyped-def]
            yield from super().run(task, look)
            take(services, made[0], clock)

    do(services, Slow(read_result(Read())), "read")
    with services.database.reading() as connection:
        application = applications.get(connection, made[0])
    assert (application.form_code, application.version) == ("UNKNOWN", 1)
    assert application.holder == SUE.id


def test_a_reading_that_fails_for_good_leaves_the_application_where_it_was(
    services: Services, looks: list[list[Signature]]
) -> None:
    made = [arrive(services, unknown_result([each])) for each in looks[0][:2]]
    (group,) = unknown.groups(services, limit=10)
    unknown.read_again(services, group.look, "supervisor:sue")
    claim, _ = jobs.claim(services, ("read",), 2)
    assert jobs.park(services, claim, "ChildDied")
    with services.database.reading() as connection:
        assert applications.get(connection, made[0]).status == Status.IN_REVIEW
    assert jobs.retry(services, claim.job_id, "supervisor:sue")
    do(services, Scripted(read_result(Read())), "read")
    with services.database.reading() as connection:
        assert applications.get(connection, made[0]).form_code == "V890-S"
