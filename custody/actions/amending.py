"""Amending a subcontract: other terms, and with them a new decision.

What was approved is bound to the SHA-256 of its subject, so other terms are another subject: the approval of
before is superseded, the subcontract waits again, and nothing passes it or those below it until officers have
approved the new terms (APR-01, APR-07). The old approval keeps its subject and its votes, and can be read.
A vote and an amendment at once have one order, for both lock the hop: who votes second meets a request that
is superseded, who amends second supersedes what was granted.
"""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody import gather, record, regimes, scope
from custody import models as m
from custody.events import approval as events
from custody.policy.rules.approvals import votes_needed
from custody.terms import ApprovalState, HopState, Text, Verb
from custody.transitions import APPROVAL, HOP, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import Alteration, keep_correction, needed
from .deciding import Ruling, carried, keep, refuse, rule
from .entered import entered
from .hops import Terms, question, subject_of

_CENT = Decimal("0.01")
"""Share and amount as the table keeps them, so that a subject made from the row again is the same."""
FIXED = ("to_party", "reported_on", "business", "performer", "consents", "agreed")
"""Members of the terms that an amendment leaves alone: for another party, or other work of a kind that the
regime lists, another subcontract is asked for; what was not known of them is added by `describing`, and
papers by `papers`."""

COLUMNS = {"payer": "payer_id"}
"""Terms that stand under another name in the table."""


def terms_of(hop: m.Hop) -> Terms:
    """Return the terms of a subcontract as they stand."""
    own = {f.name: getattr(hop, COLUMNS.get(f.name, f.name)) for f in fields(Terms) if f.name not in FIXED}
    return Terms(to_party=hop.to_party_id, **own)


def amended(hop: m.Hop, terms: Terms) -> m.Hop:
    """Return a subcontract as it would stand in other terms, unsaved, with the digest of that subject."""
    new = copy.copy(hop)
    for name, value in _given(terms).items():
        setattr(new, name, value)
    new.subject_sha256 = record.digest(subject_of(new))
    return new


def may_amend(actor: Actor, hop: m.Hop) -> bool:
    """Return whether an actor may put a subcontract up in other terms now."""
    asks = actor.can("hop.amend", owner=hop.project.owner_party_id, sender=hop.from_party_id)
    return asks and (hop.state, "amend") in HOP


@scope.whole()
def preview_amend(actor: Actor, *, hop: m.Hop, terms: Terms, now: dt.datetime) -> Ruling:
    """Run the rules on an amendment that is being typed, as on a request. Records nothing."""
    return _judged(actor, amended(hop, terms), regimes.today(hop.project.regime, now))


@entered(m.Hop, needed=("scope",))
def amend(
    actor: Actor,
    *,
    hop: UUID,
    terms: Terms,
    reason: str,
    decide_by: dt.date | None = None,
    submission: UUID | None = None,
) -> Outcome:
    """Put a subcontract up in other terms. Allowed by the rules it waits for officers; else refused and
    recorded, and what was approved stays as it was.

    Raises ActionError when nothing would change or another party is named; NotNow for one that is withdrawn,
    suspended or revoked.
    """
    row = m.Hop.objects.select_related("project").get(id=hop)
    project = row.project
    actor.require("hop.amend", owner=project.owner_party_id, sender=row.from_party_id)
    needed(reason)
    if terms.to_party != row.to_party_id:
        raise ActionError(
            Text(
                en="A subcontract stays with its party. Ask for another subcontract instead.",
                zh="分包的承接方不能变更。请另行申请分包。",
            ),
            "to_party",
        )
    if terms.ends is not None and terms.ends < terms.starts:
        raise ActionError(Text(en="The last day is before the first day.", zh="止日早于起日。"), "ends")

    def work(act: Act) -> Outcome:
        today = regimes.today(project.regime, act.now)
        path, asked = row.path_ids(), list(row.approvals.values_list("id", flat=True))
        parties = gather.with_controllers(gather.path_parties(project, [row], terms.payer), today, path)
        locking.together(
            ("share", "party", parties),
            ("share", "project", [project.id]),
            ("share", "hop", path[:-1]),
            ("update", "hop", [hop]),
            ("update", "approval", asked),
        )
        current = m.Hop.objects.select_related("project").get(id=hop)
        act.unchanged(current)
        move(HOP, current.state, "amend")
        changed = Alteration.of(current, _given(terms))
        new = amended(current, terms)
        ruling = _judged(actor, new, today)
        if not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=project.stream,
                project=project,
                attempt={"hop": str(hop), "to_party": str(row.to_party_id), "changed": changed.names},
                submission=submission or m.new_id(),
                hop=hop,
                to_party=row.to_party_id,
                on_behalf_of=row.from_party_id,
            )
        return _put_up(act, current, new, changed, ruling, decide_by, reason)

    return perform(actor, work, submission=submission, verb="hop.amend")


def _put_up(
    act: Act,
    was: m.Hop,
    new: m.Hop,
    changed: Alteration,
    ruling: Ruling,
    decide_by: dt.date | None,
    reason: str,
) -> Outcome:
    """End the request or approval that there is, and ask for a decision on the new subject."""
    last = was.approvals.order_by("-created_at").first()
    over = last if last and (last.state, "amend") in APPROVAL else None
    approval_id, decision_id, person = m.new_id(), m.new_id(), act.actor.human()
    pack = regimes.pack(new.project.regime)
    demanded, corrects = votes_needed(pack, new.level), was.entry
    entry = act.record(
        events.HopAmended(
            hop=str(new.id),
            approval=str(approval_id),
            superseded=str(over.id) if over else None,
            corrects=str(corrects),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            share=str(new.share) if new.share is not None else None,
            amount=str(new.amount) if new.amount is not None else None,
            level=new.level,
            starts=new.starts.isoformat(),
            ends=new.ends.isoformat() if new.ends else None,
            subject_sha256=new.subject_sha256,
            requested_by=str(person),
            decide_by=decide_by.isoformat() if decide_by else None,
            needed=demanded,
            reason=reason,
        ),
        new.project.stream,
        on_behalf_of=new.from_party_id,
        **carried(ruling, decision_id),
    )
    keep(ruling, new.project, decision_id, entry)
    if over:
        over.state, over.entry = move(APPROVAL, over.state, "amend"), entry
        over.save()
    new.state, new.entry = HopState.REQUESTED, entry
    new.save()
    approval = m.Approval.objects.create(
        id=approval_id,
        entry=entry,
        hop=new,
        subject=subject_of(new),
        subject_sha256=new.subject_sha256,
        level=new.level,
        state=ApprovalState.REQUESTED,
        needed=demanded,
        starts=new.starts,
        ends=new.ends,
        decide_by=decide_by,
        requested_by_id=person,
    )
    keep_correction(act, entry, new, corrects=corrects, changes=changed.kept(), reason=reason)
    return Outcome("held", entry, new, approval)


def _given(terms: Terms) -> dict[str, Any]:
    given = {
        COLUMNS.get(f.name, f.name): getattr(terms, f.name) for f in fields(Terms) if f.name not in FIXED
    }
    numbers = {n: None if given[n] is None else given[n].quantize(_CENT) for n in ("share", "amount")}
    return {**given, **numbers, "categories": sorted(terms.categories)}


def _judged(actor: Actor, new: m.Hop, today: dt.date) -> Ruling:
    """Run the rules of a request on a hop as it would stand; its row still says what it says."""
    asked = question(new.project, new, actor, today, Verb.HOP_REQUEST)
    return rule(Verb.HOP_REQUEST, replace(asked, hops=new.path_ids()[:-1], new_hop=new))
