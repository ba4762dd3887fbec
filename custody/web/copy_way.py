"""The way of one copy, as far as this reader may see it: who had it in a picture, what moved it in a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody import record
from custody.chain import Node, Shape
from custody.models.handoff import SIGNED
from custody.terms import CopyState, Had, HandoffState, Leg, Received, Text

from . import opening
from .chain_svg import SvgChain, picture
from .names import language, party_name
from .patterns import Moment, Tone

SHOWN = 24
"""Holders that are drawn, the last ones; the list of who had it shows all."""
SHAPES = {Had.KEPT: Shape.DASH, Had.READ: Shape.DOTS, Had.GONE: Shape.DASH}


def drawn(request: HttpRequest, row: m.Copy) -> SvgChain | None:
    """Return who had the copy, one box each from the first to the last, a reading beside its holder. What
    this reader is not told between two holders is a box that says so. None where nothing is to be told."""
    user: Any = request.user
    rows = m.Holding.objects.visible_to(user).filter(copy=row).with_until().select_related("party", "person")
    last = list(rows.order_by("-created_at", "id")[: SHOWN + 1])[::-1]
    held = last[-SHOWN:]
    parties = m.Party.objects.visible_to(user).filter(id__in={each.party_id for each in held})
    known = set(parties.values_list("id", flat=True))
    now: Any = next((each for each in reversed(held) if each.how is not Had.READ), None)
    nodes: list[Node] = []
    keeper: Any = None
    parent: str | None = None
    if len(last) > SHOWN:
        href = f"{reverse('holdings')}?{urlencode({'copy': row.id})}"
        parent = "before"
        nodes.append(Node(parent, None, _("Who had it before"), "", Shape.DOTS, href=href))
    for each in held:
        keeps = each.how is not Had.READ
        if keeps and keeper and (keeper.until is None or keeper.until < each.created_at):
            nodes.append(_untold(parent, len(nodes)))
            parent = nodes[-1].id
        stays = each.how is Had.KEPT and each is now and each.party_id == row.custodian_party_id
        box = _box(each, parent, stays=stays, known=each.party_id in known)
        if stays and getattr(row, "missing_in", None):  # what was not found is not shown as held
            day = timezone.localdate(each.created_at)
            state = _("Missing; by the record here since %(day)s") % {"day": day}
            box = replace(box, state=state, shape=Shape.CROSS)
        nodes.append(box)
        if keeps:
            keeper, parent = each, box.id
    if keeper and keeper.how is Had.KEPT and keeper.party_id != row.custodian_party_id:
        nodes.append(_untold(parent, len(nodes)))
    title = _("Who had copy %(code)s") % {"code": row.code}
    return picture(nodes, title=title, form="outline") if nodes else None


def _untold(parent: str | None, number: int) -> Node:
    return Node(f"untold {number}", parent, _("With others"), _("Not for you to see"), Shape.DOTS)


def _box(each: Any, parent: str | None, *, stays: bool, known: bool) -> Node:
    lang = language()
    began, ended = timezone.localdate(each.created_at), each.until and timezone.localdate(each.until)
    if stays:
        state = _("Holds it since %(day)s") % {"day": began}
    elif ended and ended != began:
        dates = {"begin": began, "end": ended}
        state = f"{each.how.text.get(lang)}, " + _("%(begin)s to %(end)s") % dates
    else:
        state = f"{each.how.text.get(lang)}, {began}"
    return Node(
        str(each.id),
        parent,
        party_name(each.party).get(lang),
        state,
        Shape.CHECK if stays else SHAPES[each.how],
        note=each.person.name if each.person else "",
        href=reverse("party", args=[each.party_id]) if known else "",
    )


def moments(request: HttpRequest, row: m.Copy) -> list[Moment]:
    """Return the offers and answers that moved this copy, and what cast doubt on that, oldest first."""
    seen = m.Handoff.objects.visible_to(request.user).filter(lines__copy=row).order_by("offered_at")
    found: list[Moment] = []
    if whole := m.Project.objects.whole_for(request.user).filter(id=row.item.project_id).exists():
        found.append(
            opening.moment(row) or Moment(row.created_at, Text("The copy was numbered.", "副本已编号。"))
        )
    wrong = dict(m.Discrepancy.objects.filter(copy=row).values_list("handoff", "found"))
    for handoff in seen.select_related("sender_party", "receiver_party", "sender_person", "receiver_person"):
        sender, receiver = party_name(handoff.sender_party), party_name(handoff.receiver_party)
        href = reverse("handoff", args=[handoff.id])
        offered = Text(
            f"Offered to {receiver.en}, {handoff.number}", f"移交给{receiver.zh}，{handoff.number}"
        )
        found.append(Moment(handoff.offered_at, offered, f"{handoff.sender_person.name}", "wait", href=href))
        if handoff.answered_at:
            found.append(
                Moment(
                    handoff.answered_at,
                    _answered(handoff, sender, receiver, wrong.get(handoff.id)),
                    tone="ok" if handoff.state in SIGNED and handoff.id not in wrong else "bad",
                    href=href,
                    detail=handoff.answer,
                )
            )
    found += _destroyed(request, row)
    since = None if whole or not found else found[0].at
    doubts = record.naming(str(row.id), list(_DOUBT), since=since)
    found += [Moment(entry.at, *_DOUBT[str(entry.values["kind"])]) for entry in doubts]
    return sorted(found, key=lambda moment: moment.at)


def _destroyed(request: HttpRequest, row: m.Copy) -> list[Moment]:
    """Return the end of a copy, once it was destroyed; the batch tells the rest."""
    if row.state is not CopyState.DESTROYED:
        return []
    return [
        Moment(entry.at, Text("Destroyed: custody has ended", "已销毁：保管责任终止"), tone="off")
        for entry in record.naming(str(row.id), ["destruction.recorded/1"])
    ]


_DOUBT: dict[str, tuple[Text, str, Tone]] = {
    "copies.unconfirmed/1": (
        Text(
            "The database was restored: what happened last may be lost",
            "数据库已恢复：此前最近的记录可能已丢失",
        ),
        "",
        "bad",
    ),
    "copies.confirmed/1": (Text("Counted, and found where the record says", "已清点，与记录一致"), "", "ok"),
}


def _answered(handoff: m.Handoff, sender: Text, receiver: Text, wrong: Received | None) -> Text:
    """Return what an answer meant for custody of the copy."""
    state = handoff.state
    if wrong:
        return Text(
            f"Not in order on receipt ({wrong.text.en}): custody stayed with {sender.en}",
            f"签收时异常（{wrong.text.zh}）：保管责任仍在{sender.zh}",
        )
    if handoff.leg is Leg.INSPECTION and state is HandoffState.ACCEPTED:
        return Text(f"Read on site: custody stayed with {sender.en}", f"现场查阅：保管责任仍在{sender.zh}")
    if state in SIGNED:
        return Text(
            f"Accepted: custody moved from {sender.en} to {receiver.en}",
            f"已签收：保管责任由{sender.zh}转至{receiver.zh}",
        )
    return Text(
        f"{state.text.en}: custody stayed with {sender.en}", f"{state.text.zh}：保管责任仍在{sender.zh}"
    )
