"""Specimens: forms filled in by all sorts of hands, printed, aged and scanned, with the truth.

``specimens`` makes them one at a time; ``write`` puts them into a folder with ``truth.jsonl``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from extractors.formpack import FormPack
from extractors.forms.ageing import RECIPES, Scan, scanned
from extractors.forms.fill import Filled, Filling, fill
from extractors.forms.hand import Face

As = Literal["png", "tiff", "pdf"]

_SHARES = {
    "clean": 0.06, "office": 0.22, "usual": 0.22, "poor": 0.06, "photocopy": 0.08, "fax": 0.05,
    "one-bit": 0.14, "coffee": 0.05, "folded": 0.06, "faint": 0.03, "phone": 0.03,
}  # fmt: skip
_TOGETHER = 0.2  # how often the post does two things to one form
_RESOLUTIONS = (150, 200, 240, 300, 400)
_RESOLUTION_SHARES = (0.08, 0.5, 0.08, 0.28, 0.06)


@dataclass(frozen=True, slots=True)
class Making:
    """How specimens are made. ``ageing``: recipes that every form goes through, ``()`` for all
    sorts; ``dpi``: one resolution, 0 for 150 to 400. ``faces``: whose characters; ``slips`` and
    ``mistakes``: shares of fields and of forms.
    """

    ageing: Sequence[str] = ()
    dpi: int = 0
    faces: Sequence[str | Face] = ()
    slips: float = 0.03
    mistakes: float = 0.1


@dataclass(frozen=True, slots=True)
class Specimen:
    """One form: its aged pages, how it was filled, at how many ``dpi`` and by which ageing."""

    filled: Filled
    scans: tuple[Scan, ...]
    dpi: int
    ageing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything but the pictures."""
        matrices = [[round(float(x), 6) for x in scan.matrix.ravel()] for scan in self.scans]
        about = {"dpi": self.dpi, "ageing": list(self.ageing), "matrices": matrices}
        return self.filled.to_json() | about


def specimens(
    pack: FormPack, count: int, seed: int, making: Making = Making()
) -> Iterator[Specimen]:
    """``count`` forms; the same arguments give the same ones. Only one is in memory at a time.

    Raises ``ValueError`` for an ageing or a face that is not known.
    """
    for number in range(count):
        rng = np.random.default_rng([seed, number, 11])
        dpi = making.dpi or int(rng.choice(_RESOLUTIONS, p=_RESOLUTION_SHARES))
        ageing = tuple(making.ageing) or _ageing(rng)
        own = seed * 100_003 + number
        filling = Filling(
            mistakes=making.mistakes, dpi=dpi, slips=making.slips, faces=making.faces,
            varied=True, firm=bool({"one-bit", "fax"} & set(ageing)),
        )  # fmt: skip
        filled = fill(pack, own, filling)
        scans = tuple(
            scanned(picture, own + 7 * page, ageing) for page, picture in enumerate(filled.pictures)
        )
        yield Specimen(filled, scans, dpi, ageing)


def _ageing(rng: np.random.Generator) -> tuple[str, ...]:
    names = list(RECIPES)
    shares = [_SHARES[name] for name in names]
    first = str(rng.choice(names, p=shares))
    if rng.random() > _TOGETHER:
        return (first,)
    return tuple(dict.fromkeys((first, str(rng.choice(names, p=shares)))))


def write(specimen: Specimen, folder: Path, name: str, form: As = "png") -> list[str]:
    """Put one specimen into ``folder``; returns the names of its files.

    PNG is a file a page; TIFF and PDF hold all pages. Raises ``OSError``.
    """
    pictures = [_image(scan) for scan in specimen.scans]
    dpi = (specimen.dpi, specimen.dpi)
    if form == "png":
        names = [f"{name}-{page}.png" for page in range(1, len(pictures) + 1)]
        for each, picture in zip(names, pictures, strict=True):
            picture.save(folder / each, dpi=dpi, compress_level=3)
        return names
    first, *rest = pictures
    two_tones = all(picture.mode == "1" for picture in pictures)
    if form == "tiff":
        way = "group4" if two_tones else "tiff_lzw"
        first.save(
            folder / f"{name}.tif", dpi=dpi, compression=way, save_all=True, append_images=rest
        )
        return [f"{name}.tif"]
    jpeg: dict[str, Any] = {} if two_tones else {"quality": 80}  # two tones are not kept as JPEG
    first.save(
        folder / f"{name}.pdf", resolution=specimen.dpi, save_all=True, append_images=rest, **jpeg
    )
    return [f"{name}.pdf"]


def _image(scan: Scan) -> Image.Image:
    image = Image.fromarray(scan.picture)
    return image.convert("1", dither=Image.Dither.NONE) if scan.black_and_white else image


def line(specimen: Specimen, files: Sequence[str]) -> str:
    """The line of ``truth.jsonl`` for one specimen."""
    return json.dumps({"files": list(files), **specimen.to_json()}, ensure_ascii=False) + "\n"
