"""Packs that look so alike that a page of one would be taken for a page of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extractors.formpack import FormPack, FormPage
from extractors.matching import Matcher
from extractors.packs.mistake import Mistake
from extractors.packs.written import NAME
from extractors.values import Page, Picture

_NEARLY = 0.1  # another blank that fits worse by no more than this would sometimes be chosen


@dataclass(frozen=True, slots=True)
class Rival:
    """A page (from 1) of ``pack``, and the page of ``other`` that fits it about as well.

    ``own``, ``rival``: how well its own blank and that one fit, from 0 to 1.
    """

    pack: FormPack
    page: int
    other: FormPack
    other_page: int
    own: float
    rival: float

    @property
    def taken(self) -> bool:
        """Whether it fits at least as well as the page's own blank."""
        return self.rival >= self.own


def alike(
    packs: Sequence[FormPack], beside: Sequence[FormPack], progress: Callable[[str], None]
) -> Iterator[Mistake]:
    """The ``rivals`` as warnings. Raises ``OSError`` when a blank cannot be opened."""
    return map(_told, rivals(packs, beside, progress))


def rivals(
    packs: Sequence[FormPack], beside: Sequence[FormPack], progress: Callable[[str], None]
) -> Iterator[Rival]:
    """For each page of ``packs`` that another pack's page fits about as well: which one does.

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
            found = other.match(picture)
            if found is None:
                continue
            right = own.match(picture)
            fits = right.confidence if right is not None else 0.0
            if found.confidence >= fits - _NEARLY:
                yield Rival(pack, page.number, found.pack, found.form_page, fits, found.confidence)


def _told(found: Rival) -> Mistake:
    named = f"page {found.other_page} of {found.other.code} {found.other.edition}"
    if found.taken:
        told = f"page {found.page} is taken for {named}"
    else:
        told = f"page {found.page} looks much like {named}, and may be taken for it"
    words = (
        f"{told} (its own blank fits {found.own:.0%}, that one {found.rival:.0%}). Print code, "
        "edition and page on it, best as a barcode, or take one of the two packs away."
    )
    return Mistake(found.pack.folder / NAME, None, f"pages[{found.page}]", words, "warning")


def _picture(page: FormPage) -> Page:
    """The blank as if it had been scanned."""
    opened = cv2.imread(str(page.blank), cv2.IMREAD_GRAYSCALE)
    if opened is None:
        raise OSError(f"{page.blank}: not a picture that can be opened")
    grey: Picture = np.asarray(opened, np.uint8)
    return Page(1, grey, grey.shape[1] / page.size_mm[0] * 25.4)
