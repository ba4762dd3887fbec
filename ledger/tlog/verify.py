"""The judgement of an evidence file.

In this order, and as far as each step's ground holds:
 1. form         canonical bytes, the file's own hash, no unknown member
 2. checkpoint   signed by a log of the policy under its own origin; quorum of witnesses
 3. leaves       the fixed layout; each entry id once
 4. runs         each stream once, numbers dense, each entry naming the leaf hash of the one before
 5. times        not going back within a run
 6. heads        the last leaf of each run is in the tree of the checkpoint, each at a place of its own
 7. disclosures  each fits its digest, and each digest stands in exactly one entry
 8. erasures     each erased digest stands in exactly one entry, and the entry that it names orders it
 9. packs        each text has the SHA-256 that names it

Steps after the first go on when an earlier one failed, so that a reader sees all that is wrong. Only a
verdict without a bad finding says anything about the content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, TypeAlias

from ledger.tlog import bundle as bundles
from ledger.tlog import disclosure, leaf, merkle, sentences
from ledger.tlog.bundle import Bundle
from ledger.tlog.canonical import Json
from ledger.tlog.errors import BundleError, CanonicalError, FormatError, LogError, ProofError, SignatureError
from ledger.tlog.leaf import Leaf
from ledger.tlog.policy import NO_QUORUM, Policy, Trusted
from ledger.tlog.sentences import Sentence

State: TypeAlias = Literal["ok", "bad", "unknown"]

SHOWN_PER_CODE = 10
"""So many findings of one kind are spelled out; of the rest only the number is given."""


@dataclass(frozen=True)
class Check:
    """One finding as a plain sentence in both languages; `detail` is for an expert and in English."""

    code: str
    state: State
    en: str
    zh: str
    detail: str = ""


@dataclass(frozen=True)
class Counts:
    """How much the file holds. Withheld values are neither disclosed nor erased."""

    entries: int = 0
    runs: int = 0
    disclosed: int = 0
    withheld: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the file with what is disclosed of it."""

    leaf: Leaf
    hash: bytes
    values: Mapping[str, Json]


@dataclass(frozen=True)
class Verdict:
    """All findings on one file. Trust `entries` and `trusted` only when `state` is "ok"."""

    checks: tuple[Check, ...]
    counts: Counts
    trusted: Trusted | None = None
    bundle: Bundle | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def state(self) -> State:
        """ "bad" with one bad finding, else "unknown" with one that could not be judged, else "ok"."""
        states = {check.state for check in self.checks}
        return "bad" if "bad" in states else "unknown" if "unknown" in states else "ok"

    def concerning(self, copy: str) -> list[Entry]:
        """The entries that concern a copy whose key the file discloses; KeyError for another copy."""
        if self.bundle is None:
            raise KeyError(copy)
        key = self.bundle.tag_keys[copy]
        return [entry for entry in self.entries if leaf.tag(key, entry.leaf.id) in entry.leaf.tags]


def verify_bundle(raw: bytes, policy: Policy) -> Verdict:
    """Judge an evidence file against a trust policy. Never raises for what the file contains."""
    findings = _Findings()
    bundle = _form(raw, findings)
    if bundle is None:
        return Verdict(findings.checks(), Counts())
    trusted = _checkpoint(bundle, policy, findings)
    runs = _leaves(bundle, findings)
    _links(bundle, runs, findings)
    _times(runs, findings)
    _heads(bundle, runs, trusted, findings)
    values = _disclosures(bundle, runs, findings)
    _erasures(bundle, runs, values, findings)
    _packs(bundle, findings)
    entries = tuple(
        Entry(place.leaf, place.hash, values.get((place.run, place.number), {}))
        for run in runs
        for place in run
        if place.leaf is not None
    )
    digests = sum(len(entry.leaf.digests) for entry in entries)
    counts = Counts(
        entries=len(bundle.entries),
        runs=len(bundle.runs),
        disclosed=len(bundle.disclosures),
        withheld=max(0, digests - len(bundle.disclosures) - len(bundle.erased)),
        erased=len(bundle.erased),
    )
    return Verdict(findings.checks(), counts, trusted, bundle, entries)


class _Findings:
    """Collects what is said, each kind of failure up to a limit."""

    def __init__(self) -> None:
        self._checks: list[Check] = []
        self._seen: dict[str, int] = {}

    def ok(self, code: str, **places: object) -> None:
        self._add(code, "ok", sentences.OK[code], "", places)

    def bad(self, code: str, error: LogError | str = "", **places: object) -> None:
        self._add(code, "bad", sentences.BAD[code], str(error), places)

    def unknown(self, code: str, error: LogError | str = "", **places: object) -> None:
        self._add(code, "unknown", sentences.UNKNOWN[code], str(error), places)

    def failures(self) -> int:
        return sum(self._seen.values())

    def _add(
        self, code: str, state: State, sentence: Sentence, detail: str, places: dict[str, object]
    ) -> None:
        if state != "ok":
            self._seen[code] = self._seen.get(code, 0) + 1
            if self._seen[code] > SHOWN_PER_CODE:
                return
        self._checks.append(
            Check(code, state, sentence.en.format(**places), sentence.zh.format(**places), detail)
        )

    def checks(self) -> tuple[Check, ...]:
        checks = list(self._checks)
        for code, times in self._seen.items():
            if times > SHOWN_PER_CODE:
                state: State = "bad" if code in sentences.BAD else "unknown"
                places = {"count": times - SHOWN_PER_CODE, "code": code}
                checks.append(
                    Check(code, state, sentences.MORE.en.format(**places), sentences.MORE.zh.format(**places))
                )
        return tuple(checks)


@dataclass(slots=True)
class _Place:
    """An entry where it stands in the file; `run` and `number` count from 1."""

    run: int
    number: int
    hash: bytes
    leaf: Leaf | None = field(default=None)


def _form(raw: bytes, findings: _Findings) -> Bundle | None:
    try:
        bundle = bundles.parse(raw)
    except CanonicalError as error:
        findings.bad("not-canonical", error)
    except BundleError as error:
        findings.bad("hash" if error.code == "hash" else "form-broken", error)
    else:
        findings.ok("form")
        return bundle
    return None


def _checkpoint(bundle: Bundle, policy: Policy, findings: _Findings) -> Trusted | None:
    try:
        trusted = policy.open(bundle.checkpoint.encode("utf-8"))
    except FormatError as error:
        findings.bad("checkpoint-malformed", error)
        return None
    except SignatureError as error:
        findings.bad(checkpoint_fault(error), error)
        return None
    except LogError as error:
        findings.bad("checkpoint-untrusted", error)
        return None
    findings.ok("checkpoint", origin=trusted.checkpoint.origin, size=f"{trusted.checkpoint.size:,}")
    if policy.quorum == NO_QUORUM:
        findings.ok("quorum-none", witnesses=len(trusted.witnesses))
    elif trusted.quorum_met:
        findings.ok("quorum", witnesses=len(trusted.witnesses))
    else:
        findings.bad("quorum-unmet", witnesses=len(trusted.witnesses))
    return trusted


def checkpoint_fault(error: SignatureError) -> str:
    """The code of the finding on a checkpoint that the policy does not believe."""
    return {"origin": "checkpoint-origin", "key": "checkpoint-key"}.get(error.code, "checkpoint-untrusted")


def _leaves(bundle: Bundle, findings: _Findings) -> list[list[_Place]]:
    """The leaves, run by run."""
    before = findings.failures()
    runs: list[list[_Place]] = []
    seen: set[str] = set()
    position = 0
    for run_number, run in enumerate(bundle.runs, 1):
        places: list[_Place] = []
        end = position + run.last - run.first + 1
        for number, raw in zip(count(1), bundle.entries[position:end], strict=False):
            place = _Place(run_number, number, merkle.leaf_hash(raw))
            places.append(place)
            try:
                place.leaf = leaf.parse(raw)
            except FormatError as error:
                findings.bad("leaf-malformed", error, run=run_number, entry=number)
                continue
            if place.leaf.id in seen:
                findings.bad("entry-twice", run=run_number, entry=number)
            seen.add(place.leaf.id)
        runs.append(places)
        position = end
    if findings.failures() == before:
        findings.ok("leaves")
    return runs


def _links(bundle: Bundle, runs: list[list[_Place]], findings: _Findings) -> None:
    before = findings.failures()
    streams: set[str] = set()
    for run, places in zip(bundle.runs, runs, strict=True):
        if run.stream in streams:
            findings.bad("stream-twice", run=places[0].run)
        streams.add(run.stream)
        if run.first:
            findings.unknown("run-partial", run=places[0].run, first=run.first)
        previous: bytes | None = None
        for seq, place in enumerate(places, run.first):
            found = place.leaf
            if found is not None:
                if found.stream != run.stream:
                    findings.bad("run-stream", run=place.run, entry=place.number)
                if found.seq != seq:
                    findings.bad("run-gap", run=place.run, entry=place.number)
                # The first entry names none (its layout sees to that) or, in a partial run, one not here.
                if seq > run.first and found.prev != previous:
                    findings.bad("run-link", run=place.run, entry=place.number)
            previous = place.hash
    if findings.failures() == before:
        findings.ok("runs")


def _times(runs: list[list[_Place]], findings: _Findings) -> None:
    before = findings.failures()
    for places in runs:
        last = ""
        for place in places:
            if place.leaf is not None:
                # One fixed form in UTC: the order of the texts is the order of the times.
                if place.leaf.at < last:
                    findings.bad("time-back", run=place.run, entry=place.number)
                last = place.leaf.at
    if findings.failures() == before:
        findings.ok("times")


def _heads(bundle: Bundle, runs: list[list[_Place]], trusted: Trusted | None, findings: _Findings) -> None:
    before = findings.failures()
    taken: set[int] = set()
    for places, proof in zip(runs, bundle.proofs, strict=True):
        run = places[0].run
        if proof.leaf != places[-1].hash:
            findings.bad("head-differs", run=run)
        if proof.index in taken:
            findings.bad("head-shared", run=run)
        taken.add(proof.index)
        if trusted is None:
            continue
        size, root = trusted.checkpoint.size, trusted.checkpoint.root
        if proof.index >= size:
            findings.bad("head-newer", run=run, place=f"{proof.index + 1:,}", size=f"{size:,}")
            continue
        try:
            merkle.verify_inclusion(places[-1].hash, proof.index, size, proof.hashes, root)
        except ProofError as error:
            findings.bad("head-unproven", error, run=run)
    if trusted is None:
        findings.unknown("heads-untrusted")
    elif findings.failures() == before:
        findings.ok("heads")


def _disclosures(
    bundle: Bundle, runs: list[list[_Place]], findings: _Findings
) -> dict[tuple[int, int], dict[str, Json]]:
    """What is disclosed, by run and entry number."""
    before = findings.failures()
    values: dict[tuple[int, int], dict[str, Json]] = {}
    open_digests = dict(bundle.disclosures)
    disclosed = bundle.disclosures
    for places in runs:
        for place in places:
            if place.leaf is None:
                continue
            fields: dict[str, Json] = {}
            for digest in filter(disclosed.__contains__, place.leaf.digests):
                text = open_digests.pop(digest, None)
                if text is None:
                    findings.bad("disclosure-shared", run=place.run, entry=place.number)
                    continue
                try:
                    if disclosure.digest_of(text) != digest:
                        findings.bad("disclosure-digest")
                        continue
                    found = disclosure.parse(text)
                except FormatError as error:
                    findings.bad("disclosure-malformed", error)
                    continue
                if found.name in fields:
                    findings.bad("disclosure-name-twice", run=place.run, entry=place.number)
                fields[found.name] = found.value
            if fields:
                values[place.run, place.number] = fields
    for _ in open_digests:
        findings.bad("disclosure-orphan")
    if findings.failures() == before:
        findings.ok("disclosures")
    return values


def _erasures(
    bundle: Bundle,
    runs: list[list[_Place]],
    values: dict[tuple[int, int], dict[str, Json]],
    findings: _Findings,
) -> None:
    before = findings.failures()
    holders = dict.fromkeys(bundle.erased, 0)
    orders: dict[str, Json] = {}
    for places in runs if bundle.erased else ():
        for place in places:
            if place.leaf is not None:
                orders[place.leaf.id] = values.get((place.run, place.number), {}).get(disclosure.ERASES)
                for digest in filter(holders.__contains__, place.leaf.digests):
                    holders[digest] += 1
    for digest, entry_id in bundle.erased.items():
        if digest in bundle.disclosures:
            findings.bad("erased-disclosed")
        if holders[digest] != 1:
            findings.bad("erased-orphan")
        if entry_id not in orders:
            findings.unknown("erasure-absent")
            continue
        order = orders[entry_id]
        if order is None:
            findings.unknown("erasure-hidden")
        elif not isinstance(order, list) or digest not in order:
            findings.bad("erasure-not-ordered")
    if findings.failures() == before:
        findings.ok("erasures")


def _packs(bundle: Bundle, findings: _Findings) -> None:
    before = findings.failures()
    for name, text in bundle.packs.items():
        if hashlib.sha256(text.encode("utf-8")).hexdigest() != name:
            findings.bad("pack-hash", name)
    if findings.failures() == before:
        findings.ok("packs")
