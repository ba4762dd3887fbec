"""Who of other organisations looked at what: for the owner, the house, and each for oneself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.filters import LookFilter
from custody.terms import Looked

from .base import screen, signed_in
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Link

_PAGES = {
    word: str(word)
    for word in (
        *(
            Looked.PROJECT,
            Looked.HOP,
            Looked.ITEM,
            Looked.COPY,
            Looked.HANDOFF,
            Looked.REFUSAL,
            Looked.REPORT,
        ),
        *(
            Looked.INCIDENT,
            Looked.DESTRUCTION,
            Looked.STOCKTAKE,
            Looked.HANDOVER,
            Looked.OVERRIDE,
            Looked.VISIT,
        ),
        *(Looked.PERMIT, Looked.COLLECTION, Looked.RECALL, Looked.LAPSE, Looked.PARTY, Looked.QUALIFICATION),
        *(Looked.SYSTEM, Looked.APPROVAL, Looked.DISCREPANCY, Looked.COPYING, Looked.PRINTED, Looked.FORM),
    )
}
"""The route of the page of what was looked at, where it has one of its own."""


_NAMES = (
    (m.Project, Looked.PROJECT, "code"),
    (m.Hop, Looked.HOP, "to_party__name"),
    (m.Item, Looked.ITEM, "codename"),
    (m.Copy, Looked.COPY, "code"),
    (m.Handoff, Looked.HANDOFF, "number"),
    (m.Incident, Looked.INCIDENT, "number"),
    (m.Sample, Looked.SAMPLE, "number"),
    (m.Objection, Looked.OBJECTION, "number"),
    (m.RegisterPrint, Looked.PRINTED, "number"),
    (m.BlankReceipt, Looked.FORM, "number"),
    (m.Party, Looked.PARTY, "name"),
    (m.Qualification, Looked.QUALIFICATION, "number"),
    (m.System, Looked.SYSTEM, "name"),
    (m.Person, Looked.PERSON, "name"),
)
"""How things are called on their pages; the entry has ids alone."""


def _what(row: Any) -> Any:
    route = _PAGES.get(row.noun)
    what = Link(row.noun, reverse(route, args=[row.object])) if route else row.noun
    return [what, row.named] if row.named else what


class LookTable(Listed):
    """Looks, the newest first."""

    related = ("person", "project", "party")
    person = Shown(_l("Who looked"), lambda r: r.person.name, "person__name")
    noun = Shown(_l("What"), _what, "noun")
    project = Shown(_l("Project"), lambda r: r.project.code if r.project else None, "project__code")
    party = Shown(_l("Party"), lambda r: party_name(r.party) if r.party else None, "party__name")
    hour = Shown(_l("First time within the hour from"), lambda r: r.hour, "hour")

    @classmethod
    def whole(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return looks with what the things are called that were looked at."""
        named = (
            When(noun=noun, then=Subquery(model._base_manager.filter(pk=OuterRef("object")).values(column)))
            for model, noun, column in _NAMES
        )
        return super().whole(rows).annotate(named=Case(*named, default=Value(""), output_field=TextField()))


LOOKS = List(
    "looks",
    _l("Looks of other organisations"),
    LookFilter,
    LookTable,
    _l("Nobody of another organisation looked."),
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the looks that this reader may see."""
    return LOOKS.answer(request, m.Look.objects.visible_to(request.user))


def link(request: HttpRequest, owner: UUID, **about: Any) -> list[Choice]:
    """Return the way to who looked, for the house and for the owner's own people."""
    user = signed_in(request)
    if not user.in_house and owner not in user.internal_party_ids():
        return []
    return [Choice("", _("Who looked at it"), "plain", href=f"{reverse('looks')}?{urlencode(about)}")]
