"""Start-up check: a missing wall refuses to serve."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from . import walls
from .models import Site


@register(Tags.database)
def walls_stand(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report each custody wall that does not stand in the application's database, and a false demo."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        if "custody_decision" not in connections["default"].introspection.table_names(cursor):
            return []
    faults: list[CheckMessage] = [
        Error(
            fault,
            hint="Run `manage.py migrate --database owner`, which lays the walls again.",
            id="custody.E001",
        )
        for fault in walls.missing()
    ]
    return faults + _demo_of_a_real_site()


@register(Tags.security)
def passkeys_are_bound(**_: Any) -> list[CheckMessage]:
    """Report the one switch that lets a passkey's answer to any page count for ours."""
    if not getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        return []
    return [
        Error(
            "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN switches off that passkeys are bound to this site",
            hint="Take it out of the settings; at http://localhost passkeys work without it.",
            id="custody.E003",
        )
    ]


@register(Tags.security, deploy=True)
def second_factors_are_required(**_: Any) -> list[CheckMessage]:
    """Report a real site on which a stolen password is enough to decide."""
    if settings.DEMO or settings.SECOND_FACTOR == "required":
        return []
    return [
        Warning(
            "whoever decides, reads across parties or administers may sign in with a password alone",
            hint="Set SECOND_FACTOR=required, or leave it out.",
            id="custody.W001",
        )
    ]


@register(Tags.security, deploy=True)
def the_sign_in_provider_is_safe(**_: Any) -> list[CheckMessage]:
    """Report a provider that anybody on the way could play, and a secret that would be published."""
    there, faults = settings.OIDC, list[CheckMessage]()
    if there is None:
        return faults
    if not settings.DEMO and any(not origin.startswith("https://") for origin in there.origins):
        faults.append(
            Error(
                "the sign-in provider is asked without TLS",
                hint="Name it with https:// in OIDC_ISSUER and OIDC_ORIGINS.",
                id="custody.E004",
            )
        )
    file, var = Path(there.secret_file).resolve(), Path(settings.VAR).resolve()
    if there.secret_file and file.is_relative_to(settings.BASE) and not file.is_relative_to(var):
        faults.append(
            Error(
                "the secret of this site at the sign-in provider lies among the files of the program",
                hint="Keep the file that OIDC_CLIENT_SECRET_FILE names outside, readable by the site alone.",
                id="custody.E005",
            )
        )
    return faults


def _demo_of_a_real_site() -> list[CheckMessage]:
    """A demo is served with an open ledger and weaker cookies: never a real site."""
    if not settings.DEMO or not Site.objects.filter(demo=False).exists():
        return []
    return [
        Error(
            "the settings say that this is a demonstration, and the database holds a real site",
            hint="Unset HOLDFAST_DEMO, and put back site.json in HOLDFAST_VAR.",
            id="custody.E002",
        )
    ]
