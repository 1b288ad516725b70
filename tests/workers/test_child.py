"""The process that reads: exact pictures, limits kept, nothing told of what people wrote."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors import read as reader
from extractors.formpack import SHIPPED
from extractors.formpack import load as load_pack
from extractors.limits import Limits, UnreadableScan
from extractors.pages import pages as pages_of
from extractors.quality import examine
from extractors.separators import split as split_scan
from extractors.values import OBSOLETE, Doubt, Picture
from intake.objects import FolderObjects
from intake.settings import load
from intake.up import SAMPLE_POST
from tests.extractors.scan_files import text_page
from tests.intake.house import Read, failing
from tests.intake.house import reading as a_reading
from workers import child as reading
from workers import pictures, routing
from workers.child import Message, Work, do
from workers.process import Child, ChildDied, ChildFailed

PACK = SHIPPED / "V890-S-2026-11"
FORMS = {"version": "1", "packs": [[str(PACK), load_pack(PACK).digest]]}
Make = Callable[..., Picture]


@pytest.fixture
def work(tmp_path: Path) -> Work:
    settings = load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_LIMIT_PAGES": "3"})
    return Work(settings, FolderObjects(settings.objects))


def to_read(side: Message) -> Message:
    """A side that was split, as the read step asks for it."""
    return side | {"doubts": [each["code"] for each in side["doubts"]]}


def sheet(seed: int = 0, shape: tuple[int, ...] = (1100, 800)) -> Picture:
    """A page with some lines of ink on it."""
    rng = np.random.default_rng(seed)
    page = np.full(shape, 255, np.uint8)
    for top in range(100, 1000, 40):
        page[top : top + 12, 100 : 100 + int(rng.integers(200, 600))] = 0
    return page


def tiff(*pages: Picture, dpi: int = 100) -> bytes:
    first, *more = (Image.fromarray(page) for page in pages)
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=more, dpi=(dpi, dpi))
    return file.getvalue()


def told(work: Work, task: Message) -> list[Message]:
    messages: list[Message] = []
    do(work, task, messages.append)
    return messages


def split(work: Work, data: bytes) -> list[Message]:
    return told(work, {"step": "split", "scan": work.objects.put(data)})


def test_each_side_of_a_scan_is_stored_as_it_was_scanned(work: Work) -> None:
    blank = np.full((1100, 800), 255, np.uint8)
    first, middle, last, end = split(work, tiff(sheet(1), blank, sheet(2)))
    assert [each["role"] for each in (first, middle, last)] == ["page", "blank", "page"]
    assert [each["starts_item"] for each in (first, middle, last)] == [True, False, True]
    assert end == {"end": "done"}
    assert (first["width"], first["height"], first["dpi"]) == (800, 1100, 100.0)
    assert np.array_equal(pictures.decode(work.objects.get(first["picture"])), sheet(1))


def test_a_scan_over_its_limits_is_refused_in_words(work: Work) -> None:
    *_, end = split(work, tiff(*(sheet(n) for n in range(4))))
    assert (end["end"], end["code"]) == ("unreadable", "too_many_pages")
    assert end["reason"].endswith(".")


def test_the_text_of_an_error_stays_here(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    written = "MORGAN, born 1976"

    def broken(*_: object) -> Iterator[None]:
        raise ValueError(written)

    monkeypatch.setattr(reading, "split", broken)
    (end,) = split(work, tiff(sheet()))
    assert (end["end"], end["error"]) == ("failed", "ValueError")
    assert "MORGAN" not in str(end)
    assert "test_child.py" in end["places"]


def test_a_letter_is_read_as_an_unknown_form_page_by_page(work: Work) -> None:
    sides = [
        side | {"doubts": []} for side in split(work, tiff(sheet(1), sheet(2))) if "role" in side
    ]
    task = {"step": "read", "sides": sides, "received": "2026-11-16", "forms": FORMS}
    one, two, result, end = told(work, task)
    assert {"laid", "width", "height"} == set(one) == set(two)
    assert pictures.decode(work.objects.get(one["laid"])).size > 0
    assert result["reading"]["form"]["code"] == "UNKNOWN"
    assert (result["doubtful"], result["why"]) == ([], result["reading"]["doubts"][0]["message"])
    assert end == {"end": "done"}


def test_a_bad_page_is_found_while_it_is_split_and_sends_its_item_to_a_person(work: Work) -> None:
    good = text_page().picture
    dark = (good * 0.3).astype(np.uint8)
    found = split(work, tiff(np.full_like(good, 255), good, dark, dpi=200))[:-1]
    assert [[each["code"] for each in side["doubts"]] for side in found] == [[], [], ["dark"]]
    words = "Page {} is too dark. Scan it again with more brightness."
    assert found[2]["doubts"][0]["message"] == words.format(3)
    task = {
        "step": "read",
        "sides": [to_read(s) for s in found[1:]],
        "received": "2026-11-16",
        "forms": FORMS,
    }
    result = told(work, task)[-2]
    assert result["why"] == words.format(2)
    assert [each["code"] for each in result["reading"]["doubts"]] == ["dark", "unknown_form"]


def test_no_good_scan_that_comes_with_postroom_is_complained_about() -> None:
    samples = [*SHIPPED.glob("*/samples/*.*"), *SAMPLE_POST.glob("post-*")]
    seen = 0
    for sample in samples:
        if sample.suffix == ".toml" or sample.name == "post-0005.pdf":  # broken on purpose
            continue
        for side in split_scan(pages_of(sample.read_bytes(), Limits())):
            if side.role == "page":
                assert examine(side.page).doubts == (), sample.name
                seen += 1
    assert seen >= 20


@pytest.mark.parametrize(
    "picture",
    [
        sheet(),
        np.random.default_rng(1).integers(0, 255, (60, 50), np.uint8),
        np.where(np.random.default_rng(2).random((61, 53)) > 0.5, 255, 0).astype(np.uint8),
    ],
    ids=["ink", "grey", "black and white"],
)
def test_grey_pictures_come_back_exactly(picture: Picture) -> None:
    assert np.array_equal(pictures.decode(pictures.encode(picture)), picture)


def test_colour_comes_back_nearly_and_in_order() -> None:
    red = np.zeros((64, 64, 3), np.uint8)
    red[:, :, 0] = 200
    back = pictures.decode(pictures.encode(red))
    assert abs(back.astype(int) - red).max() < 8


def test_a_damaged_picture_is_an_error_not_an_empty_page() -> None:
    with pytest.raises(ValueError, match="cannot be decoded"):
        pictures.decode(b"no picture")


def test_the_real_process_reads_refuses_and_keeps_within_its_memory(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROOM_HOME", str(work.settings.home))
    child = Child(page_seconds=60)
    scan = work.objects.put(tiff(sheet()))
    try:
        (side,) = child.run({"step": "split", "scan": scan}, lambda: None)
        assert side["role"] == "page"
        junk = work.objects.put(b"no scan at all")
        with pytest.raises(UnreadableScan):
            list(child.run({"step": "split", "scan": junk}, lambda: None))
        assert limit_of(child) == work.settings.memory_mb * 1024 * 1024
        missing = {"step": "split", "scan": "0" * 64}
        with pytest.raises(ChildFailed, match="FileNotFoundError"):
            list(child.run(missing, lambda: None))
    finally:
        child.stop()


def limit_of(child: Child) -> int:
    assert child._process is not None
    limits = Path(f"/proc/{child._process.pid}/limits").read_text()
    (line,) = [each for each in limits.splitlines() if each.startswith("Max address space")]
    return int(line.split()[3])


def test_a_process_that_eats_memory_ends_without_the_worker(tmp_path: Path) -> None:
    greedy = tmp_path / "greedy.py"
    greedy.write_text(
        "import resource, sys\n"
        "from multiprocessing.connection import Connection\n"
        "connection = Connection(int(sys.argv[1]))\n"
        "connection.recv_bytes()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))\n"
        "held = [bytes(2**24) for _ in range(2**10)]\n"
    )
    child = Child(page_seconds=20, command=(sys.executable, str(greedy)))
    with pytest.raises(ChildDied, match="status 1"):
        list(child.run({}, lambda: None))


def test_doubtful_fields_are_unsure_missing_or_in_a_broken_rule() -> None:
    pack = load_pack(PACK)
    read = a_reading(Read(doubtful=("vehicle.vrn",)))
    names = routing.doubtful(read, pack)
    assert {"vehicle.vrn", "declaration.signature"} <= set(names)
    assert set(reader.doubtful(read, pack)) == set(names)
    assert routing.why(read, pack) == f"{len(names)} fields to check."
    broken = replace(read, checks=(failing("DT-01", "declaration.date", "applicant.status"),))
    assert {"declaration.date", "applicant.status"} <= set(routing.doubtful(broken, pack))
    assert routing.why(broken, pack) == "These do not agree."


def test_that_a_form_is_not_accepted_comes_before_whatever_else_is_odd() -> None:
    pack = load_pack(PACK)
    odd = (Doubt("dark", "Page 1 is too dark."), Doubt(OBSOLETE, "It is not accepted."))
    read = replace(a_reading(Read()), doubts=odd)
    assert routing.why(read, pack) == "It is not accepted."
