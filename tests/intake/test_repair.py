"""Putting the pages of an item right: turned, moved, parted, joined, and read as another form."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from ulid import ULID

from extractors.values import Box, FieldReading, FormMatch, PageReading, Reading
from intake import arrival, audit, delivery, jobs, repair, review, waiting
from intake.model import (
    Application,
    Item,
    LeaseLost,
    Person,
    Side,
    Status,
    VersionConflict,
    due_on,
)
from intake.pageplan import PagePlan, Plan, Where
from intake.records import applications, releases, scans
from intake.repair import BadPlan
from intake.services import Services
from tests.intake.house import Clock, job_states, now

FORM = "V62-S 2026-11"
OTHER = "V890-S 2026-11"
_count = itertools.count(1)
_WHOLE = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Post:
    """A scan that was read: its id, and its applications in the order of the paper."""

    scan_id: str
    made: tuple[Application, ...]


def scanned(services: Services, *items: int, blank: Sequence[int] = ()) -> Post:
    """A scan of items with so many pages each; ``blank``: sides that are blank, by number."""
    receipt = arrival.receive(
        services, b"repair %d" % next(_count), arrival.Arrival("post", "t", "post.pdf")
    )
    picture = services.objects.put(b"a picture")
    numbers = (n for n in itertools.count(1) if n not in blank)
    made, parts, placed = [], [], []
    for position, pages in enumerate(items, start=1):
        item = Item(str(ULID()), receipt.scan_id, position, Status.EXTRACTED)
        parts.append(item)
        for place in range(1, pages + 1):
            side = Side(next(numbers), "page", picture, 10, 14, 300.0, place, None, picture, 10, 14)
            placed.append((side, item.id))
        made.append(_application(item, receipt.received_at))
    placed += [(Side(n, "blank", picture, 10, 14, 300.0), None) for n in blank]
    with services.database.writing() as connection:
        scan = scans.get(connection, receipt.scan_id)
        scans.was_split(connection, scan, placed, parts)
        for application, pages in zip(made, items, strict=True):
            applications.add(connection, application, _reading(pages))
    return Post(receipt.scan_id, tuple(made))


def _application(item: Item, received_at) -> Application:  # type: ignore[no-untyped-def]
    code, edition = FORM.split()
    return Application(
        id=str(ULID()), item_id=item.id, scan_id=item.scan_id, status=Status.IN_REVIEW,
        revision=1, version=1, form_code=code, edition=edition, received_at=received_at,
        due_on=due_on(received_at), doubtful=("vehicle.vrn",), why="1 field to check.",
    )  # fmt: skip


def _reading(pages: int, form: str = FORM) -> Reading:
    """One field on each page."""
    names = ("vehicle.vrn", "vehicle.make", "applicant.name.given")
    fields = tuple(
        FieldReading(name, "X", "X", 0.9, "auto", n, Box(0, 0, 1, 1), "comb")
        for n, name in enumerate(names[:pages], start=1)
    )
    found = tuple(PageReading(n, n, _WHOLE, 0, 0.0, 300.0) for n in range(1, pages + 1))
    code, _, edition = form.partition(" ")
    return Reading(FormMatch(code, edition, 0.99), found, fields, (), (), {})


def page(number: int, turned: int = 0, *, kept: bool = True, starts: bool = False) -> PagePlan:
    return PagePlan(number, turned, kept, starts)


def plan(*pages: PagePlan, join: tuple[Where, ...] = (), form: str = "") -> Plan:
    return Plan(pages, join, form)


def sides(services: Services, application: Application) -> list[int]:
    """The numbers of the sides of an application's item, in order."""
    with services.database.reading() as connection:
        return [side.number for side in scans.sides_of_item(connection, application.item_id)]


def everything(services: Services, post: Post) -> list[tuple[object, ...]]:
    with services.database.reading() as connection:
        return [
            tuple(row)
            for table in ("sides", "items", "applications", "jobs", "answers", "readings")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608
        ]


def events(services: Services, subject: str) -> list[tuple[str, str]]:
    with services.database.reading() as connection:
        assert audit.first_broken(connection, subject) is None
        return [(event.actor, event.action) for event in audit.trail(connection, subject)]


def refused(services: Services, application: Application, person: Person, wanted: Plan) -> str:
    """What is said of a plan that cannot be carried out; nothing may have changed."""
    before = everything(services, Post("", ()))
    with pytest.raises(BadPlan) as refusal:
        repair.apply(services, application.id, person, application.version, wanted)
    assert everything(services, Post("", ())) == before
    return str(refusal.value)


def test_a_turned_page_is_read_again_and_the_application_leaves_the_desk(
    services: Services, ann: Person
) -> None:
    (one,) = scanned(services, 2).made
    review.take(services, one.id, ann)
    done = repair.apply(services, one.id, ann, 1, plan(page(1), page(2, 180)))
    assert done == repair.Repaired(0, 0)
    after = now(services, one)
    assert (after.status, after.version, after.holder) == (Status.SCANNED, 2, None)
    assert job_states(services, one.item_id) == [("read", "waiting", 3)]
    with services.database.reading() as connection:
        first, second = scans.sides_of_item(connection, one.item_id)
    assert (first.turned, second.turned) == (None, 180)
    assert first.laid is not None
    assert second.laid is None
    assert waiting.soonest(services, ann, limit=5) == []
    assert events(services, one.id)[-1] == ("reviewer:ann", "repaired")
    with pytest.raises(LeaseLost):
        review.take(services, one.id, ann)


def test_what_a_person_asked_for_is_read_before_all_other_post(
    services: Services, clock: Clock, ann: Person
) -> None:
    (one,) = scanned(services, 1).made
    arrival.receive(services, b"older", arrival.Arrival("post", "t", "b.pdf"))
    review.take(services, one.id, ann)
    repair.apply(services, one.id, ann, 1, plan(page(1), form=OTHER))
    first, _ = jobs.claim(services, ("split", "read"), 2)
    assert first.subject == one.item_id


def test_pages_are_put_in_another_order(services: Services, ann: Person) -> None:
    (one,) = scanned(services, 3).made
    review.take(services, one.id, ann)
    repair.apply(services, one.id, ann, 1, plan(page(3), page(1), page(2)))
    assert sides(services, one) == [3, 1, 2]


def test_a_blank_page_is_left_out_and_can_be_put_back(services: Services, ann: Person) -> None:
    (one,) = scanned(services, 2).made
    review.take(services, one.id, ann)
    repair.apply(services, one.id, ann, 1, plan(page(1), page(2, kept=False)))
    assert sides(services, one) == [1]
    come_back(services, one)
    review.take(services, one.id, ann)
    found = repair.bundle(services, one.id, ann)
    assert [leaf.number for leaf in found.blanks] == [2]
    repair.apply(services, one.id, ann, now(services, one).version, plan(page(1), page(2)))
    assert sides(services, one) == [1, 2]


def come_back(services: Services, application: Application, form: str = FORM) -> None:
    """Read again, as the workers record it."""
    (claim,) = jobs.claim(services, ("read",), 1)
    assert claim.subject == application.item_id
    before = now(services, application)
    assert claim.revision == before.version + 1
    number = len(sides(services, application))
    code, _, edition = form.partition(" ")
    read = replace(before, form_code=code, edition=edition, doubtful=("vehicle.vrn",))
    made = repair.as_repaired(before, read)

    jobs.finish(services, claim, lambda c: repair.read_again(c, made, _reading(number, form)))


def test_a_side_that_was_taken_for_blank_can_become_a_page(services: Services, ann: Person) -> None:
    first, second = scanned(services, 1, 1, blank=[2]).made
    for each in (first, second):
        review.take(services, each.id, ann)
        assert [x.number for x in repair.bundle(services, each.id, ann).blanks] == [2]
    repair.apply(services, first.id, ann, 1, plan(page(1), page(2)))
    assert sides(services, first) == [1, 2]
    assert "changed meanwhile" in refused(services, second, ann, plan(page(2), page(3)))


def test_an_item_is_split_in_two_and_both_are_read(services: Services, ann: Person) -> None:
    post = scanned(services, 3, 1)
    one = post.made[0]
    review.take(services, one.id, ann)
    done = repair.apply(services, one.id, ann, 1, plan(page(1), page(2, starts=True), page(3)))
    assert done.split_off == 1
    with services.database.reading() as connection:
        first, second, third = scans.items_of(connection, post.scan_id)
        pages = [s.number for s in scans.sides_of_item(connection, third.id)]
        assert applications.of_item(connection, third.id) is None
    assert sides(services, one) == [1]
    assert (first.position, second.position, third.position) == (1, 2, 3)
    assert (third.status, pages) == (Status.SCANNED, [2, 3])
    assert job_states(services, third.id) == [("read", "waiting", 1)]
    assert job_states(services, one.item_id) == [("read", "waiting", 3)]


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_item_is_joined_with_the_one_beside_it(
    services: Services, ann: Person, where: Where
) -> None:
    first, second = scanned(services, 1, 2).made
    mine, other = (second, first) if where == "before" else (first, second)
    review.take(services, mine.id, ann)
    repair.apply(services, mine.id, ann, 1, plan(page(1), page(2), page(3), join=(where,)))
    assert sides(services, mine) == [1, 2, 3]
    assert sides(services, other) == []
    gone = now(services, other)
    assert (gone.status, gone.code, gone.version) == (Status.CLOSED, repair.MERGED, 2)
    assert events(services, other.id) == [("reviewer:ann", "merged")]
    assert now(services, mine).status == Status.SCANNED
    come_back(services, mine)
    review.take(services, mine.id, ann)
    assert repair.bundle(services, mine.id, ann).beside == {}


def test_whoever_looks_at_the_pages_beside_leaves_a_trail(
    services: Services, ann: Person, ben: Person
) -> None:
    first, second = scanned(services, 1, 1).made
    review.take(services, first.id, ann)
    assert repair.may_see(services, first.id, ann) == frozenset()
    repair.look_beside(services, first.id, ann, "after")
    assert repair.may_see(services, first.id, ann) == {"after"}
    with services.database.reading() as connection:
        (event,) = audit.trail(connection, second.id)
    assert (event.actor, event.action) == ("reviewer:ann", "looked_at_pages")
    assert event.detail == {"purpose": "join", "for": first.id}
    review.give_back(services, first.id, ann)
    review.take(services, first.id, ben)
    assert repair.may_see(services, first.id, ben) == frozenset()


def test_answers_stay_on_pages_that_stay_as_they_are(services: Services, ann: Person) -> None:
    (one,) = scanned(services, 2).made
    version = answered(services, one, ann, "vehicle.vrn", "vehicle.make")
    done = repair.apply(services, one.id, ann, version, plan(page(2), page(1, 90)))
    assert done.dropped == 1
    come_back(services, one)
    task = review.task(services, one.id)
    assert set(task.answers) == set()  # the form's first page is another picture now
    assert task.application.status == Status.IN_REVIEW


def answered(services: Services, one: Application, ann: Person, *fields: str) -> int:
    version = review.take(services, one.id, ann).version
    for name in fields:
        version = review.answer(services, one.id, ann, version, (name, "accepted", None))
    return version


def test_an_answer_outlives_a_blank_page_that_is_left_out(services: Services, ann: Person) -> None:
    (one,) = scanned(services, 2).made
    version = answered(services, one, ann, "vehicle.vrn")
    done = repair.apply(services, one.id, ann, version, plan(page(1), page(2, kept=False)))
    assert done.dropped == 0
    come_back(services, one)
    assert set(review.task(services, one.id).answers) == {"vehicle.vrn"}


def test_answers_are_dropped_when_it_proves_to_be_another_form(
    services: Services, ann: Person
) -> None:
    (one,) = scanned(services, 2).made
    version = answered(services, one, ann, "vehicle.vrn")
    assert repair.apply(services, one.id, ann, version, plan(page(1), page(2, 180))).dropped == 0
    come_back(services, one, OTHER)
    assert review.task(services, one.id).answers == {}
    (line,) = waiting.soonest(services, ann, limit=5)
    assert (line.left, line.application.doubtful) == (1, ("vehicle.vrn",))


def test_all_answers_are_dropped_when_another_form_is_chosen(
    services: Services, ann: Person
) -> None:
    (one,) = scanned(services, 2).made
    version = answered(services, one, ann, "vehicle.vrn", "vehicle.make")
    wanted = plan(page(1), page(2), form=OTHER)
    assert repair.apply(services, one.id, ann, version, wanted).dropped == 2
    with services.database.reading() as connection:
        assert scans.item(connection, one.item_id).asked_form == OTHER
        kept = connection.exec_driver_sql("SELECT count(*) FROM answers WHERE state = 'accepted'")
        assert kept.scalar_one() == 2  # what was said stays as history


def test_what_was_repaired_comes_back_to_a_person_as_due_as_before(
    services: Services, clock: Clock, ann: Person, sue: Person
) -> None:
    (one,) = scanned(services, 1).made
    review.take(services, one.id, ann)
    review.refer(services, one.id, ann, 1, "Which form is this?")
    review.take(services, one.id, sue)
    repair.apply(services, one.id, sue, 2, plan(page(1), form=OTHER))
    before = now(services, one)
    sure = replace(before, status=Status.READY, why="", referred=False, note="")
    back = repair.as_repaired(before, sure)
    assert (back.status, back.version, back.due_on) == (Status.IN_REVIEW, 4, one.due_on)
    assert (back.referred, back.note) == (True, "Which form is this?")
    assert back.why == "It was read again after its pages were put right."


def test_whoever_lost_it_or_saw_an_older_version_changes_nothing(
    services: Services, ann: Person, ben: Person
) -> None:
    (one,) = scanned(services, 1).made
    wanted = plan(page(1, 90))
    with pytest.raises(LeaseLost):
        repair.apply(services, one.id, ann, 1, wanted)
    answered(services, one, ann, "vehicle.vrn")
    with pytest.raises(VersionConflict):
        repair.apply(services, one.id, ann, 1, wanted)
    with pytest.raises(LeaseLost):
        repair.bundle(services, one.id, ben)
    with pytest.raises(LeaseLost):
        repair.look_beside(services, one.id, ben, "after")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (plan(page(1), page(2)), "Nothing was changed"),
        (plan(page(1)), "changed meanwhile"),
        (plan(page(1), page(2), page(2)), "changed meanwhile"),
        (plan(page(1), page(2), page(3)), "changed meanwhile"),
        (plan(page(1), page(2), join=("before",)), "changed meanwhile"),
        (plan(page(1, 45), page(2)), "90, 180 or 270"),
        (plan(page(1), page(2, kept=False, starts=True)), "cannot start a new item"),
        (plan(page(1, kept=False), page(2, kept=False)), "At least one page must be kept"),
        (plan(page(1), page(2), form="NONE 1"), "There is no form NONE 1"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_in_words(
    services: Services, ann: Person, wanted: Plan, words: str
) -> None:
    one, _ = scanned(services, 2, 1).made
    review.take(services, one.id, ann)
    assert words in refused(services, one, ann, wanted)


def test_every_mistake_is_told_at_once(services: Services, ann: Person) -> None:
    (one,) = scanned(services, 2).made
    review.take(services, one.id, ann)
    wanted = plan(page(1, 7), page(2, kept=False, starts=True), form="NONE 1")
    with pytest.raises(BadPlan) as refusal:
        repair.apply(services, one.id, ann, 1, wanted)
    assert [each.page for each in refusal.value.mistakes] == [1, 2, None]


def test_what_somebody_else_has_or_was_decided_is_not_joined(
    services: Services, ann: Person, ben: Person, sue: Person
) -> None:
    one, other = scanned(services, 1, 1).made
    review.take(services, one.id, ann)
    wanted = plan(page(1), page(2), join=("after",))
    both = plan(page(1), join=("after",))

    review.take(services, other.id, ben)
    assert "changed meanwhile" in refused(services, one, ann, wanted)
    assert "Somebody is checking item 2" in refused(services, one, ann, both)
    review.refer(services, other.id, ben, 1, "Look")
    assert "not one that you may open" in refused(services, one, ann, both)
    review.take(services, other.id, sue)
    repair.apply(services, other.id, sue, 2, plan(page(2, 90)))
    assert "Item 2 is being read" in refused(services, one, ann, both)
    come_back(services, other)
    with services.database.writing() as connection:
        applications.change(connection, other.id, status=Status.RETURNED)
    assert "does not wait for a reviewer" in refused(services, one, ann, both)


def test_pages_of_what_was_delivered_are_turned_but_not_moved_to_other_items(
    services: Services, ann: Person
) -> None:
    one, other = scanned(services, 2, 1).made
    with services.database.writing() as connection:
        releases.add(connection, one.id, 1, "{}", services.now())
    review.take(services, one.id, ann)
    told = refused(services, one, ann, plan(page(1), page(2, starts=True)))
    assert "was delivered before" in told
    told = refused(services, one, ann, plan(page(1), page(2), page(3), join=("after",)))
    assert "was delivered before" in told
    review.take(services, other.id, ann)
    told = refused(services, other, ann, plan(page(3), join=("before",)))
    assert "Item 1 was delivered before" in told
    repair.apply(services, one.id, ann, 1, plan(page(2), page(1, 180)))
    assert sides(services, one) == [2, 1]


def test_what_breaks_off_in_the_middle_leaves_everything_as_it_was(
    services: Services, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = scanned(services, 2, 1).made
    version = answered(services, one, ann, "vehicle.vrn")
    before = everything(services, Post("", ()))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "add_urgent", killed)
    wanted = plan(page(1, 90), page(2, starts=True), page(3), join=("after",), form=OTHER)
    with pytest.raises(KeyboardInterrupt):
        repair.apply(services, one.id, ann, version, wanted)
    assert everything(services, Post("", ())) == before


def test_a_reading_that_stops_for_good_is_visible_and_can_be_tried_again(
    services: Services, ann: Person
) -> None:
    (one,) = scanned(services, 1).made
    review.take(services, one.id, ann)
    repair.apply(services, one.id, ann, 1, plan(page(1, 90)))
    (claim,) = jobs.claim(services, ("read",), 1)
    jobs.park(services, claim, "ChildDied")
    assert now(services, one).status == Status.STUCK
    assert jobs.retry(services, claim.job_id, "supervisor:sue")
    assert now(services, one).status == Status.SCANNED
    come_back(services, one)
    assert now(services, one).status == Status.IN_REVIEW


def test_an_older_job_that_stops_leaves_what_was_repaired_to_be_read(
    services: Services, ann: Person
) -> None:
    (one,) = scanned(services, 1).made
    with services.database.writing() as connection:
        jobs.read_again(connection, one)
    (old,) = jobs.claim(services, ("read",), 1)
    review.take(services, one.id, ann)
    repair.apply(services, one.id, ann, 1, plan(page(1, 90)))
    jobs.park(services, old, "ChildDied")
    assert now(services, one).status == Status.SCANNED
    come_back(services, one)
    assert now(services, one).status == Status.IN_REVIEW


def mark_sensitive(services: Services, application: Application) -> None:
    with services.database.writing() as connection:
        applications.change(connection, application.id, sensitive=True)


def test_what_is_split_off_something_sensitive_is_sensitive(
    services: Services, ann: Person
) -> None:
    (one,) = scanned(services, 2).made
    mark_sensitive(services, one)
    cleared = replace(ann, cleared=True)
    review.take(services, one.id, cleared)
    repair.apply(services, one.id, cleared, 1, plan(page(1), page(2, starts=True)))
    with services.database.reading() as connection:
        first, second = scans.items_of(connection, one.scan_id)
    assert (first.sensitive, second.sensitive) == (False, True)


def test_what_something_sensitive_is_joined_to_is_sensitive_at_once(
    services: Services, ann: Person, ben: Person
) -> None:
    one, other = scanned(services, 1, 1).made
    mark_sensitive(services, other)
    cleared = replace(ann, cleared=True)
    review.take(services, one.id, cleared)
    repair.apply(services, one.id, cleared, 1, plan(page(1), page(2), join=("after",)))
    assert now(services, one).sensitive
    assert not ben.may_see(now(services, one))
    with services.database.reading() as connection:
        assert scans.item(connection, one.item_id).sensitive


def test_something_sensitive_that_fits_no_form_stays_so_however_often_it_is_read(
    services: Services,
) -> None:
    (one,) = scanned(services, 1).made
    before = replace(one, form_code="UNKNOWN", edition="", sensitive=True)
    assert repair.as_repaired(before, replace(before, sensitive=False)).sensitive
    known = replace(before, form_code="V62-S", sensitive=False)
    assert not repair.as_repaired(before, known).sensitive


def test_what_was_asked_for_is_told_downstream(services: Services, ann: Person) -> None:
    (one,) = scanned(services, 2).made
    review.take(services, one.id, ann)
    repair.apply(services, one.id, ann, 1, plan(page(2), page(1), form=FORM))
    come_back(services, one)
    version = review.take(services, one.id, ann).version
    version = review.accept_as_read(services, one.id, ann, version)
    review.confirm(services, one.id, ann, version)
    release = delivery.freeze(services, one.id, 1)
    assert release is not None
    assert f'"asked_form":"{FORM}"' in release.body
    assert '"action":"repaired"' in release.body
