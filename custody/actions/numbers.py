"""Registration numbers of parties: in the form of their scheme, and of one party alone."""

from __future__ import annotations

from custody import models as m
from custody.screening.identifiers import BadIdentifier, checked, scheme_of
from custody.terms import Text

from .base import ActionError


def number(scheme: str, value: str, about: str) -> tuple[str, str]:
    """Return a registration number in its plain form. Raises ActionError when it cannot be one."""
    try:
        name = scheme_of(scheme)
        return name, checked(name, value)
    except BadIdentifier as error:
        raise ActionError(error.text, about) from error


def nobodys(scheme: str, value: str, about: str) -> None:
    """Raise ActionError when a registration number belongs to a party already."""
    if m.PartyIdentifier.objects.filter(scheme=scheme, value=value).exists():
        raise ActionError(
            Text(
                en=f"{scheme} {value} already belongs to a registered party. Open that party instead.",
                zh=f"{scheme} {value} 已属于另一登记单位，请直接使用该单位。",
            ),
            about,
        )
