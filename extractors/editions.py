"""Of the blanks that a page may be the one it is, down to the edition.

Editions of one form share most of their print and lie on each other's pages nearly as well as on
their own, so how well a page agrees as a whole is not enough: what only one of them prints decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.bending import COARSE, FINE, Bent, Seen, bent
from extractors.blanks import Blank, Pass
from extractors.differing import Shown, Unlike, rather, shown, unlike
from extractors.proposing import Proposal
from extractors.values import Box

_CANDIDATES = 4  # proposals worth a closer look
_SISTERS = (0.03, 0.03)  # agreement below the best within which a blank may be right, by round
_ROUNDS = 2  # more, while they find print that seemed to be missing
_EQUAL = 0.003  # agreements this near are the same: only chance tells such blanks apart
_MIN_AGREEMENT = 0.6  # right pages lie above 0.7 even when cropped; sister forms below 0.5
_ANOTHER_FORM = 0.22  # share of print missing in places that not even a sister edition has


@dataclass(frozen=True, slots=True)
class Fit:
    """A blank, how it lies on the page, and the places where its print is not on the page."""

    blank: Blank
    bent: Bent
    lacks: tuple[Box, ...] = ()

    @property
    def agreement(self) -> float:
        return self.bent.agreement


def best_fit(likely: Sequence[Proposal], page: Seen) -> Fit | None:
    """The blank among those ``likely`` (likeliest first) that the page is, if it is any.

    Those without pairs are looked at whatever the others have.
    """
    least = likely[0].pairs / 2
    close = [each for each in likely if each.pairs >= least][:_CANDIDATES]
    close += [each for each in likely if not each.pairs]
    fits = [Fit(each.blank, bent(each.blank, page, each.mesh, COARSE)) for each in close]
    for by, within in zip(FINE, _SISTERS, strict=True):
        fits = [_drawn(each, page, by) for each in _near_best(fits, within)]
    chosen, seen = _right_edition(sorted(fits, key=_agreement), page)
    if chosen.agreement < _MIN_AGREEMENT:
        return None
    chosen, lacks = _drawn_on(chosen, unlike(seen), page)
    return None if lacks.share >= _ANOTHER_FORM else Fit(chosen.blank, chosen.bent, lacks.places)


def _agreement(fit: Fit) -> float:
    return fit.agreement


def _near_best(fits: Sequence[Fit], within: float) -> list[Fit]:
    best = max(each.agreement for each in fits)
    return [each for each in fits if each.agreement >= best - within]


def _drawn(fit: Fit, page: Seen, by: Pass) -> Fit:
    """Smaller blocks of print drawn to their places."""
    return Fit(fit.blank, bent(fit.blank, page, fit.bent.mesh, by))


def _drawn_on(fit: Fit, lacks: Unlike, page: Seen) -> tuple[Fit, Unlike]:
    """Print that is missing may only lie further off than one round of blocks reaches: then another
    round, from how the sure ones lie, finds it."""
    for _ in range(_ROUNDS):
        if not lacks.share:
            break
        blank = fit.blank
        more = Fit(blank, bent(blank, page, fit.bent.as_seen_from_aside(blank), COARSE))
        for by in FINE:
            more = _drawn(more, page, by)
        less = unlike(shown(blank, more.bent.mesh, page))
        if (-less.share, more.agreement) <= (-lacks.share, fit.agreement):
            break
        fit, lacks = more, less
    return fit, lacks


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
