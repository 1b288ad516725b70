"""Stories: what fictional people write on a form, agreeing with itself from field to field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from extractors.formpack import FormPack
from extractors.forms import plausible
from extractors.forms.people import (
    FAMILIAR,
    RECEIVED,
    Answers,
    Cast,
    Person,
    Rng,
    colour,
    vehicle,
    vin,
)

__all__ = ["RECEIVED", "Answers", "story"]


def story(pack: FormPack, rng: Rng, received: date = RECEIVED, cast: Cast = FAMILIAR) -> Answers:
    """What someone writes on this form: field name to text, chosen option or ``True``.

    Forms that no story is known for are answered field by field. ``cast``: its people and marks.
    """
    signed = received - timedelta(days=int(rng.integers(2, 15)))
    tell = _STORIES.get(pack.work_type)
    if tell is not None:
        answers = tell(rng, signed, cast)
        answers["declaration.date"] = _day(signed)
        answers["declaration.signature"] = True
        if plausible.suits(pack, answers):
            return {name: value for name, value in answers.items() if value != ""}
    return plausible.answers(pack, rng, signed, cast)


def _off_road(rng: Rng, signed: date, cast: Cast) -> Answers:
    who = cast.person(rng)
    status = str(rng.choice(("registered_keeper", "sends_certificate", "certificate_sent")))
    since = signed - timedelta(days=int(rng.integers(0, 20)))
    got = since - timedelta(days=int(rng.integers(3, 60)))
    return {
        **_vehicle(rng, cast),
        **_who("applicant", who),
        "vehicle.off_road_from": _day(since),
        "vehicle.acquired_on": _day(got) if status == "sends_certificate" else "",
        "applicant.status": status,
    }


def _certificate(rng: Rng, signed: date, cast: Cast) -> Answers:
    who = cast.person(rng)
    role = str(rng.choice(("registered_keeper", "new_keeper_with_slip", "new_keeper_without_slip")))
    slip = role == "new_keeper_with_slip"
    new = role != "registered_keeper"
    before = cast.person(rng)
    vehicle = _vehicle(rng, cast)
    return {
        **vehicle,
        **_who("applicant", who),
        "vehicle.vrn_again": vehicle["vehicle.vrn"],
        "vehicle.mileage": str(rng.integers(900, 180000)),
        "vehicle.colour": colour(rng),
        "vehicle.vin": vin(rng),
        "request.reason": str(
            rng.choice(("lost", "stolen", "damaged", "destroyed", "not_received"))
        ),
        "applicant.role": role,
        "vehicle.acquired_on": _day(signed - timedelta(days=int(rng.integers(1, 90))), new),
        "enclosure.slip": slip,
        "enclosure.slip_reference": "".join(str(d) for d in rng.integers(0, 10, 12)) * slip,
        "fee.enclosed": not slip,
        "fee.amount": "25" * (not slip),
        "previous_keeper.name": f"{before.given} {before.family}" if new else "",
        "previous_keeper.address": "\n".join(before.address[i] for i in (0, 2)) if new else "",
        "request.also": str(rng.choice(("", "", "tax", "off_road"))),
        "applicant.date_of_birth": _day(who.born),
        "applicant.driver_number": who.driver_number,
        "applicant.telephone": who.telephone,
        "applicant.email": who.email.upper(),
    }


def _keeper_change(rng: Rng, signed: date, cast: Cast) -> Answers:
    who = cast.person(rng)
    vehicle = _vehicle(rng, cast)
    answers: Answers = {
        "vehicle.vrn": vehicle["vehicle.vrn"],
        "vehicle.document_reference": "".join(str(d) for d in rng.integers(0, 10, 11)),
        "declaration.telephone": cast.person(rng).telephone,
    }
    day = _day(signed - timedelta(days=int(rng.integers(0, 30))))
    if rng.random() < 0.4:
        moved = _who("keeper", who)
        del moved["keeper.name.title"]
        return answers | moved | {"request.change": "name_or_address", "keeper.changed_on": day}
    return answers | {
        **_who("new_keeper", who),
        "request.change": "new_keeper",
        "sale.date": day,
        "new_keeper.date_of_birth": _day(who.born),
        "new_keeper.driver_number": who.driver_number,
        "vehicle.mileage": str(rng.integers(900, 180000)),
        "new_keeper.email": who.email.upper() if rng.random() < 0.6 else "",
    }


_STORIES: Mapping[str, Callable[[Rng, date, Cast], Answers]] = {
    "vehicle.off_road": _off_road,
    "vehicle.certificate": _certificate,
    "vehicle.keeper_change": _keeper_change,
}


def _vehicle(rng: Rng, cast: Cast) -> Answers:
    make, model = vehicle(rng)
    return {"vehicle.vrn": cast.mark(rng), "vehicle.make": make, "vehicle.model": model}


def _who(prefix: str, who: Person) -> Answers:
    line_1, line_2, town, postcode = who.address
    common = who.title in ("Mr", "Mrs", "Miss", "Ms")
    answers: Answers = {
        f"{prefix}.name.title": who.title if common else "other",
        f"{prefix}.name.given": who.given,
        f"{prefix}.name.family": who.family,
        f"{prefix}.address.line_1": line_1,
        f"{prefix}.address.line_2": line_2,
        f"{prefix}.address.post_town": town,
        f"{prefix}.address.postcode": postcode,
    }
    return answers if common else answers | {f"{prefix}.name.title_other": who.title}


def _day(day: date, wanted: bool = True) -> str:
    return day.strftime("%d%m%Y") if wanted else ""
