"""Copies on their way: where the sender says what was sent off, and what both sides read of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import record
from custody.actions import on_the_way
from custody.actions.base import Actor, done_before
from custody.actions.legs import may, permitted
from custody.terms import Channel, HandoffState
from custody.transitions import NotNow

from . import entries
from .base import actor_of, screen, token_of, told_in, visible_or_404, words
from .forms.fields import Day, Line, Paragraph, ReasonForm
from .forms.handoff import companions
from .patterns import Choice, Fact, Link, Moment, Tone

_TONES: dict[str, Tone] = {"handoff.dispatched/1": "wait", "handoff.overdue/1": "warn"}
_NAMED = {kind.partition("/")[0]: tone for kind, tone in _TONES.items()}
VERB = "handoff.dispatch"
_APART = re.compile(r"[\n,，、;；]+")


class SentForm(forms.Form):
    """What left, with whom, and by when it is to be there."""

    left_on = Day(label=_l("When did it leave?"), error_messages={"required": _l("Say when it left")})
    carrier = Line(
        label=_l("Which service carries it?"),
        help_text=_l("Empty where own people carry it."),
        max_length=200,
        required=False,
    )
    waybill = Line(label=_l("Way-bill number"), max_length=80, required=False)
    carriers = forms.ChoiceField(label=_l("Who carries it?"), required=False)
    second = forms.ChoiceField(label=_l("Who goes with them?"), required=False)
    packages = forms.IntegerField(
        label=_l("How many packages?"),
        min_value=1,
        max_value=on_the_way.PACKAGES,
        initial=1,
        error_messages={"required": _l("Say how many packages left")},
    )
    seals = Paragraph(
        label=_l("Seal numbers"),
        help_text=_l("One per line, or separated by commas."),
        required=False,
        rows=2,
        max_length=8000,
    )
    expected_on = Day(
        label=_l("By when is it to be there?"),
        help_text=_l("When that day has passed without a receipt, both sides are told."),
        error_messages={"required": _l("Say by when it is to be there")},
    )

    def __init__(self, data: Any, row: m.Handoff, before: m.Dispatch | None) -> None:
        """Take the handoff, and what was said of it before."""
        super().__init__(data, initial=_said(before) if before else _begun(row))
        people = [("", "—"), *companions(row.sender_party, row.receiver_party)]
        for name in ("carriers", "second"):
            self.fields[name].choices = people  # type: ignore[attr-defined]
        if row.channel is Channel.IN_PERSON:
            del self.fields["carrier"], self.fields["waybill"]

    def sent(self) -> on_the_way.Sent:
        """Return what is said."""
        given = self.cleaned_data
        return on_the_way.Sent(
            left_on=given["left_on"],
            expected_on=given["expected_on"],
            packages=given["packages"],
            carrier=given.get("carrier", ""),
            waybill=given.get("waybill", ""),
            carriers=[UUID(given[name]) for name in ("carriers", "second") if given[name]],
            seals=[seal for part in _APART.split(given["seals"]) if (seal := part.strip())],
        )


class BackForm(ReasonForm):
    """Why an offer is withdrawn of which the copies were on their way, and how they came back."""

    came_back_on = Day(
        label=_l("When did the copies come back?"), error_messages={"required": _l("Say when they came back")}
    )
    condition = Line(
        label=_l("How were they found?"),
        help_text=_l("For instance: all packages there, seals whole."),
        max_length=300,
        error_messages={"required": _l("Say how they were found")},
    )

    def came_back(self) -> on_the_way.CameBack:
        """Return what is said of the return."""
        return on_the_way.CameBack(self.cleaned_data["came_back_on"], self.cleaned_data["condition"])


def _begun(row: m.Handoff) -> dict[str, Any]:
    return {"left_on": timezone.localdate(), "second": str(row.second_carrier_id or "")}


def _said(before: m.Dispatch) -> dict[str, Any]:
    people = [str(person) for person in before.carriers] + ["", ""]
    same = ("left_on", "carrier", "waybill", "packages", "expected_on")
    return {
        **{name: getattr(before, name) for name in same},
        "carriers": people[0],
        "second": people[1],
        "seals": "\n".join(before.seals),
    }


def of(row: m.Handoff) -> m.Dispatch | None:
    """Return what was said of copies that were sent off; None where none were."""
    found: m.Dispatch | None = getattr(row, "dispatch", None)
    return found


def link(request: HttpRequest, row: m.Handoff, way: m.Dispatch | None) -> Link | None:
    """Return the way to say that copies were sent off, or to put that right, for who may."""
    owner = row.project.owner_party_id
    open_ = row.state is HandoffState.OFFERED and on_the_way.goes(row)
    if not open_ or not may(actor_of(request), row.leg, owner, row.sender_party_id, verb="dispatch"):
        return None
    label = _("Correct what was sent off") if way else _("It was sent off")
    return Link(label, reverse("handoff_dispatch", args=[row.id]))


def may_lose(actor: Actor, row: m.Handoff, way: m.Dispatch | None) -> bool:
    """Return whether this actor may say that copies were lost on the way."""
    on_the_way_ = way is not None and row.state is HandoffState.OFFERED
    owner = row.project.owner_party_id
    return on_the_way_ and actor.can("handoff.lose", owner=owner, sender=row.sender_party_id)


def facts(way: m.Dispatch | None) -> list[Fact]:
    """Return what both sides read of copies that were sent off; nothing where none were."""
    if way is None:
        return []
    names = m.Person.objects.in_bulk(way.carriers)
    people = [names[id].name for id in way.carriers if id in names]
    return [
        Fact(_("Sent off"), way.left_on, note=way.carrier),
        *([Fact(_("Carried by"), people)] if people else []),
        *([Fact(_("Way-bill number"), way.waybill, mono=True)] if way.waybill else []),
        Fact(_("Packages"), way.packages),
        *([Fact(_("Seal numbers"), list(way.seals), mono=True)] if way.seals else []),
        Fact(_("To be there by"), way.expected_on, note=_late(way)),
        *([Fact(_("Came back"), way.came_back_on, note=way.condition)] if way.came_back_on else []),
    ]


def _late(way: m.Dispatch) -> str:
    open_ = way.handoff.state is HandoffState.OFFERED
    return (
        _("Late: not there yet, as far as recorded")
        if open_ and way.expected_on < timezone.localdate()
        else ""
    )


def moments(row: m.Handoff) -> list[Moment]:
    """Return what was said of copies that were sent off, each time."""
    told = record.naming(str(row.id), list(_TONES)) if of(row) else []
    found = [(entry.values, entries.moment(entry.id, _NAMED)) for entry in told]
    return [replace(moment, detail=_what(values)) for values, moment in found if moment]


def _what(values: Mapping[str, Any]) -> str:
    """Return in one line what an entry says was sent off, and by when it was to be there."""
    seals, packages = ", ".join(values.get("seals") or ()), values.get("packages")
    parts = [
        values.get("carrier"),
        values.get("waybill"),
        f"{_('Packages')}: {packages}" if packages else "",
        f"{_('Seal numbers')}: {seals}" if seals else "",
        f"{_('To be there by')}: {values.get('expected_on')}",
    ]
    return " · ".join(filter(None, parts))


@screen("GET", "POST")
def page(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Say that the copies of an open offer were sent off, or put that right."""
    rows = m.Handoff.objects.select_related("project", "sender_party", "receiver_party", "receiver_person")
    row: m.Handoff = visible_or_404(rows, request, handoff)
    actor, here, token = actor_of(request), reverse("handoff", args=[row.id]), token_of(request)
    permitted(actor, row.leg, row.project.owner_party_id, row.sender_party_id, verb="dispatch")
    if request.method == "POST" and token and done_before(actor, token, VERB):
        return redirect(here)
    if row.state is not HandoffState.OFFERED or not on_the_way.goes(row):
        raise NotNow(row.state, "dispatch")
    way = of(row)
    form = SentForm(request.POST if request.method == "POST" else None, row, way)
    if form.is_bound and form.is_valid():
        with told_in(form):
            on_the_way.dispatch(actor, handoff=row.id, sent=form.sent())
            return redirect(here)
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(row.number, here)],
        "heading": _("%(number)s was sent off") % {"number": row.number},
        "lead": _("The copies stay in your custody until %(person)s signs for them.")
        % {"person": row.receiver_person.name},
        "form": form,
        "choices": [Choice("do", _("Record it"), "primary", "step")],
        "cancel": here,
        "facts": [Fact(_("Travel"), words(row.channel.text))],
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)
