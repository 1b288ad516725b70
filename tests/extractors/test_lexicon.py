"""Known words: likelier, never compulsory, and nothing clearly written is bent into one."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import lexicon
from extractors.decoding import Decoded, Grammar, decode
from extractors.kinds import KINDS

CLASSES = (*string.ascii_uppercase, *string.digits, *".,-/'&@:", "")


def seen(*boxes: dict[str, float]) -> np.ndarray:
    """One row for each box; what is not named shares a hundredth."""
    table = np.full((len(boxes), len(CLASSES)), 0.01 / len(CLASSES), np.float32)
    for row, weights in zip(table, boxes, strict=True):
        for character, weight in weights.items():
            row[CLASSES.index(character)] += weight * 0.99
    return table


def clearly(text: str, certainty: float = 1.0) -> list[dict[str, float]]:
    rest = 1.0 - certainty
    return [{c.strip(): certainty, **({"Q": rest} if rest else {})} for c in text]


def read(name: lexicon.Name, *boxes: dict[str, float], kind: str = "text") -> Decoded:
    rule = KINDS[kind]
    grammar = Grammar(rule.normal, frozenset(rule.alphabet), None, lexicon.named(name))
    return decode(seen(*boxes), CLASSES, grammar)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("towns", "NEWCASTLE UPON TYNE"),
        ("streets", "12A HIGH STREET"),
        ("surnames", "SMITH-JONES"),
        ("forenames", "SARAH  JANE"),
        ("makes", "LAND ROVER"),
        ("models", "MX-5"),
        ("colours", "SILVER"),
    ],
)
def test_what_a_list_has_is_known_however_it_is_put_together(name: lexicon.Name, text: str) -> None:
    best = read(name, *clearly(text)).readings[0]
    assert (best.value, best.known) == (" ".join(text.split()), True)


def test_a_known_word_settles_what_a_box_alone_cannot() -> None:
    boxes = [*clearly("SW"), {"A": 0.4, "H": 0.6}, *clearly("NSEA")]
    assert read("towns", *boxes).readings[0].value == "SWANSEA"


def test_a_clear_character_is_never_bent_into_a_known_word() -> None:
    found = read("towns", *clearly("SWANSEB"))
    assert found.readings[0].value == "SWANSEB"
    assert not found.readings[0].known
    assert "SWANSEA" not in {each.value for each in found.readings}


@given(st.text(alphabet=string.ascii_uppercase, min_size=1, max_size=10))
def test_any_name_clearly_written_is_read(text: str) -> None:
    found = read("surnames", *clearly(text), kind="name")
    assert found.readings[0].text.text == text
    assert found.readings[0].probability > 0.9


@given(st.sampled_from(lexicon.NAMES), st.text(max_size=30))
def test_a_list_lifts_a_hundredfold_at_most_and_lowers_little(
    name: lexicon.Name, text: str
) -> None:
    assert np.log(0.29) <= lexicon.named(name).lift(text) <= np.log(100)


def test_a_number_alone_is_no_street() -> None:
    assert not lexicon.named("streets").knows("112")


def test_the_lists_are_small_capitals_only_and_tell_their_sources() -> None:
    files = sorted(lexicon.FOLDER.glob("*.txt"))
    assert {each.stem for each in files} == set(lexicon.NAMES)
    assert sum(each.stat().st_size for each in files) < 400_000
    told = Path(lexicon.FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    for each in files:
        assert each.name in told
        words = each.read_text(encoding="utf-8").splitlines()
        assert all(set(word.partition("\t")[0]) <= {*CLASSES, " "} for word in words)


def test_a_listed_part_of_an_unlisted_text_settles_a_letter() -> None:
    boxes = [*clearly("ZOMWICK "), {"E": 0.6, "C": 0.4}, *clearly("OURT")]
    best = read("streets", *boxes).readings[0]
    assert (best.value, best.known) == ("ZOMWICK COURT", False)


def test_a_part_settles_less_than_a_whole_text() -> None:
    streets = lexicon.named("streets")
    assert streets.lift("ZOMWICK ROUTE") < streets.lift("ZOMWICK ROAD") < streets.lift("HIGH ROAD")
