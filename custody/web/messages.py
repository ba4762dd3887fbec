"""Words for the next page: in a cookie under our own name, so that no neighbour of the host can set it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class Cookies(CookieStorage):
    """Django's, under the name that the settings give it."""

    cookie_name = settings.MESSAGE_COOKIE_NAME


class Storage(FallbackStorage):
    """In the cookie, and in the session what is too long for one."""

    storage_classes = (Cookies, SessionStorage)
