"""Reading a request's body: JSON of a bounded size and depth, and nothing that only some readers accept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from custody.terms import Text

from .saying import say

MOST_BYTES = 1_000_000


class TooLarge(APIException):
    """The body is larger than any request of ours; answered with status 413."""

    status_code = 413

    def __init__(self) -> None:
        """Say it in the language of the request."""
        super().__init__(say(Text("Send at most 1,000,000 bytes.", "最多可发送1000000字节。")))


class StrictJSON(BaseParser):
    """RFC 8259 JSON in UTF-8: no duplicate names, no NaN, no more than a million bytes."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value. Raises TooLarge and ParseError."""
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge
        try:
            return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(say(_why(error))) from error


def _why(error: Exception) -> Text:
    """Return what is wrong, and where if the parser knows; its own words are English alone."""
    if isinstance(error, json.JSONDecodeError):
        return Text(
            f"This is not JSON: see line {error.lineno}, column {error.colno}.",
            f"请求内容不是JSON：见第{error.lineno}行第{error.colno}列。",
        )
    return Text(
        "This is not JSON as it is taken here: UTF-8, each name once, no NaN, not nested too deeply, "
        "numbers of moderate length.",
        "请求内容不是可接受的JSON：须为UTF-8编码，名称不得重复，不得有NaN，嵌套不得过深，数字不得过长。",
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; two members of one name could be read as two different requests."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")
