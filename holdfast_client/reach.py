"""Requests to the site. The connection is direct: no proxy and no redirect, so the key goes nowhere else.

An act carries an ``Idempotency-Key``. When the connection is lost it is sent again with the same one: the
site does it once, whichever of the requests arrived.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import stat
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from config.words import words

from .errors import Failed, NotReached, Problem

TIMEOUT = 30.0
WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try."""
AGAIN = (502, 503, 504)
MOST_BYTES = 500_000_000
LOCAL = ("localhost", "127.0.0.1", "::1")
_KEY = re.compile(r"hf_[A-Za-z0-9_-]{20,200}")


def read_key(environ: Mapping[str, str]) -> str:
    """Return the key from HOLDFAST_KEY_FILE, else HOLDFAST_KEY. Raises Failed when there is none, or when
    others may read the file."""
    if name := environ.get("HOLDFAST_KEY_FILE"):
        key = _key_in(Path(name).expanduser())
    else:
        key = environ.get("HOLDFAST_KEY", "").strip()
    if not key:
        raise Failed(
            words(
                "There is no key. Make one on the page “Keys for programs”, put it into a file that only you "
                "can read (chmod 600), and name the file in HOLDFAST_KEY_FILE.",
                "没有密钥。请在“程序密钥”页面创建，存入仅您本人可读的文件（chmod 600），"
                "并在HOLDFAST_KEY_FILE中指明该文件。",
            )
        )
    if not _KEY.fullmatch(key):
        raise Failed(
            words("What is given as the key is not one: it begins with hf_.", "所给密钥无效：应以hf_开头。")
        )
    return key


def _key_in(path: Path) -> str:
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            mode = os.fstat(file.fileno()).st_mode  # of what is read, not of what a name pointed to before
            if stat.S_IMODE(mode) & 0o077:
                raise Failed(
                    words(
                        f"Others may read {path}. Run: chmod 600 {path}; and if it lay open, revoke the key.",
                        f"他人可读取{path}。请运行：chmod 600 {path}；如已暴露，请撤销该密钥。",
                    )
                )
            return file.read(1000).strip()
    except OSError as error:
        raise Failed(
            words(
                f"The key file {path} cannot be read: {error.strerror}.",
                f"无法读取密钥文件{path}：{error.strerror}。",
            )
        ) from None


class Site:
    """A site and the key with which it is asked."""

    def __init__(self, address: str, key: str) -> None:
        """Take the address. Raises Failed for one that would send the key in the clear."""
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            raise Failed(_no_address(address)) from None
        if parts.scheme not in ("http", "https") or not self._host or parts.username or parts.query:
            raise Failed(_no_address(address))
        if parts.scheme == "http" and self._host not in LOCAL:
            raise Failed(
                words(
                    "The key would travel unprotected. Give an address that begins with https://.",
                    "密钥将以明文传送。请使用以https://开头的地址。",
                )
            )
        self.address = address
        self._tls = parts.scheme == "https"
        self._base = parts.path.rstrip("/") + "/api/v1/"
        self._key = key

    def get(self, path: str, **query: str) -> Any:
        """Return what stands there. Raises Problem and NotReached."""
        return _json(self._ask("GET", _with(path, query))[1])

    def rows(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Yield every row of a list, page after page."""
        address = _with(path, query)
        while address:
            page = _json(self._ask("GET", address)[1])
            try:
                yield from page["results"]
                following = page["next"]
            except (KeyError, TypeError):
                raise NotReached(_not_ours()) from None
            # Of the next page only the question is taken: the key stays with this site.
            address = f"{path}?{urlsplit(following).query}" if following else ""

    def file(self, path: str) -> bytes:
        """Return a file."""
        return self._ask("GET", path, accept="*/*")[1]

    def act(self, path: str, body: dict[str, Any], once: str = "") -> Any:
        """Do something, once however often it must be sent; return the row that it gave.

        ``once`` is the Idempotency-Key of an earlier try whose answer never came.
        """
        key = once or str(uuid.uuid4())
        try:
            return _json(self._ask("POST", path, json.dumps(body).encode(), key=key)[1])
        except NotReached as error:
            raise NotReached(
                str(error)
                + "\n"
                + words(
                    f"It is not known whether it was done. Run the same again with --once {key}: "
                    "nothing is done twice.",
                    f"无法确定是否已执行。请加上 --once {key} 重新运行相同命令：不会重复执行。",
                )
            ) from None

    def _ask(
        self, method: str, path: str, body: bytes | None = None, *, key: str = "", accept: str = ""
    ) -> tuple[int, bytes]:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Accept": accept or "application/json, application/problem+json",
            "Accept-Language": words("en", "zh-hans"),
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        said = ""
        for wait in (*WAITS, None):
            try:
                status, kind, answer = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                said = getattr(error, "strerror", None) or str(error) or type(error).__name__
            else:
                if status < 300:
                    return status, answer
                if status not in AGAIN:
                    raise _no(status, kind, answer)
                said = str(status)
            if wait is not None:
                time.sleep(wait)
        raise NotReached(
            words(f"{self.address} could not be reached: {said}.", f"无法连接{self.address}：{said}。")
        )

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, bytes]:
        kind = http.client.HTTPSConnection if self._tls else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=TIMEOUT)
        try:
            connection.request(method, self._base + path, body, headers)
            answer = connection.getresponse()
            raw = answer.read(MOST_BYTES + 1)
            if len(raw) > MOST_BYTES:
                raise NotReached(_not_ours())
            return answer.status, answer.headers.get_content_type(), raw
        finally:
            connection.close()


def _no(status: int, kind: str, raw: bytes) -> Failed:
    """Return what an answer that is no success means."""
    if kind != "application/problem+json":
        return NotReached(_not_ours() + f" ({status})")
    body = _json(raw)
    return Problem(status, body) if isinstance(body, dict) else NotReached(_not_ours())


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise NotReached(_not_ours()) from None


def _with(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _not_ours() -> str:
    return words(
        "The answer is not one of a Holdfast site. Look at the address.",
        "应答并非来自Holdfast站点。请核对地址。",
    )


def _no_address(address: str) -> str:
    return words(
        f"{address!r} is no address of a site; one looks like https://holdfast.example.",
        f"{address!r}不是站点地址；地址形如https://holdfast.example。",
    )
