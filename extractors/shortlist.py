"""Which of many blanks a page may be: those that share most of its features, by an index.

Comparing a page with every blank would take longer with every form a department adds. Here
features are looked up under a few parts of their descriptors, so that only those nearly alike are
ever compared. Forms share their words and boxes, so what counts is how many features agree on
where the page would lie; those that many blanks have in common count less.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from extractors.features import DESCRIPTOR_BITS, FEATURE_DPI, Features

_TABLES = 20
_KEY_BITS = 16
_CROWD = 48  # features under one key; more of them are alike everywhere and tell nothing
_FAR = 60  # of 256 bits: descriptors further apart are hardly of one place
_TURNS = np.radians((-6.0, -2.0, 2.0, 6.0))  # of a page that is nearly upright
_SCALES = (0.88, 0.94, 1.0, 1.06, 1.12)  # of a blank beside its page
_SQUARE = 10 / 25.4 * FEATURE_DPI  # pixels: places this near are the same

Counts = NDArray[np.float64]
Places = NDArray[np.int64]


class Shortlist:
    """An index over the features of many blanks, built once."""

    def __init__(self, blanks: Sequence[Features]) -> None:
        self._count = len(blanks)
        signs = np.concatenate([each.signs for each in blanks] or [_NOTHING])
        self._owner = np.repeat(np.arange(self._count), [len(each.signs) for each in blanks])
        self._points = np.concatenate([each.points for each in blanks] or [_NO_POINTS])
        wide, high = (self._points.max(axis=0, initial=0) // _SQUARE).astype(int).tolist()
        self._grid = high + 2, wide + 2  # squares in which the middle of a page may lie
        self._words = _as_words(signs)
        self._chosen = _telling(signs)
        self._order, self._starts = [], []
        for keys in self._keys(signs):
            self._order.append(np.argsort(keys, kind="stable").astype(np.int32))
            counts = np.bincount(keys, minlength=1 << _KEY_BITS)
            self._starts.append(np.concatenate(([0], np.cumsum(counts))).astype(np.int32))

    def votes(self, page: Features) -> Counts:
        """For each blank how much of ``page`` speaks for it: 1 for each feature of it alone."""
        if not len(page.signs) or not self._count:
            return np.zeros(self._count)
        ours, theirs = self._alike(page)
        owner = self._owner[theirs]
        blanks_of = np.bincount(_once(ours * self._count + owner) // self._count)
        weights = 1 - np.log(blanks_of[ours]) / np.log(self._count + 1)
        centre = page.points.mean(axis=0)
        here = page.points[ours] - centre
        there = self._points[theirs]
        rows, columns = self._grid
        size = self._count * rows * columns
        best = np.zeros(self._count)
        for turn, scale in product(_TURNS, _SCALES):
            across, down = scale * np.cos(turn), scale * np.sin(turn)
            x = (there[:, 0] - across * here[:, 0] + down * here[:, 1]) / _SQUARE
            y = (there[:, 1] - down * here[:, 0] - across * here[:, 1]) / _SQUARE
            inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
            cells = (owner * rows + y.astype(np.int64)) * columns + x.astype(np.int64)
            votes = np.bincount(cells[inside], weights[inside], size).reshape(-1, rows, columns)
            # Four neighbours together, so that a place on the edge between them counts as one.
            wide = votes[:, 1:] + votes[:, :-1]
            wide = wide[..., 1:] + wide[..., :-1]
            best = np.maximum(best, wide.max(axis=(1, 2)))
        return best

    def _alike(self, page: Features) -> tuple[Places, Places]:
        """Pairs of a page's and a blank's feature whose descriptors are near."""
        pairs = []
        for keys, order, starts in zip(
            self._keys(page.signs), self._order, self._starts, strict=True
        ):
            first, count = starts[keys], starts[keys + 1] - starts[keys]
            asked = np.flatnonzero((count > 0) & (count <= _CROWD))
            count = count[asked]
            ends = np.cumsum(count)
            within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count)
            found = order[np.repeat(first[asked], count) + within]
            pairs.append(np.repeat(asked, count) * len(self._owner) + found)
        ours, theirs = np.divmod(_once(np.concatenate(pairs)), len(self._owner))
        off = np.bitwise_count(_as_words(page.signs)[ours] ^ self._words[theirs]).sum(axis=1)
        near = off <= _FAR
        ours, theirs, off = ours[near], theirs[near], off[near].astype(np.int64)
        # Each the other's nearest: a comb box is like every other, but most like itself.
        nearest = _least(ours * self._count + self._owner[theirs], off)
        mutual = nearest & _least(theirs, off)
        return ours[mutual], theirs[mutual]

    def _keys(self, signs: NDArray[np.uint8]) -> Places:
        """``(_TABLES, features)``: a number for each feature from some of its bits."""
        bits = np.unpackbits(signs, axis=1).astype(np.float32)
        weights = np.zeros((DESCRIPTOR_BITS, _TABLES), np.float32)
        weights[self._chosen, np.arange(_TABLES)[:, None]] = 2.0 ** np.arange(_KEY_BITS)
        return np.asarray((bits @ weights).T, np.int64)


def _once(numbers: Places) -> Places:
    """The numbers in order, each once; sorting is several times faster than NumPy's hashing."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def _least(groups: Places, values: Places) -> NDArray[np.bool_]:
    """Whether each value is the least of its group."""
    least = np.full(int(groups.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(least, groups, values)
    return np.asarray(values == least[groups])


_NO_POINTS = np.zeros((0, 2), np.float32)
_NOTHING = np.zeros((0, DESCRIPTOR_BITS // 8), np.uint8)


def _as_words(signs: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(signs).view(np.uint64)


def _telling(signs: NDArray[np.uint8]) -> NDArray[np.intp]:
    """``(_TABLES, _KEY_BITS)``: bits that are set about as often as not, by a fixed chance."""
    share = np.unpackbits(signs, axis=1).mean(axis=0) if len(signs) else np.zeros(DESCRIPTOR_BITS)
    telling = np.argsort(np.abs(share - 0.5), kind="stable")[: DESCRIPTOR_BITS // 2]
    chance = np.random.default_rng(1)
    return np.array([chance.permutation(telling)[:_KEY_BITS] for _ in range(_TABLES)])
