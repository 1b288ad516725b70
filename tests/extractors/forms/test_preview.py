"""The page that shows a form pack, and the text of a form.toml written anew."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractors.formpack import SHIPPED, load
from extractors.forms import preview
from extractors.forms.command import forms
from extractors.packs.anchors import anchors
from extractors.packs.toml_text import form_text, notes_in

PACKS = sorted(each.parent for each in SHIPPED.glob("*/form.toml"))
V62 = SHIPPED / "V62-S-2026-11"


class Outside(HTMLParser):
    """Finds every address a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_shows_every_field_and_needs_nothing_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "v62.html"
    done = CliRunner().invoke(forms, ["preview", str(V62), "--out", str(out)])
    assert done.output == f"2 pages, 35 fields of V62-S: {out}\n"
    text = out.read_text(encoding="utf-8")
    for number, each in enumerate(load(V62).fields, start=1):
        assert f"<title>{number}. {each.name}: {preview.words(each.kind)}, {each.way}" in text
        assert f'<th scope="row">{each.name}</th>' in text
    found = Outside()
    found.feed(text)
    assert len(found.found) == 2
    assert all(each.startswith("data:image/png;base64,") for each in found.found)


def test_registration_anchors_are_shown_when_asked_for(tmp_path: Path) -> None:
    plain, crossed = tmp_path / "plain.html", tmp_path / "crossed.html"
    for out, more in ((plain, []), (crossed, ["--anchors"])):
        done = CliRunner().invoke(forms, ["preview", str(V62), "--out", str(out), *more])
        assert done.exit_code == 0
    crosses = [
        len(re.findall(r"h24m-12 -12v24", each))
        for each in re.findall(r"<svg.*?</svg>", crossed.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert crosses == [len(anchors(load(V62), page).places) for page in (1, 2)]
    assert "h24m-12" not in plain.read_text(encoding="utf-8")


def test_comb_boxes_and_tick_values_can_be_seen() -> None:
    pack = load(V62)
    marks = {each.title.split(" ")[1][:-1]: each for each in preview.field_marks(pack, 1)}
    drawn = preview.svg((2100, 2970), "x", [marks["vehicle.vrn"]], "Page 1")
    assert drawn.count("<path") == 6
    assert ">lost</text>" in preview.svg((2100, 2970), "x", [marks["request.reason"]], "Page 1")


def test_a_tag_is_short_where_its_neighbour_is_near() -> None:
    pack = load(V62)
    (mark, *_) = preview.field_marks(pack, 1)
    x0, x1 = 0.1, 0.2
    box = mark.box
    near = [
        preview.Mark(type(box)(x0, 0.5, 0.15, 0.52), "#000000", ["1 a.long.name", "1"], ""),
        preview.Mark(type(box)(x0 + 0.05, 0.5, x1, 0.52), "#000000", ["2 a.long.name", "2"], ""),
    ]
    drawn = preview.svg((2100, 2970), "x", near, "")
    assert ">1</text>" in drawn
    assert ">2 a.long.name</text>" in drawn


def test_what_authors_write_cannot_become_markup() -> None:
    box = load(V62).fields[0].box
    mark = preview.Mark(box, "#000000", ["<script>"], '"><script>', values=["<b>"], parts=[box])
    drawn = preview.svg((2100, 2970), '"><script>', [mark], "<script>")
    assert "<script>" not in drawn
    assert "<b>" not in drawn


def test_every_colour_can_be_read_against_white() -> None:
    def light(colour: str) -> float:
        shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    colours = [*preview.COLOURS.values(), preview.SURE, preview.UNSURE, preview.EMPTY]
    assert len(set(preview.COLOURS.values())) == len(preview.COLOURS)
    for colour in colours:
        assert 1.05 / (light(colour) + 0.05) >= 4.5, colour


def test_a_bad_pack_is_told_and_no_page_written(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text('code = "X"\n', encoding="utf-8")
    out = tmp_path / "out.html"
    done = CliRunner().invoke(forms, ["preview", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 1
    assert "form.toml: edition: it is missing" in done.output
    assert not out.exists()


def test_a_blank_that_is_no_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_bytes((SHIPPED / "V890-S-2026-11/form.toml").read_bytes())
    (tmp_path / "blank-1.png").write_bytes(b"no picture")
    done = CliRunner().invoke(forms, ["preview", str(tmp_path)])
    assert done.exit_code == 1
    assert "Save the picture as PNG" in done.output


@pytest.mark.parametrize("folder", PACKS, ids=lambda each: each.name)
def test_every_shipped_form_toml_written_anew_says_the_same(folder: Path) -> None:
    given = tomllib.loads((folder / "form.toml").read_text(encoding="utf-8"))
    assert tomllib.loads(form_text(given)) == given


def test_any_text_survives_being_written_and_notes_stand_above_their_field() -> None:
    text = 'a "quoted" \\ back\nline\ttab \x7f ŵ \u2028 \x01'
    form = {"title": {"en": text}, "fields": [{"name": "a"}, {"name": "b", "box": [1, 2.25, 3, 4]}]}
    written = form_text(form, {1: ["the kind\n[[fields]]"]})
    assert tomllib.loads(written) == form
    assert notes_in(written) == {1: ["the kind [[fields]]"]}
    assert re.search(r"# check: the kind \[\[fields\]\]\n\[\[fields\]\]\nname = \"b\"", written)
