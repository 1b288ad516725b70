"""One field shown apart from its page: its card, and the picture of just its place.

For people who work on single fields, and may see nothing else of the application.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from flask import Response, abort
from PIL import Image

from extractors.formpack import CombRow, FieldPlace, FormPack
from extractors.values import Box, FieldReading, FormMatch, Reading
from intake.model import Answer, Application, Side
from review_ui.desk import cards
from review_ui.desk.cards import Card, Sight, Typed
from review_ui.desk.snippets import PagePicture
from review_ui.wiring import services

_MARGIN = (0.010, 0.005)  # of the page, at the sides and above and below
_QUALITY = 85
_WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Apart:
    """A field of an application and the picture of the page that it stands on."""

    pack: FormPack
    place: FieldPlace
    reading: FieldReading
    side: Side

    @property
    def part(self) -> Box:
        """The part of the page that is shown: the field's place with a small margin."""
        return Box.hull([self.place.box, self.reading.box]).grown(*_MARGIN)

    @property
    def pixels(self) -> tuple[int, int, int, int]:
        """The same in pixels of the page's picture: left, top, right, bottom."""
        left, top, right, bottom = self.part.pixels(self.side.laid_width, self.side.laid_height)
        return left, top, max(right, left + 1), max(bottom, top + 1)


def field(
    application: Application, reading: Reading, pictures: Sequence[Side], name: str
) -> Apart | None:
    """The field of this name; ``None`` when it cannot be shown apart from its page."""
    pack = services().packs.get((application.form_code, application.edition))
    place = pack.by_name.get(name) if pack else None
    read = next((each for each in reading.fields if each.name == name), None)
    if pack is None or place is None or read is None:
        return None
    laid = {s.position or n: s for n, s in enumerate(pictures, start=1) if s.laid is not None}
    side = laid.get(read.page)
    return Apart(pack, place, read, side) if side is not None else None


@dataclass(frozen=True, slots=True)
class Shown:
    """How a field is shown. ``blind``: nothing tells what was read. ``url``: of its picture."""

    url: str
    number: int
    blind: bool = False
    answer: Answer | None = None
    typed: Typed | None = None


def card(it: Apart, shown: Shown) -> Card:
    """The field as a card like those of the review page, with its places on its own picture."""
    read = _unread(it.reading) if shown.blind else it.reading
    whole = _within(it.part, it.place)
    read = replace(read, box=_WHOLE)
    left, top, right, bottom = it.pixels
    picture = PagePicture(read.page, shown.url, right - left, bottom - top, True)
    name = it.place.name
    answers: Mapping[str, Answer] = {name: shown.answer} if shown.answer else {}
    sight = Sight(
        reading=Reading(FormMatch(it.pack.code, it.pack.edition, 1.0), (), (read,), (), (), {}),
        pack=replace(it.pack, fields=(whole,)),
        answers=answers,
        pages={read.page: picture},
        to_check=(name,),
        failures=(),
        typed={name: shown.typed} if shown.typed else {},
    )
    return cards.card(sight, name, shown.number)


def picture(it: Apart) -> Response:
    """A JPEG of just the field's place."""
    if it.side.laid is None:
        abort(404)
    data = BytesIO()
    with Image.open(BytesIO(services().objects.get(it.side.laid))) as page:
        part = page.crop(it.pixels)
        (part if part.mode in ("L", "RGB") else part.convert("RGB")).save(
            data, "JPEG", quality=_QUALITY
        )
    return Response(data.getvalue(), mimetype="image/jpeg")


def _unread(read: FieldReading) -> FieldReading:
    """The field as if nothing had been read."""
    return FieldReading(read.name, None, "", 0.0, "illegible", read.page, read.box, read.method)


def _within(part: Box, place: FieldPlace) -> FieldPlace:
    """The field's places as shares of the part of the page that is shown."""

    def moved(box: Box) -> Box:
        return Box(
            (box.x0 - part.x0) / part.width,
            (box.y0 - part.y0) / part.height,
            (box.x1 - part.x0) / part.width,
            (box.y1 - part.y0) / part.height,
        )

    return replace(
        place,
        box=moved(place.box),
        combs=tuple(CombRow(moved(each.box), each.cells) for each in place.combs),
        lines=tuple(moved(each) for each in place.lines),
        options=tuple(replace(each, box=moved(each.box)) for each in place.options),
    )
