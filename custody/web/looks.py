"""Who of other organisations looked at what: for the owner, the house, and each for oneself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

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


def _what(row: m.Look) -> Any:
    route = _PAGES.get(row.noun)
    return Link(row.noun, reverse(route, args=[row.object])) if route else row.noun


class LookTable(Listed):
    """Looks, the newest first."""

    related = ("person", "project", "party")
    person = Shown(_l("Who"), lambda r: r.person.name, "person__name")
    noun = Shown(_l("What"), _what, "noun")
    project = Shown(_l("Project"), lambda r: r.project.code if r.project else None, "project__code")
    party = Shown(_l("Party"), lambda r: party_name(r.party) if r.party else None, "party__name")
    hour = Shown(_l("First time within the hour from"), lambda r: r.hour, "hour")


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
