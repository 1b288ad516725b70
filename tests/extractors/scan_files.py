"""Scans made by code: pages of text, and small files that are wrong in one chosen way."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extractors.values import Page, Picture

A4 = (8.27, 11.69)
_TEXT = (
    "the keeper of this vehicle has to tell us at once when it is kept off the road "
    "please write in black ink and capital letters only and sign the declaration below "
    "your application may be delayed if anything is missing or cannot be read properly"
)


def text_page(dpi: int = 200, seed: int = 1, lines: int = 34) -> Page:
    """An A4 page of printed paragraphs, grey, level and upright."""
    chance = random.Random(seed)
    width, height = (round(inches * dpi) for inches in A4)
    image = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=round(dpi * 11 / 72))
    for line in range(lines):
        left, words = round(dpi * 0.9), []
        while draw.textlength(" ".join(words), font=font) < width * chance.uniform(0.6, 0.75):
            words.append(chance.choice(_TEXT.split()))
        draw.text((left, round(dpi * (1 + line * 0.26))), " ".join(words), 30, font)
    return Page(1, np.array(image), float(dpi))


def empty_page(dpi: int = 200, paper: int = 245, seed: int = 1) -> Page:
    """A4 paper with the noise of a scanner and a few specks of dust, and nothing on it."""
    noise = np.random.default_rng(seed)
    width, height = (round(inches * dpi) for inches in A4)
    picture = np.clip(noise.normal(paper, 3, (height, width)), 0, 255).astype(np.uint8)
    for x, y in noise.integers(50, min(width, height) - 50, (20, 2)):
        picture[y : y + 2, x : x + 2] = 90
    return Page(1, picture, float(dpi))


def tilted(picture: Picture, degrees: float) -> Picture:
    """The picture turned so that its lines fall to the right by ``degrees``."""
    height, width = picture.shape[:2]
    turning = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    tilt = cv2.warpAffine(picture, turning, (width, height), borderValue=(250, 250, 250))
    return np.asarray(tilt, dtype=np.uint8)


def picture_file(picture: Picture, kind: str, **more: object) -> bytes:
    """The picture as PNG, JPEG, TIFF or PDF."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **more)
    return file.getvalue()


def tiff(images: Sequence[Image.Image], **more: object) -> bytes:
    """A TIFF of several pages."""
    file = io.BytesIO()
    images[0].save(file, "TIFF", save_all=True, append_images=list(images[1:]), **more)
    return file.getvalue()


def pdf(
    *, count: int = 1, kids: int = 1, box: str = "0 0 595 842", content: bytes = b"", more: str = ""
) -> bytes:
    """A hand-made PDF of ``kids`` times the same page, which says that it has ``count``."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{'3 0 R ' * kids}] /Count {count} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + f"trailer\n<< /Size 5 /Root 1 0 R {more} >>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )


def locked_pdf() -> bytes:
    """A PDF that no password opens."""
    key = "41" * 32
    standard = f"/Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4"
    return pdf(more=f"/Encrypt << {standard} >> /ID [<{key[:32]}> <{key[:32]}>]")


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises a picture of that size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
