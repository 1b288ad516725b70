"""Blanks that a page may be, from its features: which, and where about they lie on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.bending import WORK_DPI, polynomial
from extractors.blanks import LAID_DPI, Blank
from extractors.features import DESCRIPTOR_BITS, FEATURE_DPI, Features
from extractors.shortlist import Shortlist

_FEW = 8  # blanks that are compared one by one, without an index
_WORTH = 5  # forms of an index worth comparing
_LEAST_VOTES = 2.0  # for the best blank; pages of it that are hard to read give more than 3
_BESIDE_BEST = 0.4  # share of the best one's votes below which a blank is not compared
_SURE = 20  # pairs of a form that is hardly another one,
_BESIDE_SURE = 0.8  # when forms with a smaller share of the best one's votes are not compared
_MIN_INLIERS = 8
_FAR = 64  # of 256 bits: descriptors further apart are not of one place
_LOOSE_MM = 3.0  # a bent page lies this far from any similarity
_NEAR_MM = 5.0  # pairs this near it may still tell how the page bends
_ASIDE_MM = 25.0  # so far a page seen from aside lies from any similarity
_MORE = 1.15  # times as many pairs before a page is taken as seen from aside

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A page of a form: where its nodes lie about on the scanned page (pixels at ``WORK_DPI``), and
    how many pairs of features speak for it.

    ``blanks``: it in its editions, those features speak for first. They share so much print that
    only chance decides which features speak for.
    """

    blanks: tuple[Blank, ...]
    mesh: Array
    pairs: int


class Proposer:
    """Proposes blanks for pages. Blanks are looked up in an index when they are many."""

    def __init__(self, blanks: Sequence[Blank]) -> None:
        """Opens every blank, and raises ``OSError`` when one cannot be opened."""
        self._blanks = blanks
        self._index = None
        if len(blanks) > _FEW:
            for blank in blanks:
                blank.prepare()
            self._index = Shortlist([blank.features for blank in blanks])

    def propose(self, page: Features, among: Sequence[Blank]) -> list[Proposal]:
        """The forms ``among`` whose blanks the nearly level page may be, likeliest first."""
        if len(page.points) < _MIN_INLIERS:
            return []
        signs = _signs(page)
        found: list[_Alike] = []
        for blank, votes in self._likely(page, among):
            if votes < _BESIDE_SURE and any(each.count >= _SURE for each in found):
                break
            alike = _alike(blank, page.points, signs)
            found += [alike] if alike else []
        most = max((each.count for each in found), default=0)
        # To look at the others closely takes longest, since nothing fits them.
        likely = sorted((e for e in found if e.count >= most / 2), key=_count, reverse=True)
        first = {_form(each.blank): each for each in reversed(likely)}
        proposed = [_curved(each, among) for each in first.values()]
        return sorted(proposed, key=lambda each: -each.pairs)

    def _likely(self, page: Features, among: Sequence[Blank]) -> list[tuple[Blank, float]]:
        """Blanks to compare with the page, the likeliest edition of each of a few forms, with their
        share of the best one's votes."""
        if self._index is None:
            return [(blank, 1.0) for blank in among]
        allowed = {id(blank) for blank in among}
        votes = self._index.votes(page)
        if votes.max() < _LEAST_VOTES:
            return []
        likely: dict[tuple[str, int], tuple[Blank, float]] = {}
        for n in np.argsort(-votes):
            blank, share = self._blanks[n], votes[n] / votes.max()
            if share < _BESIDE_BEST or len(likely) == _WORTH:
                break
            if id(blank) in allowed:
                likely.setdefault(_form(blank), (blank, share))
        return list(likely.values())


def _form(blank: Blank) -> tuple[str, int]:
    """What all editions of one page of a form have in common."""
    return blank.pack.code, blank.number


def _editions(blank: Blank, among: Sequence[Blank]) -> tuple[Blank, ...]:
    """The blank and, of those ``among``, its other editions that can be laid as it is."""
    others = (
        each
        for each in among
        if each is not blank
        and _form(each) == _form(blank)
        and each.nodes.shape == blank.nodes.shape
    )
    return blank, *others


@dataclass(frozen=True, slots=True)
class _Alike:
    """Pairs of a page's and a blank's feature points, the similarity (3 x 3) that takes most of
    theirs to ours, and which of them lie near it."""

    blank: Blank
    ours: Array
    theirs: Array
    flat: NDArray[np.float64]
    near: NDArray[np.bool_]

    @property
    def count(self) -> int:
        return int(self.near.sum())


def _alike(blank: Blank, points: Array, signs: Array) -> _Alike | None:
    there = blank.features
    if len(there.points) < _MIN_INLIERS:
        return None
    chosen, partners = _pairs(signs, _signs(there))
    if len(chosen) < _MIN_INLIERS:
        return None
    ours, theirs = points[chosen], there.points[partners]
    loose = _LOOSE_MM / 25.4 * FEATURE_DPI
    found, mask = cv2.estimateAffinePartial2D(
        theirs, ours, method=cv2.RANSAC, ransacReprojThreshold=loose, maxIters=3000
    )
    if found is None or int(mask.sum()) < _MIN_INLIERS or not _plausible(np.asarray(found)):
        return None
    flat = np.vstack([found, (0.0, 0.0, 1.0)])
    return _Alike(blank, ours, theirs, flat, _near(flat, ours, theirs))


def _count(alike: _Alike) -> int:
    return alike.count


def _curved(alike: _Alike, among: Sequence[Blank]) -> Proposal:
    """A smooth curve through the pairs near the similarity, or, when clearly more lie near it, near
    a page seen from aside."""
    blank, ours, theirs, flat, near = (
        alike.blank, alike.ours, alike.theirs, alike.flat, alike.near
    )  # fmt: skip
    if len(ours) >= 2 * _MIN_INLIERS:
        loose = _LOOSE_MM / 25.4 * FEATURE_DPI
        # Of fewer wrong pairs the right ones are found several times sooner.
        about = _near(flat, ours, theirs, _ASIDE_MM)
        seen, _ = cv2.findHomography(theirs[about], ours[about], cv2.RANSAC, loose, maxIters=500)
        aside = flat if seen is None else np.asarray(seen, np.float64)
        if _gentle(aside):
            more = _near(aside, ours, theirs)
            if more.sum() > _MORE * near.sum():
                flat, near = aside, more
    step = WORK_DPI / FEATURE_DPI
    nodes = (blank.nodes.reshape(1, -1, 2) + 0.5) * (FEATURE_DPI / LAID_DPI) - 0.5
    there, at = (
        cv2.perspectiveTransform(np.asarray(each, np.float32), flat)[0]
        for each in (theirs[None, near], nodes)
    )
    mesh = (polynomial(there, ours[near], at) + 0.5) * step - 0.5
    return Proposal(_editions(blank, among), mesh.reshape(blank.nodes.shape), int(near.sum()))


def _near(
    flat: NDArray[np.float64], ours: Array, theirs: Array, mm: float = _NEAR_MM
) -> NDArray[np.bool_]:
    there = cv2.perspectiveTransform(theirs[None], flat)[0]
    return np.asarray(np.linalg.norm(there - ours, axis=1) < mm / 25.4 * FEATURE_DPI)


def _gentle(aside: NDArray[np.float64]) -> bool:
    """Whether a page so seen is still a page: its far edge more than half as wide as its near."""
    long_side = 297 / 25.4 * FEATURE_DPI
    return float(np.abs(aside[2, :2]).sum() * long_side) < 0.5 and _plausible(aside)


def _pairs(signs: Array, others: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which descriptors are each other's nearest, and near. One product of matrices counts the
    bits of all pairs, several times faster than pair by pair."""
    alike = signs @ others.T
    nearest = alike.argmax(axis=1)
    mutual = alike.argmax(axis=0)[nearest] == np.arange(len(signs))
    near = alike.max(axis=1) >= DESCRIPTOR_BITS - 2 * _FAR
    chosen = np.flatnonzero(mutual & near)
    return chosen, nearest[chosen]


def _signs(features: Features) -> Array:
    """A row of ``DESCRIPTOR_BITS`` signs, 1 or -1, for each feature."""
    bits = np.unpackbits(features.signs, axis=1)
    return np.where(bits > 0, np.float32(1), np.float32(-1))


def _plausible(similarity: NDArray[np.float64]) -> bool:
    """A form is not much larger or smaller than its page, and the page is nearly upright."""
    across, down = similarity[0, 0], similarity[1, 0]
    return 0.5 < float(np.hypot(across, down)) < 1.6 and abs(float(np.arctan2(down, across))) < 0.2
