"""Evidence files: sent as they are, taken away as attachments; each look is recorded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import IO, Any, ClassVar, cast
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody.actions import files
from custody.actions.base import ActionError, NotPermitted
from custody.evidence.store import NoFile, Received, TooLarge
from custody.evidence.words import EvidenceOf
from custody.filters import EvidenceFileFilter
from custody.terms import Source, Text

from ..auth import fingerprint
from ..base import Visible
from ..fields import Shown
from ..saying import say
from .reports import AsItIs

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_CHUNK = 262_144


class FileTooLarge(APIException):
    """More bytes than a file may have; answered with status 413."""

    status_code = 413

    def __init__(self) -> None:
        """Say it in the language of the request."""
        super().__init__(say(files.too_large()))


class AsItComes(BaseParser):
    """Leaves the body to be read as it comes."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return nothing: the act reads the stream itself."""
        return {}


class EvidenceFileShown(Shown):
    """A file that shows a paper, and what drawing its pages gave."""

    class Meta:
        model = m.EvidenceFile
        fields: ClassVar[list[str]] = [
            "id", "what", "subject", "sha256", "length", "media_type", "attached_by", "erased", "pages",
            "drawn", "failure", "entry",
        ]  # fmt: skip


class EvidenceFiles(Visible):
    """Files that show certificates, consents, agreements and other papers."""

    queryset = m.EvidenceFile.objects.all()
    serializer_class = EvidenceFileShown
    filterset_class = EvidenceFileFilter

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: EvidenceFileShown},
        parameters=[
            OpenApiParameter(
                "what", OpenApiTypes.STR, OpenApiParameter.PATH, enum=[str(w) for w in EvidenceOf]
            ),
            OpenApiParameter("subject", OpenApiTypes.UUID, OpenApiParameter.PATH),
            OpenApiParameter(
                "Content-Digest",
                {"type": "string", "pattern": r"^sha-256=:[A-Za-z0-9+/]{43}=:$"},
                OpenApiParameter.HEADER,
                description="SHA-256 of the file (RFC 9530); another file is refused.",
            ),
        ],
    )
    @action(detail=False, methods=["post"], url_path="<slug:what>/<uuid:subject>", parser_classes=[AsItComes])
    def attach(self, request: Request, what: str, subject: UUID) -> Response:
        """Attach a file to what it shows. The body is the file itself."""
        stated = _stated(request)
        try:
            word = EvidenceOf(what)
        except ValueError:
            raise Http404 from None
        if not files.TABLES[word].objects.visible_to(request.user).filter(id=subject).exists():
            raise Http404
        _ = request.data  # no parser takes another content type
        actor, found = self.actor(), files.subject(word, subject)
        if not found.may(actor):
            raise NotPermitted(found.verb)
        received = _received(request)
        with files.settled(received):
            files.agrees(stated, received)
            if actor.submission:
                said = fingerprint(request.path.encode(), received.sha256.encode())
                actor = replace(actor, digest=said)
            outcome = files.attach(actor, what=word, subject_id=subject, file=received)
        return self.answer(outcome, EvidenceFileShown, 201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[AsItIs])
    def content(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        """Take the file away; that is recorded before it goes out."""
        row = self.get_object()
        answer = StreamingHttpResponse(files.content(row), headers=files.as_attachment(row))
        self._looked(row, None)
        return answer

    @extend_schema(
        responses={(200, "image/png"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)],
    )
    @action(detail=True, url_path="pages/<int:number>", renderer_classes=[AsItIs])
    def page(self, request: Request, pk: UUID, number: int) -> HttpResponse:
        """Take the image of one page, from 1; that is recorded before it goes out."""
        row = self.get_object()
        try:
            found = files.page_image(row, number, "l")
        except NoFile:
            raise Http404 from None
        self._looked(row, number)
        return HttpResponse(found, headers=files.as_image())

    def _looked(self, row: m.EvidenceFile, number: int | None) -> None:
        if self.request.method != "HEAD":
            user = cast(m.User, self.request.user)
            transaction.on_commit(partial(files.look_by, user, row, number, Source.API))


def _stated(request: Request) -> str:
    """Return the SHA-256 that a request states, in hex; empty for none. Raises ActionError."""
    given = request.headers.get("Content-Digest")
    if given is None:
        return ""
    found = _DIGEST.fullmatch(given.strip())
    try:
        return base64.b64decode(found[1], validate=True).hex() if found else _no_digest()
    except binascii.Error:
        return _no_digest()


def _no_digest() -> str:
    raise ActionError(
        Text("Content-Digest is sha-256=:BASE64:.", "Content-Digest须为sha-256=:BASE64:的形式。"),
        "Content-Digest",
    )


def _received(request: Request) -> Received:
    """Read the body into a sealed file. Raises FileTooLarge, ActionError."""
    incoming = files.begin()
    try:
        while chunk := request._request.read(_CHUNK):
            incoming.write(chunk)
        return incoming.finish()
    except TooLarge:
        raise FileTooLarge from None
    except OSError as error:
        incoming.discard()
        raise ActionError(files.NOT_KEPT) from error
    except BaseException:
        incoming.discard()
        raise
