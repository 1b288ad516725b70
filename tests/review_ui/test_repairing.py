"""Wrong form or pages, at the desk: what the page shows, takes, and refuses in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from intake import audit, review
from intake.model import Application, Status
from intake.records import applications, releases, scans
from intake.services import Services
from tests.intake.test_repair import scanned
from tests.review_ui.seed import DOUBTFUL, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]


@pytest.fixture
def mine(services: Services, reviewer: Visitor) -> str:
    """An application of two pages on the reviewer's desk."""
    return taken(reviewer, seed(services, Plan(changes=DOUBTFUL)))


def taken(visitor: Visitor, application_id: str) -> str:
    visitor.get("/desk/")
    visitor.post(f"/desk/{application_id}/take")
    return application_id


def page(number: int, place: int = 0, turn: int = 0, **also: object) -> dict[str, object]:
    given = {f"place:{number}": place or number, f"turn:{number}": turn}
    return {**given, **{f"{name}:{number}": value for name, value in also.items()}}


def sent(version: int = 1, numbers: tuple[int, ...] = (1, 2), **also: object) -> dict[str, object]:
    """What the form of two pages sends when nothing was changed, and ``also``."""
    found: dict[str, object] = {"version": version, "page": list(numbers), "form": ""}
    for number in numbers:
        found |= page(number)
    return {**found, **also}


def standing(services: Services, application_id: str) -> Application:
    with services.database.reading() as connection:
        return applications.get(connection, application_id)


def order(services: Services, application_id: str) -> list[tuple[int, int | None]]:
    item = standing(services, application_id).item_id
    with services.database.reading() as connection:
        return [(side.number, side.turned) for side in scans.sides_of_item(connection, item)]


def test_the_desk_leads_to_it_and_the_page_shows_every_side(reviewer: Visitor, mine: str) -> None:
    assert f'href="/desk/{mine}/repair"' in reviewer.get(f"/desk/{mine}").text
    text = reviewer.get(f"/desk/{mine}/repair").text
    assert "It was read as V62-S 2026-11." in text
    assert [f"Side {n} of the scan" in text for n in (1, 2, 3)] == [True, True, False]
    assert "No answers are saved yet" in text
    listed = re.findall(r'<option value="([A-Z0-9-]+ [^"]+)">', text)
    assert {"V62-S 2026-11", "V890-S 2026-11-cy"} <= set(listed)
    assert listed.index("V62-S 2026-11") < listed.index("V14-S 2013-03")  # withdrawn ones last


def test_a_side_is_shown_small_and_large_as_it_lies(reviewer: Visitor, mine: str) -> None:
    small = reviewer.get(f"/desk/{mine}/repair/pages/1")
    large = reviewer.get(f"/desk/{mine}/repair/pages/1?large=1")
    sizes = [Image.open(BytesIO(each.data)).size for each in (small, large)]
    assert max(sizes[0]) == 700
    assert max(sizes[1]) > 1200
    assert reviewer.get(f"/desk/{mine}/repair/pages/3").status_code == 404
    assert reviewer.get(f"/desk/{mine}/repair/pages/99999999999").status_code == 404


def test_pages_are_turned_and_ordered_and_the_next_one_comes(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    other = seed(services, Plan(seed=4))
    reviewer.get(f"/desk/{mine}/repair")
    answer = reviewer.post(f"/desk/{mine}/repair", sent(**page(1, 2), **page(2, 1, 180)))
    assert answer.location.endswith(f"/desk/{other}")
    assert "is being read again" in reviewer.get(answer.location).text
    assert order(services, mine) == [(2, 180), (1, None)]
    assert standing(services, mine).status == Status.SCANNED
    gone = reviewer.get(f"/desk/{mine}").text
    assert "being read again" in gone
    again = reviewer.post(f"/desk/{mine}/repair", sent(**page(1, 2), **page(2, 1, 180)))
    assert again.location.endswith(f"/desk/{other}")  # a double click


@pytest.mark.parametrize(("moved", "to", "found"), [(3, 1, [3, 1, 2]), (1, 3, [2, 3, 1])])
def test_without_a_script_a_page_is_moved_by_giving_its_place(
    services: Services, reviewer: Visitor, moved: int, to: int, found: list[int]
) -> None:
    (one,) = scanned(services, 3).made
    taken(reviewer, one.id)
    reviewer.get(f"/desk/{one.id}/repair")
    reviewer.post(f"/desk/{one.id}/repair", sent(numbers=(1, 2, 3), **page(moved, to)))
    assert [number for number, _ in order(services, one.id)] == found


def test_an_item_is_split_and_a_blank_page_left_out(services: Services, reviewer: Visitor) -> None:
    (one,) = scanned(services, 3).made
    taken(reviewer, one.id)
    reviewer.get(f"/desk/{one.id}/repair")
    wanted = sent(numbers=(1, 2, 3), **page(2, starts=1), **page(3, blank=1))
    reviewer.post(f"/desk/{one.id}/repair", wanted)
    text = reviewer.get("/desk/").text
    assert "1 item was split off" in text
    assert [number for number, _ in order(services, one.id)] == [1]


def test_a_form_is_chosen_by_its_code_or_any_part_of_its_name(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    reviewer.get(f"/desk/{mine}/repair")
    answer = reviewer.post(f"/desk/{mine}/repair", sent(form="v890-s welsh"))
    assert answer.status_code == 302
    assert "being read again, as V890-S 2026-11-cy" in reviewer.get("/desk/").text
    with services.database.reading() as connection:
        item = scans.item(connection, standing(services, mine).item_id)
    assert item.asked_form == "V890-S 2026-11-cy"


def test_a_text_that_fits_several_forms_offers_them(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    reviewer.get(f"/desk/{mine}/repair")
    answer = reviewer.post(f"/desk/{mine}/repair", sent(form="v890", **page(2, 2, 90)))
    assert answer.status_code == 422
    assert "2 forms fit ‘v890’. Choose one of them." in unescape(answer.text)
    offered = re.findall(r'name="form_is" value="([^"]+)"', answer.text)
    assert sorted(offered) == ["V890-S 2026-11", "V890-S 2026-11-cy"]
    assert '<option value="90" selected>' in answer.text  # what was said before stays
    wanted = sent(form="v890", form_is="V890-S 2026-11", **page(2, 2, 90))
    assert reviewer.post(f"/desk/{mine}/repair", wanted).status_code == 302
    assert order(services, mine) == [(1, None), (2, 90)]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (sent(), "Nothing was changed"),
        (sent(form="no such form"), "No form is called ‘no such form’"),
        (sent(form="<script>"), "No form is called ‘<script>’"),
        (sent(**{"place:1": "first"}), "Enter the place of side 1 as a number"),
        (sent(**{"turn:1": "45"}), "90, 180 or 270"),
        (sent(**{"turn:1": "x" * 5000}), "90, 180 or 270"),
        (sent(**page(1, blank=1), **page(2, blank=1)), "At least one page must be kept"),
        (sent(**page(1, blank=1, starts=1)), "cannot start a new item"),
        (sent(numbers=(1,)), "changed meanwhile"),
        (sent(numbers=(1, 2, 77)), "changed meanwhile"),
        (sent(numbers=(1, 1, 2)), "changed meanwhile"),
        ({"version": 1}, "changed meanwhile"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_changes(
    services: Services, reviewer: Visitor, mine: str, wanted: dict[str, object], words: str
) -> None:
    reviewer.get(f"/desk/{mine}/repair")
    answer = reviewer.post(f"/desk/{mine}/repair", wanted)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert 'id="problems"' in answer.text
    assert "<script>" not in answer.text
    assert standing(services, mine).version == 1


def test_joining_shows_the_pages_beside_and_records_who_looked(
    services: Services, reviewer: Visitor
) -> None:
    first, second = scanned(services, 1, 2).made
    taken(reviewer, first.id)
    text = reviewer.get(f"/desk/{first.id}/repair").text
    assert "Join the item after (2 pages)" in text
    assert "Join the item before" not in text
    assert reviewer.get(f"/desk/{first.id}/repair/pages/2").status_code == 404
    wanted = sent(numbers=(1,), beside="after", **page(1, turn=90))
    shown = reviewer.post(f"/desk/{first.id}/repair/beside", wanted).text
    assert shown.count("(the item after)") == 2
    assert 'name="join" value="after"' in shown
    assert '<option value="90" selected>' in shown
    assert "Join the item" not in shown
    assert reviewer.get(f"/desk/{first.id}/repair/pages/2").status_code == 415  # no real picture
    with services.database.reading() as connection:
        assert [event.action for event in audit.trail(connection, second.id)] == ["looked_at_pages"]
    reviewer.post(f"/desk/{first.id}/repair", sent(numbers=(1, 2, 3), join="after"))
    assert [number for number, _ in order(services, first.id)] == [1, 2, 3]
    assert standing(services, second.id).status == Status.CLOSED
    assert "joined to another item" in reviewer.get(f"/desk/{second.id}").text


def test_what_cannot_be_joined_says_why(services: Services, reviewer: Visitor) -> None:
    first, second = scanned(services, 1, 1).made
    with services.database.writing() as connection:
        applications.change(connection, second.id, referred=True)
    taken(reviewer, first.id)
    assert "Item 2 is not one that you may open" in reviewer.get(f"/desk/{first.id}/repair").text
    answer = reviewer.post(f"/desk/{first.id}/repair/beside", sent(numbers=(1,), beside="after"))
    assert answer.status_code == 422
    for beside, status in (("before", 404), ("elsewhere", 400)):
        wanted = sent(numbers=(1,), beside=beside)
        assert reviewer.post(f"/desk/{first.id}/repair/beside", wanted).status_code == status


def test_the_pages_of_what_was_delivered_stay_together(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    with services.database.writing() as connection:
        releases.add(connection, mine, 1, "{}", services.now())
    assert "was delivered before" in reviewer.get(f"/desk/{mine}/repair").text
    answer = reviewer.post(f"/desk/{mine}/repair", sent(**page(2, starts=1)))
    assert answer.status_code == 422
    assert "pages cannot move from it" in answer.text


def test_answers_that_would_be_dropped_are_told_before_and_after(
    services: Services, reviewer: Visitor, mine: str
) -> None:
    saved = {"field": "vehicle.vrn", "given:vehicle.vrn": "use", "text:vehicle.vrn": "AA19NNV"}
    reviewer.get(f"/desk/{mine}")
    reviewer.post(f"/desk/{mine}/answer", {**saved, "version": 1})
    text = reviewer.get(f"/desk/{mine}/repair").text
    assert "You have saved 1 answer." in text
    reviewer.post(f"/desk/{mine}/repair", sent(2, **page(1, turn=180)))
    assert "1 saved answer was dropped" in reviewer.get("/desk/").text
    assert review.task(services, mine).answers == {}


def test_an_older_page_or_one_that_is_gone_changes_nothing(
    services: Services, reviewer: Visitor, mine: str, log_in: LogIn
) -> None:
    reviewer.get(f"/desk/{mine}/repair")
    wanted = sent(9, **page(1, turn=180))
    assert reviewer.post(f"/desk/{mine}/repair", wanted).location.endswith("/repair")
    assert "changed in another window" in reviewer.get(f"/desk/{mine}/repair").text
    other = log_in("supervisor")
    other.get("/desk/")
    assert "is not on your desk" in other.get(f"/desk/{mine}/repair").text
    assert other.get(f"/desk/{mine}/repair/pages/1").status_code == 404
    assert other.post(f"/desk/{mine}/repair", sent()).status_code == 409
    assert other.post(f"/desk/{mine}/repair/beside", sent(beside="after")).status_code == 409
    assert standing(services, mine).version == 1


def test_an_unknown_form_is_told_to_be_another(services: Services, reviewer: Visitor) -> None:
    mine = taken(reviewer, seed(services, Plan(seed=9, code="UNKNOWN")))
    assert f'href="/desk/{mine}/repair"' in reviewer.get(f"/desk/{mine}").text
    assert "It was not recognised as any form." in reviewer.get(f"/desk/{mine}/repair").text
    reviewer.post(f"/desk/{mine}/repair", sent(form="V62-S 2026-11"))
    assert standing(services, mine).status == Status.SCANNED


def test_a_supervisor_sees_a_turned_page_turned_while_it_waits_to_be_read(
    services: Services, reviewer: Visitor, mine: str, log_in: LogIn
) -> None:
    reviewer.get(f"/desk/{mine}/repair")
    reviewer.post(f"/desk/{mine}/repair", sent(**page(1, turn=90)))
    text = log_in("supervisor").get(f"/desk/{mine}/look").text
    assert "Being read" in text
    found = re.search(r'<img[^>]*src="([^"]+)" width="(\d+)" height="(\d+)"', text)
    assert found is not None
    width, height = int(found[2]), int(found[3])
    assert width > height
    picture = log_in("supervisor").get(unescape(found[1]))
    assert Image.open(BytesIO(picture.data)).size == (width, height)


def test_an_item_whose_pages_went_to_another_can_still_be_looked_at(
    services: Services, reviewer: Visitor, log_in: LogIn
) -> None:
    first, second = scanned(services, 1, 1).made
    taken(reviewer, first.id)
    reviewer.get(f"/desk/{first.id}/repair")
    reviewer.post(f"/desk/{first.id}/repair", sent(numbers=(1, 2), join="after"))
    text = log_in("supervisor").get(f"/desk/{second.id}/look").text
    assert "Closed" in text
    assert log_in("operator").get("/station/").status_code == 200
