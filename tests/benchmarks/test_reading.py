"""The pieces of the reading benchmark on a handful of fields: what it counts must be right."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from benchmarks.reading import bad, figure, goals, honest, rivals, sheet, speed
from benchmarks.reading.answers import answer
from benchmarks.reading.findings import Findings, gather
from benchmarks.reading.hands import FACES, groups
from benchmarks.reading.real_cells import aligned
from benchmarks.reading.scores import curve, reliability, wilson
from extractors import kinds
from extractors.fields.cells import Cells
from extractors.formpack import FormPack
from extractors.read import Engines, read_fields
from extractors.values import Box


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> FormPack:
    return sheet.make(tmp_path_factory.mktemp("packs") / "MEASURE-1")


@pytest.fixture(scope="module")
def engines(pack: FormPack) -> Engines:
    return Engines((pack,))


@pytest.fixture(scope="module")
def found(pack: FormPack, engines: Engines) -> Findings:
    return gather(engines, pack, groups(None), count=2, keep=1, seed=3)


def test_an_interval_of_a_share_holds_the_share_and_stays_within_0_and_1() -> None:
    low, high = wilson(195, 200)
    assert (round(low, 3), round(high, 3)) == (0.943, 0.989)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(200, 200)[1] == pytest.approx(1.0)


def test_coverage_is_the_largest_share_within_the_risk() -> None:
    right = [True] * 300 + [False] + [True] * 99 + [False] * 10
    sure = [1 - i / 1000 for i in range(len(right))]
    assert curve(sure, right).at_risk(0.005) == pytest.approx(401 / 410)
    assert curve(sure, right).at_risk(0.0) == pytest.approx(300 / 410)
    assert curve([], []).at_risk() == 0.0


def test_values_of_one_confidence_are_taken_together() -> None:
    assert curve([0.9, 0.9, 0.9], [True, True, False]).at_risk(0.1) == 0.0


def test_probabilities_that_come_true_have_no_calibration_error() -> None:
    error, bins = reliability([0.75] * 8 + [1.0] * 4, [True] * 6 + [False] * 2 + [True] * 4)
    assert error == pytest.approx(0.0)
    assert [each.count for each in bins] == [8, 4]
    assert reliability([0.9] * 10, [False] * 10)[0] == pytest.approx(0.9)


def test_every_answer_fits_its_field_and_its_boxes(pack: FormPack) -> None:
    rng = np.random.default_rng(5)
    for field in pack.fields:
        for _ in range(20):
            text = answer(sheet.sort_of(field), rng)
            assert kinds.rule(field).normal(text) is not None, (field.name, text)
            assert len(text) <= sum(row.cells for row in field.combs)


def test_the_sheet_has_every_family_in_combs(pack: FormPack) -> None:
    families = {sheet.family_of(field) for field in pack.fields}
    assert families == set(sheet.FAMILIES) - {"tick"}


def test_drawn_forms_are_recognised_and_mostly_read(found: Findings) -> None:
    assert found.unmatched == []
    assert found.forms == 2
    assert {each.asked.group for each in found.outcomes} == {FACES}
    assert np.mean([each.right for each in found.outcomes]) > 0.7
    assert np.mean([each.right for each in found.seen]) > 0.9


def test_the_tables_fit_100_columns_and_name_what_is_missed(
    found: Findings, tmp_path: Path
) -> None:
    sections = [
        goals.table(found.outcomes, []),
        goals.breakdown(found.outcomes),
        honest.characters(found.seen),
        honest.calibration(found.seen, found.outcomes, tmp_path),
    ]
    for section in sections:
        assert section.lines
        assert max(map(len, section.lines)) <= 100, max(section.lines, key=len)
    shares = sections[0].data["digits"]["all"]
    assert shares["n"] == 16
    missed = any(each.startswith("digits (8), right") for each in sections[0].missed)
    assert missed == (shares["right"] < 98.5)


def test_the_figure_is_an_svg(tmp_path: Path) -> None:
    _, bins = reliability([0.75] * 8, [True] * 6 + [False] * 2)
    figure.save(tmp_path / "new" / "it.svg", {"a & b": bins}, {"c": curve([0.9], [True])})
    text = (tmp_path / "new" / "it.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "a &amp; b" in text


def test_others_read_the_same_fields(found: Findings, engines: Engines) -> None:
    page = found.pages[0]
    few = type(page)(page.form, page.laid, page.outcomes[:3], ())
    table = rivals.table([few], engines)
    assert {"Postroom"} < set(table.data)
    assert len(table.data) == 5
    assert all(0 <= each["digits"] <= 100 for each in table.data.values())


def test_bad_ink_raises_nothing_and_nothing_of_it_is_accepted(
    found: Findings, pack: FormPack, engines: Engines
) -> None:
    fields = pack.fields[:8]
    shape = found.pages[0].laid.ink.shape if found.pages[0].laid else (0, 0)
    inks = bad.inks(shape, fields, found.pages[0].laid)
    for name in ("all ink", "noise", "every box filled solid"):
        fate = bad.fared(inks[name], fields, engines, {})
        assert (fate.raised, fate.wrong, fate.empty) == ("", 0, 0), name


def test_steps_add_up_and_none_is_forgotten(found: Findings, engines: Engines) -> None:
    page = found.pages[0]
    assert page.laid
    fields = [each.asked.field for each in page.outcomes[:4]]
    spent = speed.spent(partial(read_fields, page.laid, fields, engines))
    assert spent["recogniser"] > 0
    assert spent["cut the cells"] > 0
    assert all(seconds >= 0 for seconds in spent.values())


@pytest.mark.parametrize(
    ("text", "marked", "wanted"),
    [
        ("AB C", {0, 1, 3}, [(0, "A"), (1, "B"), (3, "C")]),
        ("AB C", {0, 1, 2}, [(0, "A"), (1, "B"), (2, "C")]),
        ("ABC", {2, 3, 4}, [(2, "A"), (3, "B"), (4, "C")]),
        ("ABC", {0, 2}, [(0, "A"), (1, "B"), (2, "C")]),
        ("AB", {0, 1, 5}, [(0, "A"), (1, "B")]),
        ("ABCDEFGH", {0}, []),
    ],
)
def test_characters_are_placed_by_where_ink_is(
    text: str, marked: set[int], wanted: list[tuple[int, str]]
) -> None:
    boxes = tuple(Box(i / 10, 0, (i + 1) / 10, 1) for i in range(6))
    empty = np.zeros((6, 3, 32, 32), np.uint8)
    cells = Cells(boxes, empty, np.zeros((6, 3), np.float32), frozenset(marked))
    assert aligned(text, cells) == wanted
