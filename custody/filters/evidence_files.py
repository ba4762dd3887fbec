"""Which evidence files."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from custody.evidence.words import EvidenceOf

from .base import Questions, WordIs


class EvidenceFileFilter(Questions):
    """By what they show, and by their SHA-256."""

    what = WordIs(EvidenceOf, label=_("Paper"))
    subject = filters.UUIDFilter(label=_("Record that it shows"))
    sha256 = filters.CharFilter(max_length=64, label=_("SHA-256 of the file"))
