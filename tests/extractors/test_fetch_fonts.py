"""The list of fonts for training: every line understood, and none that is shipped."""

from __future__ import annotations

import hashlib
import io
import tarfile
from importlib.resources import files
from pathlib import Path

import pytest

from extractors.handprint import fetch_fonts
from extractors.handprint.fetch_fonts import Entry, NoFont, entries, fetch

LIST = files("extractors.handprint").joinpath("fonts.txt").read_text(encoding="utf-8")
SHIPPED = Path(fetch_fonts.__file__).parents[1] / "forms" / "fonts"


def _plain(name: str) -> str:
    return name.lower().replace("-", "").removesuffix(".ttf")


def test_every_line_of_the_list_is_understood() -> None:
    listed = list(entries(LIST))
    assert len({entry.file for entry in listed}) == len(listed) > 0
    assert all(len(entry.sha256) == 64 and entry.file.endswith(".ttf") for entry in listed)


def test_no_shipped_face_is_trained_on() -> None:
    shipped = {_plain(path.stem) for path in SHIPPED.glob("*.ttf")}
    assert shipped.isdisjoint(_plain(entry.file) for entry in entries(LIST))


def test_every_shipped_face_has_its_licence_beside_it() -> None:
    without = {
        path.name
        for path in SHIPPED.glob("*.ttf")
        if not (SHIPPED / f"{path.stem.partition('-')[0]}.LICENSE.txt").exists()
    }
    assert without == set()


@pytest.mark.parametrize(
    "line", ["a.ttf pack 1.0 in/a.ttf OFL-1.1 none", "a.ttf pack 1.0 in/a.ttf GPL-3.0 none 0"]
)
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"a\.ttf pack"):
        list(entries(f"# head\n\n{line}\n"))


class _Font(dict[str, object]):
    """Stands for an opened font without a licence of its own."""

    def __init__(self) -> None:
        self["name"] = self

    def getDebugName(self, record: int) -> None:  # noqa: N802 - as fontTools names it
        return None


def _package(place: Path, licence: str) -> Path:
    path = place / "pack-1.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (("LICENSE", licence), ("a.ttf", "outlines")):
            held = tarfile.TarInfo(f"package/{name}")
            held.size = len(text)
            archive.addfile(held, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def _without_npm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages of one line of outlines, licensed as the package is named; nothing is fetched."""
    monkeypatch.setattr(fetch_fonts, "_packed", lambda entry, at: _package(at, entry.package))
    monkeypatch.setattr(fetch_fonts, "_opened", lambda path: _Font())
    monkeypatch.setattr(fetch_fonts, "_save", lambda font, left, at: at.write_text("made"))


def _entry(licence: str, inside: str = "a.ttf", made: str = "made") -> Entry:
    total = hashlib.sha256(made.encode()).hexdigest()
    return Entry("a.ttf", licence, "1.0", inside, "OFL-1.1", "", total)


@pytest.mark.usefixtures("_without_npm")
def test_a_font_lands_with_its_licence(tmp_path: Path) -> None:
    fetch(_entry("SIL Open\nFont License"), tmp_path)
    assert (tmp_path / "a.ttf").read_text() == "made"
    assert "SIL Open" in (tmp_path / "licences" / "a.LICENSE.txt").read_text()


@pytest.mark.usefixtures("_without_npm")
@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (_entry("all rights reserved"), "carries no OFL-1.1 licence text"),
        (_entry("SIL Open Font License", inside="b.ttf"), "holds no b.ttf"),
        (_entry("SIL Open Font License", made="other"), "sha256 is"),
    ],
)
def test_what_is_not_as_listed_is_refused(entry: Entry, why: str, tmp_path: Path) -> None:
    with pytest.raises(NoFont, match=why):
        fetch(entry, tmp_path)
    assert list(tmp_path.iterdir()) == []
