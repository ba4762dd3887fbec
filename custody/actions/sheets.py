"""What stands behind a handoff that took place on paper: the numbered form, its scan, and what a rule says.

The thing has happened, so the rules judge it without stopping it: what they bar is told as done without
leave, with a day by which it is to be settled. That it is no way around the rules rests on what is asked
here: a form that was printed and issued before, by somebody else than its holder; a scan; a reason; and the
receiver's own receipt, which nobody gives who handed over or entered it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from custody import codes, record, regimes
from custody import models as m
from custody.events import blank as events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.terms import BlankState, HandoffState, PaperState, Text
from custody.transitions import BLANK, ON_PAPER, move

from . import files, locking, signing_receipts
from .base import Act, ActionError
from .deciding import Ruling
from .legs import Ends

SETTLE_WITHIN = dt.timedelta(days=14)
"""So long is the time to settle what was done without leave: two weeks, as no rule gives a number."""
ALWAYS = frozenset({"HND-01", "HND-03", signing_receipts.RULE})
"""Rules that bar a confirmation on paper as any other: they ask who signs and how, and whether it still
stands."""
_ENDED = (HandoffState.DECLINED, HandoffState.WITHDRAWN, HandoffState.LAPSED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled-in form: its number, who handed over, when as it stands there, why on paper, and the scan."""

    form: str
    handed_over_by: UUID
    took_place_at: dt.datetime
    reason: str
    file: Received


def found(number: str, party: UUID) -> m.BlankReceipt:
    """Return the form of a number that was issued to a party. Raises ActionError for any other."""
    plain = codes.normalise(number)
    if not codes.is_valid(plain):
        raise ActionError(
            Text(
                en="The last character of this number is wrong; compare it with the paper.",
                zh="编号末位校验字符不符，请与纸质回执核对。",
            ),
            "form",
        )
    row: m.BlankReceipt | None = m.BlankReceipt.objects.filter(number=plain, party=party).first()
    if row is None:
        raise ActionError(
            Text(
                en=f"No blank receipt {plain} was issued to the party that hands over. Nothing can be "
                "entered from it.",
                zh=f"移交方未领用过编号为 {plain} 的空白回执，不能据此补录。",
            ),
            "form",
        )
    return row


def locked(act: Act, sheet: Sheet, ends: Ends) -> m.BlankReceipt:
    """Keep the form for this act alone and return it, if it can be used. Raises ActionError."""
    known = found(sheet.form, ends.sender)
    locking.update("blank", [known.id])
    row: m.BlankReceipt = m.BlankReceipt.objects.select_related("handoff").get(id=known.id)
    if row.state is BlankState.USED and row.handoff and row.handoff.state not in _ENDED:
        raise ActionError(
            Text(
                en=f"{row.number} was used already, for handoff {row.handoff.number}.",
                zh=f"{row.number} 已用于移交 {row.handoff.number}。",
            ),
            "form",
        )
    if row.state not in (BlankState.ISSUED, BlankState.USED):
        raise ActionError(
            Text(
                en=f"{row.number} cannot be used: {row.state.text.en.lower()}. If it was missing and is "
                "there again, say first that it was found.",
                zh=f"{row.number} 不能使用：{row.state.text.zh}。如原先缺失现已找到，请先登记找到。",
            ),
            "form",
        )
    if row.project_id not in (None, ends.project.id):
        raise ActionError(
            Text(en=f"{row.number} was printed for another project.", zh=f"{row.number} 为其他项目所印制。"),
            "form",
        )
    # A paper tells minutes.
    if row.issued_at is None or sheet.took_place_at < row.issued_at.replace(second=0, microsecond=0):
        raise ActionError(
            Text(
                en=f"{row.number} had not been issued at that time. Give the time that stands on the paper.",
                zh=f"该时间 {row.number} 尚未领用。请填写纸质回执所载时间。",
            ),
            "took_place_at",
        )
    return row


def checked(act: Act, sheet: Sheet, ends: Ends, copies: Iterable[UUID]) -> None:
    """Raise ActionError unless somebody of the sender handed over copies that the sender has."""
    today = regimes.today(ends.project.regime, act.now)
    standing = m.Membership.objects.current(today).filter(person=sheet.handed_over_by, party=ends.sender)
    if not standing.exists():
        raise ActionError(
            Text(
                en="This person does not stand for the party that hands over today.",
                zh="该人员目前不代表移交方。",
            ),
            "handed_over_by",
        )
    elsewhere = m.Copy.objects.filter(id__in=list(copies)).exclude(custodian_party=ends.sender)
    if code := elsewhere.order_by("code").values_list("code", flat=True).first():
        raise ActionError(
            Text(
                en=f"The book does not have {code} with the party that hands over. Enter and confirm how it "
                "came there first.",
                zh=f"账面上 {code} 不在移交方保管之下。请先补录并确认其来历。",
            ),
            "copies",
        )


def noted(act: Act, sheet: Sheet, form: m.BlankReceipt, handoff: m.Handoff, ruling: Ruling) -> None:
    """Record beside an offer that it took place on paper, with its scan, and whether the rules allowed it."""
    person = act.actor.human()
    state = PaperState.IN_ORDER if ruling.allowed else PaperState.WITHOUT_LEAVE
    row = m.PaperHandoff(
        id=m.new_id(),
        handoff=handoff,
        form=form,
        took_place_at=sheet.took_place_at,
        reason=sheet.reason,
        entered_by_id=person,
        state=state,
        due=None if ruling.allowed else _due(act, handoff.project),
    )
    row.entry = act.record(
        events.HandoffOnPaper(
            paper=str(row.id),
            handoff=str(handoff.id),
            number=handoff.number,
            form=str(form.id),
            form_number=form.number,
            took_place=record.time_text(sheet.took_place_at),
            reason=sheet.reason,
            scan_sha256=sheet.file.sha256,
            allowed=ruling.allowed,
            due=row.due.isoformat() if row.due else None,
            person=str(person),
        ),
        handoff.project.stream,
        on_behalf_of=handoff.sender_party_id,
    )
    row.save(force_insert=True)
    form.state, form.handoff, form.entry = move(BLANK, form.state, "use"), handoff, row.entry
    form.save()
    files.add(act, files.subject(EvidenceOf.ON_PAPER, row.id), sheet.file)


def of(handoff: m.Handoff) -> m.PaperHandoff | None:
    """Return what is known of the paper of a handoff that was read with it, kept for this act alone; None for
    one without."""
    row: m.PaperHandoff | None = getattr(handoff, "on_paper", None)
    if row is not None:
        locking.update("on_paper", [row.id])
        row.refresh_from_db()
    return row


def stops(paper: m.PaperHandoff | None, ruling: Ruling) -> bool:
    """Return whether what the rules say of an acceptance stops it: always, but for what has taken place on
    paper; there only where the signature itself is not one."""
    if ruling.allowed or paper is None:
        return not ruling.allowed
    return any(finding.code in ALWAYS for finding in ruling.judgement.barring)


def confirmed(act: Act, paper: m.PaperHandoff, handoff: m.Handoff, ruling: Ruling) -> None:
    """Record beside an acceptance that a rule bars it. Raises ActionError for whoever entered it: a second
    person has to confirm."""
    if act.actor.person == paper.entered_by_id:
        raise ActionError(
            Text(
                en="You entered this handoff from paper, so somebody else must confirm it.",
                zh="此纸质移交由您补录，须由他人确认。",
            )
        )
    if ruling.allowed or paper.state is PaperState.WITHOUT_LEAVE:
        return
    paper.state, paper.due = move(ON_PAPER, paper.state, "bar"), _due(act, handoff.project)
    paper.entry = act.record(
        events.HandoffWithoutLeave(
            paper=str(paper.id),
            handoff=str(handoff.id),
            number=handoff.number,
            due=paper.due.isoformat(),
        ),
        handoff.project.stream,
        on_behalf_of=handoff.receiver_party_id,
    )
    paper.save()


def _due(act: Act, project: m.Project) -> dt.date:
    return regimes.today(project.regime, act.now) + SETTLE_WITHIN
