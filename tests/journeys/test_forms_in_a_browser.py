"""The editor of a form in a real browser: boxes moved with mouse and keyboard, and saved."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from extractors.formpack import SHIPPED, load
from review_ui.forms import running
from tests.journeys import conftest
from tests.journeys.conftest import House, log_in
from tests.review_ui import seed

OpenPage = Callable[..., Page]
VRN = "vehicle.vrn"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The department's folder. Ask for it before ``house``."""
    folder = tmp_path / "forms"
    shutil.copytree(
        SHIPPED / "V890-S-2026-11",
        folder / "V890-S-2027-04",
        ignore=shutil.ignore_patterns("samples"),
    )
    path = folder / "V890-S-2027-04" / "form.toml"
    text = path.read_text(encoding="utf-8").replace('edition = "2026-11"', 'edition = "2027-04"')
    path.write_text(text, encoding="utf-8")

    def services_in(home: Path, clock: seed.Clock) -> seed.Services:
        services = seed.services_in(home, clock)
        settings = services.settings.model_copy(update={"forms": (folder,)})
        return replace(services, settings=settings)

    monkeypatch.setattr(conftest, "services_in", services_in)
    return folder


@pytest.fixture
def editor(own: Path, house: House, open_page: OpenPage) -> Page:
    """The editor of the department's own V890-S."""
    page = open_page(1280)
    log_in(page, "supervisor")
    page.goto(f"{house.address}/forms/V890-S-2027-04/edit")
    expect(page.locator(".editor__hit").first).to_be_visible()
    return page


def hit(page: Page, name: str) -> Locator:
    return page.locator(f'.editor__hit[data-part=""][aria-label^="{name}, "]')


def place(page: Page) -> dict[str, float]:
    """What the panel says of the first box of the chosen field, in millimetres."""
    sides = ("left", "top", "width", "height")
    first = page.locator("#parts fieldset").first
    return {side: float(first.locator(f"[data-inner={side}]").input_value()) for side in sides}


def save(page: Page) -> None:
    page.click("[data-save=here]")
    page.wait_for_url(re.compile("/forms/V890-S-2027-04$"))


def test_a_box_is_moved_resized_and_saved_with_the_keyboard_alone(editor: Page, own: Path) -> None:
    for _ in range(40):
        if editor.evaluate("document.activeElement.getAttribute('aria-label')?.startsWith('veh')"):
            break
        editor.keyboard.press("Tab")
    expect(hit(editor, VRN)).to_be_focused()
    expect(hit(editor, VRN)).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        editor.keyboard.press("ArrowRight")
    expect(editor.locator("#said")).to_have_text(
        f"{VRN}: 46.75 mm from the left, 49 mm from the top"
    )
    editor.keyboard.press("Control+ArrowDown")
    editor.keyboard.press("Shift+ArrowLeft")
    expect(editor.locator("#said")).to_have_text(f"{VRN}: 34.75 by 7 mm")
    assert place(editor) == {"left": 46.75, "top": 51.5, "width": 34.75, "height": 7}
    editor.keyboard.press("Control+z")
    assert place(editor)["width"] == 35
    expect(hit(editor, VRN)).to_be_focused()
    editor.keyboard.press("Control+y")
    assert place(editor)["width"] == 34.75
    editor.keyboard.press("Enter")
    expect(editor.locator("#f-name")).to_be_focused()
    editor.keyboard.type("vehicle.mark")
    editor.keyboard.press("Tab")
    save(editor)
    expect(editor.locator(".note--good")).to_have_text(re.compile("Saved"))
    row = load(own / "V890-S-2027-04").by_name["vehicle.mark"].combs[0]
    assert row.box.x0 == pytest.approx(46.75 / 210)
    assert row.box.y1 == pytest.approx(58.5 / 297)
    assert row.cells == 7


def test_a_box_is_dragged_and_its_edge_pulled_with_the_mouse(editor: Page) -> None:
    box = hit(editor, "vehicle.make").bounding_box()
    assert box is not None
    millimetre = box["width"] / 50
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    editor.mouse.move(x, y)
    editor.mouse.down()
    editor.mouse.move(x + 5 * millimetre, y + 2 * millimetre, steps=3)
    editor.mouse.up()
    assert place(editor) == pytest.approx(
        {"left": 51, "top": 63, "width": 50, "height": 7}, abs=0.3
    )
    right = box["x"] + box["width"] + 5 * millimetre - 2
    editor.mouse.move(right, y + 2 * millimetre)
    editor.mouse.down()
    editor.mouse.move(right - 10 * millimetre, y + 2 * millimetre, steps=3)
    editor.mouse.up()
    assert place(editor) == pytest.approx(
        {"left": 51, "top": 63, "width": 40, "height": 7}, abs=0.3
    )
    for _ in range(2):
        editor.click("[data-do=undo]")
    assert place(editor) == {"left": 46, "top": 61, "width": 50, "height": 7}
    expect(editor.locator("[data-do=undo]")).to_be_disabled()


def test_the_ticks_of_a_choice_are_moved_one_by_one(editor: Page, own: Path) -> None:
    editor.locator("#list button", has_text="applicant.status").click()
    expect(hit(editor, "applicant.status")).to_be_focused()
    editor.keyboard.press("Tab")
    expect(editor.locator(":focus")).to_have_attribute("aria-label", "Tick 1 of applicant.status")
    editor.keyboard.press("ArrowLeft")
    editor.keyboard.press("Tab")
    editor.keyboard.press("Delete")
    expect(editor.locator("#said")).to_have_text("Tick 2 of applicant.status was taken away.")
    editor.click("text=Add a tick")
    expect(editor.locator("#parts fieldset")).to_have_count(3)
    last = editor.locator("#parts fieldset").last
    last.locator("[data-inner=value]").fill("somebody_else")
    last.locator("[data-inner='label.en']").fill("Somebody else")
    save(editor)
    options = load(own / "V890-S-2027-04").by_name["applicant.status"].options
    values = [each.value for each in options]
    assert values == ["registered_keeper", "certificate_sent", "somebody_else"]
    assert options[0].box.x0 == pytest.approx(45.75 / 210)


def test_a_field_is_added_named_and_given_a_kind_and_another_is_taken_away(
    editor: Page, own: Path
) -> None:
    editor.click("[data-do=add]")
    expect(editor.locator("#f-name")).to_be_focused()
    editor.keyboard.type("request.urgent")
    editor.keyboard.press("Tab")
    editor.select_option("#f-kind", "tick")
    expect(editor.locator("#f-way")).to_have_value("tick")
    for side, value in (("left", 150), ("top", 262), ("width", 5), ("height", 5)):
        editor.locator(f"#parts [data-inner={side}]").fill(str(value))
        editor.keyboard.press("Tab")
    editor.check("[data-key=required]")
    editor.locator("#list button", has_text="declaration.position").click()
    editor.click("text=Take this field away")
    save(editor)
    pack = load(own / "V890-S-2027-04")
    made = pack.by_name["request.urgent"]
    assert (made.kind, made.way, made.required) == ("tick", "tick", True)
    assert made.box.x0 == pytest.approx(150 / 210)
    assert "declaration.position" not in pack.by_name


def test_mistakes_lead_to_their_fields_and_what_was_typed_stays(editor: Page, own: Path) -> None:
    before = (own / "V890-S-2027-04/form.toml").read_bytes()
    editor.locator("#list button", has_text="vehicle.make").click()
    editor.fill("#f-name", "Vehicle Make")
    editor.locator("#list button", has_text="vehicle.model").click()
    editor.locator("#parts [data-inner=width]").fill("0")
    more = editor.locator("#keys summary")
    more.click()
    editor.fill("#f-pattern", "[")
    more.click()
    editor.click("[data-save=here]")
    expect(editor.locator("#mistakes")).to_be_focused()
    expect(editor.locator("#mistakes-title")).to_have_text("3 things are wrong")
    editor.locator("#mistakes button", has_text="regular expression").click()
    expect(editor.locator("#f-pattern")).to_be_focused()
    editor.locator("#mistakes button").first.click()
    expect(editor.locator("#f-name")).to_be_focused()
    expect(editor.locator("#f-name")).to_have_value("Vehicle Make")
    expect(editor.locator("#f-name")).to_have_attribute("aria-invalid", "true")
    expect(editor.locator(".is-wrong")).to_have_count(2)
    assert (own / "V890-S-2027-04/form.toml").read_bytes() == before


def test_a_changed_form_is_downloaded_and_can_be_used(editor: Page, tmp_path: Path) -> None:
    editor.locator("#list button", has_text=VRN).click()
    editor.keyboard.press("ArrowUp")
    with editor.expect_download() as found:
        editor.click("[data-save=zip]")
    assert found.value.suggested_filename == "V890-S-2027-04.zip"
    zipfile.ZipFile(found.value.path()).extractall(tmp_path / "zip")
    pack = load(tmp_path / "zip" / "V890-S-2027-04")
    assert pack.by_name[VRN].box.y0 == pytest.approx(48.75 / 297)
    editor.once("dialog", lambda dialog: dialog.accept())
    editor.click("text=Back to V890-S 2027-04")  # asks, because it is not saved


def test_a_lost_server_or_session_loses_nothing_that_was_done(
    editor: Page, own: Path, house: House
) -> None:
    editor.locator("#list button", has_text=VRN).click()
    editor.keyboard.press("ArrowRight")
    editor.route("**/save", lambda route: route.abort())
    editor.click("[data-save=here]")
    expect(editor.locator("#mistakes")).to_contain_text("The server cannot be reached")
    editor.unroute("**/save")
    other = editor.context.new_page()
    other.goto(f"{house.address}/forms/")
    other.click("text=Log out")
    editor.click("[data-save=here]")
    expect(editor.locator("#mistakes")).to_contain_text("You are logged out")
    other.goto(house.address)
    log_in(other, "supervisor")
    save(editor)
    row = load(own / "V890-S-2027-04").by_name[VRN].combs[0]
    assert row.box.x0 == pytest.approx(46.25 / 210)


def test_a_form_that_looks_like_another_goes_into_use_with_a_second_press(
    editor: Page, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = {"page": 1, "other": "V890-S 2026-11", "other_page": 1, "taken": True}
    monkeypatch.setattr(running, "_answer", lambda *_: {"end": "done", "rivals": [rival]})
    expect(editor.locator("[data-all-the-same]")).to_be_hidden()
    editor.fill("#edition", "2028-01")
    editor.click("text=Save as a new edition")
    expect(editor.locator("#mistakes")).to_be_focused()
    expect(editor.locator("#mistakes")).to_contain_text(
        "Page 1 of V890-S 2028-01 cannot be told apart from page 1 of V890-S 2026-11."
    )
    assert not (own / "V890-S-2028-01").exists()
    editor.click("text=Put into use all the same")
    editor.wait_for_url(re.compile("/forms/V890-S-2028-01$"))
    assert load(own / "V890-S-2028-01").edition == "2028-01"


def test_an_old_edition_comes_back_beside_one_like_it_with_a_second_press(
    editor: Page, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = {"page": 1, "other": "V890-S 2026-11", "other_page": 1, "taken": True}
    monkeypatch.setattr(running, "_answer", lambda *_: {"end": "done", "rivals": [rival]})
    pack = own / "V890-S-2027-04"
    status(editor, "old")
    save(editor)
    assert load(pack).status == "old"
    editor.go_back()
    expect(editor.locator(".editor__hit").first).to_be_visible()
    status(editor, "current")
    editor.click("[data-save=here]")
    expect(editor.locator("#mistakes")).to_contain_text("cannot be told apart from page 1")
    assert load(pack).status == "old"
    editor.click("text=Put into use all the same")
    editor.wait_for_url(re.compile("/forms/V890-S-2027-04$"))
    assert load(pack).status == "current"


def status(page: Page, wanted: str) -> None:
    """Choose the status of the whole form."""
    page.locator("#w-status").evaluate("each => each.closest('details')?.setAttribute('open', '')")
    page.select_option("#w-status", wanted)


def test_without_javascript_the_page_says_what_to_do(
    own: Path, house: House, open_page: OpenPage
) -> None:
    page = open_page(1280, script=False)
    log_in(page, "supervisor")
    page.goto(f"{house.address}/forms/V890-S-2026-11/edit")
    expect(page.locator("text=needs JavaScript")).to_be_visible()
    expect(page.locator("#editor")).to_be_hidden()


def test_everything_in_the_editor_that_can_be_pressed_is_large_enough(editor: Page) -> None:
    editor.locator("#list button", has_text="applicant.status").click()
    small = editor.evaluate(
        """() => [...document.querySelectorAll('.editor button, .editor input, .editor select, summary')]
            .filter(each => each.checkVisibility())
            .map(each => [each.getBoundingClientRect(), each.closest('.key-ticks label'), each.outerHTML])
            .filter(([box, label]) => !label && (box.width < 24 || box.height < 24))
            .map(([box, , html]) => `${box.width} x ${box.height} ${html.slice(0, 80)}`)"""  # noqa: E501
    )
    assert json.dumps(small) == "[]"
