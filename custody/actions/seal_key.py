"""Another key for the seals of reports, ordered by the owner of the machine."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from custody import models as m
from custody.events.site import SealKeyChanged
from custody.record import SYSTEM_STREAM
from custody.reports.seal_change import Change, changing
from custody.terms import Text

from .base import Act, ActionError, Actor, Outcome, perform


def change(*, reason: str, ordered_by: str) -> Change:
    """Have reports sealed with another key from now on; the ledger holds which, before it is in place.

    Raises ActionError without reason or order, SealKeyError where there is no key, or the new one cannot
    seal. Killed on the way it is called again, ends what was begun, and records it once more.
    """
    if not reason.strip() or not ordered_by.strip():
        raise ActionError(Text(en="Say why, and on whose order.", zh="请说明原因，以及由谁下令。"))
    name = m.Site.objects.values_list("name", flat=True).first() or "Holdfast"
    now = timezone.now().replace(microsecond=0)
    with changing(Path(settings.KEYS_DIR), Path(settings.TRUST_DIR), name=name, now=now) as found:

        def work(act: Act) -> Outcome:
            event = SealKeyChanged(
                old_certificate=found.old,
                new_certificate=found.new,
                new_root=found.root,
                reason=reason.strip(),
                ordered_by=ordered_by.strip(),
            )
            return Outcome("done", act.record(event, SYSTEM_STREAM))

        perform(Actor.setup(), work)
    return found
