"""Rule packs: versions that were published, what each changed, and putting one in force."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody import regimes
from custody.actions import packs
from custody.actions.base import ActionError, Actor, Outcome
from custody.policy import shipped
from custody.policy.changes import changes
from custody.policy.packfile import MOST_BYTES
from custody.policy.regime import Pack
from custody.terms import Source, Text, Way

from ..base import Visible, act
from ..fields import NOT_THERE, Asked, Line, Pattern, Shown
from ..saying import say


class PackShown(Shown):
    """A version of a rule pack; ``effective`` is the first day on which it counts, null for at once."""

    in_force = serializers.SerializerMethodField()

    class Meta:
        model = m.RegimePack
        fields: ClassVar[list[str]] = ["id", "name", "version", "sha256", "effective", "in_force", "entry"]

    def get_in_force(self, row: m.RegimePack) -> bool:
        """Return whether projects are judged by it today."""
        now = regimes.in_force(row.name)
        return now is not None and now.id == row.id


class PackWhole(PackShown):
    """A version of a rule pack with its text, RFC 8785 JSON of the SHA-256 that decisions carry."""

    text = serializers.CharField(source="body", read_only=True)

    class Meta(PackShown.Meta):
        fields: ClassVar[list[str]] = [*PackShown.Meta.fields, "text"]


class PackAsked(Asked):
    """A pack file to put in force: its name and text (YAML), why, and on whose order."""

    file = Line(max_length=200)
    text = Line(max_length=MOST_BYTES, trim_whitespace=False)
    reason = Line(max_length=1000)
    ordered_by = Line(max_length=200)
    shown = Pattern(r"^[0-9a-f]{64}$", required=False)


class ChangeShown(serializers.Serializer[Any]):
    """One difference between two packs; ``rule`` is empty for what belongs to no rule."""

    rule = serializers.CharField()
    what = serializers.CharField()
    name = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    way = serializers.ChoiceField(choices=[str(way) for way in Way])


class Packs(mixins.CreateModelMixin, Visible):
    """Rule packs by which projects are judged; for the administrator."""

    queryset = m.RegimePack.objects.all()
    serializer_class = PackShown

    def get_queryset(self) -> Any:
        """Return all of them to an administrator. Raises NotPermitted."""
        Actor.of(cast(m.User, self.request.user), Source.API).require("pack.activate")
        return m.RegimePack.objects.order_by("name", "created_at", "id")

    def get_serializer_class(self) -> type[Any]:
        """Return one pack with its text, lists without."""
        return PackWhole if self.action == "retrieve" else PackShown

    @act(PackAsked, status=201, detail=False)
    def create(self, file: str, text: str, **asked: Any) -> Outcome:
        """Put a pack in force; it counts from its effective day on."""
        return packs.activate(self.actor(), raw=text.encode(), file=file, **asked)

    @extend_schema(
        parameters=[
            OpenApiParameter("against", UUID, description="Another version; without it the one before.")
        ],
        responses=ChangeShown(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def diff(self, request: Request, pk: UUID) -> Response:
        """Say what a version changes against another, rule by rule."""
        row = self.get_object()
        found = changes(_text(self._against(row)), _text(row), shipped.known_rules())
        shown = [
            {"rule": c.rule, "what": c.what, "name": say(c.name), "old": say(c.old), "new": say(c.new),
             "way": str(c.way)}
            for c in found
        ]  # fmt: skip
        return Response(shown)

    def _against(self, row: m.RegimePack) -> m.RegimePack:
        asked = self.request.query_params.get("against")
        if asked is None:
            ids = [one.id for one in regimes.versions(row.name)]
            older = ids[ids.index(row.id) + 1 :] if row.id in ids else []
            if not older:
                raise ActionError(
                    Text(
                        "This is the first version. Name another with against.",
                        "此为首个版本，请用 against 指定另一版本。",
                    ),
                    "against",
                )
            return m.RegimePack.objects.get(id=older[0])
        try:
            return m.RegimePack.objects.get(id=UUID(asked))
        except (ValueError, m.RegimePack.DoesNotExist):
            raise ActionError(NOT_THERE, "against") from None


def _text(row: m.RegimePack) -> Pack:
    for one in regimes.versions(row.name):
        if one.id == row.id:
            return one.pack()
    raise Http404
