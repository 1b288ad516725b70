"""The one door: durable before the receipt, the same bytes once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from intake import arrival, audit, overview
from intake.arrival import Arrival
from intake.model import Refused, Status
from intake.services import Services
from tests.intake.house import Clock, job_states, open_house

POST = Arrival("post", "SC2", "folder/a.pdf")


def test_a_receipt_means_stored_committed_and_to_be_split(services: Services) -> None:
    receipt = arrival.receive(services, b"paper", POST)
    assert services.objects.get(receipt.sha256) == b"paper"
    line = overview.scan(services, receipt.scan_id)
    assert (line.scan.status, line.scan.file_name) == (Status.RECEIVED, "a.pdf")
    assert job_states(services, receipt.scan_id) == [("split", "waiting", 1)]
    with services.database.reading() as connection:
        (event,) = audit.trail(connection, receipt.scan_id)
    assert (event.action, event.detail["sha256"]) == ("received", receipt.sha256)


def test_the_same_bytes_twice_give_the_same_receipt_and_are_read_once(
    services: Services, clock: Clock
) -> None:
    first = arrival.receive(services, b"paper", POST)
    clock.pass_by(days=3)
    again = arrival.receive(services, b"paper", replace(POST, station="SC9"))
    assert again == replace(first, repeated=True)
    assert job_states(services, first.scan_id) == [("split", "waiting", 1)]


def test_the_original_is_stored_before_anything_is_committed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_data: bytes) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(services.objects, "put", full)
    with pytest.raises(OSError, match="no space"):
        arrival.receive(services, b"paper", POST)
    assert overview.recent_scans(services) == []


def test_a_crash_between_store_and_commit_leads_to_one_receipt_later(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(arrival.audit, "append", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            arrival.receive(services, b"paper", POST)
    assert overview.recent_scans(services) == []
    receipt = arrival.receive(services, b"paper", POST)
    assert not receipt.repeated
    assert len(overview.recent_scans(services)) == 1


def test_many_at_once_with_the_same_bytes_get_one_scan(services: Services) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: arrival.receive(services, b"paper", POST), range(16)))
    assert len({each.scan_id for each in receipts}) == 1
    assert [each.repeated for each in receipts].count(False) == 1


def test_a_path_is_received_like_its_bytes(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"paper")
    first = arrival.receive(services, path, POST)
    assert arrival.receive(services, b"paper", POST).scan_id == first.scan_id


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"123456", "too_large")])
def test_what_breaks_a_limit_is_refused_with_what_to_do(
    tmp_path: Path, clock: Clock, data: bytes, code: str
) -> None:
    services = open_house(tmp_path / "small", clock, limit_bytes="5")
    with pytest.raises(Refused, match=r"[Ss]can") as refused:
        arrival.receive(services, data, POST)
    assert refused.value.code == code
    assert overview.recent_scans(services) == []
    services.close()


def test_an_idempotency_key_belongs_to_one_file_of_one_sender(services: Services) -> None:
    sender = replace(POST, actor="key:A", key="17")
    first = arrival.receive(services, b"paper", sender)
    assert arrival.receive(services, b"paper", sender).scan_id == first.scan_id
    with pytest.raises(Refused) as refused:
        arrival.receive(services, b"another", sender)
    assert refused.value.code == "key_reused"
    other = arrival.receive(services, b"another", replace(sender, actor="key:B"))
    assert other.scan_id != first.scan_id
