"""Originals and page pictures in a bucket of any S3 store, by the SHA-256 of their bytes.

An object is written once: the request carries ``If-None-Match: *``, so a second writer of the
same bytes is told that they are there, and nothing is ever overwritten. The minio SDK's own upload
cannot send that header, a presigned PUT can.
"""

from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import urllib3
from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from intake.objects import (
    DamagedObject,
    FolderObjects,
    Objects,
    StoreUnreachable,
    digest_of,
    name_of,
)
from intake.settings import Settings

CONNECT_SECONDS = 3.0
READ_SECONDS = 30.0
VALID = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the store is (``host:port``) and who we are there."""

    endpoint: str
    access_key: str
    secret_key: str
    secure: bool = True
    region: str = "us-east-1"


def open_objects(settings: Settings) -> Objects:
    """Where originals and pictures are kept: the bucket when one is set, else the folder."""
    if not settings.bucket:
        return FolderObjects(settings.objects)
    account = Account(
        settings.s3_endpoint,
        settings.s3_access_key,
        settings.s3_secret_key,
        settings.s3_secure,
        settings.s3_region,
    )
    return BucketObjects(account, settings.bucket)


class BucketObjects:
    """The objects of one bucket, which must exist. Every call ends within bounded time."""

    def __init__(self, account: Account, bucket: str) -> None:
        self._bucket = bucket
        # Its warnings quote presigned addresses, which let anyone write for some minutes.
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        # The SDK's own pool waits minutes for a server that is down.
        self._web = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[502, 503, 504]),
        )
        self._client = Minio(
            account.endpoint,
            access_key=account.access_key,
            secret_key=account.secret_key,
            secure=account.secure,
            region=account.region,
            http_client=self._web,
        )

    def put(self, data: bytes) -> str:
        """Store ``data`` durably; its digest in lower-case hex. Raises ``StoreUnreachable``."""
        digest = digest_of(data)
        try:
            address = self._client.presigned_put_object(self._bucket, name_of(digest), VALID)
            answer = self._web.request("PUT", address, body=data, headers=_headers(data))
        except HTTPError as error:
            raise _no_answer(error) from None
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            self._check_size(digest, len(data))
        elif answer.status != HTTPStatus.OK:
            raise StoreUnreachable(f"the object store answered {answer.status} to a write")
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of ``digest``.

        Raises ``DamagedObject``, ``FileNotFoundError``, ``StoreUnreachable``.
        """
        try:
            with self._client.get_object(self._bucket, name_of(digest)) as answer:
                data: bytes = answer.read()
        except S3Error as error:
            raise _told(error, digest) from error
        except HTTPError as error:
            raise _no_answer(error) from None
        if digest_of(data) != digest:
            raise DamagedObject(f"object {digest} is damaged in the store")
        return data

    def _check_size(self, digest: str, size: int) -> None:
        """What is there already must be as long as what was to be written."""
        try:
            kept = self._client.stat_object(self._bucket, name_of(digest)).size
        except S3Error as error:
            raise _told(error, digest) from error
        except HTTPError as error:
            raise _no_answer(error) from None
        if kept != size:
            raise DamagedObject(f"object {digest} in the store has another length")


def _headers(data: bytes) -> dict[str, str]:
    # The store checks the MD5 on arrival; it guards the way there, our SHA-256 guards the object.
    md5 = hashlib.md5(data, usedforsecurity=False).digest()
    return {"If-None-Match": "*", "Content-MD5": b64encode(md5).decode()}


def _no_answer(error: HTTPError) -> StoreUnreachable:
    return StoreUnreachable(f"the object store did not answer: {type(error).__name__}")


def _told(error: S3Error, digest: str) -> OSError:
    if error.code in ("NoSuchKey", "NoSuchObject"):
        return FileNotFoundError(f"object {digest} is not in the store")
    return StoreUnreachable(f"the object store refused: {error.code}")
