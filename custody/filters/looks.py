"""Which looks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import Looked

from .base import Among, On, Questions, Search, WordIs, party_columns, projects


class LookFilter(Questions):
    """By person, project or party, what was looked at, and when."""

    q = Search("person__name", "project__code", *party_columns("party"), label=_("Person, project or party"))
    noun = WordIs(Looked, label=_("What"))
    since = On(field_name="hour", lookup_expr="date__gte", label=_("First day"))
    until = On(field_name="hour", lookup_expr="date__lte", label=_("Last day"))
    project = projects()
    party = Among(field_name="party", label=_("Party"))
    person = Among(field_name="person", label=_("Person"))
    object = Among(field_name="object", label=_("About"))
