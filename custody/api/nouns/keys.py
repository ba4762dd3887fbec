"""Keys for programs."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import keys
from custody.actions.base import Outcome

from ..base import Visible, act
from ..fields import Asked, Count, Line, Seen, Shown


class KeyShown(Shown):
    """A key of one's own. ``key`` is its text, given once, when it is made; ``party`` is whom alone it acts
    for, null where it was made before keys were bound."""

    key: Any = serializers.SerializerMethodField()
    scopes: Any = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = m.ApiKey
        fields: ClassVar[list[str]] = [
            "id", "name", "start", "key", "party", "scopes", "expires_at", "revoked_at", "last_used_at",
            "entry",
        ]  # fmt: skip

    def get_key(self, row: m.ApiKey) -> str | None:
        """Return the text of a key that was made a moment ago, else nothing."""
        return getattr(row, "text", None)


class KeyAsked(Asked):
    """A key to make: its name, the party that it acts for (not needed where one stands for one only), the
    nouns it may act on, the days it lives."""

    name = Line(max_length=60)
    party = Seen(m.Party, required=False, allow_null=True)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=list(keys.SCOPES)), max_length=len(keys.SCOPES)
    )
    days = Count(min_value=1, max_value=keys.LONGEST.days)


class Keys(mixins.CreateModelMixin, Visible):
    """Keys with which programs act for oneself."""

    queryset = m.ApiKey.objects.all()
    serializer_class = KeyShown

    @act(KeyAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Make a key. Its text is in this answer and never again."""
        user = cast(m.User, self.request.user)
        outcome, text = keys.issue(self.actor(), user=user.pk, **asked)
        if keys.digest(text) == outcome.object.sha256:  # not when the same request was answered before
            outcome.object.text = text
        return outcome

    @act()
    def revoke(self, row: m.ApiKey) -> Outcome:
        """End a key at once."""
        return keys.revoke(self.actor(), key=row.id)
