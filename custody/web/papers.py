"""The papers of a subcontract on its pages, and what its giver passes on altogether."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import likeness, regimes, siblings
from custody import models as m
from custody.policy.regime import Clause
from custody.terms import ApprovalState, HopState, Text

from .base import heads, signed_in, words
from .names import level_name, party_name
from .patterns import Fact, Link, Table


def facts(row: m.Hop) -> list[Fact]:
    """Return the consents and the agreement of a subcontract, the latest of each kind."""
    consents = {
        paper.kind: paper for paper in m.Consent.objects.filter(hop=row).select_related("recorded_by")
    }
    found = [
        Fact(
            Text(f"Written consent: {kind.text.en.lower()}", f"书面同意：{kind.text.zh}"),
            Text(f"{paper.reference}, {paper.given_on}", f"{paper.reference}，{paper.given_on}"),
            note=_note(paper),
        )
        for kind, paper in sorted(consents.items(), key=lambda pair: str(pair[0]))
    ]
    agreement = m.Agreement.objects.filter(hop=row).last()
    listed = _clauses(row)
    if agreement:
        named = {clause.id: clause.text for clause, asked in listed}
        found += [
            Fact(_("Agreement"), agreement.reference, note=_note(agreement)),
            Fact(_("Clauses agreed"), [named.get(id, Text(id, id)) for id in agreement.clauses]),
            Fact(_("Giving party signed on"), agreement.giver_signed_on),
            Fact(_("Receiving party signed on"), agreement.receiver_signed_on),
        ]
    agreed = set(agreement.clauses) if agreement else set()
    if missing := [clause.text for clause, asked in listed if asked and clause.id not in agreed]:
        found.append(Fact(_("Clauses missing"), missing))
    return found


def _clauses(row: m.Hop) -> list[tuple[Clause, bool]]:
    """Return the clauses of the regime, and whether the level of a subcontract asks for each; none while the
    pack cannot be read: the page opens all the same."""
    try:
        pack = regimes.pack(row.project.regime)
    except KeyError:
        return []
    ranks = {level.id: level.rank for level in pack.levels}
    rank = ranks.get(row.level, max(ranks.values()))
    return [(clause, rank >= ranks.get(clause.from_level or "", 0)) for clause in pack.clauses]


def _note(paper: Any) -> str:
    who = _("Recorded by %(name)s") % {"name": paper.recorded_by.name}
    return f"{who} · SHA-256 {paper.document_sha256}" if paper.document_sha256 else who


def alike(request: HttpRequest, row: m.Hop) -> list[Fact]:
    """Return the subcontracts that a request looks like, for readers who see the whole project."""
    if not m.Project.objects.whole_for(signed_in(request)).filter(id=row.project_id).exists():
        return []
    return [
        Fact(
            party_name(like.hop.to_party),
            Link(like.hop.scope, reverse("hop", args=[like.hop.id])),
            note=Text(f"{like.why.en} {like.hop.state.text.en}.", f"{like.why.zh}{like.hop.state.text.zh}。"),
        )
        for like in likeness.alike(row)
    ]


def beside(request: HttpRequest, row: m.Hop) -> dict[str, Any]:
    """Return the siblings of a hop as a table with their sum, for who may see them."""
    if not siblings.may_see(signed_in(request), row):
        return {}
    others = list(siblings.of(row).order_by("starts", "id"))
    if not others:
        return {}
    others.sort(key=lambda hop: hop.to_party_id != row.to_party_id)  # what the same party has stands first
    open_ones = m.Condition.objects.open().filter(approval__hop__in=others)
    unmet = set(
        open_ones.filter(approval__state=ApprovalState.GRANTED).values_list("approval__hop", flat=True)
    )
    body = [
        [
            Link(party_name(hop.to_party), reverse("hop", args=[hop.id])),
            hop.scope,
            level_name(hop.level, row.project.regime),
            None if hop.share is None else f"{hop.share} %",
            None if hop.amount is None else f"{hop.amount:,.2f} {hop.currency}".strip(),
            hop.starts,
            hop.ends,
            hop.state,
            _("Conditions not met yet") if hop.id in unmet else None,
        ]
        for hop in others
    ]
    columns = heads(
        _("Receiving party"),
        _("Work"),
        _("Classification"),
        _("Share"),
        _("Amount"),
        _("First day"),
        _("Last day"),
        _("State"),
        _("Conditions"),
    )
    added = siblings.total(row, others)
    said = (
        _("A share is not known, so what is passed on altogether is not known.")
        if added is None
        else _("With this one, %(sum)s %% is passed on altogether.") % {"sum": added}
    )
    return {"siblings": Table(columns, body), "siblings_sum": f"{said} {_the_same(row, others)}".strip()}


def _the_same(row: m.Hop, others: list[m.Hop]) -> str:
    """Return what the same party has of it, in words; nothing where it stands once."""
    parts = [hop for hop in others if hop.to_party_id == row.to_party_id]
    shares = [row.share, *(hop.share for hop in parts if hop.state is not HopState.REVOKED)]
    if not parts:
        return ""
    words_ = {"party": words(party_name(row.to_party)), "n": len(parts) + 1}
    if any(share is None for share in shares):
        return _("%(party)s has %(n)d of these parts, this one counted.") % words_
    total = sum((share for share in shares if share is not None), Decimal(0))
    return _("%(party)s has %(n)d of these parts, this one counted: %(sum)s %% together.") % {
        **words_,
        "sum": total,
    }
