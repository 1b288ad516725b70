"""Who a letter is for, what a person makes of it, and what keeps it from going out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from intake.letters import (
    Edits,
    Letter,
    draft,
    edited,
    preferred_language,
    problems,
    with_address,
    written,
)
from tests.intake.drafted import SURE, Case, pack_of

# ---- who it is for ----


def test_name_and_address_are_used_when_surely_read() -> None:
    case = Case(read={**SURE, "applicant.address.line_2": None})
    drafted = draft(case.task, case.pack, ["ILLEGIBLE"], "en")
    assert drafted.address == (
        "Mrs Rowena Halloran", "14 MILLPOND TERRACE", "ANYTOWN", "ZZ99 3CZ",
    )  # fmt: skip
    assert drafted.sentences[0].text == "Dear Mrs Halloran"
    assert drafted.sentences[-1].text == "Yours sincerely"


@pytest.mark.parametrize("name", ["applicant.address.postcode", "applicant.address.post_town"])
def test_an_address_that_is_not_sure_is_left_out_whole(name: str) -> None:
    case = Case(read={**SURE, "applicant.address.line_2": None}, doubtful=(name,))
    assert draft(case.task, case.pack, [], "en").address == ()
    answered = replace(case, said={name: ("corrected", "ANYWHERE")})
    assert "ANYWHERE" in draft(answered.task, case.pack, [], "en").address


def test_a_name_that_is_not_sure_is_not_used() -> None:
    case = Case(read=SURE, said={"applicant.name.family": ("as_written", "Hall0ran")})
    drafted = draft(case.task, case.pack, [], "en")
    assert drafted.address == ()
    assert drafted.sentences[0].text == "Dear Sir or Madam"
    assert drafted.sentences[-1].text == "Yours faithfully"


def test_the_language_is_the_one_asked_for_else_that_of_the_form() -> None:
    for code, wish, language in [
        ("D1-S 2026-11", "cy", "cy"),
        ("D1-S 2026-11-cy", "en", "en"),
        ("D1-S 2026-11-cy", None, "cy"),
        ("V62-S 2026-11", None, "en"),
        ("V62-S 2026-11-cy", None, "cy"),
    ]:
        case = Case(pack_of(code), read={"applicant.language": wish})
        assert preferred_language(case.task, case.pack) == language


# ---- what a person makes of it ----


def letter_of(edits: Edits) -> Letter:
    case = Case(read=SURE)
    return written(draft(case.task, case.pack, edits.reasons, edits.language), edits)


def changed(edits: Edits, texts: Mapping[str, str], *out: str) -> Edits:
    case = Case(read=SURE)
    drafted = draft(case.task, case.pack, edits.reasons, edits.language)
    inside = [each.key for each in drafted.sentences if each.key not in out and not each.offered]
    touched = edited(drafted, edits, texts, inside)
    return replace(edits, touched={**edits.touched, edits.language: touched})


def test_changes_additions_and_removals_are_told_apart() -> None:
    texts = {"frame:opening": "Thank you.", "own:1": "Use a black pen.", "own:2": " "}
    letter = letter_of(changed(Edits(("ILLEGIBLE",), "en"), texts, "frame:closing"))
    assert letter.changes() == {
        "changed": ["frame:opening"], "removed": ["frame:closing"], "added": ["own:1"],
    }  # fmt: skip
    assert letter.said("opening") == ("Thank you.",)
    assert letter.said("cause") == ("We could not read the form.", "Use a black pen.")
    assert problems(letter) == ()


def test_an_emptied_sentence_is_taken_out_and_comes_back_as_drafted() -> None:
    edits = changed(Edits(("ILLEGIBLE",), "en"), {"frame:closing": "  "})
    assert letter_of(edits).said("closing") == ()
    again = changed(edits, {})
    assert letter_of(again).changes()["removed"] == []


def test_edits_of_another_reason_or_language_wait_until_they_are_needed() -> None:
    edits = changed(Edits(("ILLEGIBLE",), "en"), {"reason:ILLEGIBLE": "It was wet."})
    other = changed(replace(edits, reasons=("NOT_OURS",)), {})
    assert "It was wet." not in letter_of(other).said("cause")
    welsh = changed(replace(other, language="cy"), {})
    assert letter_of(welsh).said("sign_off") == ("Yn gywir",)
    back = replace(welsh, reasons=("ILLEGIBLE",), language="en")
    assert letter_of(back).said("cause") == ("It was wet.",)


def test_words_in_brackets_no_reason_and_no_cause_keep_a_letter_back() -> None:
    blank = Edits(("WRONG_FORM",), "cy")
    assert [(each.code, each.key) for each in problems(letter_of(blank))] == [
        ("placeholder", "reason:WRONG_FORM")
    ]
    bare = changed(blank, {}, "reason:WRONG_FORM")
    assert [each.code for each in problems(letter_of(bare))] == ["no_cause"]
    assert [each.code for each in problems(letter_of(Edits((), "en")))] == ["no_reason"]


def test_an_address_is_kept_as_typed_and_has_to_fit_the_window() -> None:
    case = Case(read=SURE)
    drafted = draft(case.task, case.pack, ["ILLEGIBLE"], "en")
    edits = Edits(("ILLEGIBLE",), "en")
    same = with_address(edits, drafted, "\r\n".join(drafted.address))
    assert same.address is None
    typed = with_address(edits, drafted, " R Halloran \n\n1 New Road\x07\n")
    assert letter_of(typed).address == ("R Halloran", "1 New Road")
    wide = with_address(edits, drafted, "x" * 51)
    assert [each.code for each in problems(letter_of(wide))] == ["address_long"]
    assert letter_of(with_address(edits, drafted, "")).address == ()


def test_texts_are_one_line_of_bounded_length_without_control_characters() -> None:
    edits = changed(Edits(("ILLEGIBLE",), "en"), {"own:1": "a\r\n\x00b" + "c" * 5000})
    own = letter_of(edits).said("cause")[-1]
    assert own.startswith("a bcc")
    assert len(own) == 600


def test_letters_and_edits_go_to_json_and_back() -> None:
    edits = changed(Edits(("ILLEGIBLE",), "en"), {"own:1": "Yes."}, "frame:closing")
    assert Edits.from_json(json.loads(json.dumps(edits.to_json()))) == edits
    letter = letter_of(edits)
    assert Letter.from_json(json.loads(json.dumps(letter.to_json()))) == letter


def test_reasons_follow_what_fails_until_a_person_chose_otherwise() -> None:
    edits = Edits(("MISSING_SIGNATURE", "NOT_OURS"), "en", likely=("MISSING_SIGNATURE",))
    later = edits.now_that(("AMBIGUOUS_FIELD",))
    assert later.reasons == ("AMBIGUOUS_FIELD", "NOT_OURS")
    refused = replace(later, reasons=("NOT_OURS",))
    assert refused.now_that(("AMBIGUOUS_FIELD",)).reasons == ("NOT_OURS",)
