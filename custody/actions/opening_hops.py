"""Subcontracts of an old register: each readable line is asked for anew, and none counts as approved.

What a paper says of an approval is kept beside the request, as what a paper says. The rules judge each line
as they judge any request, on facts that are recorded with it; what they bar is not refused, since the work
may be under way: it is a finding, and the request waits for officers by the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from custody import gather
from custody import models as m
from custody.events import opening as events
from custody.terms import Text, Verb

from . import hops, locking
from .base import Act, ActionError
from .deciding import rule
from .opening_rules import Told, of_hop
from .opening_subcontracts import Chained

PER_ENTRY = 200


def lock(register: m.OpeningRegister, lines: Sequence[Chained], today: dt.date) -> None:
    """Keep the project for this act alone: nothing is asked for or decided in it meanwhile. Who receives is
    read before; what is read after it counts."""
    project = register.project
    there = list(m.Hop.objects.filter(project=project))
    named = {party for line in lines for party in (line.receiver, line.payer) if party}
    parties = gather.with_controllers(gather.path_parties(project, there, *named), today)
    locking.together(
        ("share", "party", parties),
        ("update", "project", [project.id]),
        ("share", "hop", [hop.id for hop in there]),
        ("update", "register", [register.id]),
    )


def ask(
    act: Act, row: m.OpeningRegister, lines: Sequence[Chained], due: dt.date, today: dt.date
) -> list[Told]:
    """Ask for a subcontract by each line, the upper ones first; return what the rules say against each."""
    made: dict[int, m.Hop] = {}
    told: list[Told] = []
    for line in sorted(lines, key=lambda each: (len(each.upwards), each.place)):
        above = made[id(line.above)] if isinstance(line.above, Chained) else line.above
        terms = _terms(line)
        hop = hops.propose(row.project, above, terms, act.actor)
        question = hops.question(row.project, hop, act.actor, today, Verb.HOP_REQUEST, terms)
        ruling = rule(Verb.HOP_REQUEST, question)
        hops.add_hop(act, hop, ruling, due)
        made[id(line)] = hop
        told += of_hop(hop, ruling.judgement)
    _note(act, row, [(line, made[id(line)]) for line in lines])
    return sorted(told, key=lambda one: one.finding.code)


def _terms(line: Chained) -> hops.Terms:
    if line.receiver is None or line.starts is None:
        raise ActionError(Text(en="A line was read wrongly.", zh="有行读取有误。"))
    return hops.Terms(
        to_party=line.receiver,
        scope=line.scope,
        level=line.level,
        starts=line.starts,
        ends=line.ends,
        categories=line.categories,
        share=line.share,
        amount=line.amount,
        currency=line.currency if line.amount is not None else "",
        keeps_core=line.keeps_core,
        client_consent=line.client_consent,
        awarded_on=line.awarded_on,
        reported_on=line.reported_on,
        performer=line.performer,
        payer=line.payer,
        payer_country=line.payer_country,
        payment=line.payment,
    )


def _note(act: Act, row: m.OpeningRegister, taken: Sequence[tuple[Chained, m.Hop]]) -> None:
    """Record where each request stands on paper, and which approval the paper names."""
    for at in range(0, len(taken), PER_ENTRY):
        marks = [
            m.HopTakenOver(
                id=m.new_id(),
                register=row,
                hop=hop,
                number=line.number,
                page=line.page,
                line=line.line,
                approval=line.approval,
                approver=line.approver,
                approved_on=line.approved_on,
                scan_sha256=line.scan,
            )
            for line, hop in taken[at : at + PER_ENTRY]
        ]
        entry = act.record(
            events.HopsTakenOver(
                register=str(row.id),
                project=str(row.project_id),
                name=row.name,
                hops=[_told(mark) for mark in marks],
            ),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        for mark in marks:
            mark.entry = entry
        m.HopTakenOver.objects.bulk_create(marks, batch_size=1000)


def _told(mark: m.HopTakenOver) -> dict[str, str | None]:
    names = ("number", "page", "line", "approval", "approver", "scan_sha256")
    return {
        "taken": str(mark.id),
        "hop": str(mark.hop_id),
        "approved_on": mark.approved_on.isoformat() if mark.approved_on else None,
        **{name: getattr(mark, name) for name in names},
    }
