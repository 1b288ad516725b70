"""The mailroom prints what a reviewer approved, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from intake import audit, returning
from intake.services import Services
from intake.settings import BadSetting, load
from review_ui import create_app
from tests.review_ui.filled import filled
from tests.review_ui.seed import Clock, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]


@pytest.fixture
def operator(log_in: LogIn) -> Visitor:
    return log_in("operator")


def approved(reviewer: Visitor, services: Services, number: int = 3, language: str = "en") -> str:
    """An application that was returned with a letter; its id."""
    application = seed(services, Plan(seed=number))
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application}/take")
    path = f"/desk/{application}/return"
    chosen = {"reason": ["ILLEGIBLE"], "language": language, "outcome": "draft"}
    reviewer.post(path, {**filled(reviewer.get(path).text), **chosen})
    reviewer.post(path, {**filled(reviewer.get(path).text), "outcome": "approve"})
    return application


def trail(services: Services, application: str) -> list[tuple[str, str]]:
    with services.database.reading() as connection:
        return [(each.action, each.actor) for each in audit.trail(connection, application)]


def letters_on(page: str) -> list[str]:
    return re.findall(r'<article class="letter" lang="(\w+)"', page)


def test_letters_wait_oldest_first_and_are_printed_together(
    services: Services, reviewer: Visitor, operator: Visitor, clock: Clock
) -> None:
    first = approved(reviewer, services)
    clock.pass_by(minutes=3)
    second = approved(reviewer, services, 4, "cy")
    assert "Letters to print" in operator.get("/station/").text
    page = operator.get("/station/letters").text
    assert page.index(first[-4:]) < page.index(second[-4:])
    assert "Open 2 letters to print" in page
    page = operator.get("/station/letters/print").text
    assert letters_on(page) == ["en", "cy"]
    assert "Ni allem ddarllen y ffurflen." in page
    third = approved(reviewer, services, 5)  # while they are at the printer
    operator.post("/station/letters/printed", {"letter": [f"{first}/1", f"{second}/1"]})
    page = operator.get("/station/letters").text
    assert "2 letters are marked as printed." in page
    waiting = [each.kept.application_id for each in returning.to_print(services, limit=9)]
    assert waiting == [third]
    assert ("letter_opened", "operator:operator") in trail(services, second)
    assert trail(services, second)[-1] == ("letter_printed", "operator:operator")


def test_a_letter_can_be_printed_again(
    services: Services, reviewer: Visitor, operator: Visitor, clock: Clock
) -> None:
    application = approved(reviewer, services)
    path = f"/station/letters/{application}/1"
    operator.get(path)
    operator.post("/station/letters/printed", {"letter": f"{application}/1"})
    clock.pass_by(minutes=30)
    assert f'href="{path}"' in operator.get("/station/letters").text
    page = operator.get(path).text
    assert "Printed before, 10:42." in page
    assert letters_on(page) == ["en"]
    operator.post("/station/letters/printed", {"letter": f"{application}/1"})
    assert [action for action, _ in trail(services, application)][-2:] == [
        "letter_opened", "letter_printed",
    ]  # fmt: skip
    clock.pass_by(days=8)
    assert path not in operator.get("/station/letters").text


def test_no_draft_is_ever_printed(services: Services, reviewer: Visitor, operator: Visitor) -> None:
    application = seed(services)
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application}/take")
    path = f"/desk/{application}/return"
    reviewer.post(path, {**filled(reviewer.get(path).text), "outcome": "draft"})
    assert "No letter waits to be printed" in operator.get("/station/letters").text
    assert operator.get(f"/station/letters/{application}/1").status_code == 404
    answer = operator.post("/station/letters/printed", {"letter": f"{application}/1"})
    assert answer.status_code == 404
    assert operator.get("/station/letters/print").location == "/station/letters"


def test_the_letter_carries_who_sent_it_where_it_goes_and_a_code_for_the_reply(
    services: Services, reviewer: Visitor, operator: Visitor
) -> None:
    application = approved(reviewer, services)
    page = operator.get(f"/station/letters/{application}/1").text
    article = page[page.index("<article") : page.index("</article>")]
    assert "Vehicle Records Agency (specimen)" in article
    assert "136 WOODPECKER RISE" in article
    assert "MAZDA" not in article
    side = int(re.search(r'viewBox="0 0 (\d+)', article)[1])  # type: ignore[index]
    picture = np.full((side, side), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", article):
        picture[int(y), int(x)] = 0
    (code,) = zxingcpp.read_barcodes(picture.repeat(8, 0).repeat(8, 1))
    assert code.text == f"POSTROOM-LETTER:{application}/1"


def test_the_sender_is_a_setting_in_both_languages(
    services: Services, reviewer: Visitor, tmp_path: Path
) -> None:
    given = services.settings.model_copy(
        update={"letter_sender": "The Office|1 High Street", "letter_sender_cy": "Y Swyddfa"}
    )
    application = approved(reviewer, services)
    boss = Visitor(create_app(replace(services, settings=given)).test_client())
    boss.log_in("supervisor")
    page = boss.get(f"/station/letters/{application}/1").text
    assert "<b>The Office</b><br>1 High Street" in page
    for bad in ("", "a||b", "x" * 61):
        with pytest.raises(BadSetting, match="LETTER_SENDER"):
            load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_LETTER_SENDER": bad})


@pytest.mark.parametrize("given", ["", "x", "/1", "1/x", "1/²", "1/1000000", "NOTHING/1"])
def test_letters_that_are_not_there_are_answered_in_words(operator: Visitor, given: str) -> None:
    operator.get("/station/letters")
    answer = operator.post("/station/letters/printed", {"letter": given})
    assert answer.status_code in (400, 404)
    assert "<h1" in answer.text
    assert operator.get(f"/station/letters/{given or 'x'}").status_code in (404, 308)


def test_letters_are_for_those_who_send_post(
    services: Services, reviewer: Visitor, log_in: LogIn
) -> None:
    application = approved(reviewer, services)
    for path in ("", "/print", f"/{application}/1"):
        assert reviewer.get(f"/station/letters{path}").status_code == 403
        assert log_in("supervisor").get(f"/station/letters{path}").status_code == 200
