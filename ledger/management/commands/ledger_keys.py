"""``manage.py ledger_keys``: name the log and make its keys, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ledger import api
from ledger.keys import trusted_vkey


class Command(BaseCommand):
    help = "Name the log and make the key and trust files that are missing. Nothing is ever overwritten."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            origin = api.ensure_log(settings.RP_ID)
        except (api.KeyFileError, api.DraftError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"origin  {origin}\nlog key {trusted_vkey(settings.TRUST_DIR)}")
