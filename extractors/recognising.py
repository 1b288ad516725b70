"""What page of which form a scanned page is, and which way up it lies."""

from __future__ import annotations

import math
from dataclasses import replace

from extractors.matching import Match, Matcher
from extractors.straighten import Straight, Turn, turn, upright
from extractors.values import Page

_QUARTERS: tuple[Turn, ...] = (0, 90, 180, 270)


def recognised(page: Page, matcher: Matcher) -> tuple[Straight, Match | None]:
    """The page upright, and the form page it is.

    A page that a person turned (``page.turned``) is turned first. If it then is no form, it stays
    that way up, whatever it looks like; ``Straight.turned`` counts from the page as scanned.
    """
    if page.turned is None:
        return _found(page, matcher)
    said = _quarters(page.turned)
    straight, match = _found(replace(page, picture=turn(page.picture, said)), matcher)
    if match is None:
        picture = turn(straight.page.picture, _quarters(-straight.turned))
        straight = replace(straight, page=replace(straight.page, picture=picture), turned=0)
    return replace(straight, turned=_quarters(said + straight.turned)), match


def _quarters(degrees: int) -> Turn:
    """The same turn as one of the four."""
    return _QUARTERS[degrees // 90 % 4]


def _found(page: Page, matcher: Matcher) -> tuple[Straight, Match | None]:
    """The page upright, and the form page it is.

    Laying a page on its blank takes out its skew as well, so a page that is a form is turned but
    not levelled first: that would cost more than matching it. Only its skew is told.
    """
    match = matcher.match(page)
    if match is not None:
        return _as_it_lies(page, match)
    straight = upright(page)
    if not straight.cleaned:
        return straight, None
    again = matcher.match(straight.page)
    if again is None:
        return straight, None
    found, match = _as_it_lies(straight.page, again)
    turned = _quarters(straight.turned + found.turned)
    return replace(found, turned=turned, skew=straight.skew + found.skew), match


def _as_it_lies(page: Page, match: Match) -> tuple[Straight, Match]:
    """A matched page turned upright, with its match as turned and the skew it still has."""
    lean = math.degrees(math.atan2(match.transform[1, 0], match.transform[0, 0]))
    quarters = round(lean / 90)
    turned = _quarters(90 * quarters)
    straight = Straight(page, turned, 90.0 * quarters - lean, True)
    if not turned:
        return straight, match
    match = match.turned(turned, page.picture.shape)
    return replace(straight, page=replace(page, picture=turn(page.picture, turned))), match
