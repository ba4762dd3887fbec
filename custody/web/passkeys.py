"""Where passkeys can work: at the site's own name, and nowhere else."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from custody.actions.signing_keys import own_origin as own_origin


def obstacle(request: HttpRequest) -> str:
    """Return why passkeys cannot work at the address of this request; empty where they can."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    if _bare(host):
        return _(
            "Passkeys and security keys need a host name, and this site has only a bare address (%(site)s). "
            "Use a code app; your administrator can give the site a name."
        ) % {"site": own_origin()}
    if site.scheme != "https" and host != "localhost":
        return _(
            "Passkeys and security keys need HTTPS, and this site has none. Use a code app; your "
            "administrator can set HTTPS up."
        )
    if request.META.get("HTTP_HOST", "") != site.netloc:
        return _(
            "Passkeys and security keys work at %(site)s alone, and you came by another address. Go there, "
            "or use a code app."
        ) % {"site": own_origin()}
    return ""


def _bare(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
