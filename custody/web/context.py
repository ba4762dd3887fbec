"""The context processor: what every page says about where the reader is.

A footer must never break a page: what cannot be read (no set-up yet, database away) is left out and logged.
Everything is read on first use, so that a fragment without header and footer costs no query.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from custody import frozen
from custody.frozen import EVERYTHING
from custody.models import FrozenObject, Notice, Site
from ledger import api as ledger

from .navigation import MenuLink, menu, split
from .passkeys import obstacle
from .preferences import theme_of
from .provider import shown_name

log = logging.getLogger(__name__)
T = TypeVar("T")
MANY = 99
"""Unread notices that are counted; beyond it the frame says only that there are more."""

THEMES: tuple[tuple[str, str | Promise], ...] = (
    ("auto", _("Auto")),
    ("light", _("Light")),
    ("dark", _("Dark")),
)


def _guarded(read: Callable[[], T]) -> T | None:
    """Return what ``read`` finds, or None when the database or the log's files cannot be read."""
    try:
        return read()
    except (DatabaseError, OSError, ValueError):
        log.warning("the frame of a page could not be filled", exc_info=True)
        return None


class Frame:
    """The frame of one page for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.theme = theme_of(request)
        self.themes = THEMES
        self.language = get_language() or settings.LANGUAGE_CODE
        # Switching posts back to here; an address that only answers to POST would be a dead end.
        self.back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
        # Paper outlives the screen: a printed page says of when it is.
        self.now = timezone.now()

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        """Languages to switch to, each under its own name."""
        return [
            (code, get_language_info(code)["name_local"])
            for code, _name in settings.LANGUAGES
            if code != self.language
        ]

    @cached_property
    def user(self) -> Any:
        """The signed-in user, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def no_passkeys(self) -> str:
        """Why passkeys cannot work at the address that this page was asked under; empty where they can."""
        return obstacle(self.request)

    @property
    def provider(self) -> str:
        """What the house's sign-in provider is called; empty where there is none."""
        return shown_name()

    @cached_property
    def menu(self) -> list[MenuLink]:
        """The menu lines for this reader."""
        roles = _guarded(self.user.roles) if self.user else None
        return menu(roles or (), self.request.path, signed_in=self.user is not None)

    @cached_property
    def menu_wide(self) -> tuple[list[MenuLink], list[MenuLink]]:
        """The menu lines that a wide screen shows, and those behind *More*."""
        return split(self.menu)

    @cached_property
    def unread(self) -> str:
        """How many notices this reader has not read, ``99+`` beyond that; empty when there is none."""
        rows = Notice.objects.visible_to(self.user).unread()
        count = _guarded(rows[: MANY + 1].count) if self.user else 0
        return f"{MANY}+" if count and count > MANY else str(count or "")

    @cached_property
    def here(self) -> Site | None:
        """The installation with its system, or None before set-up."""
        held = FrozenObject.objects.filter(settled_entry__isnull=True)
        rows = Site.objects.select_related("system").annotate(any_held=Exists(held))
        return _guarded(rows.first)

    @property
    def demo(self) -> bool:
        """Whether this is a demo: its keys are known to all, so its papers prove nothing."""
        return bool(settings.DEMO) or bool(self.here and self.here.demo)

    @cached_property
    def checkpoint(self) -> ledger.Checkpoint | None:
        """The newest signed checkpoint."""
        return _guarded(ledger.checkpoint)

    @cached_property
    def alarm(self) -> ledger.Alarm | None:
        """Whether the ledger is frozen, and why, or behind with its seals; None when that cannot be read."""
        return _guarded(ledger.alarm)

    @cached_property
    def held(self) -> bool:
        """Whether the thing that this page is about may not be acted on: it does not agree with the
        ledger."""
        if self.here is None or not self.here.any_held:  # type: ignore[attr-defined]
            return False
        match = self.request.resolver_match
        ids = {str(value) for value in match.kwargs.values()} if match and self.user else set()
        rows = _guarded(frozen.open_ones) if ids else None
        return any(ids & set(row.holds) or EVERYTHING in row.holds for row in rows or ())


def site(request: HttpRequest) -> dict[str, Frame]:
    """Give every template ``frame`` (allauth fills ``site`` with something else)."""
    return {"frame": Frame(request)}
