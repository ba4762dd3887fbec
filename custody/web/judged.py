"""What the rules said, as one reader may read it: live rulings, stored decisions, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from custody import models as m
from custody.actions.deciding import Ruling
from custody.policy.engine import Finding
from custody.stored import reader_of
from custody.terms import Text

from .findings import checks
from .names import named
from .patterns import Check


def live(
    request: HttpRequest,
    ruling: Ruling,
    project: m.Project,
    *parties: UUID,
    known: Mapping[str, str] | None = None,
    opened: bool = False,
) -> list[Check]:
    """Return the lines of a ruling that was not recorded; ``opened`` shows what each rule saw beside it."""
    lines = _lines(request, ruling.judgement.findings, project, parties, known)
    return [replace(line, values=line.seen, seen=()) for line in lines] if opened else lines


def stored(request: HttpRequest, decision: m.Decision, project: m.Project, *parties: UUID) -> list[Check]:
    """Return the lines of a recorded decision."""
    return _lines(request, [Finding.from_json(f) for f in decision.findings], project, parties)


def shown(request: HttpRequest, findings: Any, project: m.Project, *parties: UUID) -> list[Check]:
    """Return the lines of findings about a project that no decision holds, with what each rule saw in the
    open."""
    lines = _lines(request, findings, project, parties)
    return [replace(line, values=line.seen, seen=()) for line in lines]


def barring(decision: m.Decision) -> list[Finding]:
    """Return the findings that refused, heaviest rule first as the engine lists them."""
    return [f for f in map(Finding.from_json, decision.findings) if f.bars]


def codes(decision: m.Decision) -> str:
    """Return the codes of the rules that refused, for a list."""
    return ", ".join(f.code for f in barring(decision))


def why(decision: m.Decision) -> list[Any]:
    """Return the codes of the rules that refused, then what the first of them ask for, for a list."""
    found = barring(decision)
    titles = [finding.title for finding in found[:2]]
    return [codes(decision), *(Text(f"Required: {t.en}", f"要求：{t.zh}") for t in titles)]


def _lines(
    request: HttpRequest,
    findings: Any,
    project: m.Project,
    parties: tuple[UUID, ...],
    known: Mapping[str, str] | None = None,
) -> list[Check]:
    audience, party = reader_of(request.user, project, *parties)
    return checks(findings, audience, party, named(request, findings, known))
