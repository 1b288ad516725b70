"""Copies of one unknown form are alike whatever was written; other pages are not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from extractors.likeness import Signature, alike, signature
from tests.extractors import unknown_forms


def look(picture: np.ndarray) -> Signature:
    found = signature(picture)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def copies() -> list[list[Signature]]:
    """Four copies of each of three forms."""
    blanks = [unknown_forms.form(seed) for seed in (1, 2, 3)]
    return [
        [look(unknown_forms.filled(blank, 10 * number + each)) for each in range(4)]
        for number, blank in enumerate(blanks)
    ]


def test_copies_of_one_form_are_alike_whatever_was_written(copies: list[list[Signature]]) -> None:
    for same in copies:
        assert all(alike(one, other) for one, other in combinations(same, 2))


def test_copies_of_different_forms_are_not_alike(copies: list[list[Signature]]) -> None:
    for first, second in combinations(copies, 2):
        assert not any(alike(one, other) for one in first for other in second)


@pytest.mark.parametrize("ruled", [False, True])
def test_letters_are_no_forms_although_they_have_lines(ruled: bool) -> None:
    assert [signature(unknown_forms.letter(seed, ruled=ruled)) for seed in (1, 2)] == [None, None]


def test_an_empty_page_is_no_form() -> None:
    assert signature(np.full((1754, 1240), 250, np.uint8)) is None


def test_a_signature_takes_some_kilobytes_and_comes_back(copies: list[list[Signature]]) -> None:
    kept = copies[0][0].to_bytes()
    back = Signature.from_bytes(kept)
    assert len(kept) < 30_000
    assert back.to_bytes() == kept
    assert alike(back, copies[0][1])


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x02\x00\x00", b"\x01\x05\x00too short"])
def test_what_is_no_signature_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not the signature"):
        Signature.from_bytes(data)
