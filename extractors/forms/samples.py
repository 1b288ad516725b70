"""Write the shipped specimens: each pack's ``samples/``, and the sample post of a first start.

``python -m extractors.forms.samples [PACK_FOLDER ...]`` writes samples (all shipped packs without
an argument), ``python -m extractors.forms.samples --post DIR`` writes sample post into a folder.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from extractors.formpack import SHIPPED, FormPack, load
from extractors.forms.ageing import age
from extractors.forms.draw import DPI, packs
from extractors.forms.fill import Filled, Filling, fill
from extractors.forms.sheets import letter, separator
from extractors.values import Picture

CALM = Filling(mistakes=0, calm=True)
USUAL = Filling(mistakes=0)
_WRITTEN = time.struct_time((2026, 11, 20, 9, 0, 0, 4, 324, 0))

LETTER = (
    "Mrs A Penhallow\n14 Heol Las\nSwansea",
    "Vehicle Records Agency (specimen)\nZZ99 1AA",
    "17 November 2026",
    "Dear Sir or Madam",
    "I sold my silver Ford Focus, registration AA19 AAA, on 3 November 2026 to Mr J Evans of "
    "22 Mill Lane, Cardiff. I no longer have the log book: I think it went with the handbook.",
    "Please tell me what I have to do so that the car is no longer in my name. I would also be "
    "glad to know whether any tax is paid back to me, and when.",
    "Yours faithfully",
    "A Penhallow",
)


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    seed: int
    level: int
    filling: Filling


SAMPLES = (
    _Sample("calm.pdf", 101, 1, CALM),
    _Sample("usual.jpg", 202, 2, USUAL),
    _Sample("black-and-white.tif", 303, 1, USUAL),
)
SMALL = (_Sample("black-and-white.tif", 404, 1, USUAL),)
IN_COLOUR = ("V890-S-2026-11", "V62-S-2026-11", "V5C-S-2026-11")  # the others have SMALL only


def samples(pack: FormPack) -> dict[str, bytes]:
    """The files of a pack's ``samples/`` by name: one scan or three, and what stands on each."""
    files = {}
    all_sorts = f"{pack.code}-{pack.edition}" in IN_COLOUR
    told = ["# What stands on the samples; written with them by extractors.forms.samples."]
    for sample in SAMPLES if all_sorts else SMALL:
        form = fill(pack, sample.seed + (pack.language == "cy"), sample.filling)
        name = sample.name
        if len(form.pictures) > 1:
            name = name.replace(".jpg", ".pdf")
        bitonal = name.endswith(".tif")
        pages = _aged(form, sample.seed, sample.level, bitonal=bitonal)
        files[name] = _file(name, pages)
        told += ["", "[[samples]]", f'file = "{name}"', "", "[samples.values]"]
        told += [
            f'"{key}" = {_toml(value)}' for key, value in form.truth.items() if value is not None
        ]
    files["expected.toml"] = ("\n".join(told) + "\n").encode()
    return files


def post() -> dict[str, bytes]:
    """A morning's post by file name: easy ones, doubtful ones, a letter, and a broken file."""
    off_road, certificate, keeper, licence, off_road_in_welsh, refund = (
        load(SHIPPED / name) for name in (
            "V890-S-2026-11", "V62-S-2026-11", "V5C-S-2026-11", "D1-S-2026-11",
            "V890-S-2026-11-cy", "V14-S-2013-03",
        )
    )  # fmt: skip

    def form(pack: FormPack, seed: int, level: int, mistake: str = "") -> tuple[Picture, ...]:
        calm = level == 1
        filling = Filling(mistakes=0, mistake=mistake, calm=calm)
        return _aged(fill(pack, seed, filling), seed, level, bitonal=False)

    def bitonal(pack: FormPack, seed: int, mistake: str = "") -> tuple[Picture, ...]:
        filling = Filling(mistakes=0, mistake=mistake, calm=True)
        return _aged(fill(pack, seed, filling), seed, 1, bitonal=True)

    between = age(separator(), 1, 1, bitonal=True)
    typed = age(letter(LETTER), 2, 1)
    whole = _file("scan.pdf", form(keeper, 16, 1))
    return {
        "post-0001.pdf": _file("scan.pdf", form(off_road, 11, 1)),
        "post-0002.jpg": _file("scan.jpg", form(keeper, 20, 1)),
        "post-0003.pdf": _file("scan.pdf", form(certificate, 13, 1, "birth_date_disagrees")),
        "post-0004.tif": _file("scan.tif", (*bitonal(off_road, 14), between, *bitonal(keeper, 15))),
        "post-0005.pdf": whole[: len(whole) * 2 // 3],
        "post-0006.pdf": _file("scan.pdf", (typed,)),
        "post-0007.jpg": _file("scan.jpg", form(off_road, 17, 2, "overwritten")),
        "post-0008.png": _file("scan.png", bitonal(keeper, 18, "not_signed")),
        "post-0009.pdf": _file("scan.pdf", form(certificate, 19, 1)),
        "post-0010.tif": _file("scan.tif", bitonal(licence, 21)),
        "post-0011.jpg": _file("scan.jpg", form(off_road_in_welsh, 22, 1)),
        "post-0012.jpg": _file("scan.jpg", form(refund, 23, 1)),
    }


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _aged(form: Filled, seed: int, level: int, *, bitonal: bool) -> tuple[Picture, ...]:
    return tuple(
        age(picture, seed + 7 * page, level, bitonal=bitonal)
        for page, picture in enumerate(form.pictures)
    )


def _file(name: str, pages: Sequence[Picture]) -> bytes:
    """The pages as the file its name asks for: PDF and JPEG in colour, TIFF and PNG in one bit."""
    out = io.BytesIO()
    kind = name.rpartition(".")[2]
    if kind in ("tif", "png"):
        first, *rest = (Image.fromarray(np.where(page > 127, 255, 0)
                        .astype(np.uint8)).convert("1") for page in pages)  # fmt: skip
        if kind == "png":
            first.save(out, "PNG", optimize=True, dpi=(DPI, DPI))
        else:
            first.save(
                out, "TIFF", compression="group4", dpi=(DPI, DPI), save_all=True,
                append_images=rest,
            )  # fmt: skip
        return out.getvalue()
    first, *rest = (Image.fromarray(page).convert("RGB") for page in pages)
    if kind == "jpg":
        first.save(out, "JPEG", quality=38, dpi=(DPI, DPI), optimize=True)
    else:
        first.save(
            out, "PDF", quality=32, resolution=DPI, save_all=True, append_images=rest,
            creationDate=_WRITTEN, modDate=_WRITTEN, producer="Postroom specimens",
        )  # fmt: skip
    return out.getvalue()


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--post"]:
        if len(arguments) != 2:
            print("--post needs the folder to write to", file=sys.stderr)
            return 2
        _write(Path(arguments[1]), post())
        return 0
    for folder in [Path(each) for each in arguments] or packs():
        _write(folder / "samples", samples(load(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
