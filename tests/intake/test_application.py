"""The delivered document: what people decided on top of what was read, true to its schema."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from intake import delivery, review
from intake.application import BadApplication, schema
from intake.model import Status
from tests.intake import filed
from tests.intake.filed import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = filed.house(tmp_path)
    yield made
    made.services.close()


def delivered(house: House, application_id: str, revision: int = 1) -> dict[str, Any]:
    release = delivery.freeze(house.services, application_id, revision)
    assert release is not None
    document: dict[str, Any] = json.loads(release.body)
    return document


def reviewed(house: House, *answers: tuple[str, str, Any], **values: Any) -> dict[str, Any]:
    """What is delivered after a person gave these answers and confirmed."""
    application_id = filed.file(house, Status.IN_REVIEW, values.get("values"))
    return decided(house, application_id, *answers)


def decided(house: House, application_id: str, *answers: tuple[str, str, Any]) -> dict[str, Any]:
    version = review.take(house.services, application_id, house.reviewer).version
    for given in answers:
        version = review.answer(
            house.services, application_id, house.reviewer, version, given  # type: ignore[arg-type]
        )  # fmt: skip
    review.confirm(house.services, application_id, house.reviewer, version)
    return delivered(house, application_id)


def test_the_schema_is_a_valid_2020_12_schema_and_a_delivery_fits_it(house: House) -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(delivered(house, filed.file(house)))


def test_a_straight_through_application_says_where_it_came_from_and_what_was_read(
    house: House,
) -> None:
    told = delivered(house, filed.file(house))
    assert list(told)[:3] == ["schema", "application_id", "revision"]
    assert told["application_type"]["code"] == "V62-S"
    assert told["received"]["date_of_receipt"] == "2026-11-20"
    assert told["received"]["received_at"] == "2026-11-20T09:14:22Z"
    assert (told["received"]["station"], told["received"]["batch"]) == ("station-2", "B-7")
    assert told["work_type"] == "vehicle.certificate"
    assert (told["revision"], told["supersedes"]) == (1, None)
    mark = told["fields"]["vehicle.vrn"]
    assert (mark["value"], mark["raw"], mark["confidence"], mark["status"]) == (
        "AB12CDE", "AB12CDE", 0.97, "auto",
    )  # fmt: skip
    assert mark["evidence"][0]["page"] == 1
    assert len(mark["evidence"][0]["box"]) == 4
    assert mark["evidence"][0]["method"] == "comb"
    assert told["fields"]["vehicle.colour"]["value"] is None
    assert told["fields"]["vehicle.colour"]["status"] == "absent"
    assert told["declarations"][0]["signed"] is True
    assert told["declarations"][0]["signed_on"] == "2026-11-17"
    assert _result(told, "DN-01") == "pass"


def test_the_day_of_receipt_is_the_day_in_the_office(house: House) -> None:
    house.clock.at = house.clock.at.replace(month=6, day=30, hour=23, minute=30)
    told = delivered(house, filed.file(house))
    assert told["received"]["date_of_receipt"] == "2026-07-01"


def test_money_is_delivered_in_whole_pence(house: House) -> None:
    assert delivered(house, filed.file(house))["fields"]["fee.amount"]["value"] == 2500


def test_a_corrected_field_keeps_what_the_machine_had(house: House) -> None:
    told = reviewed(house, ("vehicle.vrn", "corrected", "ab12 cdf"))
    mark = told["fields"]["vehicle.vrn"]
    assert (mark["value"], mark["status"], mark["raw"]) == ("AB12CDF", "reviewed", "AB12CDE")
    assert mark["correction"] == {"from": "AB12CDE", "rule": "reviewer"}
    assert "doubts" not in mark


def test_corrected_money_is_whole_pence_on_both_sides(house: House) -> None:
    told = reviewed(
        house, ("vehicle.vrn", "accepted", None), ("fee.amount", "corrected", "£80")
    )  # fmt: skip
    assert told["fields"]["fee.amount"]["value"] == 8000
    assert told["fields"]["fee.amount"]["correction"]["from"] == 2500


def test_an_accepted_field_is_reviewed_without_a_correction(house: House) -> None:
    mark = reviewed(house, ("vehicle.vrn", "accepted", None))["fields"]["vehicle.vrn"]
    assert mark["status"] == "reviewed"
    assert "correction" not in mark


@pytest.mark.parametrize("state", ["illegible", "absent"])
def test_what_cannot_be_read_or_was_left_blank_has_no_value(house: House, state: str) -> None:
    mark = reviewed(house, ("vehicle.vrn", state, None))["fields"]["vehicle.vrn"]
    assert (mark["value"], mark["status"]) == (None, state)


def test_what_was_kept_as_written_is_marked(house: House) -> None:
    mark = reviewed(house, ("vehicle.vrn", "as_written", "TRADE 1"))["fields"]["vehicle.vrn"]
    assert (mark["value"], mark["as_written"]) == ("TRADE 1", True)


def test_the_rules_are_run_again_on_what_people_decided(house: House) -> None:
    wrong: dict[str, Any] = {"vehicle.vrn_again": ("AB12CDF", "AB12CDF")}
    kept = reviewed(house, ("vehicle.vrn", "accepted", None), values=wrong)
    righted = reviewed(house, ("vehicle.vrn", "corrected", "AB12CDF"), values=wrong)
    assert _result(kept, "VR-03") == "fail"
    assert _result(righted, "VR-03") == "pass"


def _result(told: dict[str, Any], rule: str) -> str:
    (found,) = (each["result"] for each in told["checks"] if each["rule"] == rule)
    assert isinstance(found, str)
    return found


def test_the_trail_can_be_checked_by_whoever_receives_it(house: House) -> None:
    told = reviewed(house, ("vehicle.vrn", "accepted", None))
    before = None
    for event in told["decision_trail"]:
        content = [told["application_id"], event["n"], event["at"], event["actor"],
                   event["action"], event["detail"], before]  # fmt: skip
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        assert event["hash"] == hashlib.sha256(text.encode()).hexdigest()
        assert event["hash_prev"] == before
        before = event["hash"]
    actions = [event["action"] for event in told["decision_trail"]]
    assert actions == ["extracted", "taken", "field_answered", "confirmed", "released"]


def test_an_application_that_breaks_the_schema_is_not_made_and_the_place_is_named(
    house: House,
) -> None:
    application_id = filed.file(house, values={"vehicle.vrn": ("", "")})
    with pytest.raises(BadApplication) as raised:
        delivery.freeze(house.services, application_id, 1)
    assert str(raised.value) == (
        "The application breaks its schema at $.fields['vehicle.vrn'].value: oneOf"
    )


def test_an_item_that_fits_no_form_is_delivered_without_fields(house: House) -> None:
    told = delivered(house, filed.file_unknown(house))
    Draft202012Validator(schema()).validate(told)
    assert told["application_type"]["code"] == "UNKNOWN"
    assert (told["fields"], told["work_type"], told["queue"]) == ({}, None, "general")
    assert told["flags"] == ["unknown_form"]


def test_what_a_person_fills_in_for_a_missing_page_is_delivered_without_evidence(
    house: House,
) -> None:
    told = decided(
        house,
        filed.file_without_page_2(house),
        ("vehicle.vrn", "accepted", None),
        ("applicant.name.family", "corrected", "MORGAN"),
        ("declaration.signature", "absent", None),
    )
    Draft202012Validator(schema()).validate(told)
    family = told["fields"]["applicant.name.family"]
    assert (family["value"], family["raw"], family["status"]) == ("Morgan", "", "reviewed")
    assert (family["evidence"], "correction" in family) == ([], False)
    names = list(told["fields"])
    assert names.index("vehicle.vrn") < names.index("applicant.name.family")
    assert "applicant.name.given" not in names
    (declaration,) = told["declarations"]
    assert (declaration["signed"], declaration["evidence"]) == (False, [])
