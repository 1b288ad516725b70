"""Post of a form whose registration mark is keyed twice before delivery, and its people."""

from __future__ import annotations

from dataclasses import replace

from intake import review
from intake.model import Application, Person, Status
from intake.records import applications
from intake.services import Services
from tests.intake.house import Read, now, read_item
from tests.intake.packs import write_pack

CODE, EDITION = "PK1", "2026"
VRN, NAME = "vehicle.vrn", "applicant.name.family"
_NAME = """

[[fields]]
name = "applicant.name.family"
label = { en = "Surname" }
kind = "name"
way = "line"
box = [46, 60, 120, 68]
"""
READ = Read(values=((VRN, "AB12CDE"), (NAME, "MORGAN")), doubtful=(VRN,))


def have_pack(services: Services, *, second_keying: str = "critical") -> None:
    """A form pack of two fields, of which the registration mark is critical."""
    form = write_pack(services.settings.home / "forms", CODE, EDITION) / "form.toml"
    text = form.read_text(encoding="utf-8")
    form.write_text(
        f'second_keying = "{second_keying}"\n{text}critical = true\n{_NAME}', encoding="utf-8"
    )


def waiting_item(services: Services, read: Read = READ, **columns: object) -> Application:
    """An application of that form which waits for a person."""
    made = read_item(services, replace(read, doubtful=read.doubtful or (VRN,)))
    columns = {"form_code": CODE, "edition": EDITION, "doubtful": list(read.doubtful), **columns}
    with services.database.writing() as connection:
        applications.change(connection, made.id, **columns)
    return now(services, made)


def confirmed(services: Services, person: Person, read: Read = READ) -> Application:
    """The same, checked and confirmed by this person."""
    made = waiting_item(services, read)
    review.take(services, made.id, person)
    version = review.accept_as_read(services, made.id, person, 1)
    review.confirm(services, made.id, person, version)
    return now(services, made)


def status(services: Services, application: Application) -> Status:
    return now(services, application).status
