"""What intake speaks of: scans, items, applications, answers, people, and the moves between states.

Nothing here imports a third-party package. Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from intake import working_days

Channel = Literal["post", "counter"]
Role = Literal["operator", "reviewer", "supervisor"]
AnswerState = Literal["accepted", "corrected", "illegible", "absent", "as_written"]
SideRole = Literal["page", "blank", "separator"]
Value = str | bool | None
WhyNot = Literal["sensitive", "referred", "queue"]

OFFICE = ZoneInfo("Europe/London")
WORKING_DAYS_TO_ANSWER = 5
GENERAL = "general"
"""The work queue of forms that name none, and of what fits no form."""


class Status(StrEnum):
    """Where a scan, an item or an application stands."""

    RECEIVED = "received"
    SCANNED = "scanned"
    EXTRACTED = "extracted"
    IN_REVIEW = "in_review"
    AWAITING_CUSTOMER = "awaiting_customer"
    AWAITING_RESCAN = "awaiting_rescan"
    SECOND_KEYING = "second_keying"
    READY = "ready"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    CLOSED = "closed"
    QUARANTINED = "quarantined"
    STUCK = "stuck"


_S = Status
MOVES: Mapping[Status, frozenset[Status]] = {
    _S.RECEIVED: frozenset({_S.SCANNED, _S.QUARANTINED, _S.STUCK}),
    _S.SCANNED: frozenset({_S.EXTRACTED, _S.IN_REVIEW, _S.QUARANTINED, _S.STUCK}),
    _S.EXTRACTED: frozenset({_S.IN_REVIEW, _S.SECOND_KEYING, _S.READY}),
    _S.IN_REVIEW: frozenset(
        {
            _S.SCANNED,
            _S.READY,
            _S.SECOND_KEYING,
            _S.AWAITING_CUSTOMER,
            _S.AWAITING_RESCAN,
            _S.RETURNED,
            _S.CLOSED,
        }
    ),
    _S.SECOND_KEYING: frozenset({_S.READY, _S.IN_REVIEW}),
    _S.AWAITING_RESCAN: frozenset({_S.IN_REVIEW, _S.CLOSED}),
    _S.AWAITING_CUSTOMER: frozenset({_S.IN_REVIEW, _S.RETURNED, _S.CLOSED}),
    _S.READY: frozenset({_S.RELEASED, _S.ACKNOWLEDGED, _S.IN_REVIEW}),
    _S.RELEASED: frozenset({_S.ACKNOWLEDGED, _S.IN_REVIEW}),
    _S.ACKNOWLEDGED: frozenset({_S.CLOSED}),
    _S.RETURNED: frozenset({_S.IN_REVIEW, _S.CLOSED}),
    _S.CLOSED: frozenset(),
    _S.QUARANTINED: frozenset({_S.RECEIVED, _S.CLOSED}),
    _S.STUCK: frozenset({_S.RECEIVED, _S.SCANNED, _S.QUARANTINED}),
}

RESCAN_REASONS: Mapping[str, str] = {
    "CUT_OFF": "Part of the page is cut off or folded over",
    "BLURRED": "The picture is blurred or smeared",
    "TOO_DARK": "The picture is too dark or too light",
    "COVERED": "Something covers the writing",
    "PAGE_MISSING": "A page was not scanned",
    "OTHER": "Something else, as the note says",
}
"""Why paper is to be scanned again: code and words."""

RETURN_REASONS: Mapping[str, str] = {
    "MISSING_SIGNATURE": "It is not signed",
    "FEE_MISSING": "The fee is missing or wrong",
    "ENCLOSURE_MISSING": "Something that should be enclosed is missing",
    "AMBIGUOUS_FIELD": "Essential details are missing or unclear",
    "MISSING_PAGE": "A page is missing",
    "WRONG_FORM": "It is the wrong form",
    "FORM_OBSOLETE": "This edition of the form is not accepted any more",
    "ILLEGIBLE": "It cannot be read",
    "NOT_OURS": "It was not meant for us",
}
"""The mailroom's list of why paper goes back to its sender: code and words."""

REPLY_CODE = "POSTROOM-LETTER:"
"""Begins the code printed on letters to senders; application, slash and number of it follow."""


_WHY_NOT: Mapping[WhyNot, str] = {
    "sensitive": "Only people who are cleared for sensitive applications may open this one.",
    "referred": "This one was referred to a supervisor. Take the next one instead.",
    "queue": "This one is in a work queue that is not one of yours. Take the next one instead.",
}


def move(now: Status, to: Status) -> Status:
    """``to``, when the move from ``now`` is legal. Raises ``IllegalMove``."""
    if to not in MOVES[now]:
        raise IllegalMove(now, to)
    return to


@dataclass(frozen=True, slots=True)
class Scan:
    """One file as it arrived; its bytes never change and lie in the objects under ``sha256``.

    ``batch`` is the station's own name for what it scanned in one go.
    """

    id: str
    sha256: str
    size: int
    channel: Channel
    station: str
    file_name: str
    received_at: datetime
    status: Status
    code: str = ""
    reason: str = ""
    sides: int = 0
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """The pages that belong together: one form with its enclosures, or one letter.

    ``asked_form`` is the ``code edition`` a person said it is; empty: the machine finds out.
    ``sensitive``: a repair gave it pages of a sensitive application, so that it is one, too.
    """

    id: str
    scan_id: str
    position: int
    status: Status
    barcode: str | None = None
    code: str = ""
    reason: str = ""
    asked_form: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class PageDoubt:
    """Why a page should be scanned again: a stable code, and a sentence that names the page."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of one sheet as it was scanned.

    ``number`` counts from 1 in the scan, ``position`` from 1 in the item (``None`` for a blank or
    a separator). ``picture`` and ``laid`` are digests in the objects: the side as scanned, and as
    laid on its blank for the viewer, where the places of fields hold. ``doubts``: what makes the
    picture bad to read, told to the station; their sentences count pages as ``number`` does.
    ``turned``: degrees clockwise that make it upright (0, 90, 180 or 270), as a person said;
    ``None`` when nobody did and the machine finds out.
    """

    number: int
    role: SideRole
    picture: str
    width: int
    height: int
    dpi: float
    position: int | None = None
    barcode: str | None = None
    laid: str | None = None
    laid_width: int = 0
    laid_height: int = 0
    doubts: tuple[PageDoubt, ...] = ()
    turned: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """The structured result of one item. ``version`` counts every change a person makes.

    ``revision`` counts what was, or is to be, delivered. ``holder`` is the id of the person who
    has it on the desk until ``lease_until``. ``doubtful`` names the fields to look at, ``why`` says
    in one sentence, for the queue, what made it wait. ``queue`` is the work queue of its form pack,
    ``language`` the form's. A ``sensitive`` one is only for people cleared for it. It is kept for
    ``reserved_for`` until ``reserved_until``, because their browser has loaded it as their next,
    or because just its ``reserved_field`` is lent to them. ``whole_page``: somebody saw one field
    of it alone and asked that a person sees the whole page.
    """

    id: str
    item_id: str
    scan_id: str
    status: Status
    revision: int
    version: int
    form_code: str
    edition: str
    received_at: datetime
    due_on: date
    doubtful: tuple[str, ...]
    why: str
    referred: bool = False
    holder: str | None = None
    lease_until: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    code: str = ""
    note: str = ""
    queue: str = GENERAL
    sensitive: bool = False
    language: str = "en"
    reserved_for: str | None = None
    reserved_until: datetime | None = None
    reserved_field: str = ""
    whole_page: bool = False

    @property
    def return_reasons(self) -> tuple[str, ...]:
        """The codes of why the paper goes back, the main one first; empty when it does not.

        Of a returned one, ``code`` is the main reason and ``note`` holds the others.
        """
        if self.status != Status.RETURNED:
            return ()
        also = self.note.split()
        return (self.code, *(also if set(also) <= RETURN_REASONS.keys() else ()))

    @property
    def returned_because(self) -> str:
        """Why the paper goes back, in words; empty when it does not."""
        told = [f"{RETURN_REASONS.get(code, code)}." for code in self.return_reasons]
        if self.note and len(told) == 1:  # returned before letters were written here
            told.append(f"Note for the letter: {self.note}")
        return " ".join(told)

    def lent_to(self, now: datetime) -> str | None:
        """The id of the person to whom one field of it is lent now, if to anyone."""
        until = self.reserved_until if self.reserved_field else None
        return self.reserved_for if until is not None and until > now else None

    def kept_for(self, person: Person, now: datetime) -> bool:
        """Whether all of it is reserved for this person now, not just one field."""
        until = self.reserved_until
        whole = self.reserved_for == person.id and not self.reserved_field
        return whole and until is not None and until > now

    def is_referral_of(self, person: Person, now: datetime) -> bool:
        """Whether this person referred it, and it waits for a supervisor to take it."""
        waits = self.status == Status.IN_REVIEW and self.referred and self.held_by(now) is None
        return waits and self.decided_by == person.id

    def held_by(self, now: datetime) -> str | None:
        """The id of the person who holds it now, if anyone does."""
        return self.holder if self.lease_until is not None and self.lease_until > now else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said about one field. ``value`` is canonical, save for ``as_written``."""

    field: str
    value: Value
    state: AnswerState
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. ``name`` is what they log in with; not when it is ``closed``.

    ``queues``: the work queues they know; none named means all. ``cleared``: for sensitive items.
    """

    id: str
    name: str
    role: Role
    closed: bool = False
    queues: tuple[str, ...] = ()
    cleared: bool = False

    def may_see(self, application: Application) -> bool:
        """Whether this person is cleared for what the application says."""
        return self.cleared or not application.sensitive

    def kept_from(self, application: Application) -> WhyNot | None:
        """What keeps this person from working on it, if anything does."""
        if not self.may_see(application):
            return "sensitive"
        if self.role == "supervisor":
            return None
        if application.referred:
            return "referred"
        known = not self.queues or application.queue in self.queues
        return None if known else "queue"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a scan that was received: it is stored, and will be read once.

    ``repeated`` says that the same bytes were received before; the receipt is the first one's.
    """

    scan_id: str
    sha256: str
    received_at: datetime
    repeated: bool
    status: Status


class HeldBySomeoneElse(Exception):
    """Another person has this application on the desk; ``holder`` is their name."""

    def __init__(self, holder: str, until: datetime | None) -> None:
        super().__init__(f"{holder} is checking this one. Take the next one instead.")
        self.holder = holder
        self.until = until


class NotForYou(Exception):
    """This person may not have the application; ``why`` says what keeps them from it."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(_WHY_NOT[why])
        self.why = why


class LeaseLost(Exception):
    """The person no longer holds the application: their time ran out or it moved on."""

    def __init__(self) -> None:
        super().__init__("This one is no longer on your desk. Saved answers are kept.")


class VersionConflict(Exception):
    """Somebody saved since this page was loaded; ``current`` is the version to load."""

    def __init__(self, current: int) -> None:
        super().__init__("This was changed in another window. Load it again, then answer.")
        self.current = current


class Unresolved(Exception):
    """Fields that still need an answer, by name."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"{len(fields)} field(s) still need an answer.")
        self.fields = fields


class BadValue(Exception):
    """A corrected value does not fit its kind; the text says why, in plain words."""


class TooLate(Exception):
    """A decision can no longer be taken back."""


class NotFound(Exception):
    """There is no such scan, item, application or person."""


class IllegalMove(Exception):
    """A state cannot follow another; shows a mistake in the program."""

    def __init__(self, now: Status, to: Status) -> None:
        super().__init__(f"{now} cannot become {to}")


class Refused(Exception):
    """Input that is not taken in, with nothing stored: a stable ``code`` and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def due_on(received_at: datetime, closed: Collection[date] = ()) -> date:
    """The day by which an application should be answered: five working days after receipt.

    The day of receipt is the day in the office (Europe/London); post of a weekend or bank holiday
    counts from the next working day. ``closed``: further days on which the office does not work.
    """
    received = working_days.first_from(received_at.astimezone(OFFICE).date(), closed)
    return working_days.after(received, WORKING_DAYS_TO_ANSWER, closed)
