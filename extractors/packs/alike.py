"""Packs that look so alike that a page of one would be taken for a page of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from extractors.formpack import FormPack, FormPage
from extractors.matching import Match, Matcher
from extractors.packs.mistake import Mistake
from extractors.packs.written import NAME
from extractors.values import Page, Picture

_NEARLY = 0.1  # another blank that fits worse by no more than this would sometimes be chosen


def alike(
    packs: Sequence[FormPack], beside: Sequence[FormPack], progress: Callable[[str], None]
) -> Iterator[Mistake]:
    """For each page of ``packs`` that another pack's page fits about as well: a warning.

    ``beside``: other packs that are in use. ``progress`` is told each pack's name before its pages
    are compared. Raises ``OSError`` when a blank cannot be opened.
    """
    everyone = {(each.code, each.edition): each for each in (*beside, *packs)}
    for pack in packs:
        progress(f"{pack.folder.name}: compared with other packs")
        others = [each for key, each in everyone.items() if key != (pack.code, pack.edition)]
        own, other = Matcher([pack]), Matcher(others)
        for page in pack.pages if others else ():
            picture = _picture(page)
            rival = other.match(picture)
            if rival is not None:
                yield from _told(pack, page.number, own.match(picture), rival)


def _told(pack: FormPack, number: int, own: Match | None, rival: Match) -> Iterator[Mistake]:
    fits = own.confidence if own is not None else 0.0
    if rival.confidence < fits - _NEARLY:
        return
    named = f"page {rival.form_page} of {rival.pack.code} {rival.pack.edition}"
    if rival.confidence >= fits:
        told = f"page {number} is taken for {named}"
    else:
        told = f"page {number} looks much like {named}, and may be taken for it"
    words = (
        f"{told} (its own blank fits {fits:.0%}, that one {rival.confidence:.0%}). Print code, "
        "edition and page on it, best as a barcode, or take one of the two packs away."
    )
    yield Mistake(pack.folder / NAME, None, f"pages[{number}]", words, "warning")


def _picture(page: FormPage) -> Page:
    """The blank as if it had been scanned."""
    opened = cv2.imread(str(page.blank), cv2.IMREAD_GRAYSCALE)
    if opened is None:
        raise OSError(f"{page.blank}: not a picture that can be opened")
    grey: Picture = np.asarray(opened, np.uint8)
    return Page(1, grey, grey.shape[1] / page.size_mm[0] * 25.4)
