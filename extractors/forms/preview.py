"""The picture of a form: its blank page with every answer place drawn, named and coloured.

SVG laid over the blank's own picture, in tenths of a millimetre on paper (a form measured in pixels
is taken for A4). Colours and widths are attributes, so it looks the same in a page of its own and
under a policy that allows no inline style.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import get_args

from extractors.formpack import CombRow, FieldPlace, FormPack, FormPage, Kind
from extractors.values import Box, FieldReading

COLOURS: Mapping[Kind, str] = {
    "text": "#1d4f91",
    "name": "#5b2da0",
    "digits": "#006272",
    "date": "#8f4400",
    "postcode": "#00612e",
    "registration_mark": "#b00020",
    "vin": "#8e1560",
    "driver_number": "#5f5200",
    "national_insurance_number": "#7a3b2e",
    "phone": "#2f5b52",
    "email": "#3b3f8f",
    "money": "#2d6a00",
    "tick": "#0067a3",
    "choice": "#9c2b7a",
    "signature": "#333d47",
}
"""A dark colour for each kind: at least 4.5 to 1 against white. The kind is written as well."""

SURE, UNSURE, EMPTY = "#00612e", "#9a3c00", "#4d575e"
_LETTER = 24.0  # height of the letters in a tag
_TAG = 30.0
_WIDE = 0.53  # of the height of a letter: how wide letters are at most, on average
_NEAR = 6.0  # between two tags


def words(kind: str) -> str:
    """A kind as people say it: 'registration mark'."""
    return kind.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Mark:
    """One field on the picture. ``texts``: what its tag may say, longest first; the first that fits
    is taken. ``title`` is told when a pointer rests on it. ``values``: a word under each part.
    """

    box: Box
    colour: str
    texts: Sequence[str]
    title: str
    combs: Sequence[CombRow] = ()
    parts: Sequence[Box] = ()
    values: Sequence[str] = ()


def page_size(page: FormPage) -> tuple[float, float]:
    """Width and height of a page in tenths of a millimetre."""
    return page.size_mm[0] * 10, page.size_mm[1] * 10


def numbered(pack: FormPack) -> Mapping[str, int]:
    """The number of each field, from 1, as picture and table give it."""
    return {field.name: number for number, field in enumerate(pack.fields, start=1)}


def field_marks(pack: FormPack, page: int) -> tuple[Mark, ...]:
    """Every field of one page, coloured by kind."""
    numbers = numbered(pack)
    return tuple(_field_mark(each, numbers[each.name]) for each in pack.on_page(page))


def reading_marks(
    pack: FormPack, fields: Sequence[FieldReading], unsure: frozenset[str]
) -> tuple[Mark, ...]:
    """What was read on one page: value and confidence. ``unsure`` need a person."""
    numbers = numbered(pack)
    return tuple(_reading_mark(each, numbers[each.name], each.name in unsure) for each in fields)


def shown(field: FieldReading) -> str:
    """A value in words: 'ticked', 'nothing written', 'cannot be read'."""
    if isinstance(field.value, bool):
        return "yes" if field.value else "no"
    if field.value is not None:
        return field.value
    return "nothing written" if field.status == "absent" else f"? {field.raw}".strip()


def svg(
    size: tuple[float, float],
    picture: str,
    marks: Sequence[Mark],
    title: str,
    anchors: Sequence[tuple[float, float]] = (),
) -> str:
    """An ``<svg>`` element: ``picture`` (an address) with ``marks`` on it.

    ``size`` is that of the page in tenths of a millimetre; ``title`` names the picture.
    ``anchors``: places, in tenths of a millimetre too, that get a pale cross.
    """
    width, height = size
    drawn = "".join(_parts(mark, size) for mark in marks)
    named = "".join(_tags(marks, size))
    crosses = "".join(f"M{x - 12:.0f} {y:.0f}h24m-12 -12v24" for x, y in anchors)
    if crosses:
        drawn = f'<path d="{crosses}" stroke="{EMPTY}" stroke-width="3" opacity="0.6"/>{drawn}'
    return (
        f'<svg class="form-picture" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">'
        f'<image href="{escape(picture)}" width="{width:g}" height="{height:g}" '
        f'preserveAspectRatio="none"/>{drawn}{named}</svg>'
    )


def _field_mark(field: FieldPlace, number: int) -> Mark:
    kind = words(field.kind)
    must = ", required" if field.required else ""
    return Mark(
        box=field.box,
        colour=COLOURS[field.kind],
        texts=(
            f"{number} {field.name} · {kind}",
            f"{number} {field.name.rpartition('.')[2]} · {kind}",
            f"{number} {field.name.rpartition('.')[2]}",
            f"{number}",
        ),
        title=f"{number}. {field.name}: {kind}, {field.way}{must}",
        combs=field.combs,
        parts=tuple(option.box for option in field.options) or field.lines,
        values=tuple(option.value for option in field.options),
    )


def _reading_mark(field: FieldReading, number: int, unsure: bool) -> Mark:
    empty = field.status == "absent"
    told = f"{shown(field)} · {field.confidence:.0%}"
    state = "to be checked" if unsure else "empty" if empty else "sure"
    doubts = " ".join(each.message for each in field.doubts)
    short = (f"{number}",) if empty and not unsure else (f"{number} {told}", told, f"{number}")
    return Mark(
        box=field.box,
        colour=UNSURE if unsure else EMPTY if empty else SURE,
        texts=short,
        title=f"{number}. {field.name}: {told}, {state}. {doubts}".strip(),
    )


def _parts(mark: Mark, size: tuple[float, float]) -> str:
    """The box of a field and what is in it: boxes of a comb, ticks, lines."""
    pieces = [_rectangle(mark.box, size, f'fill="{mark.colour}" fill-opacity="0.1"')]
    for row in mark.combs:
        pieces.append(_rectangle(row.box, size, 'fill="none"'))
        for index in range(1, row.cells):
            x = row.cell(index).x0 * size[0]
            pieces.append(
                f'<path d="M{x:.1f} {row.box.y0 * size[1]:.1f}V{row.box.y1 * size[1]:.1f}"/>'
            )
    pieces += [_rectangle(part, size, 'fill="none"') for part in mark.parts]
    for part, value in zip(mark.parts, mark.values, strict=False):
        x, y = part.x0 * size[0], part.y1 * size[1] + 0.75 * _LETTER
        pieces.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{0.8 * _LETTER:g}" fill="{mark.colour}" '
            'stroke="#ffffff" stroke-width="6" paint-order="stroke" '
            f'font-family="sans-serif">{escape(value)}</text>'
        )
    return (
        f'<g stroke="{mark.colour}" stroke-width="3"><title>{escape(mark.title)}</title>'
        f"{''.join(pieces)}</g>"
    )


def _rectangle(box: Box, size: tuple[float, float], how: str) -> str:
    return (
        f'<rect x="{box.x0 * size[0]:.1f}" y="{box.y0 * size[1]:.1f}" '
        f'width="{box.width * size[0]:.1f}" height="{box.height * size[1]:.1f}" {how}/>'
    )


def _tags(marks: Sequence[Mark], size: tuple[float, float]) -> list[str]:
    """A tag on top of each field, as long as the room up to its neighbour on the right allows."""
    corners = [(mark.box.x0 * size[0], max(mark.box.y0 * size[1] - _TAG, 0.0)) for mark in marks]
    tags = []
    for mark, (x, y) in zip(marks, corners, strict=True):
        right = min(
            (left for left, top in corners if left > x and abs(top - y) < _TAG),
            default=size[0] + _NEAR,
        )
        text = next((each for each in mark.texts if _long(each) <= right - x - _NEAR), "")
        text = text or mark.texts[-1]
        tags.append(
            f'<g><title>{escape(mark.title)}</title><rect x="{x:.1f}" y="{y:.1f}" '
            f'width="{_long(text):.1f}" height="{_TAG:g}" fill="{mark.colour}"/>'
            f'<text x="{x + 6:.1f}" y="{y + 0.93 * _LETTER:.1f}" font-size="{_LETTER:g}" '
            f'fill="#ffffff" font-family="sans-serif">{escape(text)}</text></g>'
        )
    return tags


def _long(text: str) -> float:
    return len(text) * _WIDE * _LETTER + 12


assert set(COLOURS) == set(get_args(Kind))
