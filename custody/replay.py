"""Running stored decisions again: from the facts in the ledger, under the pack of then, with the rule
versions of then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from custody import record
from custody.models import Decision, RegimePack
from custody.policy import engine
from custody.policy.facts import Facts, FactsError
from custody.policy.regime import Pack


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of running one decision again."""

    decision: Decision
    verdict: Literal["same", "differs", "not replayable"]
    why: str = ""


def replay_all() -> Iterator[Replayed]:
    """Run every stored decision again, oldest first."""
    packs = {row.sha256: Pack.from_text(row.body) for row in RegimePack.objects.exclude(body="")}
    for decision in Decision.objects.order_by("created_at", "id").iterator():
        yield replay(decision, packs.get(decision.pack_sha256))


def replay(decision: Decision, pack: Pack | None) -> Replayed:
    """Run one stored decision again and say whether it comes out as stored, in the row and in the ledger
    alike."""
    stored, facts, erased = record.decided(decision.entry)
    gone = [
        f"{name} by entry {entry}" for name, entry in erased.items() if name.startswith(record.FACTS_PREFIX)
    ]
    if gone:
        return Replayed(decision, "not replayable", "erased: " + ", ".join(gone))
    if pack is None:
        return Replayed(decision, "not replayable", f"pack {decision.pack_sha256} is not published")
    if not isinstance(stored, dict) or stored.get("id") != str(decision.id):
        return Replayed(decision, "differs", "the entry carries another decision")
    try:
        kept = engine.Decision.from_json({k: v for k, v in stored.items() if k != "id"})
        result = engine.replay(kept, Facts(facts, kept.facts_schema), pack)
    except (FactsError, KeyError, TypeError, ValueError) as error:
        return Replayed(decision, "differs", str(error))
    row = (str(decision.verb), str(decision.outcome), decision.rules, decision.pack_sha256, decision.findings)
    entry = tuple(stored[name] for name in ("verb", "outcome", "rules", "pack_sha256", "findings"))
    if row != entry:
        return Replayed(decision, "differs", "the row is not what the entry says")
    if result.same:
        return Replayed(decision, "same")
    return Replayed(decision, "differs", "; ".join(f"{d.where}.{d.what}" for d in result.differences))
