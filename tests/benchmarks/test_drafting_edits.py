"""The list of edits between a draft and a hand-written pack tells each difference once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.drafting import editing

HAND = """\
code = "PK1"
edition = "2026-11"
title = { en = "Parking permit" }
work_type = "parking.permit"

[[pages]]
blank = "blank-1.png"
size = [210, 297]

[[fields]]
name = "vehicle.vrn"
label = { en = "Registration mark" }
kind = "registration_mark"
way = "comb"
combs = [[46, 49, 81, 56, 7]]

[[fields]]
name = "applicant.date_of_birth"
label = { en = "Date of birth" }
kind = "date"
way = "comb"
combs = [[46, 62, 56, 69, 2], [58.5, 62, 68.5, 69, 2], [71, 62, 91, 69, 4]]

[[fields]]
name = "resident"
label = { en = "I live here" }
kind = "tick"
way = "tick"
box = [46, 80, 51, 85]

[[fields]]
name = "carer"
label = { en = "I care for someone here" }
kind = "tick"
way = "tick"
box = [46, 88, 51, 93]
"""

BIRTH = "combs = [[46, 62, 56, 69, 2], [58.5, 62, 68.5, 69, 2], [71, 62, 91, 69, 4]]"
EXTRA = """
[[fields]]
name = "another"
label = { en = "Another" }
kind = "text"
way = "line"
box = [20, 200, 120, 210]
"""


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    return pack(tmp_path / "hand", HAND)


def pack(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "form.toml").write_text(text, encoding="utf-8")
    return folder


def told(capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """The sorts of edits printed."""
    return Counter(re.findall(r"^page \d  (\w+)", capsys.readouterr().out, re.MULTILINE))


def test_a_pack_needs_no_edits_to_be_itself(hand: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert editing.main([str(hand), str(hand)]) == 0
    assert "Edits: none" in capsys.readouterr().out


def test_names_and_labels_alone_change_nothing_that_is_read(
    hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HAND.replace('"vehicle.vrn"', '"field_1"').replace("I live here", "Mr")

    assert editing.main([str(pack(tmp_path / "draft", text)), str(hand)]) == 0
    assert told(capsys) == {"name": 1, "label": 1}


@pytest.mark.parametrize(
    ("here", "there", "sort"),
    [
        ('"registration_mark"', '"text"', "kind"),
        ("[46, 49, 81, 56, 7]", "[46, 49, 81, 56, 8]", "boxes"),
        ("[46, 49, 81, 56, 7]", "[46, 50.5, 81, 57.5, 7]", "place"),
        ('kind = "date"', 'kind = "date"\nrequired = true', "key"),
        (BIRTH, "combs = [[46, 62, 56, 69, 2], [58.5, 62, 68.5, 69, 2]]", "add"),
        ('way = "comb"\ncombs = [[46, 49, 81, 56, 7]]', 'way = "line"\nbox = [46, 49, 81, 56]',
         "way"),
    ],
)  # fmt: skip
def test_each_difference_is_told(
    hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], here: str, there: str, sort: str
) -> None:
    draft = pack(tmp_path / "draft", HAND.replace(here, there))

    assert editing.main([str(draft), str(hand)]) == 1
    assert told(capsys)[sort] == 1


def test_half_a_millimetre_is_near_enough(hand: Path, tmp_path: Path) -> None:
    draft = HAND.replace("[46, 49, 81, 56, 7]", "[46.4, 49.3, 81.5, 56.4, 7]")

    assert editing.main([str(pack(tmp_path / "draft", draft)), str(hand)]) == 0


def test_fields_too_many_and_too_few_are_told(
    hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = pack(tmp_path / "more", HAND + EXTRA)

    assert editing.main([str(more), str(hand)]) == 1
    assert told(capsys) == {"remove": 1}
    assert editing.main([str(hand), str(more)]) == 1
    assert told(capsys) == {"add": 1}


def test_a_date_in_three_fields_is_to_be_joined(
    hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = '\n[[fields]]\nname = "NAME"\nlabel = { en = "Day" }\nkind = "date"\nway = "comb"\n'
    text = HAND.replace(BIRTH, "combs = [[46, 62, 56, 69, 2]]")
    text += part.replace("NAME", "month") + "combs = [[58.5, 62, 68.5, 69, 2]]\n"
    text += part.replace("NAME", "year") + "combs = [[71, 62, 91, 69, 4]]\n"

    assert editing.main([str(pack(tmp_path / "draft", text)), str(hand)]) == 1
    assert told(capsys)["join"] == 1


def test_a_choice_that_is_two_ticks_is_to_be_split(
    hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HAND[: HAND.index('[[fields]]\nname = "resident"')]
    text += (
        '[[fields]]\nname = "reason"\nlabel = { en = "Why" }\nkind = "choice"\nway = "tick"\n'
        'options = [{ value = "a", label = { en = "A" }, box = [46, 80, 51, 85] },\n'
        '{ value = "b", label = { en = "B" }, box = [46, 88, 51, 93] }]\n'
    )

    assert editing.main([str(pack(tmp_path / "draft", text)), str(hand)]) == 1
    assert told(capsys) == {"split": 1}


def test_a_bad_pack_is_told_with_its_file(
    hand: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = pack(tmp_path / "draft", HAND.replace('kind = "date"', 'kind = "day"'))

    assert editing.main([str(draft), str(hand)]) == 2
    assert str(draft / "form.toml") in capsys.readouterr().err
