"""Which places on need-to-know lists."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from .base import Among, Questions


class NeedToKnowFilter(Questions):
    """By item and person, and whether it stands."""

    item = Among(field_name="item")
    person = Among(field_name="person")
    ended = filters.BooleanFilter(field_name="ended_on", lookup_expr="isnull", exclude=True, label=_("Ended"))
