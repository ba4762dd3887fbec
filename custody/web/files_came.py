"""Before signing: the files that came with copies, held against the hashes that are recorded.

A receiver chooses each file, the browser works out its hash, and the page says which agree. What differs
stays with the sender when the rest is signed for, as on every receipt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import models as m
from custody.actions import handoffs, receipts
from custody.actions.base import done_before
from custody.templatetags.holdfast import mark
from custody.terms import HandoffState, KeyForm, Leg
from custody.transitions import NotNow

from . import signing, signing_receipts
from .base import actor_of, heads, screen, token_of, told_in, visible_or_404
from .forms.fields import Hash
from .patterns import Choice, Link, Section, Table

MOST = 200
"""Files on one page; of a larger handoff a program checks them (``bin/holdfast accept --file``)."""


class FilesForm(forms.Form):
    """The hash of the file that came with each copy of which one is recorded; empty: not checked."""

    def __init__(self, data: Any, copies: list[m.Copy]) -> None:
        """Take the copies of which a hash is recorded."""
        super().__init__(data)
        self.rows = copies
        for copy in copies:
            self.fields[str(copy.id)] = Hash(
                label=_("%(code)s: SHA-256 of the file that came") % {"code": copy.code}, required=False
            )

    def clean(self) -> dict[str, Any]:
        """At least one file is checked. Raises ValidationError."""
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given.values()):
            raise forms.ValidationError(_("Choose at least one file, or go back and confirm without."))
        return given

    def hashes(self) -> dict[UUID, str]:
        """Return the hashes that were given, by copy."""
        return {UUID(id): given for id, given in self.cleaned_data.items() if given}


def address(row: m.Handoff, copies: list[m.Copy]) -> str:
    """Return where the files of an offered handoff are checked; empty where no hash is recorded."""
    if row.leg is Leg.INSPECTION or not 0 < len(receipts.recorded_hashes(copies)) <= MOST:
        return ""
    return reverse("handoff_files", args=[row.id])


@screen("GET", "POST")
def check(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Hold files against the recorded hashes, say which agree, and sign for what is in order."""
    row = visible_or_404(m.Handoff.objects.select_related("project"), request, handoff)
    actor = actor_of(request)
    actor.require("handoff.accept", receiver=row.receiver_party_id)
    here, token = reverse("handoff", args=[row.id]), token_of(request)
    if request.method == "POST" and token and (done := done_before(actor, token, "handoff.accept")):
        return redirect("refusal", done.object.id) if done.state == "refused" else redirect(here)
    if row.state is not HandoffState.OFFERED:
        raise NotNow(row.state, "accept")
    copies = list(m.Copy.objects.filter(lines__handoff=row).select_related("item"))
    recorded = receipts.recorded_hashes(copies)
    if not address(row, copies):
        raise Http404
    form = FilesForm(
        request.POST if request.method == "POST" else None, [c for c in copies if c.id in recorded]
    )
    found: dict[UUID, str] = form.hashes() if form.is_bound and form.is_valid() else {}
    step, ways = request.POST.get("step", ""), signing.STEPS
    if found and (step == "sign" or step in ways):
        with told_in(form):
            if step in ways:
                return signing_receipts.put(request, row, ways[step], hashes=found)
            outcome = handoffs.accept(actor, handoff=row.id, hashes=found, submission=token)
            return redirect("refusal", outcome.object.id) if outcome.state == "refused" else redirect(here)
    differ = [id for id, given in found.items() if given != recorded[id]]
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(row.number, here)],
        "heading": _("Check the files of %(number)s") % {"number": row.number},
        "lead": _(
            "The files stay on this computer. What differs stays with the sender; you sign for the rest."
        ),
        "form": form,
        "results": [_results(form.rows, found, recorded)] if found else [],
        "choices": _choices(
            here,
            len(copies),
            len(differ),
            checked=bool(found),
            keys=signing.keys(request) if found else [],
            must=signing_receipts.demanded(row, copies),
        ),
        "cancel": here,
    }
    return render(request, "handoff/files.html", context, status=422 if form.errors else 200)


def _results(copies: list[m.Copy], found: dict[UUID, str], recorded: dict[UUID, str]) -> Section:
    body = [
        [
            f"{copy.code} · {copy.item.codename} / {copy.number}",
            mark("wait", _("Not checked"))
            if copy.id not in found
            else mark("ok", _("Agrees"))
            if found[copy.id] == recorded[copy.id]
            else mark("bad", _("Differs")),
        ]
        for copy in copies
    ]
    return Section(_("What the files are"), Table(heads(_("Copy"), _("File")), body))


def _choices(
    here: str, copies: int, differ: int, *, checked: bool, keys: Sequence[KeyForm], must: bool
) -> list[Choice]:
    """Return the buttons: first to compare; then to sign, by the reader's own key where it ``must`` be, or to
    refuse where nothing is left."""
    if not checked:
        return [Choice("check", _("Compare"), "primary", "step")]
    again = Choice("check", _("Compare again"), name="step")
    if differ == copies:
        return [Choice("", _("Refuse the copies"), "danger", href=f"{here}?step=decline"), again]
    rest = copies - differ
    words = (
        ngettext("Sign for the other %(n)d copy", "Sign for the other %(n)d copies", rest)
        if differ
        else ngettext("Sign for %(n)d copy", "Sign for all %(n)d copies", rest)
    )
    plain = [] if must else [Choice("sign", words % {"n": rest}, "primary", "step")]
    return [*plain, *signing.buttons(keys, primary=must), again]
