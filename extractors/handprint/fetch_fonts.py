"""Fetch the fonts listed in ``fonts.txt``, from which the recogniser learns more hands.

    python -m extractors.handprint.fetch_fonts --out DIR

Needs ``npm`` on the path, network, and fontTools with brotli; only for training, never to read.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

# What is kept of a font. Fixed here, as the sums in the list depend on it.
_KEPT = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-/'&:@_+()£"
_WORDS = {  # what the text of each licence says
    "OFL-1.1": "sil open font license",
    "MIT": "permission is hereby granted, free of charge",
}
_COPYRIGHT, _LICENCE = 0, 13  # records of a font's own name table
_FETCH_TIME = 300.0  # seconds


class NoFont(Exception):
    """A font could not be had as listed; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list. ``left_out`` are characters nobody would print like that."""

    file: str
    package: str
    version: str
    inside: str
    licence: str
    left_out: str
    sha256: str


def entries(text: str) -> Iterator[Entry]:
    """The fonts of a list. Raises ``ValueError`` with the line that is not as its head says."""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split()
        if len(fields) != 7 or fields[4] not in _WORDS:
            raise ValueError(f"fonts.txt: cannot understand {line!r}")
        fields[5] = fields[5].replace("none", "")
        yield Entry(*fields)


def fetch(entry: Entry, out: Path) -> None:
    """Write ``entry.file`` to ``out`` and its licence to ``out/licences``, or ``NoFont``."""
    with tempfile.TemporaryDirectory() as place:
        package = _packed(entry, Path(place))
        with tarfile.open(package) as archive:
            archive.extractall(place, filter="data")
        unpacked = Path(place) / "package"
        source = unpacked / entry.inside
        if not source.is_file():
            raise NoFont(f"{entry.package} {entry.version} holds no {entry.inside}")
        font = _opened(source)
        licence = _licence(entry, unpacked, font)
        made = Path(place) / entry.file
        _save(font, entry.left_out, made)
        content = made.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != entry.sha256:
        raise NoFont(f"sha256 is {found}, the list says {entry.sha256}: another fontTools?")
    (out / "licences").mkdir(parents=True, exist_ok=True)
    (out / "licences" / f"{made.stem}.LICENSE.txt").write_text(licence, encoding="utf-8")
    (out / entry.file).write_bytes(content)


def _packed(entry: Entry, place: Path) -> Path:
    name = f"{entry.package}@{entry.version}"
    order = ["npm", "pack", "--silent", "--pack-destination", str(place), name]
    try:
        done = subprocess.run(order, capture_output=True, text=True, timeout=_FETCH_TIME)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NoFont(f"npm pack {name}: {problem}") from problem
    packages = list(place.glob("*.tgz"))
    if done.returncode or not packages:
        raise NoFont(f"npm pack {name} failed: {done.stderr.strip()[-300:]}")
    return packages[0]


def _opened(path: Path) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(path, recalcTimestamp=False)


def _licence(entry: Entry, unpacked: Path, font: Any) -> str:
    """The licence text of the font: a file of the package, or else what the font itself says."""
    paths = sorted(path for path in unpacked.iterdir() if path.name.lower().startswith("licen"))
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    own = [str(font["name"].getDebugName(record)) for record in (_COPYRIGHT, _LICENCE)]
    for text in [*texts, "\n\n".join(own)]:
        if _WORDS[entry.licence] in " ".join(text.lower().split()):
            return text
    raise NoFont(f"{entry.package} {entry.version} carries no {entry.licence} licence text")


def _save(font: Any, left_out: str, path: Path) -> None:
    """The font with only the characters wanted of it; the same bytes each time."""
    from fontTools.subset import Options, Subsetter

    options = Options(layout_features=[], notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += ["FFTM", "feat", "morx"]  # it would drop them with a complaint
    maker = Subsetter(options)
    maker.populate(unicodes=[ord(each) for each in _KEPT if each not in left_out])
    maker.subset(font)
    font.flavor = None
    font.save(path)


def main() -> int:
    """Fetch all fonts of the list; the number of those that failed decides the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True, help="folder for the fonts")
    out = parser.parse_args().out
    text = files("extractors.handprint").joinpath("fonts.txt").read_text(encoding="utf-8")
    listed = list(entries(text))
    failed = 0
    for number, entry in enumerate(listed, 1):
        try:
            fetch(entry, out)
            print(f"{number}/{len(listed)} {entry.file}", flush=True)
        except NoFont as problem:
            failed += 1
            print(f"{number}/{len(listed)} {entry.file} FAILED: {problem}", flush=True)
    print(f"{len(listed) - failed} of {len(listed)} fonts are in {out}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
