"""What a label says: cleaned, split from its hint, told in its language, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractors.drafting.naming import each_once, of_widget, slug, values
from extractors.drafting.printed_lines import Run
from extractors.drafting.reading_order import ordered
from extractors.drafting.vocabulary import answer, language, meaning, subject
from extractors.drafting.wording import is_caption, is_number, worded
from extractors.values import Box


def block(*lines: str, bold: Sequence[int] = ()) -> list[Run]:
    """Lines below each other in letters of 3 mm; ``bold``: how many words of each are."""
    counts = [*bold, *(0 for _ in lines)]
    return [
        Run(text, Box(20, 40 + 4 * i, 20 + 1.6 * len(text), 42.7 + 4 * i), counts[i])
        for i, text in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("1.2* Surname:", "Surname"),
        ("B3 Make of vehicle", "Make of vehicle"),
        ("(a) Colour", "Colour"),
        ("Telephone ..........", "Telephone"),
        ("• 3 Main colour *", "3 Main colour"),
        ("First name(s)", "First name(s)"),
        ("Chassis number (VIN)", "Chassis number (VIN)"),
    ],
)
def test_numbers_colons_and_dots_are_no_part_of_a_label(printed: str, label: str) -> None:
    assert worded(block(printed), "en").label["en"] == label


def test_brackets_and_what_follows_a_dash_are_the_hint() -> None:
    brackets = worded(block("Mobile number (if different)"), "en")
    assert (brackets.label["en"], brackets.hint["en"]) == ("Mobile number", "if different")
    dash = worded(block("Any tax taken off – read the notes"), "en")
    assert (dash.label["en"], dash.hint["en"]) == ("Any tax taken off", "read the notes")


def test_bold_words_at_the_start_are_the_label_and_the_rest_the_hint() -> None:
    found = worded(block("4 Your phone number in case", "we have questions", bold=[4]), "en")
    assert found.label["en"] == "Your phone number"
    assert found.hint["en"] == "in case we have questions"


def test_of_a_long_text_the_question_is_the_label() -> None:
    text = "Tell us about your work last year. Did you have an employer? Leave out other work."
    assert worded(block(text), "en").label["en"] == "Did you have an employer?"


def test_a_statement_beside_a_tick_is_kept_whole() -> None:
    text = "I am sending the certificate (the whole of it) – and no copy."
    assert worded(block(text), "en", statement=True).label["en"] == text


def test_a_line_broken_early_begins_the_hint() -> None:
    lines = block("Phone number", "Where we can call you by day")
    assert worded(lines, "en").label["en"] == "Phone number"


def test_both_languages_are_told_apart() -> None:
    stacked = worded(block("Date of birth", "Dyddiad geni"), "en")
    assert stacked.label == {"en": "Date of birth", "cy": "Dyddiad geni"}
    beside = worded(block("Surname / Cyfenw"), "en")
    assert beside.label == {"en": "Surname", "cy": "Cyfenw"}
    english = worded(block("Town or city / county"), "en")
    assert english.label["en"] == "Town or city / county"


def test_a_welsh_form_gives_welsh_labels_and_english_ones_where_known() -> None:
    found = worded(block("Cod post"), "cy")
    assert found.label == {"cy": "Cod post", "en": "Postcode"}
    assert worded(block("Rhif y cwmni bysiau"), "cy").label == {"cy": "Rhif y cwmni bysiau"}


@pytest.mark.parametrize("text", ["Day", "DD MM YYYY", "D D", "Dydd", "Mis Blwyddyn", "(dd/mm/yy)"])
def test_captions_of_dates_are_no_labels(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize("text", ["m", "Days off", "Date", "Month of birth"])
def test_words_that_only_begin_alike_are_no_captions(text: str) -> None:
    assert not is_caption(text)


def test_numbers_of_questions_are_told_from_labels() -> None:
    assert all(is_number(text) for text in ("1", "1.10", "2.3*", "B3", "(a)"))
    assert not any(is_number(text) for text in ("Title", "1 Title", "V5C form"))


@pytest.mark.parametrize(
    ("label", "name", "kind"),
    [
        ("Your date of birth", "*.date_of_birth", "date"),
        ("Dyddiad geni", "*.date_of_birth", "date"),
        ("Enw(au) cyntaf", "*.name.given", "name"),
        ("Rhif cofrestru’r cerbyd", "vehicle.vrn", "registration_mark"),
        ("Vehicle registration number", "vehicle.vrn", "registration_mark"),
        ("National Insurance number", "*.national_insurance_number", "national_insurance_number"),
        ("E-mail address", "*.email", "email"),
    ],
)
def test_known_labels_have_a_name_and_a_kind(label: str, name: str, kind: str) -> None:
    meant = meaning(label)
    assert meant is not None
    assert (meant.name, meant.kind) == (name, kind)


def test_a_phrase_in_passing_does_not_make_a_label_known() -> None:
    assert meaning("I have moved and my address is on the other page") is None
    assert meaning("Date stamp") is None


def test_language_is_told_by_its_common_words() -> None:
    assert language(["Rhowch eich enw a’ch cyfeiriad yn y blwch"]) == "cy"
    assert language(["I am owed arrears of pay"]) == "en"
    assert language(["Model"]) is None


def test_sections_and_answers_are_known() -> None:
    assert subject("Respondent’s details") == "employer"
    assert subject("3 The new keeper") == "new_keeper"
    assert subject("Notes") is None
    assert (answer("Yes"), answer("Oes"), answer("Perhaps")) == ("yes", "yes", None)


def test_names_fit_the_grammar_and_come_once() -> None:
    assert slug("2 – The reason why you're late!") == "reason_why_youre_late"
    assert slug("Ŵy â thŷ") == "wy_thy"
    assert slug("123") == ""
    assert of_widget("form1[0].#subform[2].reasonForLeaving[0]") == "reason_leaving"
    assert of_widget("undefined_12") == ""
    assert each_once(["a.x", "b", "a.x", "b"]) == ["a.x", "b", "a_2.x", "b_2"]
    assert each_once(["me.address", "me.address.postcode"])[0] == "me.full_address"
    assert values(["Yes", "Yes", "?"], {0: "yes"}) == ["yes", "yes_2", "option_3"]


def test_reading_order_goes_down_long_columns_and_across_short_rows() -> None:
    def box(x: float, y: float) -> Box:
        return Box(x, y, x + 40, y + 5)

    columns = [(box(x, y), f"{x}/{y}") for y in (10, 18, 26) for x in (10, 110)]
    assert ordered(columns) == ["10/10", "10/18", "10/26", "110/10", "110/18", "110/26"]
    rows = [(box(10, 10), "a"), (box(110, 10), "b"), (box(10, 18), "c"), (box(110, 18), "d")]
    assert ordered(rows) == ["a", "b", "c", "d"]
