"""Which places become one field: the groups of a date, the rows of an address, ticks."""

from __future__ import annotations

import pytest

from extractors.drafting.fields import drafts
from extractors.drafting.grouping import Entry, entries
from extractors.drafting.kinds import guessed
from extractors.drafting.nearby import Surroundings
from extractors.drafting.places import Place
from extractors.drafting.printed_lines import Run
from extractors.drafting.ticking import tick_entries
from extractors.values import Box

FRAME = Place("line", Box(20, 50, 90, 65), frame=True)


def row(y: float, cells: int, x: float = 46.0) -> Place:
    """A comb of boxes of 5 by 7 mm."""
    return Place("comb", Box(x, y, x + 5 * cells, y + 7), cells, frame=True)


def printed(x: float, y: float, text: str) -> Run:
    """Print of about 8 points with its foot at ``y``."""
    return Run(text, Box(x, y - 2.2, x + 1.6 * len(text), y), 0)


def grouped(places: list[Place], runs: list[Run]) -> list[tuple[int, ...]]:
    near = Surroundings.around(runs, [each.box for each in places])
    return [entry.cells for entry in entries(places, near)]


def test_rows_of_one_length_below_a_label_are_one_field() -> None:
    address = [row(50, 20), row(59, 20), row(68, 12)]
    assert grouped(address, [printed(13, 55, "Address")]) == [(20, 20, 12)]


def test_a_row_that_is_longer_than_the_one_above_is_a_field_of_its_own() -> None:
    two = [row(50, 8), row(59, 12)]
    assert grouped(two, [printed(13, 55, "Postcode")]) == [(8,), (12,)]


def test_a_sentence_that_goes_by_at_the_left_divides_no_address() -> None:
    lines = [Place("line", Box(70, y, 150, y + 7), frame=True) for y in (50, 57, 64)]
    sentence = ("If you have used more sheets", "you must sign and date each", "as you sign here.")
    by = [printed(15, 55.3 + 5.7 * i, text) for i, text in enumerate(sentence)]
    near = Surroundings.around([printed(70, 48, "Address"), *by], [each.box for each in lines])
    (address,) = entries(lines, near)
    assert address.label[0].text == "Address"
    assert len(address.places) == 3


def test_the_groups_of_a_date_are_one_field() -> None:
    groups = [row(50, 2), row(50, 2, 60.0), row(50, 4, 74.0)]
    assert grouped(groups, [printed(13, 55, "Date of birth")]) == [(2, 2, 4)]


def asked(question: str, *answers: str) -> list[Entry]:
    """The entries of ticks below each other, with their texts at the right of them."""
    ticks = [Place("tick", Box(15, y, 19, y + 4), frame=True) for y in (50, 57, 64)]
    texts = [printed(22, 53.2 + 7 * i, text) for i, text in enumerate(answers)]
    runs = [printed(15, 45, question), *texts]
    return tick_entries(ticks[: len(answers)], Surroundings.around(runs, [t.box for t in ticks]))


@pytest.mark.parametrize(
    "question",
    [
        "Tick all that apply", "Put X in any box that is right", "Which of these? One or more",
        "You may tick more than one", "Ticiwch bob un sy’n berthnasol",
    ],
)  # fmt: skip
def test_ticks_of_which_several_may_be_marked_are_fields_of_their_own(question: str) -> None:
    assert len(asked(question, "By post", "By phone", "In person")) == 3


def test_ticks_that_each_say_when_to_mark_them_are_fields_of_their_own() -> None:
    texts = ("If you are retired, put ‘X’ in the box", "If you are abroad, put ‘X’ in the box")
    assert len(asked("Name of account holder", *texts)) == 2
    assert len(asked("Sut?", "Os ydych dramor, rhowch X yma", "Os ydych gartref, rhowch ‘X’")) == 2


def test_ticks_below_a_question_are_one_choice_to_be_checked_where_it_may_be_several() -> None:
    (choice,) = asked("How do you come to work?", "On foot", "By train")
    (made,) = drafts(1, [choice], [], "en")
    assert made.kind == "choice"
    assert made.checks == ("may more than one be ticked? Then make each of them a tick of its own",)
    (sure,) = drafts(1, asked("Is it a van?", "Yes", "No"), [], "en")
    assert "may more than one be ticked" not in " ".join(sure.checks)


@pytest.mark.parametrize(
    "said",
    [
        "Signature",
        "To let us pay your nominee the money that we owe you, you must sign in the box",
        "Llofnodwch y datganiad hwn yn y blwch os ydych yn cytuno â phopeth sydd ynddo",
    ],
)
def test_a_frame_whose_text_asks_for_it_is_to_sign_in(said: str) -> None:
    assert guessed(Entry((FRAME,)), said, "").kind == "signature"


@pytest.mark.parametrize(
    "said",
    [
        "Say why the person named above is not able to write their name or make a mark",
        "Full name of the person who signed this form",
        "What has changed since you signed the last claim form that you sent to us?",
    ],
)
def test_a_frame_whose_text_only_speaks_of_signing_is_not(said: str) -> None:
    assert guessed(Entry((FRAME,)), said, "").kind == "text"
