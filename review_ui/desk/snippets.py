"""Where to look: the parts of a page picture that stand above an input, as SVG view boxes.

A snippet is drawn in its own units. In a comb one box is ``PITCH`` units wide, so a picture and an
input of the same width put every box above its character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.formpack import CombRow, FieldPlace
from extractors.values import Box

PITCH = 26.0
ROOM = 0.35  # of a box, left and right of a comb
MOST_CELLS = 36  # more do not fit one line at a legible size


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The picture of one page of the item. ``laid``: places of fields hold on it.

    ``enclosure`` counts, from 1, the item's pages that are not of its form; 0 for one that is.
    """

    number: int
    url: str
    width: int
    height: int
    laid: bool
    enclosure: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the page (``view`` in its pixels) drawn at ``x``, ``width`` x ``height``."""

    x: float
    width: float
    height: float
    view: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """``cells`` is 0 when it is no comb on one line; then picture and input share no pitch."""

    page: PagePicture
    view: str
    pieces: tuple[Piece, ...]
    cells: int = 0

    @property
    def short(self) -> bool:
        """Whether it is less than a third of the page wide, so that it need not fill the card."""
        return sum(piece.width for piece in self.pieces) < self.page.width / 3


def comb(page: PagePicture, rows: Sequence[CombRow], first: int = 0) -> Snippet | None:
    """The comb from its box ``first`` on, or ``None`` when its rows cannot stand on one line."""
    cells = sum(row.cells for row in rows) - first
    if not _on_one_line(rows) or not 0 < cells <= MOST_CELLS:
        return None
    lead = rows[0]
    pixels = lead.box.width * page.width / lead.cells
    height = (lead.box.height * 1.12) * page.height / pixels * PITCH
    pieces = []
    x = 0.0
    for row in rows:
        skipped = min(first, row.cells)
        first -= skipped
        if skipped == row.cells:
            continue
        box = Box(row.cell(skipped).x0, row.box.y0, row.box.x1, row.box.y1)
        box = box.grown(0.0, 0.06 * box.height)
        width = (row.cells - skipped) * PITCH
        pieces.append(Piece(x, width, height, _view(page, box)))
        x += width
    room = ROOM * PITCH
    return Snippet(page, f"{-room:g} 0 {x + 2 * room:g} {height:.2f}", tuple(pieces), cells)


def field(page: PagePicture, place: FieldPlace | None, box: Box) -> Snippet:
    """The whole answer place with a little round it; for a tick also the words beside it."""
    if place is not None and place.way == "tick":
        box = Box(max(box.x0 - 0.2, 0.0), box.y0, min(box.x1 + 0.14, 1.0), box.y1)
        return _whole(page, box.grown(0.0, 0.006))
    return _whole(page, box.grown(0.008, 0.004))


def tick(page: PagePicture, box: Box) -> Snippet:
    """One tick box with the room around it that a mark may reach."""
    return _whole(page, box.grown(0.42 * box.width, 0.34 * box.height))


def marks(cells: int, at: Sequence[int]) -> tuple[str, tuple[float, ...]]:
    """The view box under a comb, and the middle of every doubtful box that is to be marked."""
    room = ROOM * PITCH
    view = f"{-room:g} 0 {cells * PITCH + 2 * room:g} 13"
    return view, tuple((index + 0.5) * PITCH for index in at if 0 <= index < cells)


def _on_one_line(rows: Sequence[CombRow]) -> bool:
    """Whether all rows stand beside each other, left to right."""
    if not rows:
        return False
    middle = (rows[0].box.y0 + rows[0].box.y1) / 2
    beside = all(row.box.y0 <= middle <= row.box.y1 for row in rows)
    return beside and all(one.box.x1 <= two.box.x0 for one, two in pairwise(rows))


def _whole(page: PagePicture, box: Box) -> Snippet:
    """One part of the page, as it stands."""
    width, height = box.width * page.width, box.height * page.height
    piece = Piece(0.0, width, height, _view(page, box))
    return Snippet(page, f"0 0 {width:.1f} {height:.1f}", (piece,))


def _view(page: PagePicture, box: Box) -> str:
    return (
        f"{box.x0 * page.width:.1f} {box.y0 * page.height:.1f} "
        f"{box.width * page.width:.1f} {box.height * page.height:.1f}"
    )
