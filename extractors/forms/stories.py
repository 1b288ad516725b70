"""Stories: what fictional people write on a form, agreeing with itself from field to field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from extractors.formpack import FormPack
from extractors.forms import plausible
from extractors.forms.people import (
    BIRTHPLACES,
    FAMILIAR,
    NATIONAL_INSURANCE_NUMBER,
    RECEIVED,
    Answers,
    Cast,
    Person,
    Rng,
    colour,
    passport_number,
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


def _first_licence(rng: Rng, signed: date, cast: Cast) -> Answers:
    who = cast.person(rng)
    wanted = str(rng.choice(("provisional", "full", "exchange"), p=(0.7, 0.1, 0.2)))
    proof = str(rng.choice(("passport_number", "passport_sent", "share_code", "certificate")))
    moved, abroad = bool(rng.random() < 0.4), wanted == "exchange"
    ill = [name for name in _CONDITIONS if rng.random() < 0.03]
    code = "".join(str(rng.choice(list("ABCDEFGHJKLMNPRSTUVWXYZ23456789"))) for _ in range(9))
    before = cast.person(rng)
    country = str(rng.choice(BIRTHPLACES))
    return {
        **_who("applicant", who),
        "request.licence": wanted,
        "licence.car": True,
        **{f"licence.{kind}": bool(rng.random() < 0.3) for kind in ("motorcycle", "moped")},
        "licence.tractor": bool(rng.random() < 0.1),
        "applicant.name.previous_family": before.family if rng.random() < 0.2 else "",
        "applicant.date_of_birth": _day(who.born),
        "applicant.sex": "female" if who.driver_number[6] in "56" else "male",
        "applicant.birth_town": before.address[2],
        "applicant.birth_country": country,
        "applicant.national_insurance_number": NATIONAL_INSURANCE_NUMBER,
        "applicant.telephone": who.telephone,
        "applicant.email": who.email.upper(),
        "applicant.resident": "yes",
        "applicant.moved": _yes(moved),
        "previous_address.lines": _letterhead(before) if moved else "",
        "identity.document": proof,
        "identity.passport_number": passport_number(rng) * (proof == "passport_number"),
        "identity.share_code": code * (proof == "share_code"),
        "identity.consent_signature": proof == "passport_number",
        "identity.papers_sent": {"passport_sent": "1", "certificate": "2"}.get(proof, ""),
        "eyesight.reads_plate": _yes(rng.random() < 0.98),
        "eyesight.glasses": _yes(rng.random() < 0.4),
        "licence.disqualified": _yes(rng.random() < 0.04),
        "licence.foreign": _yes(abroad),
        "licence.foreign_country": country if abroad else "",
        "licence.foreign_number": f"{rng.integers(10**6, 10**7)}" if abroad else "",
        **{f"health.{name}": _yes(name in ill) for name in _CONDITIONS},
        "health.details": f"{_CONDITIONS[ill[0]]} SINCE {rng.integers(1990, 2026)}" if ill else "",
        "consent.doctor": _yes(rng.random() < 0.95),
        "applicant.language": str(rng.choice(("en", "cy", ""), p=(0.6, 0.2, 0.2))),
        "fee.method": str(rng.choice(("cheque", "postal_order"))),
        "fee.amount": "43",
    }


def _information(rng: Rng, signed: date, cast: Cast) -> Answers:
    who = cast.person(rng)
    reason = str(rng.choice(list(_REASONS)))
    asked = "keeper_then" if reason in ("accident", "left_on_land") else str(
        rng.choice(("keeper_now", "keepers_before", "history"))
    )  # fmt: skip
    police = bool(reason == "accident" and rng.random() < 0.6)
    place = cast.person(rng).address
    return {
        **_who("applicant", who),
        **_vehicle(rng, cast),
        "vehicle.colour": colour(rng),
        "applicant.organisation": f"{who.family} & SONS LTD" if rng.random() < 0.2 else "",
        "applicant.telephone": who.telephone,
        "applicant.email": who.email.upper(),
        "vehicle.own": _yes(asked == "history" and rng.random() < 0.5),
        "request.information": asked,
        "fee.paid": "5.00" if asked == "history" else "2.50",
        "fee.method": str(rng.choice(("cheque", "postal_order"))),
        "event.date": _day(signed - timedelta(days=int(rng.integers(3, 200)))),
        "event.time": f"{rng.integers(6, 23):02d}{5 * rng.integers(0, 12):02d}",
        "event.place": f"{place[0]}\n{place[2]}",
        "police.reported": _yes(police),
        "police.reference": f"42/{rng.integers(1000, 99999)}/26" if police else "",
        "request.reason": reason,
        "request.reason_told": _REASONS[reason],
        "enclosure.photographs": bool(rng.random() < 0.6),
        "enclosure.statement": bool(rng.random() < 0.3),
        "enclosure.agreement": reason == "bought_or_sold",
        "enclosure.other": False,
        "request.use": str(rng.choice(_USES)),
        "declaration.name": f"{who.given} {who.family}",
    }


def _refund(rng: Rng, _signed: date, cast: Cast) -> Answers:
    who = cast.person(rng)
    reason = str(rng.choice(("sold", "off_road", "scrapped", "no_fee", "stolen")))
    return {
        **_who("applicant", who),
        "refund.reason": reason,
        "applicant.telephone": who.telephone,
        "vehicle.vrn": cast.mark(rng),
        "disc.serial": "".join(str(d) for d in rng.integers(0, 10, 12)),
        "disc.expires": f"{rng.integers(1, 13):02d}{rng.integers(13, 15)}",
        "vehicle.off_road": reason == "off_road",
        "applicant.fleet_number": f"{rng.integers(10**6):06d}" if rng.random() < 0.1 else "",
    }


_CONDITIONS = {
    "epilepsy": "A FIT", "diabetes": "DIABETES", "heart": "PACEMAKER", "sleep": "SLEEP APNOEA",
    "mind": "DEPRESSION", "sight": "GLAUCOMA", "other": "ARTHRITIS",
}  # fmt: skip
_REASONS = {
    "accident": "THE DRIVER HIT MY PARKED CAR AND\nDROVE OFF. A NEIGHBOUR WROTE DOWN\nTHE NUMBER.",
    "left_on_land": "IT HAS STOOD ON MY DRIVE FOR WEEKS.\nNOBODY HERE KNOWS WHO OWNS IT.",
    "bought_or_sold": "I SOLD THE CAR AND STILL GET FINES\nFOR IT. I WANT TO KNOW WHO HAS IT.",
    "court": "I CLAIM THE COST OF REPAIRS AND\nNEED AN ADDRESS TO SERVE PAPERS.",
    "other": "I HAVE BOUGHT IT AS A PROJECT AND\nWANT TO LEARN ITS HISTORY.",
}
_USES = (
    "TO WRITE TO THE KEEPER",
    "FOR MY INSURANCE COMPANY ONLY",
    "FOR THE COURT, AND THEN\nI WILL DESTROY IT",
)


_STORIES: Mapping[str, Callable[[Rng, date, Cast], Answers]] = {
    "vehicle.off_road": _off_road,
    "vehicle.certificate": _certificate,
    "vehicle.keeper_change": _keeper_change,
    "licence.first": _first_licence,
    "vehicle.information": _information,
    "vehicle.refund": _refund,
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


def _letterhead(who: Person) -> str:
    """An address on two lines, with its postcode."""
    line_1, _, town, postcode = who.address
    return f"{line_1}\n{town} {postcode}"


def _yes(right: bool) -> str:
    return "yes" if right else "no"


def _day(day: date, wanted: bool = True) -> str:
    return day.strftime("%d%m%Y") if wanted else ""
