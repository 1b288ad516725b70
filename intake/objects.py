"""Originals and page pictures, kept by the SHA-256 of their bytes: in a folder, or in a bucket.

A write is durable when ``put`` returns. In a folder the file is flushed to disk under a name of its
own in ``new/``, renamed to its digest, and the folder's entry is flushed too. The same bytes
are stored once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

NEW = "new"
"""Where a folder of objects keeps what is being written."""


class Objects(Protocol):
    """Where objects are kept: ``FolderObjects`` here, ``BucketObjects`` in ``intake.bucket``."""

    def put(self, data: bytes) -> str:
        """Store ``data`` durably; its digest in lower-case hex. Raises ``StoreUnreachable``."""

    def get(self, digest: str) -> bytes:
        """The bytes of ``digest``.

        Raises ``DamagedObject``, ``FileNotFoundError``, ``StoreUnreachable``.
        """


class DamagedObject(Exception):
    """Stored bytes no longer match their digest; restore the file from a backup."""


class StoreUnreachable(OSError):
    """The disk or the object store did not answer, or refused; the job table tries again."""


class FolderObjects:
    """A folder of objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store ``data`` durably; its digest in lower-case hex. Raises ``StoreUnreachable``."""
        digest = digest_of(data)
        try:
            self._keep(self.path(digest), data)
        except OSError as error:
            raise StoreUnreachable(error.errno, error.strerror) from error
        return digest

    def _keep(self, path: Path, data: bytes) -> None:
        if path.is_file() and path.stat().st_size == len(data):
            # Whoever wrote it may have died before its entry was on the disk.
            _flush_folder(path.parent)
            return
        _make_folder(path.parent)
        _make_folder(self.folder / NEW)
        handle, temporary = tempfile.mkstemp(dir=self.folder / NEW)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).rename(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def get(self, digest: str) -> bytes:
        """The bytes of ``digest``.

        Raises ``DamagedObject``, ``FileNotFoundError``, ``StoreUnreachable``.
        """
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreUnreachable(error.errno, error.strerror) from error
        if digest_of(data) != digest:
            raise DamagedObject(f"object {digest} is damaged on disk")
        return data

    def path(self, digest: str) -> Path:
        """Where the object lies, or would lie."""
        return self.folder / name_of(digest)


def digest_of(data: bytes) -> str:
    """The name bytes are kept under: their SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def name_of(digest: str) -> str:
    """Where an object lies in a store. Raises ``ValueError`` for what is no digest."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("not a digest")
    return f"{digest[:2]}/{digest}"


def _make_folder(folder: Path) -> None:
    """Make ``folder`` with its parents, each new entry flushed to disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
