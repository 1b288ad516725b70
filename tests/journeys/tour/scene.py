"""A house with post in every state, and a browser in which everybody is logged in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic
from unittest.mock import patch

from argon2 import PasswordHasher
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from ulid import ULID
from werkzeug.serving import make_server

from extractors.values import CheckResult, Doubt
from intake import jobs, keying, numbers, people, rescans, returning, review, rights
from intake.arrival import Arrival, receive
from intake.keyed import Said
from intake.model import Person
from intake.preferences import Preferences, set_preferences
from intake.records import applications, keyings
from intake.records import unknown as unknown_rows
from intake.records.unknown import UnknownPage
from intake.services import Services
from review_ui import create_app
from tests.journeys.conftest import whole_answers
from tests.review_ui.seed import DOUBTFUL, NOW, Clock, Plan, seed, services_in
from tests.review_ui.visitor import PASSWORD

ROLES = {
    "operator": "operator", "reviewer": "reviewer", "second": "reviewer",
    "newcomer": "reviewer", "supervisor": "supervisor",
}  # fmt: skip
VRN, BORN, REASON = "vehicle.vrn", "applicant.date_of_birth", "request.reason"
_PAIR = ("applicant.driver_number", BORN)
_BROKEN = CheckResult("DN-02", "fail", "block", _PAIR, "It says year 66, but it is 1974.")
_UNSIGNED = {"declaration.signature": {"value": False, "raw": ""}}
_TOLD = Doubt("unknown", "No form definition fits this page, so no fields were read.")


@dataclass
class Scene:
    """What a stop of the tour works with. ``of``: applications, groups and keyings by purpose."""

    address: str
    services: Services
    browser: Browser
    language: str = ""
    of: dict[str, str] = field(default_factory=dict)
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        return people.of_name(self.services, name)

    def take(self, purpose: str, name: str) -> str:
        """Put an application on somebody's desk; its path."""
        review.take(self.services, self.of[purpose], self.person(name))
        return f"desk/{self.of[purpose]}"

    def prefer(self, name: str, **wanted: object) -> None:
        set_preferences(
            self.services,
            self.person(name),
            replace(Preferences(language=self.language), **wanted),  # type: ignore[arg-type]
        )

    def page(self, name: str) -> Page:
        """A new page of the browser of one person, or of ``nobody``; 1440 pixels wide."""
        if name not in self.contexts:
            self.contexts[name] = self._log_in(name)
        page = self.contexts[name].new_page()
        page.set_default_timeout(15_000)
        return page

    def _log_in(self, name: str) -> BrowserContext:
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        if name == "nobody":
            if self.language:
                context.new_page().goto(f"{self.address}/language/{self.language}")
            return context
        page = context.new_page()
        page.goto(f"{self.address}/log-in")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "log-in" not in url)
        page.close()
        return context


@contextmanager
def scene(folder: Path, browser: Browser, language: str = "") -> Iterator[Scene]:
    """Furnished, served on a free port, and closed again. It is 18 November 2026, 10:42."""
    start = monotonic()
    services = services_in(folder, Clock())
    services = replace(services, now=lambda: NOW + timedelta(seconds=monotonic() - start))
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with closing(services), patch.object(people, "_hasher", quick):
        for name, role in ROLES.items():
            people.add(services, name, role, PASSWORD)  # type: ignore[arg-type]
        server = make_server("127.0.0.1", 0, whole_answers(create_app(services)), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = Scene(f"http://127.0.0.1:{server.server_port}", services, browser, language)
        try:
            _furnish(made)
            yield made
        finally:
            for context in made.contexts.values():
                context.close()
            server.shutdown()
            thread.join()
            server.server_close()


def _furnish(made: Scene) -> None:
    services = made.services
    for name in ROLES:
        made.prefer(name)
    rights.set_queues(services, "newcomer", ["drivers-first-licences"], "test")
    _keyings(made)
    for number in range(6):
        seed(services, Plan(3, DOUBTFUL, received=NOW - timedelta(days=1 + number)))
    broken = Plan(changes={**DOUBTFUL, **_UNSIGNED}, checks=[_BROKEN])
    for purpose in ("open", "broken", "conflict", "elsewhere", "lost"):
        made.of[purpose] = seed(services, broken if purpose == "broken" else Plan(changes=DOUBTFUL))
    made.of["done"] = seed(services)
    for each in ("first", "later"):
        plan = Plan(3, DOUBTFUL, received=NOW - timedelta(days=9), enclosures=each == "later")
        made.of[each] = seed(services, plan)
        _note_numbers(services, made.of[each])
    made.of["decided"] = seed(services)
    _decide(made)
    _answers(made)
    _unknown(made)
    _rescans(made)
    _letters(made, broken)
    _stopped(services)
    review.take(services, made.of["elsewhere"], made.person("second"))


def _keyings(made: Scene) -> None:
    """Fields keyed twice that agreed, one to decide, and two that wait."""
    services = made.services
    first = made.person("operator")
    for field_name in (VRN, VRN, VRN, REASON):
        application = seed(services, Plan(changes={VRN: DOUBTFUL[VRN]}))
        read = review.task(services, application).reading.field(field_name)
        row = {
            "application_id": application, "revision": 1, "field": field_name, "why": "sample",
            "share": 0.02, "asked_at": services.now(), "outcome": "", "first_by": first.id,
            "first": Said("accepted", read.value),
        }  # fmt: skip
        with services.database.writing() as connection:
            keyings.add(connection, [row])
    for name, texts in (("second", ("AA19NMV", "AA19NNV")), ("supervisor", ("AA19NWV",))):
        for text in texts:
            given = keying.take_next(services, made.person(name))
            assert given is not None
            keying.key(services, given.id, made.person(name), ("corrected", text))


def _note_numbers(services: Services, application: str) -> None:
    with services.database.writing() as connection:
        found = applications.get(connection, application)
        reading = applications.reading(connection, application)
        pack = services.packs[found.form_code, found.edition]
        numbers.note(connection, found, reading, pack)


def _answers(made: Scene) -> None:
    """One application with all answered, so that only confirming is left."""
    me = made.person("reviewer")
    application = made.of["done"]
    review.take(made.services, application, me)
    given = (VRN, "corrected", "AA19NNV"), (REASON, "illegible", None), (BORN, "absent", None)
    for each in given:
        version = review.task(made.services, application).version
        review.answer(made.services, application, me, version, each)  # type: ignore[arg-type]


def _decide(made: Scene) -> None:
    """One that the reviewer referred, to be listed under what was decided last."""
    me = made.person("reviewer")
    review.take(made.services, made.of["decided"], me)
    version = review.task(made.services, made.of["decided"]).version
    review.refer(made.services, made.of["decided"], me, version, "Two people signed it.")


def _unknown(made: Scene) -> None:
    """Three pages that look alike and fit no form."""
    services, look, small = made.services, str(ULID()), BytesIO()
    pack = services.packs["V890-S", "2026-11"]
    with Image.open(pack.folder / "blank-1.png") as blank:
        blank.convert("L").resize((240, 340)).save(small, "JPEG")
    thumbnail = services.objects.put(small.getvalue())
    for _ in range(3):
        made.of["unknown"] = seed(services, Plan(code="UNKNOWN", doubts=(_TOLD,)))
        page = UnknownPage(look, made.of["unknown"], 1, b"signature", thumbnail, services.now())
        with services.database.writing() as connection:
            unknown_rows.add(connection, page)
    made.of["look"] = look


def _rescans(made: Scene) -> None:
    me = made.person("second")
    for reason in (("BLURRED", "The second page."), ("CUT_OFF", "")):
        application = seed(made.services)
        review.take(made.services, application, me)
        rescans.ask(made.services, application, me, 1, reason)


def _letters(made: Scene, plan: Plan) -> None:
    """Two letters that wait to be printed."""
    me = made.person("second")
    for _ in range(2):
        made.of["letter"] = application = seed(made.services, plan)
        review.take(made.services, application, me)
        opened = returning.open_letter(made.services, application)
        returning.return_to_sender(made.services, application, me, opened.seen, opened.edits)


def _stopped(services: Services) -> None:
    """Post that just arrived, and a step that stopped."""
    receive(services, b"%PDF-1.7 a", Arrival("post", "inbox", "post-0207.pdf"))
    receive(services, b"%PDF-1.7 b", Arrival("counter", "counter", "counter-0031.pdf"))
    for claim in jobs.claim(services, ["split"], 1):
        jobs.park(services, claim, "page 1: the decoder gave up")
