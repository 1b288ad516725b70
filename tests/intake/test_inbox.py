"""The watched folder: complete files only, stored first, moved last."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest

from intake import arrival, inbox, overview
from intake.inbox import Inbox
from intake.model import Receipt, Status
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
    quarantine(box, receipt)
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
        if target.parent.name == "taken":
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", crash)
        with pytest.raises(KeyboardInterrupt):
            box.look()
    after = Inbox(box.services, settle_seconds=0)
    after.look()
    (receipt,) = after.look()
    assert receipt.repeated
    assert [line.scan.id for line in overview.recent_scans(box.services)] == [receipt.scan_id]


def test_a_disk_that_fails_leaves_the_file_for_a_later_look(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.folder / "a.pdf").write_bytes(b"paper")
    box.look()
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "receive", _full)
        assert box.look() == []
    assert len(settled(box)) == 1


def _full(*_args: object) -> Receipt:
    raise OSError("no space left on device")


def settled(box: Inbox) -> list[Receipt]:
    """Two looks, so that what lies there is complete."""
    return [*box.look(), *box.look()]


def test_a_second_file_of_the_same_name_saved_meanwhile_is_received_too(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.folder / "a.pdf").write_bytes(b"first")
    box.look()

    def slow(*given: Any) -> Receipt:
        receipt = arrival.receive(*given)
        (box.folder / "a.pdf").write_bytes(b"second")
        return receipt

    with monkeypatch.context() as saved_meanwhile:
        saved_meanwhile.setattr(inbox, "receive", slow)
        box.look()
    settled(box)
    kept = {path.read_bytes() for path in (box.folder / "taken").iterdir()}
    known = {line.scan.sha256 for line in overview.recent_scans(box.services)}
    assert kept == {b"first", b"second"}
    assert known == {hashlib.sha256(each).hexdigest() for each in kept}


def test_a_file_that_is_written_on_while_it_is_received_is_received_again_whole(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_being_written", lambda _: False)
    with (box.folder / "a.pdf").open("wb") as writer:
        writer.write(b"half")
        writer.flush()
        box.look()

        def slow(*given: Any) -> Receipt:
            receipt = arrival.receive(*given)
            writer.write(b" and half")
            writer.flush()
            return receipt

        with monkeypatch.context() as written_on:
            written_on.setattr(inbox, "receive", slow)
            assert box.look() == []
    (receipt,) = settled(box)
    assert box.services.objects.get(receipt.sha256) == b"half and half"


def test_where_nobody_can_tell_who_writes_a_file_has_to_rest_longer(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_lease(*_: object) -> None:
        raise PermissionError(errno.EACCES, "the file belongs to another account")

    monkeypatch.setattr(fcntl, "fcntl", no_lease)
    box = Inbox(services, settle_seconds=0, unsure_seconds=0.4)
    box.prepare()
    (box.folder / "a.pdf").write_bytes(b"paper")
    assert settled(box) == []
    time.sleep(0.5)
    assert len(box.look()) == 1


def test_a_name_that_is_not_utf_8_is_taken_and_stops_nothing(box: Inbox) -> None:
    Path(os.fsdecode(os.fsencode(box.folder) + b"/M\xfcller.pdf")).write_bytes(b"one")
    (box.folder / "b.pdf").write_bytes(b"two")
    assert len(settled(box)) == 2
    stored = {line.scan.file_name for line in overview.recent_scans(box.services)}
    assert stored == {"M?ller.pdf", "b.pdf"}


def test_one_file_that_fails_does_not_hold_up_the_others(
    box: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def picky(services: Services, source: Path, given: arrival.Arrival) -> Receipt:
        if source.name == "a.pdf":
            raise ValueError("Mr Morgan's letter")
        return arrival.receive(services, source, given)

    monkeypatch.setattr(inbox, "receive", picky)
    for name in ("a.pdf", "b.pdf"):
        (box.folder / name).write_bytes(name.encode())
    assert len(settled(box)) == 1
    assert "ValueError" in caplog.text
    assert "Morgan" not in caplog.text


@pytest.mark.parametrize("name", ["x" * 251 + ".pdf", "ä" * 125 + ".pdf", "x." + "y" * 250])
def test_a_very_long_name_is_cut(box: Inbox, name: str) -> None:
    (box.folder / name).write_bytes(b"paper")
    (receipt,) = settled(box)
    (taken,) = names(box, "taken")
    assert taken.startswith(f"{receipt.scan_id}-{name[0]}")
    assert settled(box) == []


def test_an_unreadable_file_that_comes_again_is_put_aside_at_once(box: Inbox) -> None:
    (box.folder / "a.pdf").write_bytes(b"no scan at all")
    (receipt,) = settled(box)
    quarantine(box, receipt)
    box.look()
    (box.folder / "b.pdf").write_bytes(b"no scan at all")
    settled(box)
    assert names(box, "taken") == []
    assert names(box, "refused")[2:] == [f"{receipt.scan_id}-b.pdf", f"{receipt.scan_id}-b.pdf.txt"]


def test_a_file_that_cannot_be_put_aside_now_is_put_aside_later(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box.folder / "a.pdf").write_bytes(b"no scan at all")
    (receipt,) = settled(box)
    quarantine(box, receipt)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", _full)
        box.look()
    box.look()
    assert names(box, "taken") == []
    assert len(names(box, "refused")) == 2


def quarantine(box: Inbox, receipt: Receipt) -> None:
    with box.services.database.writing() as connection:
        scan = scans.get(connection, receipt.scan_id)
        scans.set_status(
            connection, scan, Status.QUARANTINED, code="not_a_scan", reason="Scan it again."
        )
