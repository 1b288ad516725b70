"""Handwriting on lines: found, read under the field's kind and list, or left to a person."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors.fields.line_pictures import line_picture, line_views, lines_in, written
from extractors.fields.line_texts import read_texts
from extractors.fields.lines import LineReader, hear, read_lines
from extractors.formpack import SHIPPED, FieldPlace
from extractors.values import Box

HEIGHT, WIDTH = 400, 1000
PLACE = Box(0.1, 0.3, 0.9, 0.5)  # rows 120 to 200
FONT = SHIPPED / "fonts" / "WalterTurncoat.ttf"
LETTERS = ("", *"0123456789", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *"abcdefghijklmnopqrstuvwxyz", *" /-.")


def place(kind: str = "text", words: str | None = None) -> FieldPlace:
    return FieldPlace(
        "it", {"en": "It"}, kind, "line", 1, PLACE, lines=(PLACE,), words=words,  # type: ignore[arg-type]
    )  # fmt: skip


def with_text(text: str, top: int = 125, size: int = 60) -> np.ndarray:
    picture = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(picture).text((120, top), text, 255, ImageFont.truetype(str(FONT), size))
    return np.asarray(picture, np.float32) / 255.0


def said(text: str, **unsure: tuple[int, str]) -> np.ndarray:
    """An emission that is sure of ``text``, but for places where another letter is likelier."""
    rows = np.full((2 * len(text), len(LETTERS)), 1e-4, np.float32)
    rows[1::2, 0] = 0.99
    for step, letter in enumerate(text):
        rows[2 * step, LETTERS.index(letter)] = 0.99
    for at, letter in unsure.values():
        rows[2 * at] *= 0.3
        rows[2 * at, LETTERS.index(letter)] = 0.69
    return rows


class Says:
    """A line reader that says the same of every picture."""

    letters = LETTERS

    def __init__(self, *emissions: np.ndarray) -> None:
        self.given = emissions

    def emissions(self, lines: list[np.ndarray]) -> list[np.ndarray]:
        return [self.given[i % len(self.given)] for i in range(len(lines))]


@pytest.fixture(scope="module")
def reader() -> LineReader:
    return LineReader.load()


def test_writing_that_hangs_below_its_line_is_whole() -> None:
    inside, below = (line_picture(with_text("Gypsy", top), PLACE) for top in (122, 146))
    assert inside is not None
    assert below is not None
    assert abs(inside.shape[0] - below.shape[0]) <= 4


def test_a_speck_far_from_the_writing_does_not_make_it_small() -> None:
    ink = with_text("FORD")
    alone = line_picture(ink, PLACE)
    ink[110:115, 700:705] = 1.0
    ink[196:199, 850:853] = 1.0
    dirty = line_picture(ink, PLACE)
    assert alone is not None
    assert dirty is not None
    assert dirty.shape == alone.shape


def test_specks_alone_are_no_writing() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    for x in (200, 450, 800):
        ink[150:155, x : x + 5] = 1.0
    assert line_picture(ink, PLACE) is None


def test_the_dot_of_an_i_and_a_broken_stroke_stay_with_their_letter() -> None:
    crop = np.zeros((80, 200), np.float32)
    crop[30:60, 50:54] = crop[20:24, 50:54] = 1.0
    crop[30:44, 70:74] = crop[47:60, 70:74] = 1.0
    found = written(crop, slice(10, 70))
    assert found is not None
    assert all(found[y, x] for y, x in ((22, 52), (40, 52), (35, 72), (55, 72)))


def test_the_second_view_shows_faint_joins_that_cleaning_takes() -> None:
    ink = with_text("FORD")
    ink[150:153, 130:260] = np.maximum(ink[150:153, 130:260], 0.08)
    views = line_views(ink, PLACE)
    assert views is not None
    cleaned, plain = views
    assert ((plain > 225) & (plain < 245)).any()
    assert plain.shape != cleaned.shape


def test_a_page_without_ink_or_rows_holds_nothing() -> None:
    assert written(np.zeros((80, 200), np.float32), slice(10, 70)) is None
    assert written(np.ones((80, 200), np.float32), slice(10, 11)) is None
    assert line_picture(np.zeros((HEIGHT, WIDTH), np.float32), PLACE) is None


def test_ink_all_over_a_line_is_no_error(reader: LineReader) -> None:
    [found] = read_lines(np.ones((HEIGHT, WIDTH), np.float32), [place()], lambda: reader)
    assert found.confidence < 0.97


def test_slanted_writing_is_set_upright() -> None:
    ink = with_text("HILL")
    lean = np.array([[1.0, -0.4, 60.0], [0.0, 1.0, 0.0]])
    leaning = cv2.warpAffine(ink, lean, (WIDTH, HEIGHT))
    upright, set_up = (line_picture(each, PLACE) for each in (ink, leaning))
    assert upright is not None
    assert set_up is not None
    assert abs(set_up.shape[1] - upright.shape[1]) <= 0.08 * upright.shape[1]


def test_the_grammar_tells_a_zero_from_an_o() -> None:
    found = read_texts([said("CFIO 1AB")], LETTERS, place("postcode"))
    assert found is not None
    assert (found.raw, found.values[0].text) == ("CFIO 1AB", "CF10 1AB")


def test_a_stroke_between_numbers_may_be_a_slash_in_a_date() -> None:
    unsure = said("07/02/2026", one=(2, "1"), two=(5, "1"))
    found = read_texts([unsure], LETTERS, place("date"))
    assert found is not None
    assert found.raw == "0710212026"
    assert "2026-02-07" in {each.text for each in found.values}


def test_a_date_may_name_its_month() -> None:
    found = read_texts([said("20 December 1994")], LETTERS, place("date"))
    assert found is not None
    assert found.values[0].text == "1994-12-20"


def test_a_listed_word_is_preferred_and_another_stays_possible() -> None:
    unsure = said("VAUXHALL", one=(4, "K"))
    with_list = read_texts([unsure], LETTERS, place(words="makes"))
    without = read_texts([unsure], LETTERS, place())
    assert with_list is not None
    assert without is not None
    assert with_list.values[0].text == "VAUXHALL"
    assert without.values[0].text == "VAUXKALL"
    open_end = read_texts([said("ZORBLAX")], LETTERS, place(words="makes"))
    assert open_end is not None
    assert open_end.values[0].text == "ZORBLAX"


def test_capitals_do_not_make_another_value() -> None:
    mixed = said("Golf", one=(1, "O"))
    found = read_texts([mixed, said("GOLF")], LETTERS, place())
    assert found is not None
    assert len({each.text.casefold() for each in found.values}) == len(found.values)


def test_views_that_differ_make_the_reading_less_sure() -> None:
    ink = with_text("X")
    [same] = hear(ink, [place()], lambda: Says(said("CORSA")))  # type: ignore[arg-type,return-value]
    [differ] = hear(
        ink, [place()], lambda: Says(said("CORSA"), said("COBSA"))  # type: ignore[arg-type,return-value]
    )  # fmt: skip
    assert same is not None
    assert differ is not None
    assert differ.margin < same.margin


def test_what_can_hardly_be_read_gives_no_value_but_candidates() -> None:
    blurred = np.full((12, len(LETTERS)), 1e-3, np.float32)
    blurred[::2, 12:16] = 0.2
    blurred[:, 0] = 0.3
    [found] = read_lines(with_text("MUD"), [place()], lambda: Says(blurred))  # type: ignore[arg-type,return-value]
    assert (found.value, found.status) == (None, "illegible")
    assert found.confidence < 0.2
    assert found.candidates
    assert found.doubts[0].code == "not_read"


def test_an_address_on_two_lines_is_one_value(reader: LineReader) -> None:
    ink = np.maximum(with_text("12 HEOL LAS"), with_text("SWANSEA", 225))
    low = Box(0.1, 0.55, 0.9, 0.75)
    field = FieldPlace("it", {"en": "It"}, "text", "line", 1, PLACE, lines=(PLACE, low))
    [found] = hear(ink, [field], lambda: reader)
    assert found is not None
    assert found.raw == "12 HEOL LAS / SWANSEA"
    assert found.values[0].text == "12 HEOL LAS SWANSEA"
    assert found.margin < 1.0


def test_lines_written_below_each_other_in_one_tall_place_are_read_one_by_one(
    reader: LineReader,
) -> None:
    tall = Box(0.1, 0.1, 0.9, 0.95)
    ink = np.max([with_text("5.29", 60), with_text("56.0", 160), with_text("53.1", 260)], axis=0)
    field = FieldPlace("it", {"en": "It"}, "text", "line", 1, tall, lines=(tall,))
    [found] = hear(ink, [field], lambda: reader)
    assert found is not None
    assert found.raw == "5.29 / 56.0 / 53.1"
    assert found.values[0].text == "5.29 56.0 53.1"


@pytest.mark.parametrize("text", ["jig", "i = 5.2", "HEOL LAS"])
def test_one_line_in_a_tall_place_is_one_line_whatever_stands_apart_in_it(text: str) -> None:
    tall = Box(0.1, 0.1, 0.9, 0.95)
    assert len(lines_in(with_text(text, size=100), tall)) == 1


def test_a_low_place_is_one_line() -> None:
    ink = np.maximum(with_text("ABOVE", 120, size=30), with_text("BELOW", 165, size=30))
    assert lines_in(ink, PLACE) == (PLACE,)
