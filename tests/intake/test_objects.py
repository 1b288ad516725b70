"""One suite for every place objects are kept: a folder, and a bucket of a real S3 server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from minio import Minio

from intake.bucket import Account, BucketObjects
from intake.objects import (
    DamagedObject,
    FolderObjects,
    Objects,
    StoreUnreachable,
    digest_of,
    name_of,
)
from tests.intake.store_server import BUCKET, store_server

DATA = b"the original bytes of a scan"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with store_server(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return FolderObjects(tmp_path / "objects")
    return BucketObjects(request.getfixturevalue("account"), BUCKET)


def damage(objects: Any, digest: str, data: bytes, account: Account | None) -> None:
    """Change what is kept, behind the store's back."""
    if isinstance(objects, FolderObjects):
        objects.path(digest).write_bytes(data)
        return
    import io

    assert account is not None
    client = Minio(account.endpoint, account.access_key, account.secret_key, secure=False)
    client.put_object(BUCKET, name_of(digest), io.BytesIO(data), len(data))


def test_what_was_put_comes_back_byte_for_byte(objects: Objects) -> None:
    data = bytes(range(256)) * 4096
    digest = objects.put(data)
    assert digest == digest_of(data)
    assert objects.get(digest) == data


def test_the_same_bytes_twice_are_one_object(objects: Objects) -> None:
    assert objects.put(DATA) == objects.put(DATA)
    assert objects.get(digest_of(DATA)) == DATA


def test_what_was_never_put_is_not_found(objects: Objects) -> None:
    with pytest.raises(FileNotFoundError):
        objects.get(digest_of(b"never put"))


def test_a_name_that_is_no_digest_reaches_nothing(objects: Objects) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        objects.get("../../etc/passwd")


def test_damaged_bytes_are_never_handed_out(
    objects: Objects, request: pytest.FixtureRequest
) -> None:
    digest = objects.put(b"a scan that will be damaged")
    account = request.getfixturevalue("account") if isinstance(objects, BucketObjects) else None
    damage(objects, digest, b"a scan that WAS damaged!!!!", account)
    with pytest.raises(DamagedObject):
        objects.get(digest)


def test_many_writers_of_the_same_bytes_all_succeed(objects: Objects) -> None:
    data = b"sent by eight stations at once" * 1000
    digests: list[str] = []
    writers = [threading.Thread(target=lambda: digests.append(objects.put(data))) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert digests == [digest_of(data)] * 8
    assert objects.get(digest_of(data)) == data


def test_a_bucket_never_overwrites_what_it_has(account: Account) -> None:
    objects = BucketObjects(account, BUCKET)
    digest = objects.put(b"first and only")
    damage(objects, digest, b"shorter", account)
    with pytest.raises(DamagedObject):
        objects.put(b"first and only")


def test_a_wrong_secret_is_refused(account: Account) -> None:
    objects = BucketObjects(replace(account, secret_key="wrong"), BUCKET)
    with pytest.raises(StoreUnreachable):
        objects.put(b"must not be stored")
    with pytest.raises(StoreUnreachable):
        objects.get(digest_of(b"must not be stored"))


def test_a_store_that_is_down_is_told_in_bounded_time_and_without_the_signed_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    objects = BucketObjects(Account("127.0.0.1:9", "nobody", "nothing", secure=False), BUCKET)
    with pytest.raises(StoreUnreachable) as error:
        objects.put(DATA)
    assert "X-Amz" not in str(error.value)
    assert "X-Amz" not in caplog.text
    with pytest.raises(StoreUnreachable):
        objects.get(digest_of(DATA))
