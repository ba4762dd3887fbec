"""Which passkeys that sign decisions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import SigningKeyState

from .base import Among, Questions, WordIs


class SigningKeyFilter(Questions):
    """By state and owner."""

    state = WordIs(SigningKeyState, label=_("State"))
    person = Among(field_name="person", label=_("Owner"))
