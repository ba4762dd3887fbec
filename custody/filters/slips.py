"""Which slips for sign-ins."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import SlipPurpose, SlipState

from .base import Among, Questions, WordIs


class SlipFilter(Questions):
    """By state, purpose and person."""

    state = WordIs(SlipState, label=_("State"))
    purpose = WordIs(SlipPurpose, label=_("What for"))
    person = Among(field_name="sign_in__person", label=_("For"))
