"""Signing with an own key that a rule pack is put in force. Its file waits in the session with the
statement."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import packs
from custody.actions import signing as signed_with
from custody.actions.base import ActionError, Outcome, database_now
from custody.drafting import Draft
from custody.terms import KeyForm, SignedType, VoteMethod

from . import signing
from .base import actor_of, screen
from .forms.pack import PackForm
from .patterns import Choice, Fact, Link

VERB = "pack.activate"


def put(request: HttpRequest, form: PackForm, drafted: Draft, key: KeyForm) -> HttpResponse:
    """Make the statement on a file that was read, and lead to the page on which it is signed. Raises
    ActionError where the file would by now make another pack than was shown."""
    actor, given = actor_of(request), form.cleaned_data
    if drafted.pack.sha256 != given["seen"]:
        raise ActionError(signed_with.CHANGED)
    row = SimpleNamespace(id=m.new_id())
    text = packs.begin(actor, drafted, row.id, given["reason"], database_now(), key)
    file = base64.b64encode(form.raw).decode()
    waits = {"file": file, "name": form.file_name, "ordered_by": given["ordered_by"]}
    return signing.put(request, PAGE, row, text, json.dumps(waits))


def choices(request: HttpRequest) -> list[Choice]:
    """Return the ways to put a pack in force that was read: with an own key, and, unless the house demands
    one, without."""
    keys = signing.keys(request)
    plain = Choice("do", _("Put it in force"), "plain" if keys else "primary", "step")
    return [*signing.buttons(keys, primary=True), *([] if signed_with.must_sign() else [plain])]


@screen("GET", "POST")
def sign(request: HttpRequest, pack: UUID, nonce: str) -> HttpResponse:
    """Show the statement that puts a pack in force, and take the signature on it."""
    actor_of(request).require(VERB)
    return signing.answered(request, PAGE, SimpleNamespace(id=pack), nonce)


def signature(row: m.RegimePack, told: Mapping[str, Any]) -> list[Fact]:
    """Return how a pack that somebody put in force was signed; ``told``: what its entry says."""
    given = m.Signature.objects.filter(type=SignedType.PACK, object=row.id).select_related("key").first()
    if given is not None:
        link = Link(_("Entry in the ledger"), reverse("entry", args=[given.entry]))
        how = Fact(_("Signature"), VoteMethod(str(given.key.form)))
        return [how, Fact(_("The signature on it"), link)]
    if told.get("actor") == "system":
        return [Fact(_("Signature"), _("By whoever owns the machine, not signed"))]
    return [Fact(_("Signature"), _("In the own session, not signed"))]


def _facts(row: Any, told: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(_("Id"), told["name"], mono=True),
        Fact(_("Version"), told["version"]),
        Fact(_("Counts from"), told["effective"]),
        Fact(_("Reason"), told["reason"]),
        Fact("SHA-256", told["pack_sha256"], mono=True),
    ]


def _cast(
    request: HttpRequest, row: Any, told: Mapping[str, Any], signed: signed_with.Signed, seen: str
) -> Outcome:
    waits = json.loads(seen)
    return packs.activate(
        actor_of(request),
        raw=base64.b64decode(waits["file"]),
        file=waits["name"],
        reason=told["reason"],
        ordered_by=waits["ordered_by"],
        shown=told["pack_sha256"],
        pack=row.id,
        signed=signed,
    )


PAGE = signing.Page(
    "pack",
    "pack_sign",
    m.RegimePack.objects.all,
    lambda row: [Link(_("Rule packs"), reverse("packs"))],
    _facts,
    _cast,
    _l("Sign that the pack is put in force"),
    again="pack_new",
)
