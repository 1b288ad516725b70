"""Old and withdrawn editions are recognised, and go to a person with that reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from extractors.application import document
from extractors.formpack import SHIPPED, FormPack, load
from extractors.forms.draw import DPI, draw
from extractors.read import Engines, needs_review, read
from extractors.values import OBSOLETE, Page, Reading

PACK = load(SHIPPED / "V890-S-2026-11")


def empty_form(pack: FormPack) -> Reading:
    (picture,) = draw(PACK.folder, DPI)
    return read([Page(1, picture, DPI)], Engines((pack,)), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            "withdrawn",
            "This is edition 2026-11, which is not accepted any more. Return it to the sender.",
        ),
        (
            "old",
            "This is edition 2026-11, and there is a newer one. Decide whether it can be accepted.",
        ),
    ],
)
def test_an_edition_that_is_not_current_goes_to_a_person(status: str, words: str) -> None:
    pack = replace(PACK, status=status)
    reading = empty_form(pack)
    assert reading.form.code == "V890-S"
    assert [(each.code, each.message) for each in reading.doubts] == [(OBSOLETE, words)]
    assert needs_review(replace(reading, fields=()), pack)[0] == reading.doubts[0]
    assert document(reading, pack)["flags"] == ["form_obsolete"]


def test_the_current_edition_is_not_doubted() -> None:
    assert empty_form(PACK).doubts == ()
