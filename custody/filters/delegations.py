"""Which delegations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import DelegationState

from .base import Among, Questions, WordIs


class DelegationFilter(Questions):
    """By state, officer, delegate and party."""

    state = WordIs(DelegationState, label=_("State"))
    delegator = Among(field_name="delegator", label=_("Officer"))
    delegate = Among(field_name="delegate", label=_("Delegate"))
    party = Among(field_name="party", label=_("Party"))
