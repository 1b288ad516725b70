"""Comb fields: from ink in boxes to a reading, with doubts that name the character."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors.ctc import folded
from extractors.decoding import Decoded, Reading, Text
from extractors.fields.cells import Cells, classify
from extractors.fields.combs import read_combs, reading_of
from extractors.fields.lines import LineReader
from extractors.fields.opinions import one_line
from extractors.formpack import SHIPPED, CombRow, FieldPlace
from extractors.handprint.recogniser import Recogniser
from extractors.lexicon import Name
from extractors.values import STRUCK, Box, FieldReading

HEIGHT, WIDTH = 200, 800
SIDE = 40
FONT = SHIPPED / "fonts" / "WalterTurncoat.ttf"


def place(kind: str, cells: int) -> FieldPlace:
    box = Box(40 / WIDTH, 80 / HEIGHT, (40 + cells * SIDE) / WIDTH, (80 + SIDE) / HEIGHT)
    return FieldPlace(
        "it", {"en": "It"}, kind, "comb", 1, box,  # type: ignore[arg-type]
        combs=(CombRow(box, cells),), length=cells,
    )  # fmt: skip


def words(name: Name, cells: int) -> FieldPlace:
    return replace(place("name", cells), words=name)


def written(text: str) -> np.ndarray:
    """Ink of a page with one character in each box of a comb."""
    picture = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), 34)
    for i, character in enumerate(text):
        pen.text((40 + (i + 0.5) * SIDE, 80 + SIDE / 2), character, 255, font, anchor="mm")
    return np.asarray(picture, np.float32) / 255.0


def bare(ink: np.ndarray) -> np.ndarray:
    """How dark a page without print is that has this ink."""
    return np.asarray(np.clip(np.nan_to_num(ink), 0, 1) * 255, np.uint8)


def read(ink: np.ndarray, *rest: Any) -> list[FieldReading]:
    return read_combs(ink, bare(ink), *rest)


def cut(ink: np.ndarray, *rest: Any) -> list[Cells]:
    return classify(ink, bare(ink), *rest)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.load()


@pytest.fixture(scope="module")
def reader() -> LineReader:
    return LineReader.load()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "17112026", "2026-11-17"),
        ("registration_mark", "AB12 CDE", "AB12CDE"),
        ("postcode", "SA6 7JL ", "SA6 7JL"),
        ("name", "HARRY  ", "Harry"),
    ],
)
def test_a_clear_hand_is_read(
    recogniser: Recogniser, reader: LineReader, kind: str, text: str, value: str
) -> None:
    [found] = read(written(text), [place(kind, len(text))], recogniser, lambda: reader)
    assert (found.value, found.raw) == (value, text.strip())
    assert found.status in ("auto", "auto_corrected")
    assert len(found.cells) == len(text)


def test_an_empty_comb_is_absent_and_asks_nobody(recogniser: Recogniser) -> None:
    def never() -> LineReader:
        raise AssertionError("nothing is written here")

    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    [found] = read(ink, [place("postcode", 8)], recogniser, never)
    assert (found.value, found.raw, found.status, found.doubts) == (None, "", "absent", ())
    assert found.confidence > 0.99


def test_a_date_that_cannot_be_stays_as_it_stands(
    recogniser: Recogniser, reader: LineReader
) -> None:
    [found] = read(written("31022026"), [place("date", 8)], recogniser, lambda: reader)
    assert found.value != "2026-02-31"
    assert found.confidence < 0.97
    assert found.doubts
    assert found.raw == "31022026"


def test_a_gap_in_a_number_is_doubted_whatever_another_reader_says(recogniser: Recogniser) -> None:
    def never() -> LineReader:
        raise AssertionError("a person is asked in any case")

    [found] = read(written("412 857"), [place("digits", 7)], recogniser, never)
    assert found.confidence <= 0.5
    assert "gap" in {doubt.code for doubt in found.doubts}


class Blind:
    """A recogniser that sees nothing but empty boxes."""

    classes = ("A", "1", "")

    def probabilities(self, tiles: np.ndarray) -> np.ndarray:
        return np.tile(np.array([0.002, 0.008, 0.99], np.float32), (len(tiles), 1))


def test_a_box_with_a_stroke_in_it_is_never_quietly_empty() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.line(ink, (60, 92), (60, 108), 1.0, 3)
    cv2.circle(ink, (100, 100), 1, 1.0, -1)
    [cells] = cut(ink, [place("digits", 2)], Blind())
    stroke, speck = cells.probabilities[:, 2]
    assert stroke <= 0.41
    assert speck > 0.9
    assert np.allclose(cells.probabilities.sum(axis=1), 1.0)
    assert cells.marked == {0}


class Sees:
    """A recogniser that sees the same in every box."""

    def __init__(self, **seen: float) -> None:
        self.classes: tuple[str, ...] = ("1", "J", ",", "'", "")
        self.row = [seen.get(n, 0.0) for n in ("one", "j", "comma", "apostrophe", "empty")]

    def probabilities(self, tiles: np.ndarray) -> np.ndarray:
        return np.tile(np.array(self.row, np.float32), (len(tiles), 1))


def test_a_stroke_taken_for_a_comma_is_no_empty_box_in_a_number(reader: LineReader) -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.line(ink, (60, 94), (60, 106), 1.0, 3)
    comma = Sees(comma=0.85, one=0.08, empty=0.07)
    [found] = read(ink, [place("digits", 2)], comma, lambda: reader)
    assert (found.value, found.status) == ("1", "conflict")
    assert found.confidence <= 0.5


def test_dirt_as_small_as_a_dot_is_nothing_in_a_number_and_a_question_in_a_name() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.circle(ink, (60, 100), 2, 1.0, -1)
    dot = Sees(comma=0.9, one=0.02, empty=0.08)
    fields = [place("digits", 2), place("name", 2)]
    for alone in cut(ink, fields, dot):
        assert alone.probabilities[0, -1] > 0.9
    cv2.line(ink, (100, 90), (100, 110), 1.0, 3)
    number, name = cut(ink, fields, dot)
    assert number.probabilities[0, -1] > 0.9
    assert 0.4 < name.probabilities[0, -1] < 0.6


def test_a_mere_sign_is_never_made_a_letter(reader: LineReader) -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.line(ink, (60, 84), (60, 94), 1.0, 3)
    sign = Sees(apostrophe=0.6, j=0.39, empty=0.01)
    [found] = read(ink, [place("name", 2)], sign, lambda: reader)
    assert found.status == "conflict"
    assert found.confidence <= 0.5
    assert found.doubts


class SeesX(Sees):
    """Sees an X that might be an 8."""

    def __init__(self) -> None:
        self.classes = ("8", "X", "")
        self.row = [0.19, 0.8, 0.01]


def test_a_crossed_out_digit_is_never_made_another_digit(reader: LineReader) -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.line(ink, (48, 86), (72, 114), 1.0, 3)
    cv2.line(ink, (72, 86), (48, 114), 1.0, 3)
    [found] = read(ink, [place("digits", 2)], SeesX(), lambda: reader)
    assert (found.raw, found.status) == ("X", "conflict")
    assert found.confidence <= 0.5
    assert found.doubts


def test_a_mark_beside_a_number_is_doubted(recogniser: Recogniser, reader: LineReader) -> None:
    ink = written("  412857")
    ink[90:96, 98:102] = 1.0
    [found] = read(ink, [place("digits", 8)], recogniser, lambda: reader)
    assert found.confidence <= 0.5
    assert "gap" in {doubt.code for doubt in found.doubts}


def test_doubts_name_only_what_the_place_allows(reader: LineReader) -> None:
    class Unsure(Sees):
        def probabilities(self, tiles: np.ndarray) -> np.ndarray:
            return np.tile(np.array([0.5, 0.48, 0.0, 0.0, 0.02], np.float32), (len(tiles), 1))

    ink = written("11")
    [found] = read(ink, [place("digits", 2)], Unsure(), lambda: reader)
    named = {each for doubt in found.doubts for each in doubt.alternatives}
    assert "J" not in named


def test_two_dates_that_both_fit_are_no_correction() -> None:
    """The second reader prefers another number than the first saw: a person decides."""

    class Contradicts:
        letters = ("", *"0123456789")

        def emissions(self, lines: list[np.ndarray]) -> list[np.ndarray]:
            said = np.full((16, 11), 0.001, np.float32)
            said[1::2, 0] = 0.99
            for step, digit in enumerate("28102026"):
                said[2 * step, 1 + int(digit)] = 0.99
            return [said for _ in lines]

    class Rows:
        classes = (*"0123456789", "")

        def probabilities(self, tiles: np.ndarray) -> np.ndarray:
            rows = np.full((8, 11), 0.001, np.float32)
            for row, digit in zip(rows, "28102020", strict=True):
                row[int(digit)] = 0.99
            rows[7] = 0.001
            rows[7, 0], rows[7, 6] = 0.8, 0.19
            return rows if len(tiles) == 8 else np.tile(rows[7], (len(tiles), 1))

    ink, field = written("28102020"), place("date", 8)
    [found] = read(ink, [field], Rows(), lambda: Contradicts())
    assert (found.raw, found.status) == ("28102020", "conflict")
    assert found.confidence <= 0.8
    assert {each.text for each in found.candidates} >= {"2026-10-28", "2020-10-28"}


def test_among_letters_no_digit_is_suggested(reader: LineReader) -> None:
    class Rows:
        classes = ("T", "O", "0", "Q", "P", "")

        def probabilities(self, tiles: np.ndarray) -> np.ndarray:
            rows = [[0.99, 0, 0, 0, 0, 0.01], [0, 0.1, 0.3, 0.6, 0, 0], [0, 0, 0, 0, 0.99, 0.01]]
            seen = np.array(rows, np.float32)
            return seen if len(tiles) == 3 else np.tile(seen[1], (len(tiles), 1))

    [found] = read(written("TOP"), [place("text", 3)], Rows(), lambda: reader)
    assert (found.raw, found.status) == ("TQP", "conflict")
    named = [doubt for doubt in found.doubts if doubt.character == 1]
    assert named
    assert all(set(doubt.alternatives) <= {"O", "Q"} for doubt in named)


def test_the_cells_set_as_one_line_read_as_they_were_written(
    recogniser: Recogniser, reader: LineReader
) -> None:
    [cells] = cut(written("DOCK 164"), [place("text", 8)], recogniser)
    line = one_line(cells, recogniser.classes)
    emission, letters = folded(reader.emissions([line])[0], reader.letters)
    said = "".join(letters[i] for i in emission.argmax(axis=1))
    assert line.shape[0] == 48
    assert said.replace("O", "0") == "D0CK164"
    assert " " not in letters


def test_a_character_struck_out_is_left_out_and_a_person_is_asked(reader: LineReader) -> None:
    class Rows:
        classes = (*"0123456789", STRUCK, "")

        def probabilities(self, tiles: np.ndarray) -> np.ndarray:
            rows = np.full((5, 12), 0.0002, np.float32)
            for row, character in zip(rows, ("4", "1", STRUCK, "2", "8"), strict=True):
                row[self.classes.index(character)] = 0.998
            return rows

    ink, field = written("41228"), place("digits", 5)
    [found] = read(ink, [field], Rows(), lambda: reader)
    assert (found.value, found.raw) == ("4128", f"41{STRUCK}28")
    assert found.confidence <= 0.9
    [doubt] = [each for each in found.doubts if each.code == "struck_out"]
    assert (doubt.message, doubt.character) == ("Character 3 looks struck out.", 2)
    assert "gap" not in {each.code for each in found.doubts}


class Seen:
    """A recogniser that sees given characters one after the other, and little else."""

    classes = (*"0123456789ABCDEFGHIJKLMNOPRSTUVXYZ,.", "")

    def __init__(self, *rows: dict[str, float]) -> None:
        self.rows = rows

    def probabilities(self, tiles: np.ndarray) -> np.ndarray:
        table = np.full((len(tiles), len(self.classes)), 1e-5, np.float32)
        for row, seen in zip(table, self.rows[-len(tiles) :], strict=True):
            for character, probability in seen.items():
                row[self.classes.index(character)] = probability
        return table


def test_an_open_4_that_looks_like_a_k_is_a_4_in_a_number(reader: LineReader) -> None:
    seen = Seen({"4": 0.9999}, {"K": 0.985, "4": 0.015})
    [found] = read(written("44"), [place("digits", 2)], seen, lambda: reader)
    assert (found.value, found.raw, found.status) == ("44", "4K", "auto_corrected")


@pytest.mark.parametrize(
    ("raw", "value", "doubted"),
    [("31103026", "31102026", (0,)), ("28103026", "28102026", ())],
)
def test_a_slip_mended_once_is_looked_for_elsewhere(
    raw: str, value: str, doubted: tuple[int, ...]
) -> None:
    """This hand's 2 was read as a 3 in the year: its 3 in the day may be a 2 as well."""
    boxes = tuple(range(8))
    date = f"{value[4:]}-{value[2:4]}-{value[:2]}"
    best = Decoded(
        Text(raw, boxes, -1.0), (Reading(date, Text(value, boxes, -1.0), 0.999),), 0.999, 0.0
    )
    rows = np.full((8, 11), 1e-5, np.float32)
    for row, digit in zip(rows, raw, strict=True):
        row[int(digit)] = 0.99
    field = place("date", 8)
    cells = Cells((field.box,) * 8, np.zeros((8, 3, 32, 32), np.uint8), rows)
    found = reading_of(field, (cells, (*"0123456789", "")), best, judge=lambda *_: 0.995)
    assert (found.value, found.status) == (date, "auto_corrected")
    assert tuple(each.character for each in found.doubts) == doubted
    assert (found.confidence == 0.995) is (doubted == ())


def test_a_clear_letter_in_a_number_goes_to_a_person(reader: LineReader) -> None:
    clear = Seen({"K": 0.9999}, {"K": 0.9999})
    [found] = read(written("KK"), [place("digits", 2)], clear, lambda: reader)
    assert (found.value, found.raw) == (None, "KK")
    assert "does_not_fit" in {doubt.code for doubt in found.doubts}


@pytest.mark.parametrize(("stroke", "status"), [("/", "auto_corrected"), ("'", "conflict")])
def test_a_slash_in_a_listed_name_is_an_i_and_a_mere_sign_is_none(
    reader: LineReader, stroke: str, status: str
) -> None:
    class Slanted(Seen):
        classes = (*"ACEIKLRT/'", "")

    seen = [{c: 0.999} for c in "ALICE"]
    seen[2] = {stroke: 0.85, "I": 0.1}
    [found] = read(written("ALICE"), [words("forenames", 5)], Slanted(*seen), lambda: reader)
    assert (found.value, found.status) == ("Alice", status)
