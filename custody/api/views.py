"""Operations of the API. Reads go through ``visible_to``; writes are the actions that the screens use."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody.actions import handoffs
from custody.actions.base import Actor, Outcome
from custody.terms import Channel, Source
from ledger import api as ledger

from . import nouns
from .problems import refused


class Visible(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and shows what the caller may see; anything else is not there."""

    def get_queryset(self) -> m.VisibleQuerySet:
        """Return the visible rows, in a stable order."""
        rows = cast(m.VisibleQuerySet, super().get_queryset())
        return rows.visible_to(self.request.user).order_by("id")

    def actor(self) -> Actor:
        """Return the caller as an actor of the API."""
        return Actor.of(self.request.user, Source.API)  # type: ignore[arg-type]


class Projects(Visible):
    """Projects."""

    queryset = m.Project.objects.all()
    serializer_class = nouns.ProjectShown


class Hops(Visible):
    """Subcontract hops."""

    queryset = m.Hop.objects.all()
    serializer_class = nouns.HopShown


class Copies(Visible):
    """Numbered copies."""

    queryset = m.Copy.objects.all()
    serializer_class = nouns.CopyShown


class Handoffs(Visible):
    """Handoffs: offer, accept, decline, withdraw."""

    queryset = m.Handoff.objects.prefetch_related("copies")
    serializer_class = nouns.HandoffShown

    @extend_schema(request=nouns.HandoffAsked, responses={201: nouns.HandoffShown, 409: None})
    def create(self, request: Request) -> Response:
        """Offer copies over a hop. 409 with findings when the rules refuse; the attempt is recorded."""
        asked = nouns.HandoffAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        self._must_be_visible(data)
        offer = handoffs.Offer(
            hop=data["hop"],
            copies=data["copies"],
            receiver_person=data["receiver_person"],
            purpose=data["purpose"],
            channel=Channel(data["channel"]),
            system=data["system"],
            due_back=data.get("due_back"),
        )
        return self._answer(handoffs.offer(self.actor(), offer, submission=data.get("submission")), 201)

    @extend_schema(request=nouns.Accepted, responses={200: nouns.HandoffShown, 409: None})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Sign for the copies; custody moves now."""
        row = self.get_object()
        said = nouns.Accepted(data=request.data)
        said.is_valid(raise_exception=True)
        return self._answer(handoffs.accept(self.actor(), handoff=row.id, note=said.validated_data["note"]))

    @extend_schema(request=nouns.Declined, responses={200: nouns.HandoffShown})
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Refuse the copies with a reason; custody has not moved."""
        row, reason = self.get_object(), self._reason(request)
        return self._answer(handoffs.decline(self.actor(), handoff=row.id, reason=reason))

    @extend_schema(request=nouns.Declined, responses={200: nouns.HandoffShown})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take an unanswered offer back."""
        row, reason = self.get_object(), self._reason(request)
        return self._answer(handoffs.withdraw(self.actor(), handoff=row.id, reason=reason))

    def _reason(self, request: Request) -> str:
        said = nouns.Declined(data=request.data)
        said.is_valid(raise_exception=True)
        return str(said.validated_data["reason"])

    def _must_be_visible(self, data: dict[str, Any]) -> None:
        user = self.request.user
        hop = m.Hop.objects.visible_to(user).filter(id=data["hop"]).first()
        copies = set(data["copies"])
        seen = m.Copy.objects.visible_to(user).filter(id__in=copies).count()
        if (
            hop is None
            or seen != len(copies)
            or not m.System.objects.offered_to(user, hop.to_party_id).filter(id=data["system"]).exists()
            or not m.Person.objects.filter(
                id=data["receiver_person"], memberships__party=hop.to_party_id
            ).exists()
        ):
            raise Http404

    def _answer(self, outcome: Outcome, code: int = 200) -> Response:
        if outcome.state == "refused":
            return refused(outcome, self.request.user)
        return Response(nouns.HandoffShown(outcome.object).data, status=code)


@extend_schema(responses={200: nouns.EntryShown})
@api_view(["GET"])
def entry(request: Request, id: UUID) -> Response:
    """Say how far an entry has come. Ids are random, and the answer tells nothing but the state."""
    state = ledger.state_of([id]).get(id)
    if state is None:
        raise Http404
    return Response({"id": str(id), "state": state.state, "index": state.index, "size": state.size})
