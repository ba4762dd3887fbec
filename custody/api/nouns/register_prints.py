"""Printed registers: asked for, listed, taken as a PDF."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from custody import models as m
from custody.actions import register_prints
from custody.actions.base import Outcome
from custody.filters import RegisterPrintFilter
from custody.reports.register_pages import LANGUAGES
from custody.terms import PrintedKind

from ..base import Visible, act
from ..fields import Asked, Seen, Shown, Words
from .reports import AsItIs


class RegisterPrintShown(Shown):
    """A printed register: its question, the size of the ledger it was told from, the SHA-256 of the file.
    `address` stands in its QR code."""

    class Meta:
        model = m.RegisterPrint
        fields: ClassVar[list[str]] = [
            "id", "number", "address", "register", "project", "party", "starts", "ends", "zone", "language",
            "ledger_size", "ledger_head", "lines", "pages", "sha256", "printed_at", "printed_by", "entry",
        ]  # fmt: skip


class RegisterAsked(Asked):
    """Which register, of a project or a party or both, of which days."""

    register = Words(PrintedKind)
    project = Seen(m.Project, required=False, allow_null=True, default=None)
    party = Seen(m.Party, required=False, allow_null=True, default=None)
    starts = serializers.DateField()
    ends = serializers.DateField()
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, default="both")


class RegisterPrints(mixins.CreateModelMixin, Visible):
    """Registers in statutory form, printed and numbered; the stamped paper is an evidence file."""

    queryset = m.RegisterPrint.objects.all()
    serializer_class = RegisterPrintShown
    filterset_class = RegisterPrintFilter

    @act(RegisterAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Print a register. Without a project or without a party it has the lines of all of them."""
        return register_prints.make_either(self.actor(), register_prints.Asked(**asked))

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[AsItIs])
    def paper(self, request: Request, pk: UUID) -> HttpResponse:
        """Take the very file that was printed. 422 where it cannot be had as it was."""
        row = self.get_object()
        headers = {
            "Content-Disposition": f'attachment; filename="{row.number}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(register_prints.content(row), content_type="application/pdf", headers=headers)
