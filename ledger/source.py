"""Where a log is read from: an address, or a folder that was carried by hand. No Django."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

SECONDS = 30


class UnreachableError(Exception):
    """The log does not answer, or not as a log does. Says nothing about its content."""


class Source(Protocol):
    """Reads a file of a log by its path below the log's prefix."""

    def read(self, path: str, most: int) -> bytes:
        """The bytes. Raises FileNotFoundError when there is no such file, UnreachableError."""


class Folder:
    """A log as a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str, most: int) -> bytes:
        """The bytes of a file."""
        if not self.folder.is_dir():
            raise UnreachableError(f"there is no folder {self.folder}")
        try:
            with (self.folder / path).open("rb") as file:
                raw = file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise FileNotFoundError(path) from None
        except OSError as error:
            raise UnreachableError(f"{path}: {error.strerror}") from None
        return _bounded(path, raw, most)


class Web:
    """A log over HTTP. The token is shown to this address alone: redirects are not followed."""

    def __init__(self, address: str, token: str = "") -> None:
        self.prefix, self.token = address.rstrip("/"), token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def read(self, path: str, most: int) -> bytes:
        """The bytes of a file."""
        request = urllib.request.Request(f"{self.prefix}/{path}")  # noqa: S310
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                raw: bytes = answer.read(most + 1)
        except urllib.error.HTTPError as error:
            if error.code == http.client.NOT_FOUND:
                raise FileNotFoundError(path) from None
            raise UnreachableError(f"{path}: status {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"{path}: {error}") from None
        return _bounded(path, raw, most)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def source_of(where: str, token: str = "") -> Source:
    """The source that a command names. ValueError for an address that is neither http nor https."""
    scheme = urlsplit(where).scheme
    if scheme in ("http", "https"):
        return Web(where, token)
    if "://" in where:
        raise ValueError(where)
    return Folder(Path(where))


def _bounded(path: str, raw: bytes, most: int) -> bytes:
    if len(raw) > most:
        raise UnreachableError(f"{path}: longer than {most:,} bytes")
    return raw
