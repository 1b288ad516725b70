"""The process that decodes and reads: warm between jobs, small, and free to die.

A decoder may hang, crash or take all memory on a file made to do so. So it runs here, with a memory
limit, and the worker kills it when a page takes too long. It sees the objects and the form packs,
not the database. Tasks come and results go as JSON over one socket; see ``workers.process``.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

import cv2

from extractors.likeness import signature
from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages
from extractors.quality import examine, sentence
from extractors.read import UNKNOWN, Asked, read
from extractors.separators import Splitting, split
from extractors.values import Doubt, Page, Picture
from intake import settings as intake_settings
from intake.bucket import open_objects
from intake.objects import Objects, StoreUnreachable
from intake.processes import die_with
from intake.settings import Settings
from workers import pictures, routing
from workers.engines import EnginesInUse

Message = dict[str, Any]
Tell = Callable[[Message], None]
MOST_LOOKS = 8
"""Pages of one item whose look is kept when it fits no form."""


@dataclass(frozen=True)
class Work:
    """What this process can do. Each message it tells shows progress, so pages tell one each."""

    settings: Settings
    objects: Objects
    engines: EnginesInUse = field(default_factory=EnginesInUse)

    def split(self, tell: Tell, scan: str) -> None:
        """One message for each side of the scan with this digest, its picture stored."""
        given = self.settings
        limits = Limits(given.limit_bytes, given.limit_pages, given.limit_pixels, given.limit_ratio)
        splitting = Splitting(given.blank_separates, given.two_sided)
        for side in split(pages(self.objects.get(scan), limits), splitting):
            height, width = side.page.picture.shape[:2]
            doubts = examine(side.page).doubts if side.role == "page" else ()
            tell(
                {
                    "number": side.page.number,
                    "role": side.role,
                    "starts_item": side.starts_item,
                    "barcode": side.barcode,
                    "picture": self.objects.put(pictures.encode(side.page.picture)),
                    "width": width,
                    "height": height,
                    "dpi": side.page.dpi,
                    "doubts": [{"code": d.code, "message": d.message} for d in doubts],
                }
            )

    def read(self, tell: Tell, task: Message) -> None:
        """One message for each page as the viewer shows it; the last has the reading.

        It has the looks of the pages, too, when they fit none of the task's ``forms``. ``asked`` is
        the ``[code, edition]`` a person said the item is; without it, any form is looked for.
        """
        sides, forms, asked = task["sides"], task["forms"], task.get("asked")
        shown: list[str] = []

        def keep(_number: int, picture: Picture) -> None:
            height, width = picture.shape[:2]
            shown.append(self.objects.put(pictures.encode_for_viewer(picture)))
            tell({"laid": shown[-1], "width": width, "height": height})

        engines = self.engines.reading_with(forms)
        received = date.fromisoformat(task["received"])
        form = Asked(*asked) if asked else None
        reading = read(self._pages(sides), engines, received, keep, form)
        # First, because a bad picture may be why the rest went wrong.
        reading = replace(reading, doubts=_bad_pages(sides) + reading.doubts)
        pack = engines.pack(reading.form)
        unknown = shown[:MOST_LOOKS] if reading.form.code == UNKNOWN else []
        tell(
            {
                "reading": reading.to_json(),
                "doubtful": routing.doubtful(reading, pack),
                "why": routing.why(reading, pack),
                "looks": list(self._looks(unknown)),
            }
        )

    def _looks(self, shown: list[str]) -> Iterator[Message]:
        """How those of these pages look that seem printed to be filled in."""
        for number, digest in enumerate(shown, start=1):
            picture = pictures.decode(self.objects.get(digest))
            look = signature(picture)
            if look is not None:
                yield {
                    "page": number,
                    "signature": b64encode(look.to_bytes()).decode(),
                    "thumbnail": self.objects.put(pictures.encode_small(picture)),
                }

    def _pages(self, sides: list[Message]) -> Iterator[Page]:
        for side in sides:
            picture = pictures.decode(self.objects.get(side["picture"]))
            yield Page(side["number"], picture, side["dpi"], turned=side.get("turned"))


def _bad_pages(sides: list[Message]) -> tuple[Doubt, ...]:
    """What the station was told of these pages, counted as in the item."""
    return tuple(
        Doubt(code, sentence(code, number))
        for number, side in enumerate(sides, start=1)
        for code in side["doubts"]
    )


def do(work: Work, task: Message, tell: Tell) -> None:
    """Do one task: tell its messages, then how it ended."""
    try:
        if task["step"] == "split":
            work.split(tell, task["scan"])
        else:
            work.read(tell, task)
    except UnreadableScan as error:
        tell({"end": "unreadable", "code": error.code, "reason": error.message})
    except Exception as error:
        # The text of an error may quote what people wrote, so only its kind and place are told.
        places = "".join(traceback.format_tb(error.__traceback__))
        outage = isinstance(error, StoreUnreachable)
        tell({"end": "failed", "error": type(error).__name__, "places": places, "outage": outage})
    else:
        tell({"end": "done"})


def main() -> None:
    die_with(int(sys.argv[2]))
    settings = intake_settings.load()
    memory = settings.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cv2.setNumThreads(1)
    work = Work(settings, open_objects(settings))
    connection = Connection(int(sys.argv[1]))

    def tell(message: Message) -> None:
        connection.send_bytes(json.dumps(message).encode())

    while True:
        try:
            task = json.loads(connection.recv_bytes())
        except EOFError:
            return
        do(work, task, tell)


if __name__ == "__main__":
    main()
