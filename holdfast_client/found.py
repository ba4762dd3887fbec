"""From what people type (numbers, codes, names) to the rows that the API means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from config.words import words
from custody.codes import normalise

from .errors import Failed, Problem
from .reach import Site


def is_id(text: str) -> bool:
    """Tell whether a text is the id of a row."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def copies(site: Site, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the copies with these numbers, each once. Raises Failed that names every number not there."""
    found: dict[str, dict[str, Any]] = {}
    missing = []
    for code in dict.fromkeys(normalise(code) for code in codes):
        row = _exactly(site, "copies/", "code", code)
        if row is None:
            missing.append(code)
        else:
            found[row["id"]] = row
    if missing:
        raise _not_there(", ".join(missing))
    return list(found.values())


def handoff(site: Site, number: str) -> dict[str, Any]:
    """Return the handoff of this number. Raises Failed."""
    return _exactly(site, "handoffs/", "number", normalise(number)) or _missing(number)


def project(site: Site, code: str) -> dict[str, Any]:
    """Return the project of this code. Raises Failed."""
    return _exactly(site, "projects/", "code", code.strip()) or _missing(code)


def person(site: Site, given: str) -> str:
    """Return the id of a person, given as id, staff number or full name. Raises Failed unless it is one."""
    if is_id(given):
        return given
    rows = [r for r in site.rows("people/", q=given) if given.strip() in (r["staff_number"], r["name"])]
    if len(rows) > 1:
        raise Failed(
            words(
                f"Several people are called {given}. Give the staff number or the id.",
                f"有多人名为{given}。请给出工号或标识。",
            )
        )
    return str(rows[0]["id"]) if rows else str(_missing(given))


class Names:
    """Names of parties, people and systems, asked once each; what the caller may not see has none."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site
        self._known: dict[str, str] = {}

    def of(self, noun: str, id: str | None) -> str:
        """Return the name of a row, or a word for one that is not shown to the caller."""
        if not id:
            return ""
        if id not in self._known:
            try:
                self._known[id] = str(self._site.get(f"{noun}/{id}/")["name"])
            except Problem as error:
                if error.status not in (403, 404):
                    raise
                self._known[id] = words("(not shown to you)", "（您无权查看）")
        return self._known[id]


def _exactly(site: Site, path: str, column: str, value: str) -> dict[str, Any] | None:
    """Return the row whose column is the value; the site finds it among those that contain it."""
    if not value:
        return None
    wanted = value.casefold()
    return next((row for row in site.rows(path, q=value) if str(row[column]).casefold() == wanted), None)


def _missing(what: str) -> dict[str, Any]:
    raise _not_there(what)


def _not_there(what: str) -> Failed:
    return Failed(words(f"Not registered, or not yours to see: {what}", f"未登记，或您无权查看：{what}"))
