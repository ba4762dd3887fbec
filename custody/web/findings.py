"""Findings of the rule engine as lines of the checks pattern, narrowed to what one reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from custody.policy.engine import Basis as Cited
from custody.policy.engine import Finding
from custody.policy.rule import BLOCK, Input
from custody.terms import Audience, Text

from .inputs import input_name
from .patterns import Basis, Check, Fact


def checks(
    findings: Iterable[Finding],
    reader: Audience = Audience.ALL,
    party: str | None = None,
    names: Mapping[str, str] | None = None,
) -> list[Check]:
    """Return one line per finding.

    ``reader`` and ``party`` are those of :meth:`Finding.for_audience`: without them only what everyone
    concerned may see is shown. ``names`` puts names to ids of parties, persons and systems that this reader
    may know.
    """
    return [_check(f.for_audience(reader, party), reader, party, names or {}) for f in findings]


def _check(finding: Finding, reader: Audience, party: str | None, names: Mapping[str, str]) -> Check:
    """Return the line of a narrowed finding; what its inputs are called stands in ``inputs``."""
    return Check(
        outcome=finding.outcome,
        sentence=finding.title,
        code=finding.code,
        remedy=finding.remedy_for(reader, party, names),
        basis=[_basis(b) for b in finding.basis],
        seen=[Fact(input_name(name), _shown(given, names)) for name, given in sorted(finding.inputs.items())],
        note=_by(finding) or finding.note,
        barring=finding.severity is BLOCK,
    )


def _by(finding: Finding) -> Text | None:
    """Return by what a broken rule bars nothing; None where it is not overridden."""
    by = finding.overridden
    if by is None:
        return None
    return Text(
        f"Overridden by entry {by.entry} until {by.until}.",
        f"已由账本记录{by.entry}特批放行，有效至{by.until}。",
    )


def _shown(given: Input, names: Mapping[str, str]) -> Text:
    """Return an input as people read it; an empty list is said so."""
    text = given.text(names)
    return text if text.en or text.zh else Text("none", "无")


def _basis(cited: Cited) -> Basis:
    """Return a citation as one text: source, then article."""
    article = cited.article or Text("", "")
    return Basis(
        Text(f"{cited.source.en} {article.en}".strip(), f"{cited.source.zh}{article.zh}"), cited.status
    )
