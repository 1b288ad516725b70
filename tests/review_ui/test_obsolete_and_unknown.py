"""Forms that are not accepted any more, and forms that nobody made a pack for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ulid import ULID

from extractors.values import OBSOLETE, Doubt
from intake import unknown
from intake.model import Status
from intake.records import applications
from intake.records import unknown as rows
from intake.records.unknown import UnknownPage
from intake.services import Services
from tests.intake.packs import write_pack
from tests.review_ui.filled import filled
from tests.review_ui.seed import DOUBTFUL, Plan, seed
from tests.review_ui.visitor import Visitor

LogIn = Callable[[str], Visitor]
WORDS = "This is edition 2013-03, which is not accepted any more. Return it to the sender."


@pytest.fixture
def obsolete(services: Services) -> str:
    return seed(services, Plan(changes=DOUBTFUL, doubts=(Doubt(OBSOLETE, WORDS),)))


@pytest.fixture
def supervisor(log_in: LogIn) -> Visitor:
    return log_in("supervisor")


def group(services: Services, pages: int) -> tuple[str, list[str]]:
    """Applications of an unknown form whose pages look alike: the group, their ids."""
    look, thumbnail = str(ULID()), services.objects.put(b"\xff\xd8\xff a small picture")
    made = [seed(services, Plan(code="UNKNOWN")) for _ in range(pages)]
    with services.database.writing() as connection:
        for each in made:
            page = UnknownPage(look, each, 1, b"signature", thumbnail, services.now())
            rows.add(connection, page)
    return look, made


def test_a_form_that_is_not_accepted_says_so_at_the_desk_and_is_returned_in_two_clicks(
    services: Services, reviewer: Visitor, obsolete: str
) -> None:
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{obsolete}/take")
    text = reviewer.get(f"/desk/{obsolete}").text
    assert WORDS in text
    assert f'href="/desk/{obsolete}/return"' in text
    asked = filled(reviewer.get(f"/desk/{obsolete}/return").text)
    assert asked["reason"] == ["FORM_OBSOLETE"]
    reviewer.post(f"/desk/{obsolete}/return", {**asked, "outcome": "approve"})
    with services.database.reading() as connection:
        found = applications.get(connection, obsolete)
    assert (found.status, found.code) == (Status.RETURNED, "FORM_OBSOLETE")
    assert found.returned_because == "This edition of the form is not accepted any more."


def test_no_reason_is_chosen_beforehand_for_other_forms(
    services: Services, reviewer: Visitor
) -> None:
    application_id = seed(services)
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{application_id}/take")
    assert "reason" not in filled(reviewer.get(f"/desk/{application_id}/return").text)


def test_the_overview_shows_groups_of_two_or_more(services: Services, supervisor: Visitor) -> None:
    look, _ = group(services, 3)
    group(services, 1)
    text = supervisor.get("/overview/").text
    assert "3 pages look alike and match no form" in text
    assert text.count("look alike") == 1
    (found,) = unknown.groups(services, limit=5)
    picture = supervisor.get(f"/overview/unknown/{look}/{found.thumbnail}")
    assert picture.data.startswith(b"\xff\xd8\xff")
    assert supervisor.get(f"/overview/unknown/{look}/{'0' * 64}").status_code == 404


def test_a_group_lists_its_applications_and_leads_to_them(
    services: Services, supervisor: Visitor
) -> None:
    look, made = group(services, 2)
    text = supervisor.get(f"/overview/unknown/{look}").text
    assert all(f'href="/desk/{each}/look"' in text for each in made)
    assert 'href="/forms/new"' in text
    assert supervisor.get("/overview/unknown/none").status_code == 404


def test_a_group_is_read_again_with_one_button_save_what_somebody_has(
    services: Services, supervisor: Visitor, reviewer: Visitor
) -> None:
    look, made = group(services, 3)
    reviewer.get("/desk/")
    reviewer.post(f"/desk/{made[0]}/take")
    supervisor.get(f"/overview/unknown/{look}")
    supervisor.post(f"/overview/unknown/{look}/read-again")
    text = supervisor.get("/overview/").text
    assert "2 applications are read again. 1 was left alone." in text
    supervisor.post(f"/overview/unknown/{look}/read-again")
    assert "None of them can be read again now" in supervisor.get("/overview/").text


def test_a_form_pack_that_cannot_be_used_is_told_on_the_overview(
    services: Services, log_in: LogIn
) -> None:
    made = write_pack(services.settings.usual_forms)
    (made / "form.toml").write_text("code = ")
    text = log_in("supervisor").get("/overview/").text
    assert "Form packs that cannot be used" in text
    assert str(made / "form.toml") in text
