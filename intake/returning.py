"""Paper that goes back to its sender: the letter is drafted, edited, approved, printed.

Nothing is printed that no person approved. Approving ends the review, and what was approved never
changes: a return that is taken back withdraws its letter, and the next one is a new letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from extractors.formpack import FormPack
from intake import audit, jobs, numbers
from intake import desk as desks
from intake.desk import Desk, Task, desk
from intake.letters import (
    Draft,
    Edits,
    Letter,
    Problem,
    draft,
    likely_reasons,
    preferred_language,
    problems,
    written,
)
from intake.model import Person, Status, VersionConflict
from intake.records import applications, letters, people, releases
from intake.records.letters import KeptLetter
from intake.services import Services

__all__ = ["KeptLetter", "NotReady", "Opened", "Post", "Seen"]

_SHOWN_FOR = timedelta(days=7)


class NotReady(Exception):
    """The letter cannot go out as it is."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(found)} thing(s) to put right in the letter.")
        self.problems = found


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page was loaded with: the application's version, and the draft's (0: none saved)."""

    version: int
    draft: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter as it is written. ``saved``: the draft's version. ``earlier``: those withdrawn."""

    task: Task
    pack: FormPack | None
    edits: Edits
    saved: int
    earlier: tuple[KeptLetter, ...]

    @property
    def seen(self) -> Seen:
        return Seen(self.task.version, self.saved)

    @property
    def draft(self) -> Draft:
        return draft(self.task, self.pack, self.edits.reasons, self.edits.language)

    @property
    def letter(self) -> Letter:
        return written(self.draft, self.edits)


@dataclass(frozen=True, slots=True)
class Post:
    """An approved letter with where its paper is. ``by``: the name of who approved it."""

    kept: KeptLetter
    letter: Letter
    file_name: str = ""
    position: int = 0
    by: str = ""


def open_letter(services: Services, application_id: str) -> Opened:
    """The draft as it stands: what was saved, else what failed calls for. Raises ``NotFound``."""
    with services.database.reading() as connection:
        application = applications.get(connection, application_id)
        task = desks.task(services, connection, application)
        kept = letters.of(connection, application_id)
    pack = services.packs.get((application.form_code, application.edition))
    saved = kept[-1] if kept and kept[-1].approved_at is None else None
    likely = likely_reasons(task, pack)
    if kept:
        edits = Edits.from_json(kept[-1].body["edits"]).now_that(likely)
    else:
        edits = Edits(likely, preferred_language(task, pack), likely=likely)
    earlier = tuple(each for each in kept if each.approved_at)
    return Opened(task, pack, edits, saved.version if saved else 0, earlier)


def save(
    services: Services, application_id: str, person: Person, seen: Seen, edits: Edits
) -> int:  # fmt: skip
    """Keep the draft, and hold the application longer; the draft's version now.

    Raises ``LeaseLost``, ``VersionConflict``.
    """
    with desk(services, application_id, person, seen.version) as mine:
        version = _keep(mine, seen, edits)
        mine.hold()
        return version


def return_to_sender(
    services: Services, application_id: str, person: Person, seen: Seen, edits: Edits
) -> None:
    """Approve the letter and send the paper back with it; what is approved is what ``edits`` say.

    Systems that were given a revision before are given one more, which says that it was returned.
    Approving the same version twice (a double click) is one return.
    Raises ``NotReady``, ``LeaseLost``, ``VersionConflict``.
    """
    if _returned_before(services, application_id, person, seen.version):
        return
    with desk(services, application_id, person, seen.version) as mine:
        pack = services.packs.get((mine.application.form_code, mine.application.edition))
        task = mine.task()
        letter = written(draft(task, pack, edits.reasons, edits.language), edits)
        wrong = problems(letter)
        if wrong:
            raise NotReady(wrong)
        _keep(mine, seen, edits, letter)
        numbers.note(mine.connection, mine.application, task.reading, pack, task.answers)
        main, *also = letter.reasons
        kept = letters.of(mine.connection, application_id)[-1]
        mine.decide(
            Status.RETURNED, main, " ".join(also),
            reasons=list(letter.reasons), letter=kept.reference, language=letter.language,
            **letter.changes(),
        )  # fmt: skip
        if releases.latest(mine.connection, application_id) is not None:
            jobs.add(
                mine.connection, "deliver", application_id, mine.application.received_at,
                revision=mine.application.revision,
            )  # fmt: skip


def to_print(services: Services, *, limit: int) -> list[Post]:
    """The approved letters that nobody printed yet, oldest first."""
    with services.database.reading() as connection:
        return [_post(*found) for found in letters.to_print(connection, limit)]


def printed_lately(services: Services, *, limit: int) -> list[Post]:
    """The letters printed in the last week, newest first, also those withdrawn since."""
    since = services.now() - _SHOWN_FOR
    with services.database.reading() as connection:
        return [_post(*found) for found in letters.printed_since(connection, since, limit)]


def standing(services: Services, application_ids: Sequence[str]) -> Mapping[str, KeptLetter]:
    """The letters that go with these applications, by application; none for who has none."""
    with services.database.reading() as connection:
        return letters.of_all(connection, application_ids)


def was_printed(services: Services, application_id: str) -> bool:
    """Whether the letter that was approved last was printed, also when it is withdrawn now."""
    with services.database.reading() as connection:
        approved = [each for each in letters.of(connection, application_id) if each.approved_at]
    return bool(approved) and approved[-1].printed_at is not None


def open_to_print(
    services: Services, person: Person, wanted: Sequence[tuple[str, int]]
) -> list[Post]:
    """The letters ``(application, number)`` with their text, which the audit trail tells of.

    Raises ``NotFound``.
    """
    with services.database.writing() as connection:
        found = [letters.get(connection, *each) for each in wanted]
        for each in found:
            _tell(connection, each, person, "letter_opened", services.now())
        return [_post(each, by=people.name_of(connection, str(each.approved_by)))
                for each in found]  # fmt: skip


def mark_printed(services: Services, person: Person, wanted: Sequence[tuple[str, int]]) -> int:
    """Record that these letters were printed, once more or for the first time; how many.

    One that was withdrawn meanwhile is left alone. Raises ``NotFound``.
    """
    now = services.now()
    with services.database.writing() as connection:
        found = [letters.get(connection, *each) for each in wanted]
        good = [each for each in found if each.withdrawn_at is None]
        for each in good:
            letters.printed(connection, each, f"{person.role}:{person.name}", now)
            _tell(connection, each, person, "letter_printed", now)
        return len(good)


def _keep(mine: Desk, seen: Seen, edits: Edits, letter: Letter | None = None) -> int:
    """Save the draft under its next version, approved when the ``letter`` is given."""
    application_id, now = mine.application.id, mine.services.now()
    kept = letters.of(mine.connection, application_id)
    before = kept[-1] if kept and kept[-1].approved_at is None else None
    if (before.version if before else 0) != seen.draft:
        raise VersionConflict(mine.application.version)
    values: dict[str, Any] = {
        "version": seen.draft + 1,
        "language": edits.language,
        "body": {"edits": edits.to_json()},
        "written_by": mine.person.id,
        "written_at": now,
    }
    if letter is not None:
        values["body"]["letter"] = letter.to_json()
        values |= {"approved_by": mine.person.id, "approved_at": now}
    if before is None:
        values |= {"application_id": application_id, "number": len(kept) + 1}
    letters.keep(mine.connection, before, **values)
    return seen.draft + 1


def _returned_before(
    services: Services, application_id: str, person: Person, version: int
) -> bool:  # fmt: skip
    """Whether this person returned just this version before."""
    with services.database.reading() as connection:
        now = applications.get(connection, application_id)
    mine = now.decided_by == person.id and now.version == version + 1
    return mine and now.status == Status.RETURNED


def _post(kept: KeptLetter, file_name: str = "", position: int = 0, by: str = "") -> Post:
    return Post(kept, Letter.from_json(kept.body["letter"]), file_name, position, by)


def _tell(
    connection: Any, letter: KeptLetter, person: Person, action: str, now: datetime
) -> None:  # fmt: skip
    actor = f"{person.role}:{person.name}"
    audit.append(
        connection, letter.application_id, actor, action, now, letter=letter.reference
    )  # fmt: skip
