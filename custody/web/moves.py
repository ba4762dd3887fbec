"""Copies that do not go down a subcontract: given back over it, or handed over and read within one party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody import models as m
from custody.actions.base import NotPermitted
from custody.models.handoff import SIGNED
from custody.terms import CopyState, Leg, ProjectState

from . import drafts
from .base import actor_of, screen, visible_or_404, words
from .forms.handoff import HandoffForm, Way
from .names import party_name
from .offers import OfferGuide
from .patterns import Choice


class MoveGuide(OfferGuide):
    """Offering copies by another way than down a subcontract."""

    verb_needed: str
    nothing: Any
    """What is said where there is nothing to hand over."""

    def place(self) -> str:
        """Keep its draft apart from that of an offer."""
        return str(self.turn)

    def beside(self) -> dict[str, Any]:
        """Return nothing: an earlier handoff went another way."""
        return {}

    def checked(self, form: HandoffForm) -> dict[str, Any]:
        """Return remarks on the numbers; nothing is saved as a set."""
        return {"notes": form.notes}

    def aside(self, step: str) -> HttpResponse | None:
        """Do nothing else: there are no sets."""
        return None

    def context(self) -> dict[str, Any]:
        """Return crumbs and words."""
        return {**super().context(), "nothing": self.nothing}


def _up(hop: m.Hop) -> str:
    """Return a subcontract from below, as the copies go back over it."""
    return f"{words(party_name(hop.to_party))} → {words(party_name(hop.from_party))}"


class ReturnGuide(MoveGuide):
    """Giving back what came over a subcontract, with a statement."""

    turn = Leg.RETURN
    do = gettext_lazy("Offer to give them back")
    heading = gettext_lazy("Give copies back")
    verb_needed = "handoff.return"
    nothing = gettext_lazy("Nothing is here that came over a subcontract")

    @cached_property
    def hops(self) -> Sequence[m.Hop | Way]:
        """The ways back: subcontracts over which copies came that the actor's party still holds."""
        actor = actor_of(self.request)
        out = m.HandoffCopy.objects.open().filter(handoff__state__in=SIGNED)
        rows = m.Hop.objects.visible_to(self.request.user).filter(
            project=self.project, id__in=out.values("handoff__hop")
        )
        return [
            Way(
                h.id,
                h.to_party,
                h.from_party,
                f"{words(party_name(h.to_party))} → {words(party_name(h.from_party))}",
            )
            for h in rows.select_related("from_party", "to_party").order_by("path")
            if actor.can("handoff.return", sender=h.to_party_id)
        ]

    @cached_property
    def _suggested(self) -> tuple[str, drafts.Answers] | None:
        """Return what a handoff leaves to be given back: its copies, whoever gave them, and where."""
        asked = drafts.uuid_or_none(self.request.GET.get("like", ""))
        row = (
            m.Handoff.objects.visible_to(self.request.user)
            .filter(project=self.project, hop__in=[h.id for h in self.hops], id=asked)
            .first()
            if asked
            else None
        )
        if row is None:
            return super()._suggested
        lines = row.lines.open().filter(copy__state=CopyState.HELD)
        places = Counter(str(line.from_system_id) for line in lines if line.from_system_id)
        return row.number, {
            "hop": str(row.hop_id),
            "receiver_person": str(row.sender_person_id),
            "copies": [str(line.copy_id) for line in lines],
            "channel": str(row.channel),
            "system": places.most_common(1)[0][0] if places else "",
        }


class InsideGuide(MoveGuide):
    """Handing copies over within one party, or showing them to one of its people."""

    turn = Leg.INTERNAL
    heading = gettext_lazy("Hand over within one party")
    verb_needed = "handoff.move"
    nothing = gettext_lazy("Your party holds no copies of this project")

    @cached_property
    def hops(self) -> Sequence[m.Hop | Way]:
        """The parties of the actor that hold copies of the project."""
        return [Way(p.id, p, p, words(party_name(p))) for p in _holders(self.request, self.project)]

    def _tried(self, attempt: dict[str, Any]) -> drafts.Answers:
        """Return a refused attempt as answers: the party stands where a subcontract stands elsewhere."""
        return {**super()._tried(attempt), "hop": attempt.get("to_party") or ""}

    def _past(self) -> Any:
        return super()._past().none()


def _holders(request: HttpRequest, project: m.Project) -> list[m.Party]:
    actor = actor_of(request)
    held = m.Copy.objects.filter(item__project=project).values("custodian_party")
    return [
        party
        for party in m.Party.objects.filter(id__in=held).order_by("name")
        if actor.can("handoff.move", sender=party.id)
    ]


def _answer(request: HttpRequest, guide: type[MoveGuide], project: UUID) -> HttpResponse:
    row = visible_or_404(m.Project.objects, request, project)
    made, actor = guide(request, row), actor_of(request)
    if not made.hops and not any(actor.can(guide.verb_needed, sender=p) for p, _ in actor.memberships):
        raise NotPermitted(guide.verb_needed)
    return made.answer()


@screen("GET", "POST")
def back(request: HttpRequest, project: UUID) -> HttpResponse:
    """Give copies of a project back over the subcontract by which they came."""
    return _answer(request, ReturnGuide, project)


@screen("GET", "POST")
def inside(request: HttpRequest, project: UUID) -> HttpResponse:
    """Hand copies of a project over within one party, or show them to one of its people."""
    return _answer(request, InsideGuide, project)


def choices(request: HttpRequest, project: m.Project) -> list[Choice]:
    """Return the buttons for what this reader may do with what their party holds of a project."""
    found = []
    if ReturnGuide(request, project).hops:
        found.append(Choice("", _("Give copies back"), href=reverse("handoff_back", args=[project.id])))
    if _holders(request, project):
        label = _("Hand over within one party")
        found.append(Choice("", label, href=reverse("handoff_inside", args=[project.id])))
    return found


def give_back(request: HttpRequest, row: m.Handoff) -> str:
    """Return where what came by a handoff is given back; empty for who may not, and where nothing is left."""
    may = (
        row.state in SIGNED
        and row.hop_id
        and row.project.state is ProjectState.OPEN
        and row.leg not in (Leg.RETURN, Leg.INSPECTION)
        and actor_of(request).can("handoff.return", sender=row.receiver_party_id)
        and row.lines.open().filter(copy__state=CopyState.HELD).exists()
    )
    return f"{reverse('handoff_back', args=[row.project_id])}?like={row.id}" if may else ""
