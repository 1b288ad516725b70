"""Rules across fields, on a form made for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from extractors import formpack, post_towns
from extractors.checks import RULES, check, check_values
from extractors.formpack import FieldPlace, FormPack, Option
from extractors.values import Box, CheckResult, FieldReading, Value

RECEIVED = date(2026, 11, 20)
PLACE = Box(0.1, 0.1, 0.2, 0.2)
KINDS = {
    "vrn": "registration_mark",
    "vrn_again": "registration_mark",
    "driver_number": "driver_number",
    "date_of_birth": "date",
    "date": "date",
    "off_road_from": "date",
    "acquired_on": "date",
    "postcode": "postcode",
    "slip": "tick",
    "enclosed": "tick",
    "document_reference": "digits",
    "slip_reference": "digits",
}


def field(name: str) -> FieldPlace:
    last = name.rsplit(".", 1)[-1]
    kind = KINDS.get(last, "text")
    options = ()
    if last == "role":
        kind = "choice"
        options = tuple(
            Option(value, {"en": value}, PLACE)
            for value in ("registered_keeper", "new_keeper_with_slip", "new_keeper_without_slip")
        )
    label = {"en": last.replace("_", " ").capitalize()}
    return FieldPlace(name, label, kind, "comb", 1, PLACE, options=options)  # type: ignore[arg-type]


def form(rules: list[str], names: list[str]) -> FormPack:
    return FormPack(
        folder=Path("nowhere"), code="T1", edition="1", title={"en": "A form"}, language="en",
        work_type="test", queue="test", sensitive=False, status="current", review="when_doubtful",
        rules=tuple(rules), pages=(), fields=tuple(field(name) for name in names),
    )  # fmt: skip


def run(rule: str, values: dict[str, Value], received: date = RECEIVED) -> CheckResult:
    results = check_values(values, form([rule], list(values)), received)
    assert len(results) == 1
    return results[0]


SARAH: dict[str, Value] = {
    "applicant.driver_number": "MORGA753116SM9IJ",
    "applicant.name.family": "Morgan",
    "applicant.name.given": "Sarah Meredyth",
    "applicant.date_of_birth": "1976-03-11",
}


@pytest.mark.parametrize("rule", ["DN-01", "DN-02", "DN-03", "DN-04", "DN-06", "DN-08", "AGE-04"])
def test_a_driver_number_that_agrees_with_the_person_passes(rule: str) -> None:
    assert run(rule, SARAH).result == "pass"


@pytest.mark.parametrize(
    ("rule", "change", "message"),
    [
        ("DN-01", {"applicant.name.family": "Jones"},
         "‘Driver number’ begins MORGA, which does not go with ‘Family’ Jones."),
        ("DN-02", {"applicant.date_of_birth": "1977-03-11"},
         "‘Driver number’ says the year 76, but ‘Date of birth’ is 11 March 1977."),
        ("DN-03", {"applicant.date_of_birth": "1976-04-11"},
         "‘Driver number’ says month 03, but ‘Date of birth’ is 11 April 1976."),
        ("DN-04", {"applicant.date_of_birth": "1976-03-17"},
         "‘Driver number’ says day 11, but ‘Date of birth’ is 17 March 1976."),
        ("DN-06", {"applicant.name.given": "Sarah"},
         "‘Driver number’ has the initials SM, but ‘Given’ gives S9."),
        ("DN-08", {"applicant.driver_number": "12345678"},
         "‘Driver number’ is from Northern Ireland: exchange the licence."),
        ("AGE-04", {"applicant.date_of_birth": "2026-11-21"},
         "‘Date of birth’ 21 November 2026 is after the form came in."),
        ("AGE-04", {"applicant.date_of_birth": "1915-11-19"},
         "‘Date of birth’ 19 November 1915 makes the person older than 110."),
    ],
)  # fmt: skip
def test_a_driver_number_that_disagrees_says_how(
    rule: str, change: dict[str, Value], message: str
) -> None:
    found = run(rule, SARAH | change)
    assert (found.result, found.message) == ("fail", message)


@pytest.mark.parametrize(
    ("number", "given", "family", "born"),
    [
        ("DOE99657054J99AA", "Jane", "Doe", "1964-07-05"),
        ("MCDON012311I99AA", "Ian", "MacDonald", "2001-12-31"),
        ("MACDO012311I99AA", "Ian", "MacDonald", "2001-12-31"),
        ("OBRIE960010MA9AA", "Mary Anne", "O'Brien", "1990-10-01"),
        ("LI999801095W99AA", "Wei", "Li", "1985-01-09"),
        ("SMITH561308EA9AA", "Elizabeth Ann Rose", "Smith-Jones", "1958-11-30"),
    ],
)
def test_the_worked_driver_numbers_agree_in_every_rule(
    number: str, given: str, family: str, born: str
) -> None:
    values: dict[str, Value] = {
        "applicant.driver_number": number, "applicant.name.given": given,
        "applicant.name.family": family, "applicant.date_of_birth": born,
    }  # fmt: skip
    for rule in ("DN-01", "DN-02", "DN-03", "DN-04", "DN-06"):
        assert run(rule, values).result == "pass", rule


def test_a_driver_number_may_still_carry_the_previous_surname() -> None:
    values = SARAH | {"applicant.name.family": "Jones"}
    assert run("DN-01", values | {"applicant.name.previous_family": "Morgan"}).result == "pass"
    assert run("DN-01", values | {"applicant.name.previous_family": "Price"}).result == "fail"


def test_a_northern_ireland_number_is_not_compared_with_the_person() -> None:
    values = SARAH | {"applicant.driver_number": "12345678"}
    for rule in ("DN-01", "DN-02", "DN-03", "DN-04", "DN-06"):
        assert run(rule, values).result == "not_checked"


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("DT-01", {"declaration.date": "2026-11-20"}, {"declaration.date": "2026-11-21"}),
        ("DT-03", {"declaration.date": "2025-11-20"}, {"declaration.date": "2025-11-19"}),
        ("DT-04", {"sale.date": "2026-11-20"}, {"sale.date": "2026-11-21"}),
        ("DT-05", {"sale.date": "2025-11-20"}, {"sale.date": "2025-11-19"}),
        ("DT-07", {"vehicle.off_road_from": "2026-11-01", "vehicle.acquired_on": "2026-11-01"},
         {"vehicle.off_road_from": "2026-10-31", "vehicle.acquired_on": "2026-11-01"}),
        ("DT-08", {"vehicle.off_road_from": "2027-01-20"},
         {"vehicle.off_road_from": "2027-01-21"}),
        ("DT-09", {"event.date": "2026-11-20"}, {"event.date": "2026-11-21"}),
        ("AGE-01", {"applicant.date_of_birth": "2011-02-20", "request.licence": "provisional"},
         {"applicant.date_of_birth": "2011-02-21", "request.licence": "provisional"}),
        ("MD-01", {"health.heart": "no"}, {"health.heart": "yes"}),
        ("MD-03", {"eyesight.reads_plate": "yes"}, {"eyesight.reads_plate": "no"}),
        ("EN-04", {"identity.passport_number": "925665416", "identity.consent_signature": True},
         {"identity.passport_number": "925665416", "identity.consent_signature": False}),
        ("DT-10", {"applicant.date_of_birth": "1976-03-11", "sale.date": "1976-03-12"},
         {"applicant.date_of_birth": "1976-03-11", "sale.date": "1976-03-11"}),
        ("VR-02", {"vehicle.vrn": "AB76CDE"}, {"vehicle.vrn": "AB27CDE"}),
        ("VR-02", {"vehicle.vrn": "Y123ABC"}, {"vehicle.vrn": "AB00CDE"}),
        ("VR-03", {"vehicle.vrn": "AB12CDE", "vehicle.vrn_again": "AB12CDE"},
         {"vehicle.vrn": "AB12CDE", "vehicle.vrn_again": "AB12CDF"}),
        ("DOC-01", {"vehicle.document_reference": "12345678901"},
         {"vehicle.document_reference": "123456789012"}),
        ("DOC-01", {"enclosure.slip_reference": "123456789012"},
         {"enclosure.slip_reference": "1234567890"}),
        ("FE-02", {"fee.enclosed": True, "enclosure.slip": False},
         {"fee.enclosed": True, "enclosure.slip": True}),
        ("EN-01", {"applicant.role": "new_keeper_with_slip", "enclosure.slip": True},
         {"applicant.role": "new_keeper_with_slip", "enclosure.slip": False}),
        ("EN-01", {"applicant.role": "registered_keeper", "enclosure.slip": False},
         {"applicant.role": "new_keeper_without_slip", "enclosure.slip": True}),
        ("AD-01", {"keeper.address.post_town": "LLANELLI RURAL",
                   "keeper.address.postcode": "SA15 1AA"},
         {"keeper.address.post_town": "Leeds", "keeper.address.postcode": "SA6 7JL"}),
        ("AD-02", {"keeper.address.postcode": "SA6 7JL"}, {"keeper.address.postcode": "SA96 7JL"}),
        ("AD-03", {"keeper.address.line_1": "14 Heol Las"}, {"keeper.address.line_1": "14"}),
        ("AD-05", {"keeper.address.postcode": "ZE1 0AA"}, {"keeper.address.postcode": "JE2 3AB"}),
        ("PE-03", {"applicant.name.given": "Andrea"}, {"applicant.name.given": "John and Mary"}),
        ("PE-05", {"keeper.name.given": "Jo", "keeper.name.family": "Fry",
                   "new_keeper.name.given": "Al", "new_keeper.name.family": "Fry"},
         {"keeper.name.given": "Jo", "keeper.name.family": "Fry",
          "new_keeper.name.given": "JO", "new_keeper.name.family": "Fry"}),
    ],
)  # fmt: skip
def test_each_rule_passes_just_inside_and_fails_just_outside(
    rule: str, right: dict[str, Value], wrong: dict[str, Value]
) -> None:
    passed = run(rule, right)
    assert passed == CheckResult(rule, "pass", RULES[rule].severity, passed.fields)
    assert passed.fields == tuple(right)[: len(passed.fields)]
    failed = run(rule, wrong)
    assert failed.result == "fail"
    assert failed.severity == RULES[rule].severity
    assert failed.message.endswith(".")


def test_the_message_names_the_fields_and_what_they_say() -> None:
    values: dict[str, Value] = {
        "keeper.address.post_town": "Leeds", "keeper.address.postcode": "SA6 7JL"
    }  # fmt: skip
    assert run("AD-01", values).message == (
        "‘Postcode’ SA6 7JL is in the Swansea area, but ‘Post town’ is Leeds."
    )
    assert run("DOC-01", {"vehicle.document_reference": "1" * 12}).message == (
        "‘Document reference’ has 12 digits, as on a new keeper slip; "
        "a registration certificate has 11."
    )


def test_the_age_identifier_is_judged_on_the_day_of_receipt() -> None:
    assert run("VR-02", {"vehicle.vrn": "AB27CDE"}, date(2027, 2, 28)).result == "fail"
    assert run("VR-02", {"vehicle.vrn": "AB27CDE"}, date(2027, 3, 1)).result == "pass"


def test_a_rule_whose_field_is_empty_is_not_checked_and_says_which() -> None:
    found = run("DN-01", SARAH | {"applicant.driver_number": None})
    assert found.result == "not_checked"
    assert found.message == "‘Driver number’: empty or not readable."


def test_a_value_kept_as_written_counts_as_not_readable() -> None:
    assert run("DT-01", {"declaration.date": "soon"}).result == "not_checked"


def test_a_town_that_no_list_knows_is_not_held_against_anyone() -> None:
    values: dict[str, Value] = {
        "keeper.address.post_town": "Abertawe", "keeper.address.postcode": "SA6 7JL"
    }  # fmt: skip
    assert run("AD-01", values).result == "not_checked"


def test_a_rule_runs_once_for_every_person_of_the_form() -> None:
    values: dict[str, Value] = {
        "keeper.address.postcode": "SA6 7JL", "new_keeper.address.postcode": "SA96 7JL"
    }  # fmt: skip
    found = check_values(values, form(["AD-02"], list(values)), RECEIVED)
    assert [(each.result, each.fields) for each in found] == [
        ("pass", ("keeper.address.postcode",)),
        ("fail", ("new_keeper.address.postcode",)),
    ]


def test_only_the_rules_of_the_pack_run_and_unknown_ones_are_told() -> None:
    assert check_values(SARAH, form([], list(SARAH)), RECEIVED) == ()
    (unknown,) = check_values(SARAH, form(["XX-99"], list(SARAH)), RECEIVED)
    assert (unknown.result, unknown.message) == ("not_checked", "Postroom knows no rule XX-99.")
    (nothing,) = check_values(SARAH, form(["VR-02"], list(SARAH)), RECEIVED)
    assert nothing.message == "This form does not ask for what the rule compares."


def test_readings_are_checked_by_their_values() -> None:
    reading = FieldReading(
        "vehicle.vrn", "AB27CDE", "AB27CDE", 0.99, "auto", 1, PLACE, "comb"
    )  # fmt: skip
    pack = form(["VR-02"], ["vehicle.vrn"])
    assert check({"vehicle.vrn": reading}, pack, RECEIVED)[0].result == "fail"
    empty = replace(reading, value=None, status="absent")
    assert check({"vehicle.vrn": empty}, pack, RECEIVED)[0].result == "not_checked"


def test_every_rule_of_the_shipped_forms_is_known_and_finds_its_fields() -> None:
    packs = formpack.load_all([formpack.SHIPPED])
    assert packs
    for pack in packs:
        assert set(pack.rules) <= set(RULES)
        for found in check_values({}, pack, RECEIVED):
            assert found.fields, f"{pack.code}: {found.rule} finds no fields"


def test_towns_belong_to_their_postcode_areas() -> None:
    assert len(post_towns.AREAS) == 124
    assert post_towns.belongs("Saint Albans", "AL1 1AA") is True
    assert post_towns.belongs("NEWCASTLE-UPON-TYNE", "NE1 1AA") is True
    assert post_towns.belongs("London", "SW1A 2AA") is True
    assert post_towns.belongs("London", "SA6 7JL") is False
    assert post_towns.belongs("Nowhere on Sea", "SA6 7JL") is None
    assert post_towns.known_district("BFPO 12") is None
