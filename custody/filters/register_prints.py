"""Which printed registers."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.evidence.words import EvidenceOf
from custody.terms import PrintedKind

from .base import Among, OneOf, Questions, Rows, Search, WordIs, party_columns, projects


def _scanned(rows: Rows) -> Rows:
    scans = m.EvidenceFile.objects.filter(what=EvidenceOf.PRINTED, subject=OuterRef("pk"), erased=False)
    return rows.alias(scanned=Exists(scans))


class RegisterPrintFilter(Questions):
    """By number, project or party, kind of register, and whether the stamped paper was scanned."""

    q = Search("number", "project__code", *party_columns("party"), label=_("Number, project or party"))
    register = WordIs(PrintedKind, label=_("Kind of register"))
    scan = OneOf(
        [
            ("yes", _("Attached"), lambda rows, user, today: _scanned(rows).filter(scanned=True)),
            ("no", _("Not attached yet"), lambda rows, user, today: _scanned(rows).filter(scanned=False)),
        ],
        label=_("Scan of the stamped paper"),
    )
    project = projects()
    party = Among(field_name="party", label=_("Party"))
