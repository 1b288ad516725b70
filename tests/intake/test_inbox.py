"""The watched folder: complete files only, stored first, moved last."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from intake import arrival, inbox, overview
from intake.inbox import Inbox
from intake.model import Status
from intake.records import scans
from intake.services import Services
from tests.intake.house import Clock, open_house


@pytest.fixture
def box(services: Services) -> Inbox:
    made = Inbox(services, settle_seconds=0)
    made.prepare()
    return made


def names(box: Inbox, part: str = "") -> list[str]:
    return sorted(path.name for path in (box.folder / part).iterdir() if path.is_file())


def test_a_file_is_taken_after_two_equal_looks_and_moved_under_its_receipt(box: Inbox) -> None:
    (box.folder / "a.pdf").write_bytes(b"paper")
    assert box.look() == []
    (receipt,) = box.look()
    assert names(box) == []
    assert names(box, "taken") == [f"{receipt.scan_id}-a.pdf"]


def test_a_file_that_still_grows_waits(box: Inbox) -> None:
    path = box.folder / "a.pdf"
    path.write_bytes(b"pa")
    box.look()
    path.write_bytes(b"paper")
    assert box.look() == []
    assert len(box.look()) == 1


def test_a_file_that_someone_has_open_for_writing_waits_however_long_it_pauses(
    box: Inbox,
) -> None:
    with (box.folder / "a.pdf").open("wb") as writer:
        writer.write(b"half")
        writer.flush()
        assert [box.look() for _ in range(4)] == [[], [], [], []]
        writer.write(b" and half")
    box.look()
    (receipt,) = box.look()
    assert box.services.objects.get(receipt.sha256) == b"half and half"


def test_a_file_must_settle_for_a_while(services: Services) -> None:
    box = Inbox(services, settle_seconds=0.4)
    box.prepare()
    (box.folder / "a.pdf").write_bytes(b"paper")
    assert [box.look(), box.look()] == [[], []]
    time.sleep(0.5)
    assert len(box.look()) == 1


@pytest.mark.parametrize("name", [".hidden.pdf", "a.pdf.part", "b.TMP", "~lock.pdf", "c.filepart"])
def test_names_of_unfinished_files_are_left_alone(box: Inbox, name: str) -> None:
    (box.folder / name).write_bytes(b"paper")
    assert [box.look() for _ in range(3)] == [[], [], []]
    assert names(box) == [name]


def test_links_and_folders_are_left_alone(box: Inbox, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"not post")
    (box.folder / "link.pdf").symlink_to(tmp_path / "secret")
    (box.folder / "folder.pdf").mkdir()
    assert [box.look() for _ in range(3)] == [[], [], []]


def test_a_refused_file_is_put_aside_with_the_reason_beside_it(
    tmp_path: Path, clock: Clock
) -> None:
    services = open_house(tmp_path / "small", clock, limit_bytes="5")
    box = Inbox(services, settle_seconds=0)
    box.prepare()
    for _ in range(2):
        (box.folder / "a.pdf").write_bytes(b"too long")
        box.look()
        box.look()
    assert names(box, "refused") == ["a-2.pdf", "a-2.pdf.txt", "a.pdf", "a.pdf.txt"]
    assert "smaller parts" in (box.folder / "refused" / "a.pdf.txt").read_text()
    services.close()


def test_a_scan_found_unreadable_later_is_put_aside_too_and_its_original_kept(box: Inbox) -> None:
    (box.folder / "a.pdf").write_bytes(b"no scan at all")
    box.look()
    (receipt,) = box.look()
    with box.services.database.writing() as connection:
        scan = scans.get(connection, receipt.scan_id)
        scans.set_status(
            connection, scan, Status.QUARANTINED, code="not_a_scan", reason="Scan it again."
        )
    box.look()
    name = f"{receipt.scan_id}-a.pdf"
    assert names(box, "taken") == []
    assert names(box, "refused") == [name, f"{name}.txt"]
    told = (box.folder / "refused" / f"{name}.txt").read_text()
    assert told == "Scan it again.\n\n(not_a_scan)\n"
    assert box.services.objects.get(receipt.sha256) == b"no scan at all"


def test_a_crash_before_the_move_gives_the_same_receipt_again(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.folder / "a.pdf").write_bytes(b"paper")
    box.look()
    rename = Path.rename

    def crash(path: Path, target: Path) -> Path:
        return rename(path, target) if path.parent != box.folder else 1 / 0

    with monkeypatch.context() as broken:
        broken.setattr(inbox.Path, "rename", crash)
        with pytest.raises(ZeroDivisionError):
            box.look()
    after = Inbox(box.services, settle_seconds=0)
    after.look()
    (receipt,) = after.look()
    assert receipt.repeated
    assert [line.scan.id for line in overview.recent_scans(box.services)] == [receipt.scan_id]


def test_a_disk_that_fails_leaves_the_file_for_the_next_look(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.folder / "a.pdf").write_bytes(b"paper")
    box.look()
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "receive", _full)
        assert box.look() == []
    assert names(box) == ["a.pdf"]
    assert len(box.look()) == 1


def _full(*_args: object) -> arrival.Receipt:
    raise OSError("no space left on device")
