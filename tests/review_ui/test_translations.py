"""Every text of the pages has its Welsh, and what is compiled is what is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

import review_ui
from review_ui import translating
from review_ui.sentences import SENTENCES
from review_ui.told import _HOLE

_HOLES = re.compile(r"(%\(\w+\)[sd]|\{\w+\})")  # those in braces are filled in by a script
_TAGS = re.compile(r"<[^>]+>")
_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SHOWN = re.compile(
    r">([^<>]*[A-Za-z]{2,}[^<>]*)<|"
    r"(?:aria-label|alt|title|placeholder|data-head)=\"([^\"]*[A-Za-z]{3,}[^\"]*)\""
)
_SAME_IN_BOTH = re.compile(r'(– )?Postroom|Enter|[a-z-]+=""')  # the last: an attribute of a macro
ROOT = Path(review_ui.__file__).parent.parent


def texts(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@pytest.fixture(scope="module")
def welsh() -> Catalog:
    return translating.translated()


@pytest.fixture(scope="module")
def marked() -> Catalog:
    return translating.gathered()


def messages(catalogue: Catalog) -> list[Message]:
    return [each for each in catalogue if each.id]


def test_every_marked_text_has_its_welsh(welsh: Catalog, marked: Catalog) -> None:
    lacking = [each.id for each in messages(marked) if each.id not in welsh]
    lacking += translating.lacking(welsh)
    assert not lacking, f"Run make translations, then write the Welsh of: {lacking}"


def test_no_text_of_a_template_is_left_unmarked() -> None:
    left = []
    for path in sorted((ROOT / "review_ui" / "templates").rglob("*.html")):
        plain = _JINJA.sub("", path.read_text(encoding="utf-8"))
        found = [text.strip() for pair in _SHOWN.findall(plain) for text in pair if text.strip()]
        left += [(path.name, text) for text in found if not _SAME_IN_BOTH.fullmatch(text)]
    assert not left


def test_no_script_says_anything_by_itself() -> None:
    """Sentences stand in the page, where they are translated; a script takes them from there."""
    for path in sorted((ROOT / "review_ui" / "static" / "js").glob("*.js")):
        code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not re.findall(r"['`][A-Z][a-z]+ [a-z]+ [^'`\n]*['`]", code), path.name


def test_no_welsh_is_left_over_from_texts_that_are_gone(welsh: Catalog, marked: Catalog) -> None:
    assert not [each.id for each in messages(welsh) if each.id not in marked]


def test_what_is_filled_in_is_the_same_in_both_languages(welsh: Catalog) -> None:
    for each in messages(welsh):
        asked = {hole for text in texts(each.id) for hole in _HOLES.findall(text)}
        for said in texts(each.string):
            found = set(_HOLES.findall(said))
            assert found <= asked, said
            if isinstance(each.id, str):
                assert found == asked, said


def test_both_languages_have_the_same_elements(welsh: Catalog) -> None:
    for each in messages(welsh):
        for said in texts(each.string):
            assert sorted(_TAGS.findall(said)) == sorted(_TAGS.findall(texts(each.id)[-1])), said


def test_no_text_would_be_taken_for_a_pattern_by_mistake(marked: Catalog, welsh: Catalog) -> None:
    """Templates format every text, so a bare per cent sign would break the page."""
    for each in (*messages(marked), *messages(welsh)):
        for text in (*texts(each.id), *texts(each.string or "")):
            rest = _HOLES.sub("", text).replace("%%", "")
            assert "%" not in rest, text


def test_every_number_has_a_form_in_welsh(welsh: Catalog) -> None:
    assert welsh.num_plurals == 5
    for each in messages(welsh):
        if not isinstance(each.id, str):
            assert len(texts(each.string)) == 5, each.id


def test_the_compiled_catalogue_is_the_written_one(welsh: Catalog) -> None:
    assert translating.MO.read_bytes() == translating.compiled(welsh), "Run make translations."


def test_the_sentences_of_other_parts_stand_there_as_they_are_listed() -> None:
    """Each piece between the holes is searched for in the code that says it."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for part in ("extractors", "intake", "workers")
        for path in sorted((ROOT / part).rglob("*.py"))
    )
    plain = _squeezed(code)
    for sentence in SENTENCES:
        pieces = [piece for piece in _HOLE.sub("\0", sentence).split("\0") if len(piece) > 12]
        for piece in pieces:
            assert any(_squeezed(part) in plain for part in _halves(piece)), sentence


def _halves(piece: str) -> tuple[str, str, str]:
    """The code may break a sentence in two; half of it is enough to know it by."""
    middle = len(piece) // 2
    return piece, piece[:middle], piece[middle:]


def _squeezed(text: str) -> str:
    """Without quotes and white space, so that it is the same however its lines were broken."""
    return re.sub(r"[\s\"'f]+", "", text)
