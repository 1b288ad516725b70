"""Fields that must agree: they settle each other, and change nothing that was clearly written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from extractors import formpack
from extractors.agreement import agree
from extractors.confidence import needed, sure
from extractors.formpack import SHIPPED, FormPack
from extractors.values import Box, Candidate, Doubt, FieldReading

DAY = date(2026, 11, 20)
NUMBER, BORN, FAMILY, GIVEN = (
    f"applicant.{each}" for each in ("driver_number", "date_of_birth", "name.family", "name.given")
)
TOWN, POSTCODE = "applicant.address.post_town", "applicant.address.postcode"


@pytest.fixture(scope="module")
def pack() -> FormPack:
    return formpack.load(SHIPPED / "V62-S-2026-11")


def reading(
    name: str,
    value: str,
    confidence: float = 0.99,
    others: Mapping[str, float] | None = None,
    **more: object,
) -> FieldReading:
    doubts = () if confidence >= 0.97 else (Doubt("character", "Character 8 could be 1 or 7."),)
    given: dict[str, object] = {
        "raw": value.upper(), "status": "auto", "doubts": doubts,
        "candidates": tuple(Candidate(*each) for each in (others or {}).items()), **more,
    }  # fmt: skip
    return FieldReading(
        name, value, confidence=confidence, page=1, box=Box(0, 0, 1, 1), method="comb",
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def agreed(pack: FormPack, *readings: FieldReading) -> dict[str, FieldReading]:
    return agree({each.name: each for each in readings}, pack, DAY)


def test_four_fields_that_agree_raise_each_other(pack: FormPack) -> None:
    before = [
        reading(NUMBER, "MORGA753116SM9IJ", 0.9),
        reading(BORN, "1976-03-11", 0.9, raw="11031976"),
        reading(FAMILY, "Morgan", 0.9),
        reading(GIVEN, "Sarah Meredyth", 0.9),
    ]
    after = agreed(pack, *before)
    for each in before:
        assert after[each.name].confidence > each.confidence
        assert after[each.name].value == each.value
    assert after[BORN].confidence > 0.96
    again = agreed(pack, *(replace(each, confidence=0.95) for each in before))
    assert sure(pack.by_name[BORN], again[BORN])
    assert again[BORN].doubts == ()


def test_a_doubtful_digit_follows_the_field_that_is_sure(pack: FormPack) -> None:
    unsure = reading(BORN, "1971-03-11", 0.6, {"1976-03-11": 0.35}, raw="11031971")
    after = agreed(pack, unsure, reading(NUMBER, "MORGA753116SM9IJ"), reading(FAMILY, "Morgan"))
    born = after[BORN]
    assert (born.value, born.status, born.raw) == ("1976-03-11", "auto_corrected", "11031971")
    assert born.correction is not None
    assert born.correction.from_ == "11031971"
    assert born.correction.rule == f"DN-02 {NUMBER}"
    assert [each.text for each in born.candidates] == ["1971-03-11"]
    assert sure(pack.by_name[BORN], born)


def test_what_was_clearly_written_is_never_changed(pack: FormPack) -> None:
    clear = reading(BORN, "1971-03-11", 0.93, {"1976-03-11": 0.02}, raw="11031971")
    after = agreed(pack, clear, reading(NUMBER, "MORGA753116SM9IJ"))
    assert (after[BORN].value, after[BORN].status) == ("1971-03-11", "auto")
    assert after[BORN].confidence < 0.93
    assert f"‘{pack.label(NUMBER)}’" in after[BORN].doubts[-1].message


def test_a_value_that_no_box_could_hold_is_never_chosen(pack: FormPack) -> None:
    after = agreed(pack, reading(BORN, "1971-03-11", 0.6), reading(NUMBER, "MORGA753116SM9IJ"))
    assert after[BORN].value == "1971-03-11"
    assert after[BORN].confidence < 0.6


def test_clear_fields_that_disagree_both_go_to_a_person(pack: FormPack) -> None:
    after = agreed(pack, reading(BORN, "1981-09-12"), reading(NUMBER, "MORGA753116SM9IJ"))
    for name in (BORN, NUMBER):
        assert after[name].confidence < needed(pack.by_name[name])
        assert "disagrees" in {each.code for each in after[name].doubts}


def test_a_missing_character_is_not_made_good_by_agreement(pack: FormPack) -> None:
    gap = (Doubt("gap", "There is a mark in the box after this. It may be one more character."),)
    before = reading(BORN, "1976-03-11", 0.5, raw="11031976", doubts=gap)
    after = agreed(pack, before, reading(NUMBER, "MORGA753116SM9IJ"), reading(FAMILY, "Morgan"))
    assert after[BORN].confidence <= 0.5
    assert after[BORN].doubts == gap


def test_two_dates_that_both_fit_are_settled_by_the_driver_number(pack: FormPack) -> None:
    both = reading(BORN, "1976-03-11", 0.5, {"1971-03-11": 0.45}, raw="11031971", status="conflict")
    after = agreed(pack, both, reading(NUMBER, "MORGA753116SM9IJ"), reading(FAMILY, "Morgan"))
    assert (after[BORN].value, after[BORN].status) == ("1976-03-11", "auto_corrected")
    apart = agreed(pack, both, reading(FAMILY, "Morgan"))
    assert apart[BORN] == both


def test_a_postcode_follows_its_town(pack: FormPack) -> None:
    code = reading(POSTCODE, "SN6 7JL", 0.55, {"SA6 7JL": 0.44}, raw="SN67JL")
    after = agreed(pack, code, reading(TOWN, "SWANSEA"))
    assert after[POSTCODE].value == "SA6 7JL"
    unknown = agreed(pack, code, reading(TOWN, "NOWHERE UPON HULL"))
    assert unknown[POSTCODE].value == "SN6 7JL"


def test_the_mark_on_the_second_page_settles_that_on_the_first(pack: FormPack) -> None:
    first = reading("vehicle.vrn", "AB12COE", 0.55, {"AB12CDE": 0.44})
    after = agreed(pack, first, reading("vehicle.vrn_again", "AB12CDE"))
    assert after["vehicle.vrn"].value == "AB12CDE"
    assert after["vehicle.vrn"].correction is not None
    assert after["vehicle.vrn"].correction.rule == "VR-03 vehicle.vrn_again"


def test_what_has_no_place_in_the_rules_stays_as_it_is(pack: FormPack) -> None:
    alone = reading(GIVEN, "Sarah", 0.9)
    empty = reading(NUMBER, "", 0.99, status="absent")
    assert agreed(pack, alone)[GIVEN] == alone
    assert agreed(pack, alone, empty)[GIVEN] == alone
    odd = reading(TOWN, "  ", 0.4)
    assert agreed(pack, odd, reading(POSTCODE, "SA6 7JL"))[TOWN] == odd


def test_one_hand_slips_alike_in_two_places(pack: FormPack) -> None:
    """An E like an F in the surname and in the number: that they agree says little."""
    family = reading(FAMILY, "Falpfnson", 0.9, {"Falpenson": 0.08}, raw="FALPFNSON")
    number = reading(NUMBER, "FALPF655227WN9AG", 0.9, {"FALPE655227WN9AG": 0.08})
    after = agreed(pack, family, number, reading(BORN, "1967-05-22"))
    assert not sure(pack.by_name[FAMILY], after[FAMILY])
    assert not sure(pack.by_name[NUMBER], after[NUMBER])


def test_a_field_in_doubt_changes_no_other(pack: FormPack) -> None:
    family = reading(FAMILY, "Holman", 0.5, {"Xolman": 0.4}, raw="XOLMAN", status="conflict")
    after = agreed(pack, family, reading(NUMBER, "XOLMA855192G99WF", 0.95))
    assert (after[FAMILY].value, after[FAMILY].status) == ("Holman", "conflict")
    clear = reading(FAMILY, "Holman", 0.99)
    assert agreed(pack, clear, reading(NUMBER, "XOLMA855192G99WF", 0.95))[FAMILY] == clear
