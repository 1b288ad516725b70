"""Delivery to a real listener: signed, the same bytes each time, once in effect."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from intake import audit, delivery, jobs, review
from intake.delivery import BadCursor, MissingPack, NotTaken, Release
from intake.model import MOVES, NotFound, Status
from intake.records import applications, releases
from intake.shelf import Shelf
from tests.intake import filed
from tests.intake.filed import House
from tests.intake.listener import listening

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEXT_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
Make = Callable[..., House]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made: list[House] = []

    def house(**settings: object) -> House:
        made.append(filed.house(tmp_path, **settings))
        return made[-1]

    yield house
    for each in made:
        each.services.close()


def pushing(make: Make, address: str, secret: str = SECRET) -> House:
    return make(webhook_url=address, webhook_secret=secret)


def status(house: House, application_id: str) -> Status:
    with house.services.database.reading() as connection:
        return applications.get(connection, application_id).status


def pulled(house: House, after: str = "") -> list[dict[str, Any]]:
    return [json.loads(each) for each in delivery.pull(house.services, after, 10).applications]


def release_row(house: House, application_id: str, revision: int = 1) -> Any:
    with house.services.database.reading() as connection:
        return releases.get(connection, application_id, revision)


def test_a_delivery_is_signed_so_that_the_library_verifies_it(make: Make) -> None:
    with listening() as listener:
        house = pushing(make, listener.address)
        house.clock.at = datetime.now(UTC)
        application_id = filed.file(house)
        assert delivery.run(house.services, house.claim())
    ((headers, body),) = listener.got
    told = Webhook(SECRET).verify(body, headers)
    assert told["application_id"] == application_id
    assert headers["webhook-id"] == f"{application_id}.1"
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"AB12CDE", b"AB12CDF"), headers)


def test_with_two_secrets_either_verifies_while_the_receiver_changes_over(make: Make) -> None:
    with listening() as listener:
        house = pushing(make, listener.address, f"{SECRET} {NEXT_SECRET}")
        house.clock.at = datetime.now(UTC)
        filed.file(house)
        delivery.run(house.services, house.claim())
    ((headers, body),) = listener.got
    for secret in (SECRET, NEXT_SECRET):
        Webhook(secret).verify(body, headers)


def test_a_taken_delivery_is_released_and_on_record(make: Make) -> None:
    with listening() as listener:
        house = pushing(make, listener.address)
        application_id = filed.file(house)
        delivery.run(house.services, house.claim())
    assert status(house, application_id) == Status.RELEASED
    assert release_row(house, application_id).sent_at == house.clock()
    with house.services.database.reading() as connection:
        actions = [event.action for event in audit.trail(connection, application_id)]
        assert actions == ["extracted", "released", "sent"]
        assert jobs.counts(connection) == {("deliver", "done"): 1}


def test_a_webhook_that_fails_is_tried_again_later_with_the_same_bytes(make: Make) -> None:
    with listening(500, 503) as listener:
        house = pushing(make, listener.address)
        application_id = filed.file(house)
        delivery.run(house.services, house.claim())
        assert status(house, application_id) == Status.READY
        assert jobs.claim(house.services, ["deliver"], 1) == []
        house.clock.pass_(seconds=2)
        delivery.run(house.services, house.claim())
        assert jobs.claim(house.services, ["deliver"], 1) == []
        house.clock.pass_(seconds=8)
        delivery.run(house.services, house.claim())
    assert status(house, application_id) == Status.RELEASED
    assert len({body for _, body in listener.got}) == 1
    assert {headers["webhook-id"] for headers, _ in listener.got} == {f"{application_id}.1"}
    assert len({headers["webhook-timestamp"] for headers, _ in listener.got}) == 3


def test_a_webhook_that_never_answers_well_leaves_the_job_stuck_with_its_reason(
    make: Make,
) -> None:
    with listening(*[400] * 40) as listener:
        house = pushing(make, listener.address)
        allowed = house.services.settings.delivery_attempts
        application_id = filed.file(house)
        for _ in range(allowed):
            delivery.run(house.services, house.claim())
            house.clock.pass_(hours=1)
        assert jobs.claim(house.services, ["deliver"], 1) == []
    (parked,) = jobs.stuck(house.services)
    assert parked.error == "The webhook answered 400 instead of 2xx."
    assert len(listener.got) == allowed
    assert status(house, application_id) == Status.READY


def test_410_stops_at_once(make: Make) -> None:
    with listening(410) as listener:
        house = pushing(make, listener.address)
        filed.file(house)
        delivery.run(house.services, house.claim())
    (parked,) = jobs.stuck(house.services)
    assert parked.error == "The webhook answered 410: it wants no more deliveries."
    assert len(listener.got) == 1


@pytest.mark.parametrize("redirect", [301, 302, 307, 308])
def test_redirects_are_not_followed(make: Make, redirect: int) -> None:
    with listening(redirect) as listener:
        house = pushing(make, listener.address)
        filed.file(house)
        release = delivery.freeze(house.services, house.claim().subject, 1)
        assert release is not None
        with pytest.raises(NotTaken, match=f"answered {redirect}"):
            delivery.send(release, house.services.settings, house.clock())
    assert len(listener.got) == 1


def test_nobody_listening_is_told_without_the_address(make: Make) -> None:
    with listening() as listener:
        address = listener.address
    house = pushing(make, address)
    with pytest.raises(NotTaken) as raised:
        delivery.send(Release("A", 1, "{}"), house.services.settings, house.clock())
    assert str(raised.value) == "The webhook did not answer: ConnectError."
    assert not raised.value.final


def test_a_worker_that_lost_the_job_records_nothing(make: Make) -> None:
    with listening() as listener:
        house = pushing(make, listener.address)
        application_id = filed.file(house)
        late = house.claim()
        house.clock.pass_(minutes=1)
        current = house.claim()
        assert not delivery.run(house.services, late)
        assert status(house, application_id) == Status.READY
        assert delivery.run(house.services, current)
    assert status(house, application_id) == Status.RELEASED
    (_, first), (_, second) = listener.got
    assert first == second


def test_without_a_webhook_a_ready_application_is_released_to_be_pulled(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    assert delivery.run(house.services, house.claim())
    assert status(house, application_id) == Status.RELEASED
    (told,) = pulled(house)
    assert told["application_id"] == application_id


def test_an_application_that_was_reopened_is_not_delivered(make: Make) -> None:
    with listening() as listener:
        house = pushing(make, listener.address)
        application_id = confirmed(house)
        given = house.claim()
        review.reopen(house.services, application_id, house.reviewer)
        assert delivery.run(house.services, given)
    assert listener.got == []
    assert release_row(house, application_id) is None


def confirmed(house: House) -> str:
    application_id = filed.file(house, Status.IN_REVIEW)
    confirm(house, application_id)
    return application_id


def confirm(house: House, application_id: str) -> None:
    version = review.take(house.services, application_id, house.reviewer).version
    version = review.answer(
        house.services, application_id, house.reviewer, version, ("vehicle.vrn", "accepted", None)
    )
    review.confirm(house.services, application_id, house.reviewer, version)


def test_a_new_revision_names_the_one_it_takes_the_place_of(make: Make) -> None:
    house = make()
    application_id = confirmed(house)
    delivery.run(house.services, house.claim())
    review.reopen(house.services, application_id, house.reviewer)
    confirm(house, application_id)
    delivery.run(house.services, house.claim())
    first, second = pulled(house)
    assert (first["revision"], first["supersedes"]) == (1, None)
    assert (second["revision"], second["supersedes"]) == (2, 1)


def test_freezing_again_gives_the_same_release_whatever_changed_since(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    first = delivery.freeze(house.services, application_id, 1)
    house.clock.pass_(days=1)
    assert delivery.freeze(house.services, application_id, 1) == first


def test_a_missing_form_pack_parks_the_delivery_and_says_which(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    house.services.__dict__["_shelf"] = Shelf(lambda: (), lambda: {})
    with pytest.raises(MissingPack):
        delivery.freeze(house.services, application_id, 1)
    delivery.run(house.services, house.claim())
    (parked,) = jobs.stuck(house.services)
    assert parked.error == (
        "The form pack V62-S 2026-11 is not loaded. Put its folder back, then retry."
    )


def test_pulling_pages_through_everything_once_in_order(make: Make) -> None:
    house = make()
    sent = [filed.file(house) for _ in range(5)]
    for _ in sent:
        delivery.run(house.services, house.claim())
    seen, cursor, more = [], "", True
    while more:
        page = delivery.pull(house.services, cursor, 2)
        seen += [json.loads(each)["application_id"] for each in page.applications]
        cursor, more = page.cursor, page.more
    assert seen == sent
    again = delivery.pull(house.services, cursor, 2)
    assert (again.applications, again.cursor, again.more) == ((), cursor, False)
    later = filed.file(house)
    delivery.run(house.services, house.claim())
    (new,) = pulled(house, cursor)
    assert new["application_id"] == later


def test_a_cursor_from_before_a_restore_is_refused_even_when_new_releases_passed_it(
    make: Make, tmp_path: Path
) -> None:
    house = make()
    for _ in range(3):
        filed.file(house)
        delivery.run(house.services, house.claim())
    early = delivery.pull(house.services, "", 2).cursor
    late = delivery.pull(house.services, "", 10).cursor
    with house.services.database.writing() as connection:  # as in an older backup
        connection.exec_driver_sql("DELETE FROM releases WHERE cursor = 3")
        connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = 2 WHERE name = 'releases'")
    assert delivery.pull(house.services, early, 10).applications == ()
    with pytest.raises(BadCursor, match="restored"):
        delivery.pull(house.services, late, 10)
    for _ in range(2):
        filed.file(house)
        delivery.run(house.services, house.claim())
    assert len(delivery.pull(house.services, early, 10).applications) == 2
    with pytest.raises(BadCursor, match="restored"):
        delivery.pull(house.services, late, 10)


@pytest.mark.parametrize("cursor", ["x", "!!", "YWZ0ZXI6LTE6", "YWZ0ZXI6Mg", "ünïcode", "a" * 200])
def test_a_cursor_that_was_not_given_out_is_refused(make: Make, cursor: str) -> None:
    with pytest.raises(BadCursor, match="Start without one"):
        delivery.pull(make().services, cursor, 10)


def test_acknowledging_twice_is_acknowledging_once(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    delivery.run(house.services, house.claim())
    first = delivery.acknowledge(house.services, application_id, 1, "key:register")
    house.clock.pass_(hours=1)
    second = delivery.acknowledge(house.services, application_id, 1, "key:register")
    assert (first.repeated, second.repeated) == (False, True)
    assert first.acknowledged_at == second.acknowledged_at
    assert status(house, application_id) == Status.ACKNOWLEDGED
    with house.services.database.reading() as connection:
        actions = [event.action for event in audit.trail(connection, application_id)]
    assert actions.count("acknowledged") == 1


def test_what_was_pulled_may_be_acknowledged_while_the_webhook_is_down(make: Make) -> None:
    with listening(500) as listener:
        house = pushing(make, listener.address)
        application_id = filed.file(house)
        delivery.run(house.services, house.claim())
        assert delivery.pull(house.services, "", 1).applications
        delivery.acknowledge(house.services, application_id, 1, "key:register")
        house.clock.pass_(minutes=1)
        delivery.run(house.services, house.claim())
    assert status(house, application_id) == Status.ACKNOWLEDGED


def test_an_old_revision_may_be_acknowledged_without_ending_the_new_one(make: Make) -> None:
    house = make()
    application_id = confirmed(house)
    delivery.run(house.services, house.claim())
    review.reopen(house.services, application_id, house.reviewer)
    delivery.acknowledge(house.services, application_id, 1, "key:register")
    assert status(house, application_id) == Status.IN_REVIEW
    assert release_row(house, application_id).acknowledged_by == "key:register"


def test_what_was_pulled_before_the_webhook_took_it_may_be_acknowledged(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    delivery.freeze(house.services, application_id, 1)
    assert status(house, application_id) == Status.READY
    delivery.acknowledge(house.services, application_id, 1, "key:register")
    assert status(house, application_id) == Status.ACKNOWLEDGED
    assert Status.ACKNOWLEDGED in MOVES[Status.READY]


def test_a_revision_that_was_never_released_cannot_be_acknowledged(make: Make) -> None:
    house = make()
    with pytest.raises(NotFound):
        delivery.acknowledge(house.services, filed.file(house), 1, "key:register")
    with pytest.raises(NotFound):
        delivery.acknowledge(house.services, "01JC9Z6Q8W3V5K7M2N4P6R8T0A", 1, "key:register")


def test_the_body_is_the_frozen_text_byte_for_byte(make: Make) -> None:
    with listening() as listener:
        house = pushing(make, listener.address)
        application_id = filed.file(house, values={"vehicle.make": ("Citroën", "Citroën")})
        delivery.run(house.services, house.claim())
    ((_, body),) = listener.got
    assert body.decode() == release_row(house, application_id).body
    assert json.loads(body)["fields"]["vehicle.make"]["value"] == "Citroën"


def test_many_workers_at_once_freeze_one_release(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    with ThreadPoolExecutor(8) as pool:
        frozen = set(
            pool.map(lambda _: delivery.freeze(house.services, application_id, 1), range(16))
        )
    assert len(frozen) == 1
    with house.services.database.reading() as connection:
        actions = [event.action for event in audit.trail(connection, application_id)]
    assert actions == ["extracted", "released"]


def test_many_acknowledgements_at_once_count_once(make: Make) -> None:
    house = make()
    application_id = filed.file(house)
    delivery.run(house.services, house.claim())
    with ThreadPoolExecutor(8) as pool:
        done = list(
            pool.map(
                lambda n: delivery.acknowledge(house.services, application_id, 1, f"key:{n}"),
                range(16),
            )
        )
    assert [each.repeated for each in done].count(False) == 1
    assert len({each.acknowledged_at for each in done}) == 1


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nx-filler: "])
def test_a_webhook_that_answers_drop_by_drop_is_given_up_in_bounded_time(
    make: Make, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(delivery, "LONGEST_SENDING", 0.5)

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(said)
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        house = pushing(make, f"http://127.0.0.1:{server.getsockname()[1]}/")
        started = time.monotonic()
        with pytest.raises(NotTaken, match="did not answer"):
            delivery.send(Release("A", 1, "{}"), house.services.settings, house.clock())
        assert time.monotonic() - started < 3
        dripping.join()


def test_a_delivery_ends_before_its_lease_does() -> None:
    assert jobs.LEASE.total_seconds() > delivery.LONGEST_SENDING


def test_a_webhook_that_hangs_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", httpx.Timeout(0.1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        house = pushing(make, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with pytest.raises(NotTaken, match="did not answer: ReadTimeout"):
            delivery.send(Release("A", 1, "{}"), house.services.settings, house.clock())
