"""The queue: what it lists for whom, its filters and counts, and when things are due."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from intake import people, review, rights, waiting
from intake.model import Person
from intake.records import applications, scans
from intake.services import Services
from tests.review_ui.seed import NOW, Clock, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]


def named(services: Services, name: str) -> Person:
    return next(each for each in people.everyone(services) if each.name == name)


def placed(services: Services, **told: object) -> str:
    application_id = seed(services)
    with services.database.writing() as connection:
        applications.change(connection, application_id, **told)
    return application_id


def reference(application_id: str) -> str:
    return f"{application_id[-8:-4]}-{application_id[-4:]}"


def rows(text: str) -> list[str]:
    """The references that are listed, in their order."""
    table = text[text.index('id="waiting-caption"') :].partition("</table>")[0]
    return re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", table)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 16), "2 working days late"),
        (date(2026, 11, 17), "1 working day late"),
        (date(2026, 11, 18), "Today"),
        (date(2026, 11, 19), "In 1 working day"),
        (date(2026, 11, 23), "In 3 working days"),
    ],
)
def test_due_times_are_told_in_working_days(
    services: Services, reviewer: Visitor, due: date, words: str
) -> None:
    placed(services, due_on=due)
    assert f"<span>{words}</span>" in reviewer.get("/desk/").text


def test_bank_holidays_are_no_working_days_on_the_page(
    services: Services, clock: Clock, log_in: LogIn
) -> None:
    clock.now = NOW.replace(month=12, day=23)  # a Wednesday
    placed(services, due_on=date(2026, 12, 29))
    assert "<span>In 2 working days</span>" in log_in("reviewer").get("/desk/").text


def test_filters_narrow_the_list_and_their_counts_are_of_everything(
    services: Services, reviewer: Visitor
) -> None:
    late = placed(services, due_on=date(2026, 11, 16), queue="refunds", form_code="V14-S")
    today = placed(services, due_on=date(2026, 11, 18))
    later = placed(services, due_on=date(2026, 11, 24))
    referred = placed(services, due_on=date(2026, 11, 25), referred=True)
    review.take(services, later, named(services, "second"))
    every = [reference(each) for each in (late, today, later, referred)]
    for asked, found in [
        ("", every),
        ("?due=late", every[:1]),
        ("?due=today", every[1:2]),
        ("?due=later", every[2:]),
        ("?state=waiting", every[:2]),
        ("?state=held", every[2:3]),
        ("?state=referred", every[3:]),
        ("?form=V14-S", every[:1]),
        ("?queue=general&due=later&state=referred", every[3:]),
        ("?sort=due&order=down", every[::-1]),
    ]:
        text = reviewer.get(f"/desk/{asked}").text
        assert rows(text) == found, asked
        assert f"Showing 1 to {len(found)} of {len(found)}" in text
    text = reviewer.get("/desk/?due=later").text
    for words in ("V62-S (2)", "Late (1)", "Later (2)", "On a desk (1)", "All work queues"):
        assert words in text
    assert "V14-S (" not in text
    assert "Nothing in the queue fits" in reviewer.get("/desk/?due=late&state=held").text


def test_columns_are_sorted_by_links_and_a_second_time_the_other_way(
    services: Services, reviewer: Visitor
) -> None:
    second = placed(services, received_at=NOW - timedelta(days=2), doubtful=["vehicle.vrn"] * 3)
    first = placed(services, received_at=NOW - timedelta(days=4), doubtful=["vehicle.vrn"])
    for sort in ("received", "check"):
        text = reviewer.get(f"/desk/?sort={sort}").text
        assert rows(text) == [reference(first), reference(second)]
        assert f"/desk/?sort={sort}&amp;order=down" in text
        assert 'aria-sort="ascending"' in text
        text = reviewer.get(f"/desk/?sort={sort}&order=down").text
        assert rows(text) == [reference(second), reference(first)]
        assert 'aria-sort="descending"' in text


@pytest.mark.parametrize(
    "asked",
    ["?page=0", "?page=-1", "?page=99999999999", "?page=x", "?sort=holder", "?due=<i>", "?order=1",
     "?state=%00", "?form='--", "?queue=" + "x" * 5000, "?page=%C2%B2"],
)  # fmt: skip
def test_whatever_the_address_says_the_page_comes(
    services: Services, reviewer: Visitor, asked: str
) -> None:
    seed(services)
    answer = reviewer.get(f"/desk/{asked}")
    assert answer.status_code == 200
    assert "<i>" not in answer.text


def test_a_long_queue_comes_in_pages_with_true_counts(
    services: Services, reviewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review_ui.desk.queue.LISTED", 2)
    every = [reference(placed(services, due_on=date(2026, 11, 19 + n))) for n in range(5)]
    text = reviewer.get("/desk/").text
    assert (rows(text), "Showing 1 to 2 of 5" in text) == (every[:2], True)
    assert 'href="/desk/?page=2" rel="next"' in text
    text = reviewer.get("/desk/?page=3").text
    assert (rows(text), "Showing 5 to 5 of 5" in text) == (every[4:], True)
    assert 'rel="next"' not in text
    assert "5 applications are waiting, none due today" in text


def test_other_work_queues_are_neither_listed_nor_given(
    services: Services, reviewer: Visitor
) -> None:
    refund = placed(services, queue="refunds")
    mine = placed(services, queue="vehicles-keepers")
    rights.set_queues(services, "reviewer", ["vehicles-keepers"], "operator:command")
    assert rows(reviewer.get("/desk/").text) == [reference(mine)]
    reviewer.post(f"/desk/{refund}/take")
    assert "not one of yours" in reviewer.get("/desk/").text
    assert "Take it" not in reviewer.get(f"/desk/{refund}").text


def test_sensitive_ones_are_hidden_from_people_without_clearance(
    services: Services, reviewer: Visitor, log_in: LogIn
) -> None:
    secret = placed(services, sensitive=True)
    boss = log_in("supervisor")
    for visitor in (reviewer, boss):
        text = visitor.get("/desk/").text
        assert reference(secret) not in text
        assert "Nothing is waiting for you" in text
        visitor.post(f"/desk/{secret}/take")
        assert "you are not cleared" in visitor.get("/desk/").text
        assert "MAZDA" not in visitor.get(f"/desk/{secret}/look").text
        assert visitor.post("/desk/next").location == "/desk/"
    assert "1 sensitive application waits too" in boss.get("/desk/").text
    assert reference(secret) not in boss.get("/overview/").text
    with services.database.reading() as connection:
        (side,) = [
            each
            for each in scans.sides_of_item(
                connection, applications.get(connection, secret).item_id
            )
            if each.position == 1
        ]
    assert boss.get(f"/desk/{secret}/pages/{side.picture}").status_code == 404
    rights.set_cleared(services, "reviewer", True, "operator:command")
    assert rows(reviewer.get("/desk/").text) == [reference(secret)]
    assert reviewer.post("/desk/next").location == f"/desk/{secret}"


def test_somebody_at_work_is_led_back_to_what_is_on_the_desk(
    services: Services, reviewer: Visitor
) -> None:
    application = seed(services)
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    text = reviewer.get("/desk/").text
    assert f"{reference(application)} is on your desk" in text
    assert "Carry on with it" in text
    assert "On your desk until 10:52" in text


def test_with_nothing_left_the_page_says_when_more_may_come(
    services: Services, reviewer: Visitor
) -> None:
    assert "when new post is scanned" in reviewer.get("/desk/").text
    application = seed(services)
    review.take(services, application, named(services, "second"))
    text = reviewer.get("/desk/").text
    assert "The first one comes back at 10:52" in text
    assert "With second until 10:52" in text


def test_the_last_five_can_be_reopened_for_ten_minutes_and_are_shown_for_longer(
    services: Services, clock: Clock, reviewer: Visitor
) -> None:
    me = named(services, "reviewer")
    for _ in range(6):
        application = seed(services)
        shown = review.take(services, application, me)
        version = review.accept_as_read(services, application, me, shown.version, shown.doubtful)
        review.confirm(services, application, me, version)
    text = reviewer.get("/desk/").text
    assert text.count(">Reopen<") == 5
    assert len(waiting.decided(services, me)) == 5
    clock.pass_by(minutes=11)
    text = reviewer.get("/desk/").text
    assert text.count(">Reopen<") == 0
    assert text.count("Sent on, cannot be changed") == 5


def test_what_was_referred_is_taken_back_until_a_supervisor_is_given_it(
    services: Services, reviewer: Visitor, log_in: LogIn
) -> None:
    application, me = seed(services), named(services, "reviewer")
    review.take(services, application, me)
    review.refer(services, application, me, 1, "two names")
    text = reviewer.get("/desk/").text
    assert "Nothing is waiting for you" in text
    assert text.count("Referred to a supervisor</td>") == 2  # in the list, and as an outcome
    assert text.count(">Reopen<") == 1
    boss = log_in("supervisor")
    assert "1 application is waiting, none due today" in boss.get("/desk/").text
    assert boss.post("/desk/next").location == f"/desk/{application}"
    assert reviewer.get("/desk/").text.count(">Reopen<") == 0


def test_the_next_pictures_are_told_and_given_to_whoever_works_and_to_nobody_else(
    services: Services, clock: Clock, reviewer: Visitor, log_in: LogIn
) -> None:
    seed(services)
    following = placed(services, due_on=date(2026, 12, 1))
    assert reviewer.get("/desk/upcoming").json == {"pictures": []}
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    told = reviewer.get("/desk/upcoming")
    assert told.headers["Cache-Control"] == "no-store"
    assert told.json is not None
    pictures = told.json["pictures"]
    assert len(pictures) == 2
    assert all(each.startswith(f"/desk/{following}/pages/") for each in pictures)
    assert reviewer.get(pictures[0]).mimetype == "image/jpeg"
    assert log_in("second").get(pictures[0]).status_code == 404
    clock.pass_by(seconds=61)
    assert reviewer.get(pictures[0]).status_code == 404


def test_an_operator_may_forbid_browsers_to_keep_any_picture(
    services: Services, reviewer: Visitor
) -> None:
    application = seed(services)
    object.__setattr__(services.settings, "browser_keeps_pictures", False)
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    page = reviewer.get(f"/desk/{application}").text
    found = re.search(rf'"(/desk/{application}/pages/\w+\?of=\w+)"', page)
    assert found is not None
    answer = reviewer.get(found[1])
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_a_browser_keeps_pictures_of_one_session_only_and_nothing_after_it(
    services: Services, clock: Clock, reviewer: Visitor, log_in: LogIn
) -> None:
    application = seed(services)
    reviewer.get("/desk/")
    reviewer.post("/desk/next")
    pattern = rf'"(/desk/{application}/pages/\w+)\?of=(\w+)"'
    found = re.search(pattern, reviewer.get(f"/desk/{application}").text)
    assert found is not None
    path, mine = found[1], f"{found[1]}?of={found[2]}"
    assert reviewer.get(mine).headers["Cache-Control"] == "private, max-age=300"
    for other in (path, f"{path}?of=", f"{path}?of={found[2][:-1]}x", f"{path}?of=%C3%A9"):
        assert reviewer.get(other).headers["Cache-Control"] == "no-store"
    clock.pass_by(minutes=1)
    same_person = log_in("reviewer")  # at another browser, or later at this one
    theirs = re.search(pattern, same_person.get(f"/desk/{application}").text)
    assert theirs is not None
    assert theirs[2] != found[2]
    assert same_person.get(mine).headers["Cache-Control"] == "no-store"
    out = reviewer.post("/log-out")
    assert reviewer.get(out.location).headers["Clear-Site-Data"] == '"cache"'
