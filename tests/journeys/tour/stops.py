"""The stops of the tour at the review desk: who sees a page, what it shows, how to get there.

Every stop stands alone and finds what it shows by addresses, names and ids, never by words: the
tour is walked in two languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.journeys.tour.scene import Scene

Go = Callable[[Page, "Scene"], None]


@dataclass(frozen=True)
class Stop:
    """One page in one state. ``shown``: what its picture shows, in a sentence; empty for none."""

    name: str
    who: str
    shown: str
    go: Go


def to(path: str) -> Go:
    """Only an address: names in brackets stand for what the scene has of that purpose."""

    def go(page: Page, scene: Scene) -> None:
        page.goto(f"{scene.address}/{path.format(**scene.of)}")

    return go


def pressing(path: str, *buttons: str) -> Go:
    """An address, and then what to press there, one after the other."""

    def go(page: Page, scene: Scene) -> None:
        to(path)(page, scene)
        for button in buttons:
            page.locator(button).first.click()

    return go


def holding(purpose: str, after: str = "", *buttons: str) -> Go:
    """With an application on the reviewer's desk, its page or one below, and what to press."""

    def go(page: Page, scene: Scene) -> None:
        pressing(scene.take(purpose, "reviewer") + after, *buttons)(page, scene)
        if not after:
            expect(page.locator("#stage")).to_be_visible()

    return go


def _all_open(page: Page, scene: Scene) -> None:
    """Everything on it unfolded: all fields outlined, the others listed, a wrong value typed."""
    holding("broken")(page, scene)
    page.locator("[data-show=all]").click()
    page.locator("details.rest summary").last.click()
    page.locator("#text-applicant-date_of_birth").fill("99")
    page.keyboard.press("Enter")
    expect(page.locator(".card__error:visible").first).to_be_visible()


def _missing(page: Page, scene: Scene) -> None:
    holding("open")(page, scene)
    page.locator("#confirm").click()
    expect(page.locator("#problems")).to_be_visible()


def _clocked(page: Page, scene: Scene, by: str) -> None:
    page.clock.install()
    holding("lost")(page, scene)
    expect(page.locator(".card.is-now")).to_be_visible()
    page.clock.fast_forward(by)


def _warned(page: Page, scene: Scene) -> None:
    _clocked(page, scene, "08:30")
    expect(page.locator("#lease-warning")).to_be_visible()


def _lost(page: Page, scene: Scene) -> None:
    _clocked(page, scene, "10:30")
    expect(page.locator("#gone")).to_be_visible()


def _answered_with(status: int, dialog: str) -> Go:
    def go(page: Page, scene: Scene) -> None:
        answer = f'{{"{dialog}": "..."}}'
        page.route(
            "**/answer",
            lambda route: route.fulfill(
                status=status, body=answer, content_type="application/json"
            ),
        )
        holding("conflict")(page, scene)
        page.locator("#text-vehicle-vrn").focus()
        page.keyboard.press("Alt+n")
        expect(page.locator(f"#{dialog}")).to_be_visible()

    return go


def _no_picture(page: Page, scene: Scene) -> None:
    page.route("**/pages/*", lambda route: route.fulfill(status=503))
    holding("open")(page, scene)
    expect(page.locator("#picture-failed")).to_be_visible()


def _offline(page: Page, scene: Scene) -> None:
    holding("conflict")(page, scene)
    page.route("**/answer", lambda route: route.abort())
    page.locator("#text-vehicle-vrn").focus()
    page.keyboard.press("Alt+n")
    expect(page.locator('[data-card="request.reason"].is-now')).to_be_visible()


def _no_script(page: Page, scene: Scene) -> None:
    """As it is without JavaScript: none of ours is loaded."""
    page.route("**/*.js", lambda route: route.abort())
    holding("open")(page, scene)


def _shortcuts(page: Page, scene: Scene) -> None:
    holding("open", "", "[data-dialog=keys]")(page, scene)
    expect(page.locator("#keys")).to_be_visible()


def _earlier(page: Page, scene: Scene) -> None:
    holding("later", "", "[data-open=earlier]")(page, scene)
    expect(page.locator("#earlier")).to_have_attribute("open", "")


def _bracketed(page: Page, scene: Scene) -> None:
    holding("broken", "/return")(page, scene)
    page.locator("#text-own").fill("Use [which] pen.")
    page.locator("[value=approve]").first.click()
    expect(page.locator("#problems")).to_be_visible()


def _repair_wrong(page: Page, scene: Scene) -> None:
    holding("open", "/repair")(page, scene)
    page.check("[name='blank:2']")
    page.check("[name='starts:2']")
    page.fill("#form", "V890")
    page.locator("#repair [type=submit], #repair button:not([type])").last.click()
    expect(page.locator("#problems")).to_be_visible()


AT_THE_DESK = (
    Stop("queue", "reviewer", "What waits, what is due, and what you decided last.", to("desk/")),
    Stop("queue-filtered", "reviewer", "The queue, filtered.",
         to("desk/?form=V62-S&due=later&state=referred")),
    Stop("queue-empty", "newcomer", "Nothing waits for this person.", to("desk/")),
    Stop("review", "reviewer",
         "Only what is doubtful, beside the page: the handwriting straight above the input.",
         holding("open")),
    Stop("review-everything-open", "reviewer",
         "All fields outlined and listed, a rule across fields broken, a date that does not exist.",
         _all_open),
    Stop("review-all-checked", "reviewer", "Every field has an answer; Confirm has the focus.",
         holding("done")),
    Stop("review-error-summary", "reviewer", "Confirmed too early: links lead to what is missing.",
         _missing),
    Stop("review-lease-warning", "reviewer", "Two minutes before it goes back to the queue.",
         _warned),
    Stop("review-lost", "reviewer", "It went back to the queue.", _lost),
    Stop("review-conflict", "reviewer", "Changed in another window.",
         _answered_with(409, "changed")),
    Stop("review-save-failed", "reviewer", "An answer that could not be saved.",
         _answered_with(400, "unsaved")),
    Stop("review-offline", "reviewer", "The connection is lost; work goes on.", _offline),
    Stop("review-no-picture", "reviewer", "The page picture did not come.", _no_picture),
    Stop("review-no-script", "reviewer", "The same page without JavaScript.", _no_script),
    Stop("review-shortcuts", "reviewer", "The shortcuts in force.", _shortcuts),
    Stop("review-earlier-post", "reviewer",
         "Enclosures, and earlier post from the same person or vehicle.", _earlier),
    Stop("review-unknown-form", "reviewer", "No form definition fits.", holding("unknown")),
    Stop("earlier-post", "reviewer", "A look at earlier post: nothing can be changed.",
         holding("later", "/earlier/{first}")),
    Stop("return", "reviewer", "Return to sender: every sentence says why it is there.",
         holding("broken", "/return")),
    Stop("return-preview", "reviewer", "The letter as it is printed.",
         holding("broken", "/return/preview")),
    Stop("return-error", "reviewer", "A letter that is not finished.", _bracketed),
    Stop("refer", "reviewer", "Refer to a supervisor, with a note.", holding("open", "/refer")),
    Stop("refer-error", "reviewer", "", holding("open", "/refer", "main form .button")),
    Stop("repair", "reviewer", "Wrong form or bad scan: turn, reorder, split, join, leave out.",
         holding("open", "/repair")),
    Stop("repair-error", "reviewer", "", _repair_wrong),
    Stop("rescan", "reviewer", "Ask the mailroom to scan it again.", holding("open", "/rescan")),
    Stop("rescan-error", "reviewer", "", holding("open", "/rescan", "main form .button")),
    Stop("not-on-your-desk", "reviewer", "Someone else has it.", to("desk/{elsewhere}")),
    Stop("look", "supervisor", "A supervisor looks without taking it.",
         to("desk/{elsewhere}/look")),
)  # fmt: skip
