"""Say who can sign in to the demo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from custody.models import CounterPin, Site, User
from custody.stories.cast import PASSWORD, PIN


class Command(BaseCommand):
    """Prints a line per demo sign-in; nothing on a real site."""

    help = "List the demo's sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print user name, person and roles."""
        if not Site.objects.filter(demo=True).exists():
            return
        self.stdout.write(_("Demo sign-ins; the password of all is %(password)s") % {"password": PASSWORD})
        signers = (
            CounterPin.objects.live().order_by("user__username").values_list("user__username", flat=True)
        )
        if signers:
            self.stdout.write(
                _("Counter PIN of %(names)s: %(pin)s") % {"names": ", ".join(signers), "pin": PIN}
            )
        for user in User.objects.select_related("person").order_by("username"):
            roles = ", ".join(sorted(f"{r.text.en} {r.text.zh}" for r in user.roles()))
            self.stdout.write(f"  {user.username:<7} {user.person.name:<16} {roles}")
