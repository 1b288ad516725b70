"""Barcodes printed in a known place: Code 39, Code 128, ITF, QR, Data Matrix, PDF417 ..."""

from __future__ import annotations

import numpy as np
import zxingcpp

from extractors.formpack import FieldPlace
from extractors.values import Candidate, Doubt, FieldReading, Picture

METHOD = "barcode"


def read_barcode(picture: Picture, field: FieldPlace) -> FieldReading:
    """The barcode in the field's box of the laid page (grey or RGB). Two different ones conflict.

    A page is laid to about a millimetre, so the place is searched with a margin round it.
    """
    box = field.box.grown(0.02, 0.015)
    left, top, right, bottom = box.pixels(picture.shape[1], picture.shape[0])
    crop = np.ascontiguousarray(picture[top:bottom, left:right])
    texts = sorted({found.text for found in zxingcpp.read_barcodes(crop) if found.text})
    doubts: tuple[Doubt, ...] = ()
    if not texts:
        doubts = (Doubt("barcode_unreadable", "No barcode could be read here."),)
    elif len(texts) > 1:
        doubts = (Doubt("barcode_several", "More than one barcode is here."),)
    sure = len(texts) == 1
    return FieldReading(
        name=field.name,
        value=texts[0] if sure else None,
        raw=" ".join(texts),
        confidence=0.999 if sure else 0.5,
        status="auto" if sure else ("conflict" if texts else "illegible"),
        page=field.page,
        box=field.box,
        method=METHOD,
        doubts=doubts,
        candidates=tuple(Candidate(text, 1.0 / len(texts)) for text in texts),
    )
