"""Destruction of copies: batches asked for, decided, recorded, certified."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from custody import models as m
from custody.actions import destructions, proofs
from custody.actions.base import Outcome
from custody.filters import DestructionFilter
from custody.terms import DestructionMethod, SignedType

from ..base import Visible, act
from ..fields import Asked, Count, Line, Pattern, Seen, SeenMany, Shown, Words
from .overrides import SignatureShown, signature_on
from .reports import AsItIs

_HASH = r"^[0-9a-f]{64}$"


class DestructionShown(Shown):
    """A batch of copies to be destroyed; ``holder`` gives them up, ``unit`` destroys them; ``signature`` is
    null unless the approval was signed with a passkey. Of copies and witnesses those are listed that the
    caller may see."""

    signature = serializers.SerializerMethodField()
    copies = serializers.SerializerMethodField()
    witnesses = serializers.SerializerMethodField()

    class Meta:
        model = m.Destruction
        fields: ClassVar[list[str]] = [
            "id", "project", "holder", "unit", "copies", "count", "method", "place", "reason", "state",
            "subject_sha256", "approved_sha256", "requested_by", "decided_by", "decided_on",
            "decision_reason", "signature", "destroyed_on", "counted", "witnesses", "remark", "recorded_by",
            "certificate_number", "certified_on", "certificate_sha256", "certified_by", "ended_by",
            "end_reason", "entry",
        ]  # fmt: skip

    @extend_schema_field(SignatureShown(allow_null=True))
    def get_signature(self, row: m.Destruction) -> Any:
        """Return the signature on the approval, where it bears one."""
        return signature_on(self, row.pk) if row.approved_sha256 else None

    def get_copies(self, row: m.Destruction) -> list[UUID]:
        """Return the copies of it."""
        return self._seen(m.Copy, row.copies)

    def get_witnesses(self, row: m.Destruction) -> list[UUID]:
        """Return who saw it done."""
        return self._seen(m.Person, row.witnesses)

    def _seen(self, model: Any, ids: list[UUID]) -> list[UUID]:
        rows = model.objects.visible_to(self.context["request"].user).filter(id__in=ids)
        return sorted(rows.order_by().values_list("id", flat=True))


class DestructionAsked(Asked):
    """Copies of one party to be destroyed, counted by whoever asks."""

    project = Seen(m.Project)
    copies = SeenMany(m.Copy, max_length=destructions.MOST)
    count = Count(min_value=1, max_value=destructions.MOST)
    unit = Seen(m.Party)
    method = Words(DestructionMethod)
    place = Line(max_length=200)
    reason = Line(max_length=2000)


class DestructionApproved(Asked):
    """Why a destruction is approved, and the digest of what was read."""

    reason = Line(max_length=2000)
    subject_sha256 = Pattern(_HASH)


class DestructionReason(Asked):
    """Why a destruction is not approved, is withdrawn, or has failed."""

    reason = Line(max_length=2000)


class DestructionDone(Asked):
    """What was destroyed, by whom, how and when, and who saw it."""

    unit = Seen(m.Party)
    method = Words(DestructionMethod)
    destroyed_on = serializers.DateField()
    counted = Count(min_value=1, max_value=destructions.MOST)
    witnesses = SeenMany(m.Person, max_length=destructions.MOST_WITNESSES)
    remark = Line(max_length=2000, required=False, allow_blank=True)


class DestructionCertificate(Asked):
    """The certificate of a destruction; the paper itself is attached as an evidence file."""

    certificate_number = Line(max_length=100)
    certified_on = serializers.DateField()
    certificate_sha256 = Pattern(_HASH, required=False, allow_blank=True)


class Destructions(mixins.CreateModelMixin, Visible):
    """Destruction of copies: asked for by who holds them, approved by somebody who is not concerned."""

    queryset = m.Destruction.objects.all()
    serializer_class = DestructionShown
    filterset_class = DestructionFilter
    related = ("project",)

    @act(DestructionAsked, status=201, detail=False)
    def create(self, project: UUID, **asked: Any) -> Outcome:
        """Ask for a destruction; the copies cannot be offered from then on."""
        return destructions.request(self.actor(), project=project, asked=destructions.Asked(**asked))

    @act(DestructionApproved)
    def approve(self, row: m.Destruction, reason: str, subject_sha256: str) -> Outcome:
        """Approve exactly the destruction that has this digest. A program signs nothing: where the house
        counts signed approvals only, it cannot."""
        return destructions.approve(
            self.actor(), destruction=row.id, reason=reason, subject_sha256=subject_sha256
        )

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[], renderer_classes=[AsItIs])
    def proof(self, request: Request, pk: UUID) -> HttpResponse:
        """Take the evidence file of your own signed approval of this destruction, to keep."""
        user = cast(m.User, request.user)
        given = proofs.own_signature(user, SignedType.DESTRUCTION, self.get_object().pk)
        if given is None:
            raise Http404
        return HttpResponse(proofs.of_vote(given), headers=proofs.headers(given))

    @act(DestructionReason)
    def refuse(self, row: m.Destruction, reason: str) -> Outcome:
        """Do not approve: the copies are free again."""
        return destructions.refuse_batch(self.actor(), destruction=row.id, reason=reason)

    @act(DestructionReason)
    def withdraw(self, row: m.Destruction, reason: str) -> Outcome:
        """Take a batch back of which nothing was destroyed."""
        return destructions.withdraw(self.actor(), destruction=row.id, reason=reason)

    @act(DestructionReason)
    def fail(self, row: m.Destruction, reason: str) -> Outcome:
        """Record that an approved destruction came to nothing."""
        return destructions.fail(self.actor(), destruction=row.id, reason=reason)

    @act(DestructionDone)
    def record(self, row: m.Destruction, **done: Any) -> Outcome:
        """Record that the copies were destroyed: custody of them ends."""
        return destructions.record_done(self.actor(), destruction=row.id, done=destructions.Done(**done))

    @act(DestructionCertificate)
    def certify(
        self,
        row: m.Destruction,
        certificate_number: str,
        certified_on: dt.date,
        certificate_sha256: str = "",
    ) -> Outcome:
        """Record the certificate of a destruction."""
        return destructions.certify(
            self.actor(),
            destruction=row.id,
            certificate_number=certificate_number,
            certified_on=certified_on,
            certificate_sha256=certificate_sha256,
        )
