"""Signing for a part: the receiver taps which copies are not in order, then says how each was found.

Two pages without a word to type: with thirty copies and two exceptions that is a handful of taps, and the
second page holds the two alone. What became of a copy that was not in order is said by its sender, on a page
of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import models as m
from custody.actions import handoffs, receipts
from custody.actions.base import done_before
from custody.models.discrepancy import UNSETTLED
from custody.terms import HandoffState, KeyForm, Leg, Received
from custody.transitions import DISCREPANCY, NotNow, move

from . import signing, signing_receipts
from .base import actor_of, heads, language, screen, token_of, told_in, visible_or_404
from .forms.fields import Line, Paragraph, WordChoice
from .forms.signing import chosen, offer
from .patterns import Choice, Fact, Link, Table

HOW: dict[str, Any] = {
    "find": _l("The copy is there and in order"),
    "replace": _l("A correction or a new seal put it right"),
    "report": _l("It was reported to the security officer"),
}


class MarkForm(forms.Form):
    """Which copies are not in order."""

    copies = forms.MultipleChoiceField(
        label=_l("Which copies are not in order?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _l("Tick the copies that are not in order, or go back and confirm all")},
    )

    def __init__(self, data: Any, copies: list[m.Copy]) -> None:
        """Take the copies of the handoff."""
        super().__init__(data)
        self.fields["copies"].choices = [  # type: ignore[attr-defined]
            (str(c.id), f"{c.code} · {c.item.codename} / {c.number}") for c in copies
        ]


class FoundForm(forms.Form):
    """How each of the ticked copies was found, a note where there is something to add, and with what the rest
    is signed for."""

    way = forms.ChoiceField(
        label=_l("How do you sign?"),
        choices=[("session", _l("Not at all: it then says “not signed”"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any, copies: list[m.Copy], keys: Sequence[KeyForm] = (), *, must: bool) -> None:
        """Take the copies that were ticked, with what keys the reader can sign here, and whether it must be
        with one of them."""
        super().__init__(data)
        offer(self, keys)
        if keys:
            way: Any = self.fields.pop("way")
            way.initial = way.initial if must else "session"
            way.choices = [(value, words) for value, words in way.choices if not must or value != "session"]
        self.rows = copies
        for copy in copies:
            self.fields[f"found_{copy.id}"] = WordChoice(
                Received,
                empty=False,
                label=_("%(code)s: what is wrong?") % {"code": copy.code},
                widget=forms.RadioSelect,
                error_messages={"required": _("Say what is wrong with this copy")},
            )
            self.fields[f"note_{copy.id}"] = Line(
                label=_("Note on %(code)s") % {"code": copy.code}, max_length=receipts.NOTE, required=False
            )
        if keys:
            self.fields["way"] = way
        self.key = chosen(data, keys)

    def wrong(self) -> list[receipts.Wrong]:
        """Return what the receiver says of each."""
        given = self.cleaned_data
        return [receipts.Wrong(c.id, given[f"found_{c.id}"], given[f"note_{c.id}"]) for c in self.rows]


@screen("GET", "POST")
def part(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Sign for the copies that are in order; the others stay with the sender."""
    row = visible_or_404(m.Handoff.objects.select_related("project"), request, handoff)
    actor = actor_of(request)
    actor.require("handoff.accept", receiver=row.receiver_party_id)
    here = reverse("handoff", args=[row.id])
    token = token_of(request)
    if request.method == "POST" and token and (done := done_before(actor, token, "handoff.accept")):
        return redirect("refusal", done.object.id) if done.state == "refused" else redirect(here)
    if row.state is not HandoffState.OFFERED or row.leg is Leg.INSPECTION:
        raise NotNow(row.state, "accept_part")
    copies = list(m.Copy.objects.filter(lines__handoff=row).select_related("item"))
    mark = MarkForm(request.POST if request.method == "POST" else None, copies)
    if not mark.is_bound or not mark.is_valid():
        return _page(request, row, mark, len(copies), [Choice("mark", _("Continue"), "primary", "step")], [])
    ticked = set(mark.cleaned_data["copies"])
    picked = [c for c in copies if str(c.id) in ticked]
    sent = request.POST if request.POST.get("step") == "sign" else None
    must = signing_receipts.demanded(row, copies)
    form = FoundForm(sent, picked, signing.keys(request), must=must)
    if form.is_bound and form.is_valid():
        with told_in(form):
            if form.key:
                return signing_receipts.put(request, row, form.key, wrong=form.wrong())
            outcome = handoffs.accept(actor, handoff=row.id, wrong=form.wrong(), submission=token)
            return redirect("refusal", outcome.object.id) if outcome.state == "refused" else redirect(here)
    rest = len(copies) - len(picked)
    label = ngettext("Sign for the other %(n)d copy", "Sign for the other %(n)d copies", rest) % {"n": rest}
    carried = [("copies", str(c.id)) for c in picked]
    return _page(request, row, form, len(copies), [Choice("sign", label, "primary", "step")], carried)


def _page(
    request: HttpRequest,
    row: m.Handoff,
    form: forms.Form,
    count: int,
    choices: list[Choice],
    carried: list[tuple[str, str]],
) -> HttpResponse:
    here = reverse("handoff", args=[row.id])
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(row.number, here)],
        "heading": _("Not all of %(number)s is in order") % {"number": row.number},
        "lead": ngettext(
            "%(n)d copy was offered. What you mark stays with the sender; you sign for the others.",
            "%(n)d copies were offered. What you mark stays with the sender; you sign for the others.",
            count,
        )
        % {"n": count},
        "form": form,
        "choices": choices,
        "carried": carried,
        "cancel": here,
    }
    return render(request, "handoff/part.html", context, status=422 if form.errors else 200)


def table(request: HttpRequest, row: m.Handoff) -> Table | None:
    """Return the copies of a handoff that were not in order, as both sides see them; None without any."""
    rows = list(m.Discrepancy.objects.filter(handoff=row).select_related("copy", "settled_by"))
    if not rows:
        return None
    may = actor_of(request).can(
        "discrepancy.settle", owner=row.project.owner_party_id, sender=row.sender_party_id
    )
    body = [
        [
            d.copy.code,
            d.found,
            d.note,
            d.state,
            [x for x in (d.resolution, d.settled_by.name if d.settled_by else "") if x],
            [Link(_("Say what became of it"), reverse("discrepancy", args=[d.id]))]
            if may and d.state in UNSETTLED
            else [],
        ]
        for d in rows
    ]
    return Table(
        heads(_("Copy"), _("How it was found"), _("Note"), _("State"), _("What became of it"), _("To do")),
        body,
    )


class SettleForm(forms.Form):
    """What became of a copy that was not in order."""

    how = forms.ChoiceField(
        label=_l("What became of it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Say what became of it")},
    )
    resolution = Paragraph(
        label=_l("What was found out?"), error_messages={"required": _l("Say what was found out")}
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Discrepancy) -> None:
        """Offer what may still be said of it."""
        super().__init__(data, initial={"seen": row.entry})
        self.fields["how"].choices = [  # type: ignore[attr-defined]
            (how, label) for how, label in HOW.items() if (row.state, how) in DISCREPANCY
        ]


@screen("GET", "POST")
def settle(request: HttpRequest, discrepancy: UUID) -> HttpResponse:
    """Say what became of a copy that was not in order."""
    rows = m.Discrepancy.objects.select_related("handoff__project", "copy")
    row = visible_or_404(rows, request, discrepancy)
    handoff, actor, name = row.handoff, actor_of(request), "discrepancy.settle"
    actor.require(name, owner=handoff.project.owner_party_id, sender=handoff.sender_party_id)
    here, token = reverse("handoff", args=[handoff.id]), token_of(request)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect(here)
    if row.state not in UNSETTLED:
        move(DISCREPANCY, row.state, "find")
    form = SettleForm(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            receipts.settle(replace(actor, expects=given.pop("seen")), discrepancy=row.id, **given)
            return redirect(here)
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(handoff.number, here)],
        "heading": _("What became of %(code)s?") % {"code": row.copy.code},
        "facts": [
            Fact(_("Copy"), row.copy.code, mono=True),
            Fact(_("How it was found"), row.found),
            Fact(_("Note"), row.note or None),
            Fact(_("State"), row.state),
        ],
        "form": form,
        "choices": [Choice("do", _("Record it"), "primary", "step")],
        "cancel": here,
    }
    return render(request, "approval/condition.html", context, status=422 if form.errors else 200)


def not_in_order(row: m.Handoff, copies: list[Any]) -> dict[UUID, str]:
    """Return the copies of a handoff that were not in order, each in one line with how it was found."""
    codes = {c.id: c.code for c in copies}
    return {
        d.copy_id: " · ".join(x for x in (codes[d.copy_id], d.found.text.get(language()), d.note) if x)
        for d in m.Discrepancy.objects.filter(handoff=row)
        if d.copy_id in codes
    }
