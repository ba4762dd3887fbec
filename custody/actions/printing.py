"""Receipts of handoffs on paper: printed and sealed by the worker when somebody asks, and kept for an hour.

The paper is no record: the entry is. It is printed anew whenever it is asked for, so that nothing has to be
kept, counted or withdrawn; an erasure takes away what lies there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.conf import settings

from custody import models as m
from custody import outbox, record, regimes
from custody.models.handoff import SIGNED
from custody.policy.facts import Missing
from custody.reports import evidence, files, handed
from custody.reports.timestamp import Stamp
from custody.stamp_terms import SealTime
from custody.terms import Text

from . import signing_receipts

TASK = "custody.print_receipt"
REASON = "Handoff receipt 移交回执"
LANGUAGES = tuple(handed.LANGUAGES)
SEALED_WITHIN = 10.0
WITNESSED_WITHIN = 5.0  # seconds; beyond it the receipt says "sealed, not witnessed"
KEPT = 3600.0
"""Seconds for which a receipt lies ready."""

RECENT = 600.0
"""Seconds for which a printing that was asked for is waited for; afterwards it may be asked for again."""

State = Literal["none", "to_print", "printing", "failed", "ready"]
Seal = Callable[[Callable[[SealTime], bytes], str], tuple[bytes, SealTime, Stamp | None]]
"""Seals pages that are told whose word the time of the seal will be."""


@dataclass(frozen=True, slots=True)
class Paper:
    """How far the receipt of a handoff is; ``file`` once it is ready."""

    state: State
    file: Path | None = None


def folder() -> Path:
    """Return where receipts lie."""
    return Path(settings.REPORTS_DIR) / "receipts"


def name_of(row: m.Handoff, language: str) -> str:
    """Return the file name of a receipt: a handoff has one acceptance, and a receipt of it in each
    language."""
    return f"{row.number}-{row.answer_entry}-{language}.pdf"


def paper(row: m.Handoff, language: str) -> Paper:
    """Return how far the receipt is: "none" where nobody has signed, or the signature does not stand."""
    if row.state not in SIGNED or row.answer_entry is None:
        return Paper("none")
    found = files.built(folder(), name_of(row, language))
    if found is not None and _fresh(found):
        return Paper("ready", found)
    # Ids begin with their time, so that this reads the newest rows alone.
    since = UUID(int=int((time.time() - RECENT) * 1000) << 80)
    asked = {"handoff": str(row.id), "language": language}
    last = m.OutboxJob.objects.filter(id__gte=since, task=TASK, payload=asked).order_by("-id").first()
    if last is None or (last.done_at and not last.error):
        return Paper("to_print")
    return Paper("failed" if last.done_at else "printing")


def ask(row: m.Handoff, language: str) -> Paper:
    """Have the receipt printed unless it lies ready or is under way; return how far it is.

    Whoever sees the handoff may: the paper tells nothing that its page does not tell.
    """
    found = paper(row, language)
    if found.state != "to_print":
        return found
    outbox.put(TASK, {"handoff": str(row.id), "language": language})
    return Paper("printing")


def bring_about(handoff: UUID, language: str, seal: Seal) -> None:
    """Print a receipt and have it sealed, once the log covers its entry. Raises NotSealedError before."""
    row = m.Handoff.objects.select_related(
        "project", "sender_party", "sender_person", "receiver_party", "second_carrier", "system"
    ).get(id=handoff)
    entry = row.answer_entry
    if entry is None or paper(row, language).state in ("none", "ready"):
        return
    given = signing_receipts.given(row)
    if evidence.wait_sealed(given.entry if given else entry, SEALED_WITHIN):
        evidence.wait_witnessed(entry, WITNESSED_WITHIN)
    answer = evidence.receipt_of(entry, handed.WITHHELD)
    inside = {
        handed.OFFER: evidence.receipt_of(row.offer_entry, handed.WITHHELD),
        handed.ANSWER: answer,
        **_more(row),
        handed.NAMES: _names(row, handed.signer(handed.Told.of(answer)), language),
    }
    sealed, _time, _stamp = seal(lambda time: handed.body(inside, time), REASON)
    files.place(folder(), name_of(row, language), sealed)


def _more(row: m.Handoff) -> dict[str, bytes]:
    """Return what else a receipt has inside: how the copies were sent off, and the receiver's signature."""
    found: dict[str, bytes] = {}
    if sent := _sent_off(row):
        found[handed.SENT] = evidence.receipt_of(sent, handed.WITHHELD)
    if (given := signing_receipts.given(row)) and given.key.confirmed:
        found[handed.SIGNED] = evidence.receipt_of(given.entry)
        found[handed.KEY] = evidence.receipt_of(given.key.confirmed)
    return found


def sweep(*, all_of_them: bool = False) -> list[str]:
    """Remove receipts that have lain for an hour, or all; return their names."""
    removed = []
    for path in folder().glob("*.pdf"):
        if all_of_them or not _fresh(path):
            path.unlink(missing_ok=True)
            removed.append(path.name)
    return removed


def _fresh(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < KEPT
    except FileNotFoundError:
        return False


def _sent_off(row: m.Handoff) -> UUID | None:
    """Return the entry that said last how the copies were sent off; None where nobody said so. That they are
    late is an entry of its own, so the row does not name it."""
    way = m.Dispatch.objects.filter(handoff=row).first()
    if way is None:
        return None
    said = record.naming(
        str(way.id), ["handoff.dispatched/1"], stream=row.project.stream, since=row.offered_at
    )
    return said[-1].id


def _names(row: m.Handoff, signer: str, language: str) -> bytes:
    """Return what the entries have no words for: who and what their ids are."""
    carriers = m.Dispatch.objects.filter(handoff=row).values_list("carriers", flat=True)
    persons = [
        row.sender_person,
        m.Person.objects.get(id=signer),
        *([row.second_carrier] if row.second_carrier else []),
        *m.Person.objects.filter(id__in=[id for named in carriers for id in named]),
        *m.Person.objects.filter(id__in=m.ReceiptSheet.objects.filter(handoff=row).values("witness")),
    ]
    things: list[Any] = [row.sender_party, row.receiver_party, row.system, *persons]
    copies = m.Copy.objects.filter(lines__handoff=row).select_related("item")
    here = m.Site.objects.select_related("system").first()
    return handed.names_file(
        language=language,
        names={
            **{str(thing.id): str(thing.name) for thing in things},
            str(row.project_id): f"{row.project.code}  {row.project.title}",
        },
        copies={str(c.id): (c.code, f"{c.item.codename} / {c.number}") for c in copies},
        site=here.name if here else "",
        level=_level(here, row.project.regime),
        demo=bool(settings.DEMO or (here and here.demo)),
    )


def _level(here: m.Site | None, regime: str) -> Text:
    """Return the level that the site is accredited for in the project's family of regimes."""
    level = here.system.levels.get(regimes.family(regime)) if here else None
    try:
        return regimes.pack(regime).level(str(level or "")).label.text
    except (Missing, ValueError, KeyError):
        return Text("not accredited for this regime", "未按本规则包核定")
