"""Characters under a grammar: what is certain stays, what is unsure follows the grammar."""

from __future__ import annotations

import string
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.decoding import _ALIKE, Decoded, Grammar, Places, decode
from extractors.kinds import KINDS
from extractors.lexicon import named
from extractors.values import STRUCK

CLASSES = (*string.ascii_uppercase, *string.digits, *".,-/'&@:_+()£", STRUCK, "")
FREE = Grammar(lambda text: " ".join(text.split()) or None, frozenset(CLASSES[:-2]))


def cells(*seen: dict[str, float]) -> np.ndarray:
    """One row for each cell; what is not named shares what is left."""
    table = np.zeros((len(seen), len(CLASSES)), np.float32)
    for row, weights in zip(table, seen, strict=True):
        row[:] = max(1.0 - sum(weights.values()), 1e-4) / len(CLASSES)
        for character, weight in weights.items():
            row[CLASSES.index(character)] = weight
    return table / table.sum(axis=1, keepdims=True)


def clearly(text: str, certainty: float = 0.995) -> np.ndarray:
    return cells(*({character.strip(): certainty} for character in text))


def decoded(table: np.ndarray, kind: str) -> Decoded:
    rule = KINDS[kind]
    alternatives = rule.alternatives(len(table))
    grammar = Grammar(
        rule.normal, frozenset(rule.alphabet), Places.of(alternatives) if alternatives else None
    )
    return decode(table, CLASSES, grammar)


@given(st.dates(date(1920, 1, 1), date(2040, 1, 1)))
def test_a_clearly_written_date_is_read(day: date) -> None:
    found = decoded(clearly(day.strftime("%d%m%Y")), "date")
    assert found.readings[0].value == day.isoformat()
    assert found.readings[0].probability > 0.95
    assert found.survivors == 1


@given(st.text(alphabet=string.ascii_uppercase + string.digits, min_size=1, max_size=12))
def test_free_text_keeps_what_is_clearly_written(text: str) -> None:
    found = decode(clearly(text), CLASSES, FREE)
    assert found.raw.text == text
    assert found.readings[0].value == text


@given(
    st.text(alphabet=string.ascii_uppercase, min_size=1, max_size=6),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 2),
)
def test_empty_cells_are_spaces_inside_and_nothing_at_the_ends(
    word: str, before: int, after: int, inside: int
) -> None:
    written = word + " " * inside + word
    found = decode(clearly(" " * before + written + " " * after), CLASSES, FREE)
    assert found.raw.text == written
    assert found.raw.cells == tuple(range(before, before + len(written)))


@given(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=14), st.data())
def test_probabilities_of_readings_never_exceed_one(seen: list[str], data: st.DataObject) -> None:
    certainty = data.draw(st.floats(0.2, 0.999))
    kind = data.draw(st.sampled_from(["date", "postcode", "registration_mark", "text", "digits"]))
    found = decoded(cells(*({each: certainty} for each in seen)), kind)
    assert sum(each.probability for each in found.readings) <= 1.0 + 1e-6
    ranked = [each.probability for each in found.readings]
    assert ranked == sorted(ranked, reverse=True)
    for each in found.readings:
        assert KINDS[kind].normal(each.text.text) == each.value


def test_a_letter_o_that_may_be_a_zero_becomes_one_in_a_date() -> None:
    table = clearly("02111998")
    table[0] = cells({"O": 0.6, "0": 0.39})[0]
    found = decoded(table, "date")
    assert found.readings[0].value == "1998-11-02"
    assert found.raw.text == "02111998"


def test_what_was_clearly_written_is_never_bent_into_a_date() -> None:
    found = decoded(clearly("31021998"), "date")
    assert not found.readings
    assert found.raw.text == "31021998"


def test_a_clear_letter_among_digits_makes_the_whole_unfit() -> None:
    found = decoded(clearly("02X11998", certainty=0.9999), "date")
    assert found.fits < 0.5


def test_two_marks_that_both_fit_both_survive() -> None:
    table = clearly("AB12COE")
    table[5] = cells({"O": 0.5, "D": 0.48})[0]
    found = decoded(table, "registration_mark")
    assert {each.value for each in found.readings[:2]} == {"AB12COE", "AB12CDE"}
    assert found.survivors == 2


@pytest.mark.parametrize("written", ["SA6 7JL ", " SA67JL ", "SA67JL  ", "SA6  7JL"])
def test_a_postcode_may_stand_anywhere_in_its_comb(written: str) -> None:
    assert decoded(clearly(written), "postcode").readings[0].value.replace(" ", "") == "SA67JL"


def test_the_shape_of_a_word_decides_between_look_alikes() -> None:
    unsure = {"O": 0.49, "0": 0.5}
    table = np.vstack([clearly("J"), cells(unsure), clearly("HN 1"), cells(unsure)])
    assert decode(table, CLASSES, FREE).readings[0].value == "JOHN 10"


def test_an_empty_comb_says_nothing() -> None:
    found = decoded(clearly("      "), "postcode")
    assert found.raw.text == ""
    assert not found.readings


def test_a_lone_sign_hardly_fits_a_name() -> None:
    found = decoded(cells({"'": 0.9, "J": 0.09}), "name")
    assert found.fits < 0.2


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("date", "17#032026", "2026-03-17"),
        ("registration_mark", "A#B12CDE", "AB12CDE"),
        ("digits", "12#3", "123"),
        ("name", "##SMITH", "Smith"),
        ("name", "SM#ITH", "Smith"),
        ("name", "ANN #LEE", "Ann Lee"),
    ],
)
def test_a_character_struck_out_is_passed_over_and_is_no_space(
    kind: str, written: str, value: str
) -> None:
    found = decoded(clearly(written.replace("#", STRUCK)), kind)
    assert found.readings[0].value == value
    assert found.readings[0].text.struck == tuple(
        i for i, each in enumerate(written) if each == "#"
    )
    assert found.raw.text == written.replace("#", STRUCK)


def test_words_of_a_list_pass_over_what_is_struck_out() -> None:
    grammar = Grammar(KINDS["name"].normal, frozenset(KINDS["name"].alphabet), None,
                      named("surnames"))  # fmt: skip
    table = clearly(f"SM{STRUCK}ITH")
    table[4] = cells({"I": 0.3, "J": 0.4})[0]
    found = decode(table, CLASSES, grammar)
    assert (found.readings[0].value, found.readings[0].known) == ("Smith", True)


def test_what_is_clearly_struck_out_is_never_read_as_a_character() -> None:
    assert not decoded(clearly(f"1703197{STRUCK}"), "registration_mark").readings
    found = decoded(clearly(STRUCK * 3), "digits")
    assert (found.readings, found.raw.text) == ((), STRUCK * 3)


def test_a_sign_that_text_seldom_holds_must_be_clearer_than_a_letter() -> None:
    table = clearly("TOP ST")
    table[0] = cells({"+": 0.55, "T": 0.44})[0]
    assert decode(table, CLASSES, FREE).readings[0].value == "TOP ST"


@pytest.mark.parametrize("kind", ["date", "registration_mark", "postcode", "vin", "driver_number"])
@given(data=st.data())
def test_no_reading_changes_a_character_that_was_clearly_written(
    kind: str, data: st.DataObject
) -> None:
    """Whatever stands there: a value that fits takes every clear character as it is."""
    alphabet = string.ascii_uppercase + string.digits
    written = data.draw(st.text(alphabet=alphabet, min_size=6, max_size=17))
    doubtful = data.draw(st.sets(st.integers(0, len(written) - 1), max_size=3))
    table = clearly(written, 0.9995)
    for index in doubtful:
        other = data.draw(st.sampled_from(alphabet))
        table[index] = cells({written[index]: 0.5, other: 0.45})[0]
    for reading in decoded(table, kind).readings:
        taken = dict(zip(reading.text.cells, reading.text.text, strict=True))
        for index, character in enumerate(written):
            if index not in doubtful and taken.get(index, "") != character:
                assert frozenset((taken.get(index, ""), character)) in _ALIKE
                assert taken[index].isdigit() != character.isdigit()


def test_a_clear_7_stays_a_7_though_only_a_1_would_make_a_date() -> None:
    table = clearly("37031971")
    table[1] = cells({"7": 0.997, "1": 0.0029})[0]
    assert not decoded(table, "date").readings


def free_text(table: np.ndarray) -> Decoded:
    return decode(table, CLASSES, Grammar(KINDS["text"].normal, frozenset(KINDS["text"].alphabet)))


def test_a_house_number_keeps_its_figures() -> None:
    table = clearly("100 CROFT ROAD")
    for index in (1, 2):
        table[index] = cells({"O": 0.6, "0": 0.39})[0]
    assert free_text(table).readings[0].value == "100 CROFT ROAD"


def test_figures_with_one_letter_are_likelier_than_with_two() -> None:
    table = clearly("20B HIGH ST")
    table[1] = cells({"0": 0.45, "O": 0.5})[0]
    assert free_text(table).readings[0].value == "20B HIGH ST"


def test_a_dot_that_stands_alone_is_dirt_rather_and_a_dot_after_a_word_is_one() -> None:
    alone = clearly("ST. MARY   .")
    alone[-1] = cells({".": 0.5, "": 0.49})[0]
    found = free_text(alone)
    assert found.readings[0].value == "ST. MARY"
    assert found.readings[0].probability > 0.7


def test_dirt_never_becomes_a_letter() -> None:
    found = free_text(np.vstack([clearly("MARY  "), cells({"'": 0.9, "1": 0.09})]))
    assert found.readings[0].value == "MARY"


def test_among_values_that_fit_the_usual_one_is_likelier() -> None:
    rule = KINDS["registration_mark"]
    places = Places.of(rule.alternatives(7) or ())
    table = clearly("NPO704")
    table[5] = cells({"Y": 0.55, "4": 0.44})[0]
    suffix = decode(table, CLASSES, Grammar(rule.normal, frozenset(rule.alphabet), places))
    weighed = decode(
        table, CLASSES, Grammar(rule.normal, frozenset(rule.alphabet), places, None, rule.share)
    )
    assert suffix.readings[0].value == weighed.readings[0].value == "NPO70Y"
    assert weighed.readings[0].probability > suffix.readings[0].probability
    assert weighed.fits == pytest.approx(suffix.fits)
