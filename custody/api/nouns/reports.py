"""Custody reports: asked for, built in the background, taken away sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from custody import models as m
from custody.actions import reports
from custody.actions.base import Outcome
from custody.filters import ReportFilter
from custody.reports import files
from custody.terms import ReportKind, ReportState

from ..base import Visible, act
from ..fields import Asked, Seen, Shown, Words


class AsItIs(BaseRenderer):
    """Whatever is asked for: the file goes out as it is."""

    media_type = "*/*"
    format = "file"

    def render(self, data: Any, *_: Any, **__: Any) -> Any:
        """Return a problem that came up instead of the file."""
        from rest_framework.renderers import JSONRenderer

        return JSONRenderer().render(data)


class ReportShown(Shown):
    """A report: how far it is, and once ready its size and hash."""

    class Meta:
        model = m.Report
        fields: ClassVar[list[str]] = [
            "id", "project", "kind", "subject", "requested_by", "language", "state", "progress", "failure",
            "log_size", "sha256", "length", "built_at", "entry",
        ]  # fmt: skip


class ReportAsked(Asked):
    """A report on a project, or of another kind on what the kind asks for."""

    project = Seen(m.Project)
    language = serializers.ChoiceField(choices=["en", "zh", "both"])
    kind = Words(ReportKind, default=ReportKind.PROJECT)
    # Of the project, which whoever may ask sees whole; so who may not ask is told that, and no more.
    copy = serializers.UUIDField(required=False)
    person = serializers.UUIDField(required=False)
    party = serializers.UUIDField(required=False)
    destruction = serializers.UUIDField(required=False)
    stocktake = serializers.UUIDField(required=False)
    starts = serializers.DateField(required=False)
    ends = serializers.DateField(required=False)


class Reports(mixins.CreateModelMixin, Visible):
    """Custody reports."""

    queryset = m.Report.objects.all()
    serializer_class = ReportShown
    filterset_class = ReportFilter

    @act(ReportAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Ask for a report. Ask for its row again until it is ready."""
        return reports.request(self.actor(), **asked)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[AsItIs])
    def file(self, request: Request, pk: UUID) -> FileResponse:
        """Take the sealed PDF."""
        return _file(self.get_object(), "application/pdf")

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    @action(detail=True, renderer_classes=[AsItIs])
    def receipt(self, request: Request, pk: UUID) -> FileResponse:
        """Take the receipt that proves the issue of the PDF."""
        return _file(self.get_object(), "text/plain; charset=utf-8", receipt=True)


def _file(row: m.Report, kind: str, *, receipt: bool = False) -> FileResponse:
    path = files.built(Path(settings.REPORTS_DIR), row.file, receipt=receipt)
    if path is None or row.state is ReportState.WITHDRAWN:
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
