"""Receiving at this counter: one page, once, for minutes; the custodian's session goes on as it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody import record
from custody.actions import counter as actions
from custody.actions import factors, receipts
from custody.actions.base import Actor, NotPermitted
from custody.models.handoff import SIGNED
from custody.terms import FactorKind, HandoffState, Leg, Received, VoteMethod
from custody.transitions import NotNow

from .base import actor_of, screen, told_in, visible_or_404
from .forms.fields import Line, WordChoice
from .forms.second import counted
from .patterns import Choice, Fact, Link, Section

MINUTES = 10
"""So long a page can be signed."""
_SALT = "custody.counter"


class CounterForm(forms.Form):
    """Who receives, what of the copies is not in order, and the signature."""

    username = forms.CharField(
        label=_l("Receiver: your user name or staff number"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _l("Type your own user name")},
    )
    pin = forms.CharField(
        label=_l("Receiver: your counter PIN"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _l("Type your own counter PIN")},
    )
    code = forms.CharField(
        label=_l("Receiver: one-time code of your code app"),
        help_text=_l("Only where you have a code app. It counts once, so that nobody can use it after you."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    note = Line(label=_l("What is to be said on the receipt (optional)"), max_length=1000, required=False)
    page = forms.CharField(widget=forms.HiddenInput, max_length=500)

    def __init__(self, data: Any, copies: list[m.Copy], page: str) -> None:
        """Take the copies of the handoff, and what makes the page one that can be signed."""
        super().__init__(data, initial={"page": page})
        self.rows = copies
        for copy in copies if len(copies) > 1 else ():
            field: Any = WordChoice(
                Received,
                label=_("%(code)s · %(item)s: in order?")
                % {"code": copy.code, "item": f"{copy.item.codename} / {copy.number}"},
                required=False,
            )
            field.choices = [("", _("In order")), *list(field.choices)[1:]]
            self.fields[f"found_{copy.id}"] = field
        order = [*(n for n in self.fields if n.startswith("found_")), "note"]
        order += ["username", "pin", "code", "page"]
        self.order_fields(order)

    def wrong(self) -> list[receipts.Wrong]:
        """Return what the receiver says is not in order."""
        given = self.cleaned_data
        found = ((copy.id, given.get(f"found_{copy.id}")) for copy in self.rows)
        return [receipts.Wrong(id, how) for id, how in found if how]


def session_name(request: HttpRequest) -> str:
    """Return an opaque name of the session: who reads the ledger cannot take it over."""
    return salted_hmac(_SALT, request.session.session_key or "").hexdigest()[:16]


def may(request: HttpRequest, row: m.Handoff) -> bool:
    """Return whether an offer can be received at this reader's counter."""
    offered = row.state is HandoffState.OFFERED and row.leg is not Leg.INSPECTION
    return offered and actor_of(request).can("handoff.counter", sender=row.sender_party_id)


def _named(request: HttpRequest, row: m.Handoff) -> str:
    return f"{row.id}/{request.user.pk}/{session_name(request)}"


def _opened(request: HttpRequest, row: m.Handoff, page: str) -> UUID | None:
    """Return the number of a page that was opened here for this handoff, minutes ago at most."""
    try:
        named, _slash, nonce = signing.loads(page, salt=_SALT, max_age=MINUTES * 60).rpartition("/")
        return UUID(nonce) if named == _named(request, row) else None
    except (signing.BadSignature, ValueError, AttributeError):
        return None


@screen("GET", "POST")
@sensitive_post_parameters("pin", "code")
def page(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Let the receiver identify for this one receipt and sign it; nobody is signed in by it."""
    rows = m.Handoff.objects.select_related("project", "sender_party", "receiver_party", "receiver_person")
    row = visible_or_404(rows, request, handoff)
    actor, here = actor_of(request), reverse("handoff", args=[row.id])
    if not actor.can("handoff.counter", sender=row.sender_party_id):
        raise NotPermitted("handoff.counter")
    if not may(request, row):
        raise NotNow(row.state, "accept")
    copies = list(m.Copy.objects.filter(lines__handoff=row).select_related("item").order_by("code"))
    fresh = signing.dumps(f"{_named(request, row)}/{m.new_id()}", salt=_SALT)
    form = CounterForm(request.POST if request.method == "POST" else None, copies, fresh)
    if form.is_bound and form.is_valid():
        done = _signed(request, row, form, actor)
        if done:
            return redirect(here)
        # The page is good for one signature more, with a new number; the PIN that was typed is gone.
        data: Any = request.POST.copy()
        data["page"] = fresh
        form.data = data
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(row.number, here)],
        "heading": _("Receive %(number)s at this counter") % {"number": row.number},
        "lead": _(
            "%(person)s counts the copies, compares their numbers and signs here with the own user name and "
            "counter PIN, and the code of the own code app where there is one. Nobody is signed in by it. "
            "The page can be signed for %(n)d minutes. Nobody types a password here: who has no counter PIN "
            "yet receives at an own screen, or sets one there, under “How you sign in”, and comes back."
        )
        % {"person": row.receiver_person.name, "n": MINUTES},
        "sections": [Section(_("What is received"), facts=_facts(row, copies))],
        "form": form,
        "choices": [Choice("sign", _("I have received the copies"), "primary", "step")],
        "cancel": here,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _signed(request: HttpRequest, row: m.Handoff, form: CounterForm, custodian: Actor) -> bool:
    """Sign as whoever identified; false where the form then says what is wrong."""
    given = form.cleaned_data
    number = _opened(request, row, given["page"])
    if number is None:
        form.add_error(None, _("This page has expired. Check the copies again, then sign."))
        return False
    who = identified(request, form)
    if who is None:
        return False
    user, method = who
    with told_in(form):
        try:
            outcome = actions.sign(
                custodian,
                Actor.of(user),
                handoff=row.id,
                session=session_name(request),
                method=method,
                note=given["note"],
                wrong=form.wrong(),
                submission=number,
            )
        except NotPermitted:
            form.add_error("username", _("This person may not receive for the party that the copies go to."))
            return False
        if outcome.state == "refused":
            messages.error(request, _("The rules do not let it be received now; the attempt is recorded."))
        return True
    return False


def identified(request: HttpRequest, form: CounterForm) -> tuple[m.User, VoteMethod] | None:
    """Return who signs at this counter, and by what that is known; None where the form then says what is
    wrong. Wrong PINs and codes count towards the same locks as at sign-in; ``login`` is never called."""
    given = form.cleaned_data
    user = authenticate(request, username=given["username"], secret_pin=given["pin"])
    if not isinstance(user, m.User):
        form.add_error(
            "pin",
            _(
                "User name or counter PIN is wrong, or no PIN is set yet: that is done at an own screen, "
                "under “How you sign in”. Too many wrong tries lock the sign-in."
            ),
        )
        return None
    method = _coded(form, user)
    return (user, method) if method else None


def _coded(form: CounterForm, user: m.User) -> VoteMethod | None:
    """Return whether a code stands beside a PIN that was right; None where it is missing or wrong."""
    if factors.due(user):
        form.add_error("username", _("This role needs a second factor. Add one at an own screen first."))
        return None
    if not m.Factor.objects.live().filter(user=user.pk, kind=FactorKind.TOTP).exists():
        return VoteMethod.PIN
    if not form.cleaned_data["code"]:
        form.add_error("code", _("You have a code app: type its code too."))
        return None
    try:
        release = counted(user)
    except forms.ValidationError as error:
        form.add_error("code", error)
        return None
    if factors.check_code(user, form.cleaned_data["code"], recovery=False) is None:
        form.add_error("code", _("This code is wrong or was used already."))
        return None
    release()
    return VoteMethod.PIN_CODE


def _facts(row: m.Handoff, copies: list[m.Copy]) -> list[Fact]:
    lines = [f"{copy.code} · {copy.item.codename} / {copy.number}" for copy in copies]
    return [
        Fact(_("Copies"), lines, mono=True),
        Fact(_("To"), row.receiver_person.name),
        Fact(_("What they are for"), row.purpose or row.statement),
        Fact(_("Return by"), row.due_back or _("No return date")),
    ]


def about(row: m.Handoff) -> list[Section]:
    """Return at whose counter a receipt was signed, and what identified the receiver; nothing for others."""
    if row.state not in SIGNED:
        return []
    told = [entry.values for entry in record.naming(str(row.id), ("handoff.at_counter/1",))]
    if not told:
        return []
    person = m.Person.objects.filter(id=str(told[-1]["custodian"])).first()
    return [
        Section(
            _("Signed at a counter"),
            facts=[
                Fact(_("At the counter of"), person.name if person else None),
                Fact(_("The receiver identified by"), VoteMethod(str(told[-1]["method"]))),
            ],
        )
    ]
