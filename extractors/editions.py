"""Of the blanks that a page may be the one it is, down to the edition.

Editions of one form share most of their print and lie on each other's pages nearly as well as on
their own, so how well a page agrees as a whole is not enough: what only one of them prints decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.bending import COARSE, FINE, Bent, Seen, bent
from extractors.blanks import Blank
from extractors.differing import NOTHING, Shown, Unlike, rather, shown, unlike
from extractors.proposing import Proposal

_CANDIDATES = 4  # proposals worth a closer look
_FORMS = 0.05  # agreement of its first edition below the best within which a form may be right
_SISTERS = (0.03, 0.03)  # agreement below the best within which a blank may be right, by round
_ROUNDS = 2  # more, while they find print that seemed to be missing
_EQUAL = 0.003  # agreements this near are the same: only chance tells such blanks apart
_MIN_AGREEMENT = 0.6  # right pages lie above 0.7 even when cropped; sister forms below 0.5
_ANOTHER_FORM = 0.22  # share of print missing in places that not even a sister edition has


@dataclass(frozen=True, slots=True)
class Fit:
    """A blank, how it lies on the page, and which of its print is not on the page."""

    blank: Blank
    bent: Bent
    lacks: Unlike = NOTHING

    @property
    def agreement(self) -> float:
        return self.bent.agreement


def best_fit(likely: Sequence[Proposal], page: Seen) -> Fit | None:
    """The blank among those ``likely`` (likeliest first) that the page is, if it is any."""
    fit = _best(likely, page)
    for _ in range(_ROUNDS):
        if fit is None or not fit.lacks.share:
            break
        # Print that is missing may only lie further off than blocks reach, or belong to another
        # edition that lay too far off: looked for from how the sure blocks lie, it is found.
        forms = (each.blanks for each in likely if fit.blank in each.blanks)
        mesh = fit.bent.as_seen_from_aside(fit.blank)
        again = _best([Proposal(next(forms), mesh, 0)], page)
        if again is None or _rank(again) <= _rank(fit):
            break
        fit = again
    return fit if fit and fit.lacks.share < _ANOTHER_FORM else None


def _rank(fit: Fit) -> tuple[float, float]:
    return -fit.lacks.share, fit.agreement


def _best(likely: Sequence[Proposal], page: Seen) -> Fit | None:
    fits = _coarse(likely, page)
    for by, within in zip(FINE, _SISTERS, strict=True):
        near = max(each.agreement for each in fits) - within
        fits = [
            Fit(each.blank, bent(each.blank, page, each.bent.mesh, by))
            for each in fits
            if each.agreement >= near
        ]
    chosen, seen = _right_edition(sorted(fits, key=_agreement), page)
    if chosen.agreement < _MIN_AGREEMENT:
        return None
    return replace(chosen, lacks=unlike(seen))


def _coarse(likely: Sequence[Proposal], page: Seen) -> list[Fit]:
    """The first edition of each form, and all editions of the forms that fit best, coarsely laid"""
    least = likely[0].pairs / 2
    close = [each for each in likely if each.pairs >= least][:_CANDIDATES]
    first = [_laid(each, each.blanks[0], page) for each in close]
    near = max(each.agreement for each in first) - _FORMS
    others = [
        _laid(proposal, blank, page)
        for proposal, fit in zip(close, first, strict=True)
        if fit.agreement >= near
        for blank in proposal.blanks[1:]
    ]
    return first + others


def _laid(proposal: Proposal, blank: Blank, page: Seen) -> Fit:
    return Fit(blank, bent(blank, page, proposal.mesh, COARSE))


def _agreement(fit: Fit) -> float:
    return fit.agreement


def _right_edition(fits: Sequence[Fit], page: Seen) -> tuple[Fit, Shown]:
    """Of blanks that all fit (the best last) the one whose own print is on the page; where there
    is nothing to tell them apart, the one in use."""
    chosen = fits[-1]
    seen = shown(chosen.blank, chosen.bent.mesh, page)
    for each in reversed(fits[:-1]):
        other = shown(each.blank, each.bent.mesh, page)
        known = rather(other, seen)
        if known is None:
            alike = each.agreement >= chosen.agreement - _EQUAL
            known = alike and _in_use(each) and not _in_use(chosen)
        if known:
            chosen, seen = each, other
    return chosen, seen


def _in_use(fit: Fit) -> bool:
    return fit.blank.pack.status == "current"
