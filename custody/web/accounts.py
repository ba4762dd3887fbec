"""How django-allauth is bent to Holdfast: administrators make sign-ins, and nothing goes out by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up and keeps quiet."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes a sign-in for themselves: it belongs to a person whom an administrator registered."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: Holdfast needs no address, and mail would tell a third host who signs in here."""
