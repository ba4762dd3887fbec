"""Every decision in the evidence, run again from its facts, its pack and its rule versions."""

from __future__ import annotations

from typing import Any

from custody.policy import engine
from custody.policy.facts import SCHEMAS, Facts, FactsError
from custody.policy.regime import Pack
from custody.terms import DecisionOutcome, Source, Text, VoteChoice
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .acts import of_another_act, rules_left_out, undecided
from .asked import whole_report
from .counted import counted
from .destroyed import destroyed
from .facts import facts
from .found import SHOWN, Part, State, kind_of
from .lots import lots
from .signatures import signatures
from .votes import votes

FACTS = "facts/"
_APPROVING = {str(choice) for choice in VoteChoice if choice.approves}
# What tells of a refusal and is no act that it stops. Whatever else carries a decision went ahead under it;
# only imported acts are judged afterwards.
_TELLS = ("attempt.refused", "recheck.found")


def decisions(judged: Judged) -> Part:
    """Run every decision in the evidence again and say what came out otherwise."""
    part = Part("decisions", w.DECISIONS)
    packs = _Packs(judged)
    told, on_paper = _told_without_leave(judged), _told_from_register(judged)
    same = against = asked = 0
    trouble: dict[tuple[State, Text], list[tuple[str, str]]] = {}
    of_report = whole_report(judged)
    for entry in judged.entries:
        if "decision" not in entry.values:
            if (missing := undecided(entry, whole=_whole(entry, judged), of_report=of_report)) is not None:
                trouble.setdefault(missing[:2], []).append((entry.leaf.id, missing[2]))
            continue
        found = _run_again(entry, packs, judged)
        if found and found[1] is w.AGAINST and str(entry.values.get("handoff")) in told:
            found, against = None, against + 1
        if found and found[1] is w.AGAINST and _asks_for(entry, on_paper):
            found, asked = None, asked + 1
        if found is None:
            same += 1
        else:
            state, text, detail = found
            trouble.setdefault((state, text), []).append((entry.leaf.id, detail))
    for (state, text), places in trouble.items():
        for id, detail in places[:SHOWN]:
            part.add(state, text, detail, id=id)
        if len(places) > SHOWN:
            part.add(state, w.MORE, count=len(places) - SHOWN)
    if same:
        part.add("ok", w.RERUN, count=same)
    elif not trouble:
        part.add("ok", w.NO_DECISIONS)
    if against:
        part.add("ok", w.WITHOUT_LEAVE, count=against)
    if asked:
        part.add("ok", w.FROM_REGISTER, count=asked)
    facts(part, judged, packs.get)
    votes(part, judged)
    signatures(part, judged)
    lots(part, judged)
    if of_report:
        destroyed(part, judged)
        counted(part, judged)
    return part


def _told_without_leave(judged: Judged) -> set[str]:
    """Return the handoffs that the ledger itself tells as done on paper without leave: for those alone an act
    may stand against its decision."""
    return {
        str(entry.values.get("handoff"))
        for entry in judged.entries
        if (kind_of(entry) == "handoff.on_paper" and entry.values.get("allowed") is False)
        or kind_of(entry) == "handoff.without_leave"
    }


def _told_from_register(judged: Judged) -> set[str]:
    """Return the subcontracts that the ledger itself tells as taken over from an old register: they were
    asked for whatever their decision says, and count for nothing until an officer approves them."""
    return {
        str(one.get("hop"))
        for entry in judged.entries
        if kind_of(entry) == "hops.taken_over"
        for one in _list(entry.values.get("hops"))
    }


def _asks_for(entry: Entry, hops: set[str]) -> bool:
    from_register = entry.values.get("source") == Source.REGISTER
    return kind_of(entry) == "hop.requested" and from_register and str(entry.values.get("hop")) in hops


def _list(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, nothing of what a hostile file puts in its place."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class _Packs:
    """The packs of an evidence file, each read once, with the time from which it was published."""

    def __init__(self, judged: Judged) -> None:
        self._texts = judged.bundle.packs if judged.bundle else {}
        self._read: dict[str, Pack | None] = {}
        self.published: dict[str, str] = {}
        self.effective: dict[str, str] = {}
        """The first day on which a pack counts, where its entry names one."""
        for entry in judged.entries:
            if kind_of(entry) == "pack.published":
                sha256 = str(entry.values.get("sha256"))
                self.published[sha256] = min(self.published.get(sha256, entry.leaf.at), entry.leaf.at)
                if "effective" in entry.values:
                    self.effective[sha256] = str(entry.values["effective"])

    def get(self, sha256: str) -> Pack | None:
        """Return a pack whose text is there and is one; its digest was checked with the bundle."""
        if sha256 not in self._read:
            try:
                self._read[sha256] = Pack.from_text(self._texts[sha256])
            except (KeyError, ValueError):
                self._read[sha256] = None
        return self._read[sha256]


def _run_again(entry: Entry, packs: _Packs, judged: Judged) -> tuple[State, Text, str] | None:
    """Return what is wrong with one decision, None when it comes out the same."""
    stored = entry.values["decision"]
    facts = {n.removeprefix(FACTS): v for n, v in entry.values.items() if n.startswith(FACTS)}
    if not _whole(entry, judged):
        return "unknown", w.PARTLY, ""
    try:
        members: Any = stored
        kept = engine.Decision.from_json({k: v for k, v in members.items() if k != "id"})
    except (FactsError, AttributeError, KeyError, TypeError, ValueError) as error:
        return "bad", w.DIFFERS, str(error)
    if packs.published.get(kept.pack_sha256, "9") > entry.leaf.at:
        return "bad", w.UNPUBLISHED, kept.pack_sha256
    act = facts.get("act")
    today = str(act.get("today")) if isinstance(act, dict) else ""
    if packs.effective.get(kept.pack_sha256, "") > today:
        return "bad", w.NOT_YET, f"{packs.effective[kept.pack_sha256]} > {today}"
    pack = packs.get(kept.pack_sha256)
    if pack is None:
        return "unknown", w.NO_PACK, kept.pack_sha256
    if kept.facts_schema > max(SCHEMAS):
        return "unknown", w.NEWER, f"facts schema {kept.facts_schema}"
    if left := list(rules_left_out(entry, str(kept.verb), kept.rules, pack)):
        return "bad", w.LEFT_RULES, ", ".join(left)
    try:
        result = engine.replay(kept, Facts(facts, kept.facts_schema), pack)  # type: ignore[arg-type]
    except Exception as error:  # whatever a hostile file makes a rule do, it does not come out the same
        return "bad", w.DIFFERS, repr(error)
    if not result.same:
        if any(d.where == "rules" and d.what == "run" for d in result.differences):
            return "unknown", w.NEWER, ", ".join(kept.rules)
        return "bad", w.DIFFERS, "; ".join(f"{d.where}.{d.what}" for d in result.differences)
    return _against_its_decision(entry, kept) or of_another_act(entry, str(kept.verb))


def _whole(entry: Entry, judged: Judged) -> bool:
    """Return whether all of an entry is disclosed."""
    disclosed = judged.bundle.disclosures if judged.bundle else {}
    return all(digest in disclosed for digest in entry.leaf.digests)


def _against_its_decision(entry: Entry, decision: engine.Decision) -> tuple[State, Text, str] | None:
    kind, refused = kind_of(entry), decision.outcome is DecisionOutcome.REFUSE
    if kind == "attempt.refused" and not refused:
        return "bad", w.NOT_REFUSED, ""
    if not refused or kind in _TELLS:
        return None
    barring = sorted(found.code for found in decision.barring)
    if kind == "collection.recorded" and entry.values.get("findings") == barring:
        return None  # it had taken place, and says itself against which rules
    if kind == "approval.voted":
        approving = entry.values.get("choice") in _APPROVING
        return ("bad", w.AGAINST, "") if approving else None
    return None if entry.values.get("source") == Source.IMPORT else ("bad", w.AGAINST, ", ".join(barring))
