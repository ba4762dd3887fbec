"""Amending a subcontract, and what an amendment changes: old beside new."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody import models as m
from custody.actions import amending
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.correcting import Alteration
from custody.actions.deciding import Ruling
from custody.fields import field_name
from custody.terms import ApprovalState, PaymentMeans
from custody.transitions import HOP, NotNow

from . import judged
from .base import UNKNOWN_STEP, actor_of, heads, screen, visible_or_404, words
from .drafts import OPEN, Answers
from .forms.amendment import AmendForm
from .guided import Guided
from .names import category_names, level_name, party_name, project_crumbs
from .patterns import Check, Link, Table

TERMS = (
    "scope", "level", "categories", "starts", "ends", "share", "amount", "currency", "keeps_core",
    "client_consent", "awarded_on", "payer_id", "payer_country", "payment",
)  # fmt: skip
_DAYS, _NUMBERS = ("starts", "ends", "awarded_on"), ("share", "amount")
_APPROVED = Q(state__in=[ApprovalState.GRANTED, ApprovalState.SUSPENDED, ApprovalState.REVOKED]) | Q(
    state=ApprovalState.SUPERSEDED, decided_at__isnull=False
)


class AmendGuide(Guided[AmendForm]):
    """Amending a subcontract, with the rules beside it."""

    folder = leads_to = "hop"
    verb = "hop.amend"
    do = gettext_lazy("Send the amendment")

    def __init__(self, request: HttpRequest, row: m.Hop) -> None:
        super().__init__(request, row.project)
        self.row = row

    def form(self, data: QueryDict | None, files: Any = None) -> AmendForm:
        """Return the form."""
        return AmendForm(data, user=self.request.user, row=self.row)

    def place(self) -> str:
        """Return the subcontract that is amended."""
        return str(self.row.id)

    def page_of(self, place: str) -> str:
        """Return the address of the amendment that a draft is of."""
        return reverse("hop_amend", args=[place or self.row.id]) + f"?draft={OPEN}"

    def suggested(self) -> Answers | None:
        """Return the terms as they stand, unless a draft is asked for."""
        if self.request.GET.get("draft") == OPEN:
            return None
        row = self.row
        known: Answers = {name: _typed(getattr(row, name)) for name in TERMS if name != "payer_id"}
        payer = words(party_name(row.payer)) if row.payer else ""
        return {**known, "categories": list(row.categories), "payer": payer}

    def judge(self, form: AmendForm) -> Ruling | None:
        """Run the rules once level and first day are known."""
        terms = form.terms()
        if terms is None:
            return None
        return amending.preview_amend(actor_of(self.request), hop=self.row, terms=terms, now=timezone.now())

    def lines(self, form: AmendForm, ruling: Ruling) -> list[Check]:
        """Return the findings as this reader may have them."""
        return judged.live(self.request, ruling, self.project, self.row.from_party_id, self.row.to_party_id)

    def submit(self, form: AmendForm) -> Outcome:
        """Put it up in the new terms."""
        terms = form.terms()
        if terms is None:
            raise ActionError(UNKNOWN_STEP)
        return amending.amend(
            actor_of(self.request),
            hop=self.row.id,
            terms=terms,
            reason=form.cleaned_data["reason"],
            decide_by=form.cleaned_data["decide_by"],
            submission=form.cleaned_data["submission"],
        )

    def checked(self, form: AmendForm) -> dict[str, Any]:
        """Return old beside new."""
        terms = form.terms()
        return {"changes": _beside(self.row, amending.amended(self.row, terms)) if terms else None}

    def context(self) -> dict[str, Any]:
        """Return crumbs and words."""
        page = reverse("hop", args=[self.row.id])
        return {
            "crumbs": [*project_crumbs(self.project), Link(party_name(self.row.to_party), page)],
            "heading": _("Amend the subcontract"),
            "lead": _(
                "From then on nothing passes this subcontract or those below it until officers have approved "
                "the new terms."
            ),
            "cancel": page,
            "url": self.request.get_full_path(),
        }


@screen("GET", "POST")
def amend(request: HttpRequest, hop: UUID) -> HttpResponse:
    """Put a subcontract up in other terms."""
    rows = m.Hop.objects.select_related("project__owner_party", "from_party", "to_party")
    row = visible_or_404(rows, request, hop)
    actor = actor_of(request)
    if not actor.can("hop.amend", owner=row.project.owner_party_id, sender=row.from_party_id):
        raise NotPermitted("hop.amend")
    if request.method != "POST" and (row.state, "amend") not in HOP:
        raise ActionError(NotNow(row.state, "amend").text)
    return AmendGuide(request, row).answer()


def before(row: m.Approval) -> m.Approval | None:
    """Return what a request is held against: what was approved last before it, else what was asked last."""
    earlier = m.Approval.objects.filter(hop=row.hop_id, created_at__lt=row.created_at).order_by("-created_at")
    return earlier.filter(_APPROVED).first() or earlier.first()


def changes(row: m.Approval) -> Table | None:
    """Return what a request changes against the one before it, term by term; None for a first request."""
    earlier = before(row)
    return _beside(as_asked(earlier), as_asked(row)) if earlier else None


def as_asked(row: m.Approval) -> m.Hop:
    """Return the subcontract in the terms that an approval is bound to, which need not be those of today."""
    if not row.subject:  # lost with a database; its hash is kept
        return row.hop
    then = copy.copy(row.hop)
    for name in TERMS:
        value = row.subject.get(name.removesuffix("_id"))
        if value is not None and name in _DAYS:
            value = dt.date.fromisoformat(value)
        elif value is not None and name in _NUMBERS:
            value = Decimal(value)
        elif value is not None and name == "payment":
            value = PaymentMeans(value)
        setattr(then, name, value)
    return then


def _beside(old: m.Hop, new: m.Hop) -> Table:
    try:
        names = Alteration.of(old, {name: getattr(new, name) for name in TERMS}).names
    except ActionError:
        names = []
    body = [
        [words(field_name(name)), _shown(old, name), _shown(new, name)] for name in TERMS if name in names
    ]
    return Table(heads(_("What changes"), _("Before"), _("From now on")), body, empty=_("Nothing changes."))


def _shown(row: m.Hop, name: str) -> Any:
    value = getattr(row, name)
    if name == "level":
        return level_name(value, row.project.regime)
    if name == "categories":
        return category_names(value)
    if name == "payer_id":
        return party_name(m.Party.objects.get(id=value)) if value else None
    return f"{value} %" if name == "share" and value is not None else value


def _typed(value: Any) -> str:
    """Return a term as it would be typed into its field."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)
