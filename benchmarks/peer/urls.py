"""POST /handoffs/ and PATCH /handoffs/ID/."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.urls import include, path
from rest_framework import mixins, routers, serializers, viewsets

from benchmarks.peer.models import Handoff


class Shown(serializers.ModelSerializer[Handoff]):
    """All columns."""

    class Meta:
        model = Handoff
        fields: ClassVar[str] = "__all__"


class Handoffs(mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.GenericViewSet[Handoff]):
    """Create and change, row and history in one transaction."""

    queryset = Handoff._default_manager.all()
    serializer_class = Shown

    @transaction.atomic
    def create(self, *args: Any, **kwargs: Any) -> Any:
        """Write the row."""
        return super().create(*args, **kwargs)

    @transaction.atomic
    def update(self, *args: Any, **kwargs: Any) -> Any:
        """Change the row."""
        return super().update(*args, **kwargs)


router = routers.SimpleRouter()
router.register("handoffs", Handoffs)
urlpatterns = [path("", include(router.urls))]
