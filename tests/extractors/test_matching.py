"""Pages find their form edition, and lie on their blank to a fraction of a millimetre."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from extractors import formpack
from extractors.blanks import Blank
from extractors.matching import Matcher
from extractors.values import Page
from tests.extractors.paper import Damage, misses, scan, scribbled


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(formpack.load_all([formpack.SHIPPED]))


def _known(matcher: Matcher) -> list[Blank]:
    """Four pages of three forms that stay the same whatever other forms are added."""
    codes = ("V5C-S", "V62-S", "V890-S")
    return [each for each in matcher.blanks if each.pack.code in codes and not _welsh(each)]


def _welsh(blank: Blank) -> bool:
    return blank.pack.language == "cy"


DAMAGES = {
    "usual": Damage(),
    "askew": Damage(skew=5),
    "askew the other way": Damage(skew=-5),
    "printed small": Damage(scale=0.9),
    "printed large": Damage(scale=1.1),
    "shifted": Damage(shift=8),
    "black and white": Damage(one_bit=True),
    "blurred": Damage(blur=0.25),
    "noisy": Damage(noise=25),
    "cropped": Damage(crop=0.05),
    "bent": Damage(bend=1.2),
    "coarse": Damage(dpi=150),
    "fine": Damage(dpi=300),
    "upside down": Damage(upside_down=True),
    "fax": Damage(one_bit=True, blur=0.2, noise=20),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_filled_page_lies_on_its_blank_to_half_a_millimetre(matcher: Matcher, kind: str) -> None:
    damage = DAMAGES[kind]
    blank = _known(matcher)[list(DAMAGES).index(kind) % 4]
    page, truth = scan(scribbled(blank.grey, 3), damage)

    match = matcher.match(page)

    assert match is not None
    assert (match.pack.code, match.form_page) == (blank.pack.code, blank.number)
    assert np.percentile(misses(match, truth), 95) < 0.5


@pytest.mark.parametrize("index", range(4))
def test_every_shipped_blank_is_found_and_met_to_a_fraction_of_a_millimetre(
    matcher: Matcher, index: int
) -> None:
    blank = _known(matcher)[index]
    page, truth = scan(scribbled(blank.grey, 5), Damage(skew=-0.7), seed=4)

    match = matcher.match(page)

    assert match is not None
    assert match.blank is blank
    assert np.median(misses(match, truth)) < 0.15


def test_the_transform_alone_is_close(matcher: Matcher) -> None:
    blank = matcher.blanks[0]
    page, truth = scan(blank.grey, Damage(skew=2, bend=0.3))

    match = matcher.match(page)

    assert match is not None
    places = np.array([[[400.0, 300.0], [1200.0, 1700.0]]], np.float32)
    laid = cv2.perspectiveTransform(places, match.transform)[0]
    shown = [truth[300, 400], truth[1700, 1200]]
    assert np.abs(laid - shown).max() < 12  # pixels at 200 dpi: 1.5 mm


def _letter() -> Page:
    sheet = np.full((3508, 2480), 255, np.uint8)
    for line in range(40):
        words = f"Dear Sir or Madam, this is line {line * 7919} of a letter about vehicle {line}."
        cv2.putText(sheet, words, (200, 300 + 70 * line), 0, 1.5, 0, 3, cv2.LINE_AA)
    return Page(1, sheet, 300)


def _other_form() -> Page:
    sheet = np.full((3508, 2480), 255, np.uint8)
    for row in range(24):
        top = 250 + 130 * row
        cv2.putText(sheet, f"Answer {row}", (150, top + 60), 0, 1.5, 0, 3, cv2.LINE_AA)
        for cell in range(8 + 7 * (row % 4)):
            left = 700 + 60 * cell
            cv2.rectangle(sheet, (left, top), (left + 60, top + 80), 0, 3)
    return Page(1, sheet, 300)


def _noise() -> Page:
    grain = np.random.default_rng(1).integers(0, 256, (1754, 1240))
    return Page(1, grain.astype(np.uint8), 150)


@pytest.mark.parametrize(
    "page",
    [
        _letter(),
        _other_form(),
        _noise(),
        Page(1, np.full((3508, 2480), 255, np.uint8), 300),
        Page(1, np.zeros((400, 300, 3), np.uint8), 72),
    ],
    ids=["letter", "other form", "noise", "blank", "small and black"],
)
def test_a_page_of_no_known_form_is_not_forced_onto_one(matcher: Matcher, page: Page) -> None:
    assert matcher.match(page) is None


def test_with_no_packs_nothing_matches() -> None:
    assert Matcher(()).match(_letter()) is None


def test_of_two_editions_the_one_that_was_filled_in_is_found(tmp_path: Path) -> None:
    old = next(
        pack for pack in formpack.load_all([formpack.SHIPPED]) if pack.code.startswith("V890")
    )
    shutil.copytree(old.folder, tmp_path / "next", ignore=shutil.ignore_patterns("samples"))
    picture = cv2.imread(str(tmp_path / "next" / "blank-1.png"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    picture[680:1300] = np.roll(picture[680:1300], 30, axis=0)  # one section moved by 4 mm
    cv2.imwrite(str(tmp_path / "next" / "blank-1.png"), picture)
    new = replace(formpack.load(tmp_path / "next"), edition="next")
    matcher = Matcher([old, new])

    for blank in (Blank(old, 1), Blank(new, 1)):
        match = matcher.match(scan(scribbled(blank.grey, 8), Damage())[0])
        assert match is not None
        assert match.pack.edition == blank.pack.edition


def test_a_blank_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    pack = formpack.load_all([formpack.SHIPPED])[0]
    broken = tmp_path / "blank-1.png"
    broken.write_bytes(b"not a picture")
    gone = replace(pack, pages=(replace(pack.pages[0], blank=broken),))

    with pytest.raises(OSError, match=r"blank-1\.png: not a picture"):
        Matcher([gone]).match(_letter())


@pytest.mark.parametrize("long_mm", [210.0, 420.0])
def test_a_form_on_other_paper_than_a4_is_found_however_it_is_scanned(long_mm: float) -> None:
    pack = next(p for p in formpack.load_all([formpack.SHIPPED]) if p.code.startswith("V890"))
    size = round(long_mm / 2**0.5, 1), long_mm
    other = replace(pack, code="OTHER", pages=(replace(pack.pages[0], size_mm=size),))
    matcher = Matcher([other])
    page, truth = scan(scribbled(matcher.blanks[0].grey, 3), Damage(dpi=120))

    match = matcher.match(page)

    assert match is not None
    assert np.percentile(misses(match, truth), 95) < 0.5
    if long_mm < 297:  # on the glass of a scanner for A4
        below, beside = (round(0.41 * each) for each in page.picture.shape[:2])
        sheet = np.pad(page.picture, ((0, below), (0, beside)), constant_values=250)
        assert matcher.match(replace(page, picture=sheet)) is not None


LYING = {
    "sideways": Damage(turned=90),
    "sideways, the other way, askew": Damage(turned=270, skew=-14),
    "askew by 15 degrees": Damage(skew=15),
    "photocopied": Damage(photocopy=True),
    "photographed from aside": Damage(aside=0.07, skew=3),
}


@pytest.mark.parametrize("kind", LYING)
def test_a_page_is_found_however_it_lies(matcher: Matcher, kind: str) -> None:
    blank = _known(matcher)[1]
    page, truth = scan(scribbled(blank.grey, 6), LYING[kind])

    match = matcher.match(page)

    assert match is not None
    assert match.blank is blank
    assert match.differs == ()
    assert np.percentile(misses(match, truth), 95) < 0.7


def test_a_sideways_page_is_told_as_turned_and_keeps_its_match(matcher: Matcher) -> None:
    blank = _known(matcher)[0]
    page, truth = scan(blank.grey, Damage(turned=90, skew=2))
    match = matcher.match(page)
    assert match is not None

    upright = match.turned(270, page.picture.shape)

    assert np.percentile(misses(upright, np.rot90(truth).copy()), 95) < 0.5
    place = np.array([[[float(each) for each in match.mesh[10, 8]]]], np.float32)
    after = np.array([[[float(each) for each in upright.mesh[10, 8]]]], np.float32)
    laid = cv2.perspectiveTransform(place, match.transform)
    assert np.abs(cv2.perspectiveTransform(after, upright.transform) - laid).max() < 0.1


def test_english_and_welsh_editions_of_one_layout_are_told_apart(matcher: Matcher) -> None:
    pair = [each for each in matcher.blanks if each.pack.code == "V890-S"]
    assert {each.pack.language for each in pair} == {"en", "cy"}
    for blank in pair:
        match = matcher.match(scan(scribbled(blank.grey, 9), Damage(one_bit=True))[0])
        assert match is not None
        assert match.blank is blank


def _next_edition(old: formpack.FormPack, folder: Path, changed: bool) -> formpack.FormPack:
    """A copy of a pack of one page; ``changed``: part of its print is another."""
    shutil.copytree(old.folder, folder, ignore=shutil.ignore_patterns("samples"))
    picture = cv2.imread(str(folder / "blank-1.png"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    if changed:
        picture[900:1100, 80:1500] = picture[900:1100, 80:1500][:, ::-1]
        cv2.imwrite(str(folder / "blank-1.png"), picture)
    pages = (replace(old.pages[0], blank=folder / "blank-1.png"),)
    return replace(old, folder=folder, edition="next", pages=pages)


def test_a_page_whose_print_differs_in_places_is_not_a_sure_match(tmp_path: Path) -> None:
    old = formpack.load(formpack.SHIPPED / "V890-S-2026-11")
    new = _next_edition(old, tmp_path / "next", changed=True)
    sheet = Blank(new, 1).grey

    known = Matcher([old]).match(scan(sheet, Damage())[0])

    assert known is not None
    assert known.confidence <= 0.5
    middle = [(each.y0 + each.y1) / 2 * sheet.shape[0] for each in known.differs]
    assert middle
    assert all(850 < each < 1150 for each in middle)


def test_of_two_editions_with_the_same_blank_the_current_one_is_found(tmp_path: Path) -> None:
    old = formpack.load(formpack.SHIPPED / "V890-S-2026-11")
    same = _next_edition(old, tmp_path / "next", changed=False)
    page, _ = scan(scribbled(Blank(old, 1).grey, 2), Damage())
    for packs in ((replace(old, status="old"), same), (same, replace(old, status="old"))):
        match = Matcher(packs).match(page)
        assert match is not None
        assert match.pack is same


def test_the_error_told_is_near_the_error_there_is(matcher: Matcher) -> None:
    blank = _known(matcher)[3]
    page, truth = scan(scribbled(blank.grey, 5), Damage())

    match = matcher.match(page)

    assert match is not None
    assert 0.02 < match.error_mm < 0.5
    assert np.median(misses(match, truth)) < match.error_mm


def test_large_pictures_are_kept_of_few_blanks_only(matcher: Matcher) -> None:
    fresh = Matcher([each.pack for each in matcher.blanks if each.number == 1])
    fresh.match(scan(fresh.blanks[0].grey, Damage())[0])
    assert sum("grey" in each.__dict__ for each in fresh.blanks) <= 4
