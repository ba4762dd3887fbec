"""Smart cards and tokens that sign: the file to sign, what comes back, and naming one's own card for
signing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import certificates, signoff
from custody.actions import signing_keys
from custody.actions.base import NotPermitted, database_now
from custody.signoff import NotSigned

from .base import actor_of, screen, told_in, words
from .forms.second import OwnPasswordForm, own_password
from .patterns import Link
from .signing_keys import may_ask_of_any


class SignatureFile(forms.FileField):
    """A detached CMS signature, PEM or DER, with the certificate of its signer."""

    def __init__(self) -> None:
        """Say what is wanted."""
        super().__init__(
            label=_l("The signature"),
            help_text=_l("The file that your card software made of it (.p7s)."),
            max_length=200,
            error_messages={"required": _l("Choose the file"), "empty": _l("The file is empty")},
        )

    def clean(self, data: Any, initial: Any = None) -> bytes:
        """Return what is in it, if it is no larger than a signature is."""
        file = super().clean(data, initial)
        if file.size > certificates.LONGEST:
            raise forms.ValidationError(_("This file is too large for a signature"))
        return bytes(file.read())


class CardForm(forms.Form):
    """What a card signed of a statement, as an entry keeps it."""

    file = SignatureFile()

    def clean_file(self) -> dict[str, str]:
        """Take the signature out of the file; whether it counts, whoever takes it judges."""
        try:
            card, answer = certificates.opened(self.cleaned_data["file"])
            card.check(database_now())
        except NotSigned as error:
            raise forms.ValidationError(words(error.why.text)) from None
        return answer.to_json()


class NameForm(OwnPasswordForm):
    """The signature that shows the card, and the password once more."""

    file = SignatureFile()
    statement = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("file", "password")


def file_of(content: bytes, name: str) -> HttpResponse:
    """Hand out the file that a card is to sign."""
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}.txt"'},
    )


@sensitive_post_parameters("password")
@screen("GET", "POST")
def name(request: HttpRequest) -> HttpResponse:
    """Name one's own card for signing decisions: its owner signs a text with it, another person confirms
    it."""
    actor = actor_of(request)
    if not may_ask_of_any(actor):
        raise NotPermitted("signing_key.ask")
    text = _claim(request)
    if request.method != "POST" and text == request.GET.get("statement"):
        return file_of(certificates.claim_file(text), "card")
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = NameForm(sent[0], sent[1], initial={"statement": text})
    if form.is_bound and form.is_valid() and own_password(request, form):
        with told_in(form):
            done = signing_keys.ask_for_card(actor, statement=text, signed=form.cleaned_data["file"])
            return redirect("signing_key", done.object.id)
    context = {
        "crumbs": [Link(_("How you sign in"), reverse("factors"))],
        "heading": _("Sign decisions with a smart card"),
        "lead": _(
            "For where phones and passkeys are barred. Take the file to your card, sign it and bring the "
            "signature back. Then show the fingerprint to an officer or administrator who is not you."
        ),
        "statement": text,
        "domain": certificates.CLAIM,
        "to_sign": "?" + urlencode({"statement": text}),
        "form": form,
        "submit": _("Ask for it"),
        "cancel": reverse("factors"),
    }
    return render(request, "signing/card.html", context, status=422 if form.errors else 200)


def _claim(request: HttpRequest) -> str:
    """Return the text that a page of before gave this person to sign, a new one where it is not in time. The
    page carries it, since a look writes nothing; whose it is and how old is judged by who takes the signature
    too."""
    given = request.POST if request.method == "POST" else request.GET
    text, now, actor = given.get("statement", ""), database_now(), actor_of(request)
    try:
        told = certificates.read_claim(text)
    except NotSigned:
        told = {}
    if told.get("person") == str(actor.human()) and signoff.in_time(told, now):
        return text
    return signing_keys.begin_claim(actor, now)
