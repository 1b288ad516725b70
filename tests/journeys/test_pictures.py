"""The pictures in ``docs/`` are those of the tour: none is missing, none is left over."""

from __future__ import annotations

from tests.journeys.tour import pictures

ROOM = 3_000_000  # bytes for all of them


def test_the_page_of_pictures_says_what_the_tour_says() -> None:
    assert (pictures.DOCS / "pages.md").read_text(encoding="utf-8") == pictures.text()


def test_every_page_has_its_picture_and_no_other_is_kept() -> None:
    kept = {each.stem for each in pictures.FOLDER.iterdir()}
    assert kept == {each.name for each in pictures.shown()}


def test_they_take_little_room() -> None:
    assert sum(each.stat().st_size for each in pictures.FOLDER.iterdir()) < ROOM
