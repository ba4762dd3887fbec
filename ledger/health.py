"""How sealer and witnesses stand, for pages, commands and programs that watch the site."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledger import models, trust
from ledger.tlog.errors import LogError
from ledger.tlog.policy import NO_QUORUM

LATE = 60.0
"""Seconds after which an entry without a seal, or a checkpoint without its witnesses, has waited too long."""
APART = 30.0
"""Seconds by which the clocks of this process and of the database may differ, and an entry lie ahead."""
WITNESS_APART = 300.0
"""Seconds by which a witness's clock may differ from ours; it states whole seconds, and may answer slowly."""
MANY = 4096
"""Entries without a seal above which the sealer is behind: one batch of its own (also Tessera's limit)."""


@dataclass(frozen=True, slots=True)
class WitnessHealth:
    """How a witness of the policy stands: the size it cosigned last, and since when it gives no answer, why.

    One that is not `asked` over the network gets its requests as files.
    """

    name: str
    asked: bool
    size: int
    answered_at: datetime | None
    silent_since: datetime | None
    problem: str

    def reason(self) -> str:
        """Why there is no cosignature, in the language of the reader; the exact words are `problem`."""
        if not self.problem:
            return ""
        if self.problem.startswith("no answer"):
            return _("It cannot be reached, or does not answer in time.")
        return _("It answers, but gives no cosignature that holds. The sealer's log says more.")

    def sentence(self) -> str:
        """The same in words, in the language of the reader."""
        if self.silent_since is not None:
            return _("silent since %(since)s; %(size)d entries cosigned") % {
                "since": date_format(timezone.localtime(self.silent_since), "DATETIME_FORMAT"),
                "size": self.size,
            }
        if not self.asked:
            return _("asked by files carried by hand; %(size)d entries cosigned") % {"size": self.size}
        if self.answered_at is None:
            return _("not asked yet")
        return _("answers; %(size)d entries cosigned") % {"size": self.size}


@dataclass(frozen=True, slots=True)
class Health:
    """`pending` counts the entries that no published checkpoint covers; `frozen` says why signing stopped.

    `quorum` is the policy's demand, "none" without one. `unwitnessed_seconds` is how long the oldest
    checkpoint above `witnessed_size` has waited for it; None when none waits or none is demanded.
    """

    frozen: str | None
    pending: int
    oldest_pending_seconds: float | None
    size: int
    sealed_at: datetime | None
    quorum: str = NO_QUORUM
    witnessed_size: int = 0
    unwitnessed_seconds: float | None = None
    witnesses: tuple[WitnessHealth, ...] = ()

    @property
    def behind(self) -> bool:
        """Whether too many entries wait for their seal, or one for too long."""
        return _behind(self.pending, self.oldest_pending_seconds)

    @property
    def short(self) -> bool:
        """Whether the sealer is behind, or a checkpoint waits for its witnesses longer than a minute."""
        return self.behind or (self.unwitnessed_seconds or 0.0) > LATE


@dataclass(frozen=True, slots=True)
class Clock:
    """What speaks against the clock that dates entries and days of validity, the database's, in seconds.

    `process` is how far this process's own is ahead of it (below zero: behind), `entries` how far the newest
    entry lies ahead, for it was dated before the clock was set back; `witnesses` says by name how far the
    clock of each was ahead when it cosigned last. One that is asked by files answers days later, and so tells
    only of a clock of ours that is behind.
    """

    process: float
    entries: float
    witnesses: dict[str, float]

    @property
    def doubtful(self) -> bool:
        """Whether any of it is more than clocks differ by."""
        return bool(self.reasons())

    def reasons(self) -> list[str]:
        """Return a sentence for each thing that speaks against it, in the language of the reader."""
        found = []
        if self.entries > APART:
            found.append(
                _("It was set back: entries are dated up to %(seconds)d seconds ahead of it.")
                % {"seconds": self.entries}
            )
        if abs(self.process) > APART:
            found.append(
                _("Web server and database do not agree on the time: they differ by %(seconds)d seconds.")
                % {"seconds": abs(self.process)}
            )
        for name, seconds in self.witnesses.items():
            if abs(seconds) > WITNESS_APART:
                words = (
                    _("Witness %(name)s has a clock that is %(seconds)d seconds ahead.")
                    if seconds > 0
                    else _("Witness %(name)s has a clock that is %(seconds)d seconds behind.")
                )
                found.append(words % {"name": name, "seconds": abs(seconds)})
        return found


@dataclass(frozen=True, slots=True)
class Alarm:
    """What every page must say of the log. `pending` is counted up to a little above MANY."""

    frozen: str | None
    pending: int
    oldest_pending_seconds: float | None

    @property
    def behind(self) -> bool:
        """Whether too many entries wait for their seal, or one for too long."""
        return _behind(self.pending, self.oldest_pending_seconds)

    def sentence(self) -> str:
        """How many wait, and for how long, in the language of the reader."""
        return _("%(count)s entries wait, the oldest for %(minutes)d minutes.") % {
            "count": f"{MANY:,}+" if self.pending > MANY else f"{self.pending:,}",
            "minutes": (self.oldest_pending_seconds or 0) // 60,
        }


def _behind(pending: int, oldest_seconds: float | None) -> bool:
    return pending > MANY or (oldest_seconds or 0.0) > LATE


def alarm() -> Alarm:
    """How the log stands, in one cheap query whatever waits. Nothing is ever refused over it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.frozen, s.size - c.size + (SELECT count(*) FROM (
                        SELECT FROM public.ledger_pending LIMIT %s) p),
                      extract(epoch FROM clock_timestamp() - coalesce(
                        (SELECT e.at FROM public.ledger_logindex i JOIN public.ledger_entry e
                             ON e.id = i.entry_id WHERE i.idx = c.size),
                        (SELECT e.at FROM public.ledger_pending p JOIN public.ledger_entry e
                             ON e.id = p.entry_id ORDER BY p.position LIMIT 1)))
                 FROM public.ledger_logstate s,
                      (SELECT coalesce(max(k.size), 0) AS size FROM public.ledger_checkpoint k) c""",
            [MANY + 1],
        )
        frozen, pending, seconds = cursor.fetchone()
    return Alarm(frozen, pending, None if seconds is None else max(float(seconds), 0.0))


def clock() -> Clock:
    """Hold the database's clock against what else tells the time."""
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT extract(epoch FROM clock_timestamp()),
                      extract(epoch FROM (SELECT max(last_at) FROM public.ledger_stream))"""
        )
        now, newest = cursor.fetchone()
        here = (before + time.time()) / 2
        cursor.execute(
            """SELECT w.name, w.asked, c.time - extract(epoch FROM c.at) FROM public.ledger_witness w
                 JOIN public.ledger_cosignature c ON c.size = w.size AND c.vkey = w.vkey
                WHERE w.listed ORDER BY w.name"""
        )
        told = [(name, asked, float(ahead)) for name, asked, ahead in cursor.fetchall()]
    return Clock(
        process=round(here - float(now), 3),
        entries=round(max(float((newest or now) - now), 0.0), 3),
        witnesses={name: round(ahead, 3) for name, asked, ahead in told if asked or ahead > 0},
    )


def frozen() -> str | None:
    """Why the sealer refuses to sign; None while it works."""
    return models.LogState.objects.values_list("frozen", flat=True).get()


def health() -> Health:
    """How sealer and witnesses stand."""
    state = models.LogState.objects.get()
    newest = models.Checkpoint.objects.order_by("-size").first()
    size = newest.size if newest else 0
    oldest = (
        models.Entry.objects.filter(log_index__idx=size).first()
        or models.Entry.objects.filter(pending__isnull=False).order_by("pending__position").first()
    )
    quorum = demanded()
    covered = models.Witnessed.objects.order_by("-checkpoint").first()
    witnessed_size = covered.checkpoint_id if covered else 0
    waiting = models.Checkpoint.objects.filter(size__gt=witnessed_size).order_by("size").first()
    listed = models.Witness.objects.filter(listed=True).order_by("name")
    return Health(
        frozen=state.frozen,
        pending=models.Pending.objects.count() + state.size - size,
        oldest_pending_seconds=_seconds_since(oldest.at if oldest else None),
        size=size,
        sealed_at=newest.at if newest else None,
        quorum=quorum,
        witnessed_size=witnessed_size,
        unwitnessed_seconds=_seconds_since(waiting.at if waiting and quorum != NO_QUORUM else None),
        witnesses=tuple(
            WitnessHealth(row.name, row.asked, row.size, row.answered_at, row.silent_since, row.problem)
            for row in listed
        ),
    )


def _seconds_since(moment: datetime | None) -> float | None:
    return None if moment is None else max((timezone.now() - moment).total_seconds(), 0.0)


def demanded() -> str:
    """What the site's own policy demands; "none" where this host has no policy that can be read."""
    try:
        return trust.load(settings.TRUST_DIR).quorum
    except LogError:
        return NO_QUORUM
