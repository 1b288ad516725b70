"""The process for heavy work: it reads one trial scan, drafts one form, or compares its blanks.

A decoder may hang, crash or take all memory on a file made to do so. So this runs apart from the
web process, with a memory limit, and is killed when it takes too long; see ``running``. The task
comes as one line of JSON and then the file's bytes; the answer goes out as one JSON object.
Nothing is kept: whatever is written goes to ``TMPDIR``, which the parent removes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import traceback
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from extractors.formpack import BadFormPack, FormPack, load
from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages
from extractors.quality import examine
from extractors.read import Engines, doubtful, needs_review, read
from extractors.values import Doubt, Page, Picture, Reading
from intake.processes import die_with

Answer = dict[str, Any]
_QUALITY = 75  # of the pictures shown: legible, and a third of the size of 90
_NICENESS = 5  # the workers' reading comes first


def try_scan(task: Answer, scan: bytes) -> Answer:
    """What is read from the first pages of a scan, with each page's picture."""
    engines = Engines(_packs(load(Path(task["folder"])), [Path(each) for each in task["folders"]]))
    shown: list[Answer] = []
    bad: list[Doubt] = []

    def keep(number: int, picture: Picture) -> None:
        height, width = picture.shape[:2]
        shown.append(
            {"number": number, "width": width, "height": height, "picture": _jpeg(picture)}
        )

    def examined(page: Page) -> Page:
        bad.extend(examine(page).doubts)
        return page

    found = pages(scan, Limits(*task["limits"]))
    first = [examined(page) for page in islice(found, task["most"])]
    more = next(found, None) is not None
    reading = read(first, engines, keep=keep)
    pack = engines.pack(reading.form)
    return {
        "end": "done",
        "pages": shown,
        "more": more,
        "reading": reading.to_json(),
        "unsure": list(doubtful(reading, pack)) if pack else [],
        "bad": [each.message for each in bad],
        "told": [each.message for each in needs_review(reading, pack)],
        **_whose(reading, pack, Path(task["folder"])),
    }


def draft(task: Answer, blank: bytes) -> Answer:
    """The files of a pack drafted from a blank form, and how many of its fields need a look."""
    # Only here: it loads what trials never need.
    from extractors.drafting.draft import DraftPack, Wanted, read_page
    from extractors.drafting.sheets import sheets

    limits = Limits(*task["limits"])
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "blank"
        source.write_bytes(blank)
        wanted = Wanted(task["code"], task["edition"], language=task["language"])
        pack = DraftPack(wanted, Path(task["file"]))
        for sheet in sheets(source, replace(limits, max_pages=min(limits.max_pages, task["most"]))):
            pack.pages.append(read_page(sheet, wanted.language))
        folder = Path(place) / "pack"
        pack.save(folder)
        files = {each.name: _text(each.read_bytes()) for each in sorted(folder.iterdir())}
    fields = len(pack.drafts)
    doubtful = sum(bool(each.checks) for each in pack.drafts)
    return {"end": "done", "files": files, "fields": fields, "doubtful": doubtful}


def compare(task: Answer, _: bytes) -> Answer:
    """Which pages of a pack, as the edition it will be, look like pages of those in use."""
    # Only here: trials never need it.
    from extractors.packs.alike import rivals

    saved = replace(load(Path(task["folder"])), edition=task["edition"], status="current")
    every = _packs(saved, [Path(each) for each in task["folders"]])
    # Where nothing tells two blanks apart, the one in use is taken: others are no rivals.
    beside = [each for each in every if each.status == "current"]
    found = [
        {
            "page": each.page,
            "other": f"{each.other.code} {each.other.edition}",
            "other_page": each.other_page,
            "taken": each.taken,
        }
        for each in rivals([saved], beside, lambda _: None)
    ]
    return {"end": "done", "rivals": found}


def _whose(reading: Reading, pack: FormPack | None, folder: Path) -> Answer:
    """Whether it was taken for the form that is tried."""
    return {"ours": pack is not None and pack.folder == folder, "form": reading.form.code}


def _packs(own: FormPack, folders: Sequence[Path]) -> tuple[FormPack, ...]:
    """A pack beside all that post is read with, so that a mix-up shows."""
    found = {_key(own): own}
    for folder in folders:
        inside = sorted(folder.iterdir()) if folder.is_dir() else ()
        for each in (folder, *inside):
            # One that cannot be used is left out, as it is when post is read.
            with suppress(BadFormPack):
                pack = load(each)
                found.setdefault(_key(pack), pack)
    return tuple(found.values())


def _key(pack: FormPack) -> tuple[str, str]:
    return pack.code, pack.edition


def _jpeg(picture: Picture) -> str:
    data = BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=_QUALITY)
    return _text(data.getvalue())


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


_TASKS: Mapping[str, Callable[[Answer, bytes], Answer]] = {
    "try": try_scan, "draft": draft, "compare": compare,
}  # fmt: skip


def do(task: Answer, data: bytes) -> Answer:
    """The answer to one task; every way to fail has its own ``end``."""
    try:
        return _TASKS[task["do"]](task, data)
    except UnreadableScan as error:
        return {"end": "unreadable", "reason": error.message}
    except BadFormPack as error:
        return {"end": "bad_pack", "reason": str(error)}
    except MemoryError:
        return {"end": "failed", "error": "MemoryError", "places": ""}
    except Exception as error:
        # The text of an error may quote what people wrote, so only its kind and place are told.
        places = "".join(traceback.format_tb(error.__traceback__))
        return {"end": "failed", "error": type(error).__name__, "places": places}


def main() -> None:
    task = json.loads(sys.stdin.buffer.readline())
    die_with(task["parent"])
    memory = task["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    answer = do(task, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
