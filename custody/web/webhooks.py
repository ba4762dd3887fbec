"""Webhooks: the list, a new one whose secret is shown once, its last messages, another secret, its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_variables

from custody import models as m
from custody.actions import webhook_sending as sending
from custody.actions import webhooks as actions
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.terms import DeliveryState, WebhookState

from .base import UNKNOWN_STEP, actor_of, screen, told_in, visible_or_404, words
from .forms.fields import Line, Paragraph
from .names import party_name
from .patterns import Choice, Column, Fact, Link, Table

SHOWN = 50
"""Messages that the page of a webhook lists."""


class AddForm(forms.Form):
    """A webhook to add."""

    party = forms.TypedChoiceField(
        coerce=UUID, label=_l("For which party?"), error_messages={"required": _l("Choose the party")}
    )
    address = Line(
        label=_l("Address"),
        help_text=_l("Where messages are sent: https, on a host that the operator of this site has listed."),
        max_length=500,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}
        ),
        error_messages={"required": _l("Enter the address")},
    )
    kinds = forms.TypedMultipleChoiceField(
        label=_l("Of what is it told?"),
        help_text=_l("Each time somebody who acts for this party alone gets such a notice."),
        coerce=lambda value: next(kind for kind in actions.KINDS if str(kind) == value),
        choices=lambda: [(str(kind), words(kind.text)) for kind in actions.KINDS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _l("Choose at least one kind")},
    )

    def __init__(self, data: Any, *, parties: list[m.Party]) -> None:
        """Ask for the party of who answers for more than one."""
        super().__init__(data)
        choices = [(str(party.id), words(party_name(party))) for party in parties]
        self.fields["party"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        if len(parties) == 1:
            self.fields["party"].initial = choices[0][0]


class EndForm(forms.Form):
    """Why a webhook ends."""

    reason = Paragraph(
        label=_l("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _l("Give the reason")},
    )


def may_add(actor: Actor) -> bool:
    """Tell whether this reader may have webhooks here."""
    return bool(settings.WEBHOOKS) and any(actor.can("webhook.add", own=p) for p, _role in actor.memberships)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the webhooks of one's parties."""
    rows = m.Webhook.objects.visible_to(request.user).select_related("party")
    context = {
        "heading": _("Webhooks"),
        "lead": _(
            "An address of yours is told by a signed message that there is something new here: which kind of "
            "notice, of which object, by its id. To know more, the receiver signs in or asks by the API."
        ),
        "crumbs": [Link(_("Keys for programs"), reverse("keys"))],
        "off": not settings.WEBHOOKS,
        "table": Table(
            [Column(_("Address")), Column(_("Party")), Column(_("State")), Column(_("Added"))],
            [
                [
                    Link(row.address, reverse("webhook", args=[row.id])),
                    words(party_name(row.party)),
                    row.state,
                    row.created_at,
                ]
                for row in rows
            ],
        ),
        "choices": [Choice("", _("Add a webhook"), "primary", href=reverse("webhook_new"))]
        if may_add(actor_of(request))
        else [],
    }
    return render(request, "webhook/list.html", context)


@screen("GET", "POST")
@sensitive_variables("secret")
def new(request: HttpRequest) -> HttpResponse:
    """Add a webhook. Its secret is on the answer to the form, and nowhere else."""
    actor = actor_of(request)
    if not may_add(actor):
        raise NotPermitted("webhook.add")
    mine = {party for party, _role in actor.memberships if actor.can("webhook.add", own=party)}
    form = AddForm(
        request.POST if request.method == "POST" else None, parties=list(m.Party.objects.filter(id__in=mine))
    )
    if form.is_bound and form.is_valid():
        with told_in(form):
            outcome, secret = actions.add(actor, **form.cleaned_data)
            return _secret(request, outcome.object, secret)
    context = {
        "crumbs": [Link(_("Webhooks"), reverse("webhooks"))],
        "heading": _("Add a webhook"),
        "form": form,
        "submit": _("Add it"),
        "cancel": reverse("webhooks"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@sensitive_variables("secret")
def _secret(request: HttpRequest, row: m.Webhook, secret: str) -> HttpResponse:
    """Show a secret, this once."""
    if not secret:
        messages.warning(
            request, _("This was sent before. A secret is shown once; if it is lost, make another.")
        )
        return redirect("webhook", row.id)
    context = {
        "crumbs": _crumbs(row),
        "heading": _("Secret of the webhook"),
        "secret": secret,
        "row": row,
    }
    return render(request, "webhook/secret.html", context)


@screen("GET", "POST")
def detail(request: HttpRequest, webhook: UUID) -> HttpResponse:
    """Show a webhook and its last messages; test it, send a message again, change its secret, end it."""
    row = visible_or_404(m.Webhook.objects.select_related("party"), request, webhook)
    actor = actor_of(request)
    sent = request.POST.get("step", "") if request.method == "POST" else ""
    ending = EndForm(request.POST if sent == "end" else None)
    if request.method == "POST":
        answer = _acted(request, actor, row, sent, ending)
        if answer is not None:
            return answer
    live = row.state is WebhookState.IN_FORCE
    may = live and actor.can("webhook.add", own=row.party_id)
    context = {
        "crumbs": [Link(_("Webhooks"), reverse("webhooks"))],
        "heading": _("Webhook"),
        "state": row.state,
        "facts": [
            Fact(_("Address"), row.address, mono=True),
            Fact(_("Party"), words(party_name(row.party))),
            Fact(_("Told of"), [kind.text for kind in actions.KINDS if str(kind) in row.kinds]),
            Fact(_("Added"), row.created_at),
            *([Fact(_("Secret of"), row.rekeyed_at)] if row.rekeyed_at else []),
            *([Fact(_("Ended"), row.ended_at, note=words(row.ended_how.text))] if row.ended_how else []),
        ],
        "failing": live and row.failed_at is not None,
        "messages_sent": _messages(row),
        "may": may,
        "ending": ending if live and actor.can("webhook.end", own=row.party_id) else None,
        "end_choices": [Choice("end", _("End it now"), "danger", "step")],
    }
    return render(request, "webhook/one.html", context, status=422 if ending.errors else 200)


def _acted(
    request: HttpRequest, actor: Actor, row: m.Webhook, step: str, ending: EndForm
) -> HttpResponse | None:
    """Do what a button asks for; None: what was typed does not fit."""
    if step == "test":
        sending.test(actor, webhook=row.id)
        messages.success(request, _("A test is on its way. See below what comes of it."))
    elif step == "rekey":
        outcome, secret = actions.rekey(actor, webhook=row.id)
        return _secret(request, outcome.object, secret)
    elif step.startswith("again:"):
        try:
            sending.again(actor, webhook=row.id, delivery=UUID(step.removeprefix("again:")))
        except ValueError:
            raise ActionError(UNKNOWN_STEP) from None
        messages.success(request, _("It is sent again."))
    elif step == "end":
        actor.require("webhook.end", own=row.party_id)
        if not ending.is_valid():
            return None
        with told_in(ending):
            actions.end(actor, webhook=row.id, reason=ending.cleaned_data["reason"])
            messages.success(request, _("Ended. Nothing more is sent there."))
        if ending.errors:
            return None
    else:
        raise ActionError(UNKNOWN_STEP)
    return redirect("webhook", row.id)


def _messages(row: m.Webhook) -> list[dict[str, Any]]:
    return [
        {
            "id": sent.id,
            "kind": words(sent.kind.text) if sent.kind else _("Test"),
            "made": sent.created_at,
            "state": sent.state,
            "status": sent.status,
            "fault": sent.fault,
            "tries": sent.tries,
            "next": sent.next_at,
            "settled": sent.state is not DeliveryState.WAITING,
        }
        for sent in row.deliveries.order_by("-id")[:SHOWN]
    ]


def _crumbs(row: m.Webhook) -> list[Link]:
    return [
        Link(_("Webhooks"), reverse("webhooks")),
        Link(row.address, reverse("webhook", args=[row.id])),
    ]
