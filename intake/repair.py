"""Putting an item right: its form, its pages, their order and turn; then it is read again.

A repair is one plan that is carried out in one transaction, with the reading it makes necessary, so
whatever stops Postroom in between, no page is lost. Until it is read again an application stands at
``SCANNED``, on nobody's desk and in no queue.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection
from ulid import ULID

from extractors.values import Reading
from intake import audit, jobs
from intake.bundling import UNKNOWN, bundle_of
from intake.desk import Desk, desk
from intake.model import Application, Item, LeaseLost, NotFound, Person, Status, move
from intake.pageplan import (
    Beside,
    Bundle,
    Leaf,
    Mistake,
    PagePlan,
    Plan,
    Where,
    as_planned,
    mistakes,
)
from intake.records import applications, references, repairs, unknown
from intake.services import Services

MERGED = "MERGED"
"""The code of an application that was closed because its pages went to another item."""
_LOOKED = "looked_at_pages"


class BadPlan(Exception):
    """A plan that cannot be carried out; nothing was changed. ``mistakes``: all of them."""

    def __init__(self, found: tuple[Mistake, ...]) -> None:
        super().__init__(" ".join(each.text for each in found))
        self.mistakes = found


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did: how many items were split off, and how many answers were dropped."""

    split_off: int
    dropped: int


def bundle(services: Services, application_id: str, person: Person) -> Bundle:
    """The pages that this person may repair. Raises ``LeaseLost``, ``NotFound``."""
    with services.database.reading() as connection:
        application = applications.get(connection, application_id)
        if application.status != Status.IN_REVIEW or application.holder != person.id:
            raise LeaseLost
        return bundle_of(Desk(services, connection, application, person))


def look_beside(services: Services, application_id: str, person: Person, where: Where) -> None:
    """Record that somebody looks at the pages of the item beside, to join it.

    Raises ``LeaseLost``, ``NotFound``, and ``BadPlan`` when it cannot be joined.
    """
    with desk(services, application_id, person) as mine:
        found = bundle_of(mine).beside.get(where)
        if found is None:
            raise NotFound("There is no such item.")
        if found.refusal or found.application is None:
            raise BadPlan((Mistake(found.refusal),))
        told = {"purpose": "join", "for": application_id}
        _tell(mine, found.application.id, _LOOKED, **told)


def may_see(services: Services, application_id: str, person: Person) -> frozenset[Where]:
    """The items beside whose pages this person asked to see, with ``look_beside``.

    Raises ``LeaseLost``, ``NotFound``.
    """
    found = bundle(services, application_id, person)
    actor, seen = f"{person.role}:{person.name}", set()
    with services.database.reading() as connection:
        for where, beside in found.beside.items():
            if beside.application is None or beside.refusal:
                continue
            for event in audit.trail(connection, beside.application.id):
                wanted = event.detail.get("for") == application_id
                if event.action == _LOOKED and event.actor == actor and wanted:
                    seen.add(where)
    return frozenset(seen)


def known_forms(services: Services) -> Collection[str]:
    """The forms that can be asked for, as ``code edition``."""
    return [f"{code} {edition}" for code, edition in services.packs]


def apply(
    services: Services, application_id: str, person: Person, version: int, plan: Plan
) -> Repaired:
    """Carry out a plan and have everything it touches read again.

    Raises ``LeaseLost``, ``VersionConflict`` and ``BadPlan``.
    """
    forms = known_forms(services)
    with desk(services, application_id, person, version) as mine:
        found = bundle_of(mine)
        wrong = mistakes(plan, found, forms)
        if wrong:
            raise BadPlan(wrong)
        dropped = _drop_answers(mine, found, plan)
        joined = [found.beside[where] for where in plan.join]
        for each in joined:
            _close(mine, each)
        if any(each.application and each.application.sensitive for each in joined):
            repairs.mark_sensitive(mine.connection, found.item.id)
            mine.application = replace(mine.application, sensitive=True)
        split_off = _place(mine, found, plan)
        repairs.ask_for(mine.connection, found.item.id, plan.form)
        _to_be_read(mine, plan)
        return Repaired(split_off, dropped)


def as_repaired(before: Application, made: Application) -> Application:
    """A new reading of an application that was there ``before``.

    After a repair it always goes to a person: one asked for it. What was sensitive stays so until
    it is known to be another form.
    """
    made = replace(
        made,
        id=before.id,
        version=before.version + 1,
        revision=before.revision,
        sensitive=made.sensitive or (before.sensitive and made.form_code == UNKNOWN),
    )
    if before.status != Status.SCANNED:
        return made
    return replace(
        made,
        status=move(before.status, Status.IN_REVIEW),
        why=made.why or "It was read again after its pages were put right.",
        due_on=before.due_on,
        referred=before.referred,
        note=before.note,
    )


def read_again(connection: Connection, made: Application, reading: Reading) -> None:
    """Put a new reading in the place of the one before; answers that no longer fit are dropped.

    An answer stays if the form is the same and its field was read on the same page as before.
    """
    before = applications.reading(connection, made.id)
    same_form = (before.form.code, before.form.edition) == (made.form_code, made.edition)
    was = {field.name: field.page for field in before.fields}
    now = {field.name: field.page for field in reading.fields}
    answers = applications.answers_of(connection, made.id)
    unfit = [n for n in answers if not same_form or was.get(n) != now.get(n)]
    applications.replace(connection, made, reading)
    for each in unfit:
        applications.withdraw(connection, made.id, made.version, answers[each])
    unknown.remove(connection, made.id)


def _drop_answers(mine: Desk, found: Bundle, plan: Plan) -> int:
    """Drop the answers on pages that are changed or leave, or all of them for another form.

    What is left of the reading counts pages as they are numbered from now on.
    """
    reading = applications.reading(mine.connection, mine.application.id)
    other_form = bool(plan.form) and plan.form != found.form
    stays = {} if other_form else _numbered_anew(found, plan)
    left = replace(
        reading,
        pages=tuple(replace(p, number=stays[p.number]) for p in reading.pages if p.number in stays),
        fields=tuple(replace(f, page=stays[f.page]) for f in reading.fields if f.page in stays),
        checks=(),
    )
    kept = {field.name for field in left.fields}
    gone = {field.name for field in reading.fields} - kept
    answers = applications.answers_of(mine.connection, mine.application.id)
    dropped = [answers[name] for name in answers if other_form or name in gone]
    version = mine.application.version + 1
    for each in dropped:
        last = mine.answered(each.field, None, each.state)
        applications.withdraw(mine.connection, mine.application.id, version, last)
    applications.keep_reading(mine.connection, mine.application.id, left)
    return len(dropped)


def _numbered_anew(found: Bundle, plan: Plan) -> dict[int, int]:
    """From a page's number in the item to its new one, for those that stay as they are."""
    lies = {leaf.number: leaf.lies for leaf in found.leaves}
    was = {leaf.number: number for number, leaf in enumerate(found.leaves, start=1)}
    return {
        was[page.number]: position
        for position, page in enumerate(plan.groups()[0], start=1)
        if page.number in was and page.turned == lies[page.number]
    }


def _close(mine: Desk, beside: Beside) -> None:
    """End an application whose pages go to the one on the desk."""
    other = beside.application
    if other is None:
        raise NotFound("There is no such application.")
    applications.change(
        mine.connection,
        other.id,
        status=move(other.status, Status.CLOSED),
        version=other.version + 1,
        holder=None,
        lease_until=None,
        referred=False,
        code=MERGED,
        note="",
    )
    unknown.remove(mine.connection, other.id)
    references.put(mine.connection, other.id, ())
    _tell(mine, other.id, "merged", into=mine.application.id)


def _place(mine: Desk, found: Bundle, plan: Plan) -> int:
    """Put every side where the plan wants it; how many items that makes beside the first."""
    connection, scan_id = mine.connection, mine.application.scan_id
    leaves = {leaf.number: leaf for leaf in (*found.seen_with(plan.join), *found.blanks)}
    first, *others = plan.groups()
    _fill(mine, found.item.id, first, leaves)
    position = repairs.last_position(connection, scan_id)
    for number, group in enumerate(others, start=1):
        item = Item(
            str(ULID()),
            scan_id,
            position + number,
            Status.SCANNED,
            sensitive=mine.application.sensitive,
        )
        repairs.add_item(connection, item)
        _fill(mine, item.id, group, leaves)
        jobs.add_urgent(connection, "read", item.id)
    for page in plan.pages:
        if not page.kept:
            blank = replace(leaves[page.number].side, position=None, role="blank")
            repairs.place(connection, scan_id, blank, None)
    return len(others)


def _fill(mine: Desk, item_id: str, pages: Sequence[PagePlan], leaves: dict[int, Leaf]) -> None:
    for position, page in enumerate(pages, start=1):
        side = as_planned(leaves[page.number], page, position)
        repairs.place(mine.connection, mine.application.scan_id, side, item_id)


def _to_be_read(mine: Desk, plan: Plan) -> None:
    """Off the desk and out of the queue, until it was read again as one of the first."""
    version = mine.application.version + 1
    applications.change(
        mine.connection,
        mine.application.id,
        status=move(mine.application.status, Status.SCANNED),
        version=version,
        holder=None,
        lease_until=None,
        doubtful=(),
        why="",
        sensitive=mine.application.sensitive,
    )
    mine.tell(
        "repaired",
        pages=[[page.number for page in group] for group in plan.groups()],
        blank=[page.number for page in plan.pages if not page.kept],
        turned={str(page.number): page.turned for page in plan.pages if page.kept and page.turned},
        joined=list(plan.join),
        asked_form=plan.form,
    )
    item_id = mine.application.item_id
    jobs.add_urgent(mine.connection, "read", item_id, revision=version + 1)


def _tell(mine: Desk, subject: str, action: str, **detail: str) -> None:
    """Add to the audit trail of another application than the one on the desk."""
    actor = f"{mine.person.role}:{mine.person.name}"
    audit.append(mine.connection, subject, actor, action, mine.services.now(), **detail)
