"""What a reviewer is shown of one field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.formpack import SHIPPED, FieldPlace, FormPack, load
from extractors.values import (
    STRUCK,
    Candidate,
    Cell,
    CheckResult,
    Correction,
    Doubt,
    FieldReading,
    FormMatch,
    Reading,
)
from intake.model import Answer, AnswerState, Value
from review_ui.desk import cards, writing
from review_ui.desk.cards import Card, Sight, Typed
from review_ui.desk.snippets import PagePicture

PACK = load(SHIPPED / "V62-S-2026-11")
PAGES = {n: PagePicture(n, f"/page/{n}", 1654, 2339, True) for n in (1, 2)}
AT = datetime(2026, 11, 18, tzinfo=UTC)


def reading_of(name: str, raw: str, **parts: object) -> FieldReading:
    place = PACK.by_name[name]
    base: dict[str, object] = {
        "value": None, "confidence": 0.5, "status": "auto", "method": place.way,
    }  # fmt: skip
    return FieldReading(  # type: ignore[arg-type]  # parts are named as they are
        name=name, raw=raw, page=place.page, box=place.box, **(base | parts)
    )


def card_of(
    reading: FieldReading,
    answer: tuple[Value, AnswerState] | None = None,
    failures: tuple[CheckResult, ...] = (),
    typed: Mapping[str, Typed] | None = None,
    needed: bool = True,
    pack: FormPack = PACK,
) -> Card:
    whole = Reading(FormMatch("V62-S", "2026-11", 1.0), (), (reading,), (), (), {})
    answers = {reading.name: Answer(reading.name, *answer, "me", AT)} if answer else {}
    names = (reading.name,) if needed else ()
    sight = Sight(whole, pack, answers, PAGES, names, failures, typed or {})
    (card,) = cards.cards(sight, (reading.name,))
    return card


def between(index: int, *alternatives: str) -> Doubt:
    return Doubt("between", "Two readings are likely.", index, alternatives)


def test_the_doubtful_character_is_marked_and_its_alternative_suggested_in_words() -> None:
    card = card_of(
        reading_of(
            "applicant.date_of_birth", "17031974", value="1974-03-17",
            doubts=(between(1, "7", "1"),),
        )
    )  # fmt: skip
    assert card.mark == 1
    assert card.meaning == "17 March 1974"
    assert card.tag.text == "Unsure of 1 character"
    (other,) = card.suggestions
    assert other.line.text == "11031974"
    assert other.line.meaning == "11 March 1974"
    assert other.parts == (("1", False), ("1", True), ("031974", False))
    assert other.spoken == "one"


def test_a_zero_and_a_letter_o_are_told_apart_in_words() -> None:
    card = card_of(
        reading_of("vehicle.vrn", "AB070XH", status="illegible", doubts=(between(4, "0", "O"),))
    )
    assert card.suggestions[0].spoken == "letter O"
    assert card.tag.tone == "bad"
    assert card.machine.problem
    assert card.machine.problem in card.reasons


def test_other_values_of_the_reader_are_suggested_as_they_would_be_written() -> None:
    card = card_of(
        reading_of(
            "applicant.date_of_birth", "17031974", value="1974-03-17",
            candidates=(Candidate("1974-03-17", 0.6), Candidate("1974-08-17", 0.3)),
        )
    )  # fmt: skip
    assert [each.line.text for each in card.suggestions] == ["17081974"]


def test_an_unread_character_is_the_one_to_type() -> None:
    card = card_of(reading_of("vehicle.vin", "WDB12345?78901234", doubts=(between(3, "1", "7"),)))
    assert card.mark == 9 - 1
    assert card.tag.text == "1 character not read"


def test_text_stands_over_its_boxes_when_some_are_empty() -> None:
    place = PACK.by_name["vehicle.vin"]
    written = "WDB 123"
    boxes = [row.cell(i) for row in place.combs for i in range(row.cells)]
    cells = tuple(
        Cell(box, (Candidate(c.strip(), 0.9),))
        for box, c in zip(boxes, ("  " + written).ljust(17), strict=True)
    )
    card = card_of(reading_of("vehicle.vin", "WDB123", cells=cells, doubts=(between(3, "1", "7"),)))
    assert card.text == written
    assert card.mark == 4
    assert card.snippet is not None
    assert card.snippet.cells == 15


def test_a_corrected_reading_is_offered_as_corrected() -> None:
    card = card_of(
        reading_of(
            "vehicle.vrn", "AB12 C0E", value="AB12COE", status="auto_corrected",
            correction=Correction("AB12 C0E", "registration_mark.grammar"),
        )
    )  # fmt: skip
    assert card.text == "AB12COE"
    assert not card.machine.problem


def test_a_character_struck_out_is_no_part_of_what_is_offered() -> None:
    struck = Doubt("struck_out", "Character 3 looks struck out.", 2)
    reading = reading_of("applicant.date_of_birth", f"17{STRUCK}031974", doubts=(struck,))
    assert writing.machine_text(PACK.by_name[reading.name], reading) == "17031974"
    assert card_of(reading).meaning == "17 March 1974"


def test_a_choice_shows_a_picture_of_each_box_and_the_way_out() -> None:
    card = card_of(reading_of("request.reason", "", status="conflict"))
    assert [c.value for c in card.choices][:2] == ["is:lost", "is:stolen"]
    assert card.choices[-1].label == "None of them is ticked"
    assert all(c.snippet for c in card.choices[:-1])
    assert card.suggestions == ()


@pytest.mark.parametrize(
    ("answer", "given", "text", "said"),
    [
        (("1974-03-17", "accepted"), "use", "17031974", "Accepted as read"),
        (("1974-03-17", "corrected"), "use", "17031974", "Accepted as read"),
        (("1974-03-11", "corrected"), "use", "11031974", "Corrected"),
        ((None, "illegible"), "illegible", "17031974", "Cannot be read"),
        ((None, "absent"), "absent", "17031974", "Left blank on form"),
        (("31 02", "as_written"), "as_written", "31 02", "Kept as written"),
    ],
)
def test_an_answer_comes_back_as_it_was_given(
    answer: tuple[Value, AnswerState], given: str, text: str, said: str
) -> None:
    read = reading_of("applicant.date_of_birth", "17031974", value="1974-03-17")
    card = card_of(read, answer)
    assert (card.given, card.text, card.tag.text, card.done) == (given, text, said, True)


def test_what_was_typed_comes_back_with_what_is_wrong_with_it() -> None:
    read = reading_of("applicant.date_of_birth", "17031974", value="1974-03-17")
    typed = {read.name: Typed("31021974", "use", "February 1974 has no day 31.")}
    card = card_of(read, typed=typed)
    assert (card.text, card.error) == ("31021974", "February 1974 has no day 31.")


def test_a_broken_rule_of_one_field_stands_on_its_card_and_of_several_above() -> None:
    read = reading_of("vehicle.vrn", "AB12CDE", value="AB12CDE")
    alone = CheckResult("X-1", "fail", "warn", ("vehicle.vrn",), "This mark was never issued.")
    both = CheckResult("X-2", "fail", "warn", ("vehicle.vrn", "vehicle.vin"), "These differ.")
    assert "This mark was never issued." in card_of(read, failures=(alone, both)).reasons
    assert cards.disagreements((alone, both)) == (both,)


def test_fields_nobody_doubts_get_no_card() -> None:
    sure = reading_of("vehicle.vrn", "AB12CDE", value="AB12CDE")
    whole = Reading(FormMatch("V62-S", "2026-11", 1.0), (), (sure,), (), (), {})
    sight = Sight(whole, PACK, {}, PAGES, (), (), {})
    assert cards.cards(sight) == ()
    assert cards.cards(sight, ("vehicle.vrn",))[0].tag.text == "Read with confidence"


TYPED = [p for p in PACK.fields if p.way in ("comb", "line") and p.kind not in ("tick", "choice")]


@pytest.mark.parametrize("place", TYPED, ids=lambda place: place.name)
def test_what_is_written_for_a_value_means_that_value_again(place: FieldPlace) -> None:
    examples = {
        "date": "17031974", "registration_mark": "AB12CDE", "vin": "WDB12345678901234",
        "postcode": "SA67JL", "phone": "01792960123", "money": "25", "digits": "1" * 12,
        "driver_number": "MORGA753116SM9IJ", "email": "A@EXAMPLE.COM",
    }  # fmt: skip
    text = examples.get(place.kind, "123456" if place.pattern else "MORGAN")[: place.length or 60]
    found = writing.line(place, text)
    assert found.problem == ""
    again = writing.written(place, found.value)
    assert writing.line(place, again).value == found.value
    assert place.way != "comb" or len(again) <= sum(row.cells for row in place.combs)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40), place=st.sampled_from(TYPED))
def test_any_text_has_either_a_value_or_a_problem_in_words(text: str, place: FieldPlace) -> None:
    found = writing.line(place, text)
    assert (found.value is None) == bool(found.problem)


@settings(max_examples=60, deadline=None)
@given(
    raw=st.text(alphabet="ABC0123 ", min_size=1, max_size=9).filter(str.strip),
    index=st.integers(-1, 12),
)
def test_any_doubt_about_a_character_makes_a_card(raw: str, index: int) -> None:
    card = card_of(reading_of("vehicle.vrn", raw.strip(), doubts=(between(index, "A", "Q"),)))
    assert card.mark is None or card.text[card.mark] == raw.strip()[index]


def test_a_field_on_a_page_without_a_picture_has_a_card_without_a_snippet() -> None:
    read = reading_of("vehicle.vrn", "AB12CDE")
    whole = Reading(FormMatch("V62-S", "2026-11", 1.0), (), (read,), (), (), {})
    sight = Sight(whole, PACK, {}, {}, (read.name,), (), {})
    assert cards.cards(sight)[0].snippet is None


def test_unlikely_readings_and_mere_changes_of_case_are_not_suggested() -> None:
    card = card_of(
        reading_of(
            "vehicle.make",
            "HONDA",
            value="HONDA",
            candidates=(Candidate("Honda", 0.5), Candidate("HOND", 0.02), Candidate("RONDA", 0.1)),
        )
    )
    assert [each.line.text for each in card.suggestions] == ["RONDA"]


def test_without_a_doubtful_character_the_first_difference_is_marked() -> None:
    card = card_of(
        reading_of(
            "vehicle.vrn",
            "AB12CDE",
            value="AB12CDE",
            candidates=(Candidate("AB12CDE", 0.6), Candidate("AB12GDE", 0.3)),
            doubts=(Doubt("unsure", "The reading is not sure enough."),),
        )
    )
    assert card.mark == 4


def test_a_field_that_is_only_here_for_a_rule_says_so() -> None:
    read = reading_of("vehicle.vrn", "AB12CDE", value="AB12CDE")
    both = CheckResult("X-2", "fail", "warn", ("vehicle.vrn", "vehicle.vin"), "These differ.")
    card = card_of(read, failures=(both,))
    assert (card.tag.text, card.reasons) == ("Does not agree", ("These differ.",))


def test_what_fits_is_not_talked_into_something_that_does_not() -> None:
    read = reading_of("vehicle.vrn", "AB12CSE", value="AB12CSE", doubts=(between(5, "S", "5"),))
    card = card_of(read)
    assert (card.mark, card.suggestions) == (5, ())
