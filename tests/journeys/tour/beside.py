"""The other stops of the tour: single fields, the mailroom, the supervisor, accounts, forms."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.tour.scene import Scene
from tests.journeys.tour.stops import AT_THE_DESK, Go, Stop, pressing, to


def _wrong_password(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/log-in")
    page.fill("#name", "reviewer")
    page.fill("#password", "not the right one")
    page.press("#password", "Enter")
    expect(page.locator(".problem, .govuk-error-message").first).to_be_visible()


def _foreign_token(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/account")
    page.evaluate("document.querySelector('main [name=csrf_token]').value = 'old'")
    page.locator("main button").first.click()


def _editing(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/forms/V62-S-2026-11/edit")
    page.locator("#list button").nth(7).click()  # a choice: all its ticks can be reached
    for each in ("#field summary", "#form summary", ".editor__help summary"):
        page.locator(each).first.click()


def _editing_wrong(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/forms/V62-S-2026-11/edit")
    page.locator("#list button").nth(7).click()
    page.locator("#f-name").fill("Not a name")
    page.locator("[data-save=check]").click()
    expect(page.locator("#mistakes")).to_be_visible()


def _fields(blind: bool) -> Go:
    """Twelve registration marks, after putting back those of the stop before."""
    action = "form[action*='vehicle.vrn'] button"

    def go(page: Page, scene: Scene) -> None:
        page.goto(f"{scene.address}/fields/V62-S/2026-11/vehicle.vrn")
        if page.locator("#stop").count():
            page.locator("#stop").click()
        pressing("fields/", f"{action}[name=blind]" if blind else action)(page, scene)
        expect(page.locator("#place-1.is-now")).to_be_visible()

    return go


def _differs(page: Page, scene: Scene) -> None:
    _fields(blind=True)(page, scene)
    page.locator("#text-1").fill("AA19NNV")
    page.keyboard.press("Enter")
    expect(page.locator(".settle").first).to_be_visible()


def _receipts(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/counter/")
    files = [
        {"name": f"counter-{n}.pdf", "mimeType": "application/pdf", "buffer": b"%%PDF-1.7 %d" % n}
        for n in (32, 33)
    ]
    page.set_input_files("[type=file]", files)  # type: ignore[arg-type]
    page.locator("main form .button").click()
    page.wait_for_url("**/receipts**")


BESIDE_IT = (
    Stop("fields", "second", "Field by field: one field across many applications.", to("fields/")),
    Stop("fields-empty", "newcomer", "", to("fields/")),
    Stop("fields-checking", "second", "Twelve at a time, as they were read.",
         _fields(blind=False)),
    Stop("fields-unseen", "second", "The same, with what was read hidden.",
         _fields(blind=True)),
    Stop("fields-difference", "second", "What was keyed and what was read differ.", _differs),
    Stop("keying", "reviewer", "Second keying: fields that another person approved.",
         to("keying/")),
    Stop("keying-empty", "newcomer", "", to("keying/")),
    Stop("keying-field", "reviewer", "One field, keyed unseen.",
         pressing("keying/", "main form button")),
    Stop("accuracy", "supervisor", "What second keying found, with how certain it is.",
         to("accuracy/")),
    Stop("accuracy-decide", "supervisor", "Three people keyed three things.",
         pressing("accuracy/", "main td a")),
    Stop("overview", "supervisor", "What waits, what is late, what stopped.", to("overview/")),
    Stop("unknown-forms", "supervisor", "Pages that look alike and fit no form.",
         to("overview/unknown/{look}")),
    Stop("people", "supervisor", "Who works here.", to("overview/people")),
    Stop("person", "supervisor", "What one person is given to work on.",
         to("overview/people/newcomer")),
    Stop("arrivals", "operator", "What was scanned, and where each item is.", to("station/")),
    Stop("letters", "operator", "Letters to print.", to("station/letters")),
    Stop("letters-to-print", "operator", "All of them, one a sheet.", to("station/letters/print")),
    Stop("rescans", "operator", "What to scan again.", to("station/rescans")),
    Stop("counter", "operator", "Hand in scans at the counter.", to("counter/")),
    Stop("receipts", "operator", "Receipts.", _receipts),
    Stop("log-in", "nobody", "Log in.", to("log-in")),
    Stop("log-in-error", "nobody", "", _wrong_password),
    Stop("account", "reviewer", "Language, size of text, shortcuts, password.", to("account")),
    Stop("account-error", "reviewer", "", pressing("account", "#password .button")),
    Stop("account-keys", "reviewer", "Other keys for a shortcut.",
         to("account/shortcuts/cannot_read")),
    Stop("accessibility", "nobody", "The accessibility statement.", to("accessibility")),
    Stop("forms", "supervisor", "The forms that Postroom knows.", to("forms/")),
    Stop("forms-new", "supervisor", "A new form from its blank.", to("forms/new")),
    Stop("form", "supervisor", "One form.", to("forms/V62-S-2026-11")),
    Stop("form-try", "supervisor", "Try a scan, keeping nothing.", to("forms/V62-S-2026-11/try")),
    Stop("form-editor", "supervisor", "The editor of forms.", _editing),
    Stop("form-editor-mistakes", "supervisor", "Mistakes lead to their fields.", _editing_wrong),
    Stop("no-such-page", "reviewer", "", to("no-such-page")),
    Stop("not-your-role", "operator", "A page for another role.", to("overview/")),
    Stop("open-too-long", "reviewer", "", _foreign_token),
)  # fmt: skip

STOPS = AT_THE_DESK + BESIDE_IT
