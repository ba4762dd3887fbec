"""Collecting a report's evidence from the ledger: whole runs of the streams that its question named.

Only what answers the question goes in: the project, the parties on its paths with their controllers, the
system. Other projects' streams never do, and of persons whom none of this mentions the personal values are
withheld; their digests stay, so that every proof still holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from custody import regimes
from custody.events import KINDS
from custody.models import Copy, OverrideVote, RegimePack, Signature, Vote
from custody.reports import copy_path
from custody.reports.account import Account
from custody.terms import ReportKind, SignedType
from ledger import api as ledger
from ledger import trust
from ledger.tlog import bundle as bundles
from ledger.tlog import disclosure, receipt
from ledger.tlog.encoding import b64url
from ledger.tlog.leaf import tag
from ledger.tlog.policy import NO_QUORUM, Policy
from ledger.tlog.verify import Entry, Verdict, verify_bundle

SYSTEM_STREAM = "system"
NotSealedError = ledger.NotSealedError
_ABOUT_A_PERSON = {
    *("person.registered", "person.corrected", "person.vetted", "person.trained", "person.leaving"),
    *("undertaking.signed", "sign_in.given"),
}


class EvidenceError(Exception):
    """The evidence would not verify, so no report may be built on it. The message lists why."""


class OrderAheadError(EvidenceError):
    """A value is erased already, and the checkpoint does not cover the entry that orders it yet: wait."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence file with the judgement that the ledger's own verifier passed on it."""

    raw: bytes
    verdict: Verdict
    size: int


def wait_sealed(entry: UUID, seconds: float) -> bool:
    """Wait until a checkpoint covers an entry; false when the time is over first."""
    return ledger.wait_sealed(entry, seconds)


def wait_witnessed(entry: UUID, seconds: float) -> bool:
    """Wait until a witnessed checkpoint covers an entry; false at once where none is demanded."""
    return ledger.wait_witnessed(entry, seconds)


def collect(requested_entry: UUID, trust_folder: Path) -> Evidence:
    """Return the evidence for a requested report at the newest witnessed checkpoint that covers it.

    Where none does, at the newest checkpoint: the evidence then carries no cosignature, and the report says
    that it is sealed and not witnessed. What is enough is for the reader's own policy to say.

    Raises NotSealedError while no checkpoint covers the question, OrderAheadError while none covers the order
    of an erasure, EvidenceError when the file would not verify against the site's own trust folder.
    """
    asked: Mapping[str, Any] = ledger.read(requested_entry).values
    report = str(asked["report"])
    state = ledger.state_of([requested_entry]).get(requested_entry)
    witnessed = state is not None and state.state == "witnessed"
    checkpoint = ledger.witnessed() if witnessed else ledger.checkpoint()
    if checkpoint is None or state is None or state.state == "recorded":
        raise ledger.NotSealedError("the question", expected="a checkpoint that covers it", got="none yet")
    policy = replace(trust.load(trust_folder), quorum=NO_QUORUM)
    if asked.get("report_kind") == str(ReportKind.COPY):
        raw = _of_copy(asked, checkpoint.size, policy)
    else:
        raw = _completed(_whole(set(asked["heads"]), report, checkpoint.size, policy))
    verdict = verify_bundle(raw, policy)
    _must_be_good(verdict)
    return Evidence(raw, verdict, checkpoint.size)


def _whole(streams: set[str], report: str, size: int, policy: Policy) -> Verdict:
    """Return streams with all that they say, and those of whoever came in after the question."""
    while True:
        raw = ledger.bundle(sorted(streams, key=_first_project_then_parties), size=size)
        whole = verify_bundle(raw, policy)
        _must_be_good(whole)
        # A party that came in between question and checkpoint belongs in, with all who control it.
        concerned = {f"party:{id}" for id in Account.of(whole, report).concerned}
        if concerned <= streams:
            return whole
        streams |= concerned


def _of_copy(asked: Mapping[str, Any], size: int, policy: Policy) -> bytes:
    """Return the evidence of one copy's path: all leaves of its project, and of what they say that alone
    which is about the copy; of parties and the system as far as they give the names that stand there."""
    copy, project = str(asked["subject"]["copy"]), f"project:{asked['project']}"
    key = bytes(Copy.objects.values_list("tag_key", flat=True).get(id=copy))
    own = verify_bundle(ledger.bundle([project], size=size), policy).entries
    marked = frozenset(one.leaf.id for one in own if tag(key, one.leaf.id) in one.leaf.tags)
    if not any(_kind(one) in copy_path.NUMBERED for one in own if one.leaf.id in marked):
        raise EvidenceError(f"the key of copy {copy} is not the one it was numbered with: it was lost")
    streams = [project, *sorted(f"party:{id}" for id in copy_path.parties(own, marked)), SYSTEM_STREAM]
    whole = verify_bundle(ledger.bundle(streams, size=size), policy)
    _must_be_good(whole)
    opened = copy_path.opened(whole.entries, marked, str(asked["report"]))
    last = {
        str(one.values["about"]): one.leaf.seq
        for one in whole.entries
        if one.leaf.id in opened and one.values["about"] != project
    }
    packs = {str(e.values.get("sha256")) for e in whole.entries if e.leaf.id in opened}

    def withheld(entry: ledger.Entry, name: str) -> bool:
        return name != "about" and (name in entry.erased or name not in opened.get(str(entry.id), ()))

    return ledger.bundle(
        [name for name in streams if name == project or name in last],
        size=size,
        withhold=withheld,
        until=last,
        packs={sha256: text for sha256, text in _packs(whole).items() if sha256 in packs},
        tag_keys={copy: key},
    )


_REQUESTS = ("hop.requested/1", "hop.requested/2", "hop.requested/3", "hop.amended/1")


def of_vote(vote: Vote, trust_folder: Path) -> bytes:
    """Return the evidence file of one vote, for whoever cast it to keep.

    It discloses the vote with its decision, facts, statement and signature, the request that was voted on,
    the entries that published the pack and confirmed the key of the signature, and the pack's text. The
    entries before them in their streams stand as leaves of digests alone: they say nothing, and prove that
    nothing was left out in between.

    Raises OrderAheadError while no checkpoint covers the vote, EvidenceError when the file would not verify
    against the site's own trust folder.
    """
    voted = ledger.read(vote.entry)
    kinds = ("kind", _REQUESTS)
    asked = [
        entry
        for entry in ledger.naming(str(vote.approval_id), kinds, stream=voted.stream_name)
        if entry.seq < voted.seq
    ]
    published, packs = _pack_of(voted)
    return _kept(voted, [voted, *published, *_key_of(voted)], asked[-1:], packs, trust_folder)


_ASKED: Mapping[SignedType, tuple[str, ...]] = {
    SignedType.DESTRUCTION: ("destruction.requested/1",),
    SignedType.KEY: ("signing_key.asked/1", "signing_key.asked/2"),
    SignedType.PACK: (),
    SignedType.RECEIPT: tuple(f"handoff.offered/{version}" for version in (1, 2, 3, 4)),
}
"""What was signed in an entry beside the act -> what asked for it, or offered it."""


def of_signature(given: Signature, trust_folder: Path) -> bytes:
    """Return the evidence file of what was signed in an entry beside the act, for whoever signed it to keep:
    what was asked or offered, the act with its decision and facts, the signature, key and pack.

    Raises OrderAheadError and EvidenceError as for a vote on a subcontract.
    """
    acted, signature = ledger.read(given.decision_entry), ledger.read(given.entry)
    kinds, object = _ASKED[given.type], str(given.object)
    asked = ledger.naming(object, ("kind", kinds), stream=acted.stream_name) if kinds else []
    published, packs = _pack_of(acted) if "decision" in acted.values else ([], {})
    whole = [acted, signature, *published, *_key_of(signature)]
    return _kept(signature, whole, asked[:1], packs, trust_folder)


def _pack_of(entry: ledger.Entry) -> tuple[list[ledger.Entry], dict[str, str]]:
    """Return the entry that published the pack of a decision, and its text."""
    decision: Any = entry.values["decision"]
    sha256 = str(decision["pack_sha256"])
    published = ledger.naming(
        sha256, ("kind", ("pack.published/1", "pack.published/2")), stream=SYSTEM_STREAM
    )
    texts = RegimePack.objects.filter(sha256=sha256).exclude(body="").values_list("body", flat=True)
    return list(published[:1]), dict.fromkeys([sha256], texts[0]) if texts else {}


def of_override_vote(vote: OverrideVote, trust_folder: Path) -> bytes:
    """Return the evidence file of one vote on an override, for whoever cast it to keep.

    It discloses the vote, the signature on it and the entry that confirmed the key, where it was signed, and
    what was voted on; all else stands as leaves of digests alone.

    Raises OrderAheadError and EvidenceError as for a vote on a subcontract.
    """
    voted = ledger.read(vote.entry)
    override = str(vote.override_id)
    asked = ledger.naming(override, ("kind", ("override.asked/1",)), stream=voted.stream_name)
    row = Signature.objects.filter(decision_entry=vote.entry).first()
    given = [ledger.read(row.entry)] if row else []
    keys = [key for entry in given for key in _key_of(entry)]
    return _kept(given[0] if given else voted, [voted, *given, *keys, *asked[:1]], [], {}, trust_folder)


def _key_of(entry: ledger.Entry) -> list[ledger.Entry]:
    """Return the entry that confirmed the key of what was signed."""
    return [ledger.read(UUID(str(id)))] if (id := entry.values.get("key_entry")) else []


def _kept(
    last_of_it: ledger.Entry,
    whole: Sequence[ledger.Entry],
    in_part: Sequence[ledger.Entry],
    packs: dict[str, str],
    trust_folder: Path,
) -> bytes:
    """Return an evidence file that discloses some entries whole and others without decision and facts, and of
    orders of erasure what says so; it goes as far as the last entry of what was decided."""
    ordered = [ledger.read(id) for id in last_of_it.erased.values()]
    open_to_all = {entry.id for entry in whole}
    last: dict[str, int] = {}
    for entry in (*whole, *ordered):
        last[entry.stream_name] = max(entry.seq, last.get(entry.stream_name, 0))

    def withheld(entry: ledger.Entry, name: str) -> bool:
        if entry.id in open_to_all:
            return False
        if entry.id in {order.id for order in ordered}:
            return name not in ("kind", "about", "erases", "names", "entry_erased")
        return entry.id not in {one.id for one in in_part} or name == "decision" or name.startswith("facts/")

    state = ledger.state_of([last_of_it.id]).get(last_of_it.id)
    if state is None or state.state == "recorded":
        raise OrderAheadError("no checkpoint covers the vote yet")
    checkpoint = ledger.witnessed() if state.state == "witnessed" else ledger.checkpoint()
    raw = ledger.bundle(
        sorted(last, key=_first_project_then_parties),
        size=checkpoint.size if checkpoint else None,
        withhold=withheld,
        until=last,
        packs=packs,
    )
    _must_be_good(verify_bundle(raw, replace(trust.load(trust_folder), quorum=NO_QUORUM)))
    return raw


def receipt_of(entry: UUID, withheld: tuple[str, ...] = ()) -> bytes:
    """Return the receipt of one entry, without the values whose names begin as ``withheld`` says. Raises
    NotSealedError, UnknownEntryError."""
    found = ledger.read(entry)
    shown = [text for text in found.disclosures if not disclosure.parse(text).name.startswith(withheld)]
    whole = len(shown) == len(found.disclosures)
    return receipt.build(found.leaf, shown, ledger.proof_file(entry), whole=whole)


def _first_project_then_parties(stream: str) -> tuple[int, str]:
    order = {"project": 0, "party": 1, "keys": 2, "access": 3}
    return order.get(stream.partition(":")[0], 4), stream


def _must_be_good(verdict: Verdict) -> None:
    if verdict.state != "ok":
        wrong = [check for check in verdict.checks if check.state != "ok"]
        waits = {check.code for check in wrong} == {"erasure-absent"}
        said = " ".join(f"{check.en} {check.detail}".strip() for check in wrong)
        raise OrderAheadError(said) if waits else EvidenceError(said)


def _completed(whole: Verdict) -> bytes:
    """Return the file with packs and copy keys, and without what concerns nobody in it."""
    found = whole.bundle
    if found is None:
        raise EvidenceError("the evidence file cannot be read back")
    hidden = set(_withheld(whole))
    return bundles.build(
        checkpoint=found.checkpoint,
        entries=found.entries,
        runs=found.runs,
        proofs=found.proofs,
        disclosures={digest: text for digest, text in found.disclosures.items() if digest not in hidden},
        erased=found.erased,
        packs=_packs(whole),
        tag_keys=_tag_keys(whole),
    )


def _packs(whole: Verdict) -> dict[str, str]:
    """Return the text of every pack that a decision in the file was taken under, and of the project's own:
    the one in force, or the newest that the file knows of."""
    used: set[str] = set()
    found_regimes: set[str] = set()
    published: dict[str, list[str]] = {}
    for entry in whole.entries:
        decision = entry.values.get("decision")
        if isinstance(decision, dict):
            used.add(str(decision.get("pack_sha256")))
        if _kind(entry) == "incident.reported":
            used.add(str(entry.values.get("pack_sha256")))
        if _kind(entry) == "project.opened":
            found_regimes.add(str(entry.values.get("regime")))
        if _kind(entry) == "pack.published":
            published.setdefault(str(entry.values.get("name")), []).append(str(entry.values.get("sha256")))
    for name in found_regimes & published.keys():
        now = regimes.in_force(name)
        used.add(now.sha256 if now and now.sha256 in published[name] else published[name][-1])
    rows = RegimePack.objects.filter(sha256__in=used).exclude(body="").order_by("sha256")
    return {row.sha256: row.body for row in rows}


def _tag_keys(whole: Verdict) -> dict[str, bytes]:
    """Return the key of every copy numbered in the file, by which entries can be tested for silence.

    A key that was lost with the database and drawn anew is not the one committed to, and stays out.
    """
    committed = {
        copy["copy"]: copy["key_commitment"]
        for entry in whole.entries
        if _kind(entry) in ("copies.minted", "copies.taken_over")
        for copy in _list(entry.values.get("copies"))
    }
    keys = {str(row.id): bytes(row.tag_key) for row in Copy.objects.filter(id__in=committed).order_by("id")}
    return {id: key for id, key in keys.items() if b64url(sha256(key).digest()) == committed[id]}


def _withheld(whole: Verdict) -> Iterator[str]:
    """Yield the digests of personal values of persons whom nothing else in the file mentions."""
    mentioned = _mentioned(whole)
    found = whole.bundle
    for entry in whole.entries:
        if _kind(entry) not in _ABOUT_A_PERSON or entry.values.get("person") in mentioned or found is None:
            continue
        personal = KINDS[str(entry.values["kind"])].personal
        for digest in entry.leaf.digests:
            text = found.disclosures.get(digest)
            if text is not None and disclosure.parse(text).name in personal:
                yield digest


def _mentioned(whole: Verdict) -> set[str]:
    """Return every text that stands as a value in the project's and the parties' entries, ids among them."""
    texts: set[str] = set()
    for entry in whole.entries:
        if str(entry.values.get("about")) != SYSTEM_STREAM or "decision" in entry.values:
            for name, value in entry.values.items():
                if not name.startswith("facts/"):
                    texts.update(_texts(value))
    return texts


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _kind(entry: Entry) -> str:
    return str(entry.values.get("kind")).partition("/")[0]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
