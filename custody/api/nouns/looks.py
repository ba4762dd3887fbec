"""Who of other organisations looked at what."""

from __future__ import annotations

from typing import ClassVar

from custody import models as m
from custody.filters import LookFilter

from ..base import Visible
from ..fields import Shown


class LookShown(Shown):
    """A person looked at an object, or at rows of a project or party, in the hour that begins at `hour`."""

    class Meta:
        model = m.Look
        fields: ClassVar[list[str]] = ["id", "person", "noun", "object", "project", "party", "hour", "entry"]


class Looks(Visible):
    """Looks at what belongs to another organisation than the reader's: for its owner, the house, and each for
    oneself."""

    queryset = m.Look.objects.all()
    serializer_class = LookShown
    filterset_class = LookFilter
    related = ("person", "project", "party")
