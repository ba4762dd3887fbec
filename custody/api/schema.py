"""The schema of the API (OpenAPI 3.1): what every operation may answer, and what acts take beside a body."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

ACTS = (
    OpenApiParameter(
        "wait",
        OpenApiTypes.STR,
        enum=["sealed", "witnessed"],
        description="Answer once a signed (or witnessed) checkpoint covers the entry, or after ten seconds.",
    ),
    OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        OpenApiParameter.HEADER,
        description="The same key and content again gives the first result.",
    ),
)
ON_A_ROW = (
    OpenApiParameter(
        "If-Match",
        {"type": "string", "pattern": '^("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"|\\*)$'},
        OpenApiParameter.HEADER,
        description="Do it only if the row is still as this ETag says.",
    ),
)


class Basis(serializers.Serializer[Any]):
    """What a rule rests on."""

    source = serializers.CharField()  # type: ignore[assignment]
    article = serializers.CharField(allow_null=True)
    status = serializers.CharField()


class ByOverride(serializers.Serializer[Any]):
    """By what a broken rule bars nothing: the override, the entry that set it last, and its last day."""

    override = serializers.UUIDField()
    entry = serializers.UUIDField(allow_null=True)
    until = serializers.DateField()


class Finding(serializers.Serializer[Any]):
    """What one rule says, as far as this reader may have it."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    outcome = serializers.CharField()
    title = serializers.CharField()
    remedy = serializers.CharField(allow_null=True)
    overridden = ByOverride(allow_null=True)
    basis = Basis(many=True)


class Fault(serializers.Serializer[Any]):
    """What is wrong with one member of a request."""

    field = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A problem (RFC 9457), in the language asked for. A refusal by rules carries its findings."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    errors = Fault(many=True, required=False)  # type: ignore[assignment]
    refusal = serializers.UUIDField(required=False)
    entry = serializers.UUIDField(required=False)
    findings = Finding(many=True, required=False)


ALWAYS = (401, 403, 406, 429)
WITH_BODY = (400, 409, 412, 413, 415, 422, 503)


class Schema(AutoSchema):
    """Adds to each operation what all operations share."""

    def _handler(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or "", None)

    def get_override_parameters(self) -> list[Any]:
        """Return the headers and questions of acts."""
        own: list[Any] = list(super().get_override_parameters())
        if not getattr(self._handler(), "acts", False):
            return own
        return [*own, *ACTS, *(ON_A_ROW if self.path.count("{") else ())]

    def get_request_serializer(self) -> Any:
        """Return what an act asks."""
        handler = self._handler()
        return handler.asks if getattr(handler, "acts", False) else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """Return what an act gives, under its status."""
        handler = self._handler()
        if not getattr(handler, "acts", False):
            return super().get_response_serializers()
        return {handler.status: handler.gives or getattr(self.view, "serializer_class", None)}

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Return the answers of an operation, and the problems that any may meet."""
        found: dict[str, Any] = super()._get_response_bodies(direction)
        statuses = [*ALWAYS, *(WITH_BODY if self.method == "POST" else (422, 503))]
        if self.path.count("{") or self.method == "GET":
            statuses.append(404)
        problem = self.resolve_serializer(Problem, "response")
        for status in sorted(statuses):
            found.setdefault(
                str(status),
                {
                    "description": str(PROBLEMS[status]),
                    "content": {"application/problem+json": {"schema": problem.ref}},
                },
            )
        return found


PROBLEMS = {
    400: _("The body is not JSON."),
    401: _("No key, or one that is unknown, revoked or expired."),
    403: _("The role or the key's scopes do not allow this."),
    404: _("Not there, or not yours to see."),
    406: _("Only JSON is given."),
    409: _("Refused by the rules and recorded, or no longer possible."),
    412: _("The row has changed since its ETag was read."),
    413: _("The body is too large."),
    415: _("Send JSON."),
    422: _("Something in the request does not fit."),
    429: _(
        "Too many requests in a minute, or too many refused attempts in an hour; Retry-After says "
        "when to come again."
    ),
    503: _("Others were changing the same records; try again."),
}
