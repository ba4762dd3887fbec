"""A unit that lies: reports made of edited evidence, with every hash and signature that its keys can give.

A forger takes a real report apart into entries, changes what he likes, and builds it up again: digests,
leaves, links, a tree of exactly these leaves, a checkpoint under the log's own key, the pages that the
evidence prints, the seal, and the receipt of an issue that he writes himself. A report that is taken apart
and built up unchanged is good, so what a verifier says of a changed one is about the change alone.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf

from custody.reports import build
from custody.reports.authority import SealFiles
from custody.reports.seal import seal
from custody.reports.sealer import load_sealer
from ledger import trust
from ledger.keys import log_signer
from ledger.tlog import bundle as bundles
from ledger.tlog import disclosure, leaf, merkle, proof, receipt
from ledger.tlog.canonical import Json
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.cosignature import CosignSigner
from ledger.tlog.note import Signer, sign_note
from ledger.tlog.policy import NO_QUORUM
from ledger.tlog.verify import verify_bundle
from tests.ledger.tlog.builders import WITNESS_TIME, MemoryTree
from tests.reports.made import Delivered

SEALED_AT = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Written:
    """An entry as the forger holds it. `hidden` are the digests of what the file does not disclose."""

    id: str
    at: str
    stream: str
    tags: list[bytes]
    values: dict[str, tuple[bytes, Json]]
    hidden: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Of what was not changed: its disclosure, as it came."""

    @property
    def kind(self) -> str:
        """The kind without its version."""
        return str(self.values.get("kind", (b"", ""))[1]).partition("/")[0]

    def get(self, name: str) -> Any:
        """A value; None where it is not told."""
        return self.values.get(name, (b"", None))[1]

    def put(self, name: str, value: Any) -> None:
        """Change a value, or tell one more."""
        salt = self.values[name][0] if name in self.values else secrets.token_bytes(32)
        self.values[name] = (salt, value)
        self.texts.pop(name, None)

    def copied(self) -> Written:
        """One to be spoilt in its place; values are put, never changed within."""
        changed = {"tags": list(self.tags), "values": dict(self.values), "hidden": list(self.hidden)}
        return replace(self, **changed, texts=dict(self.texts))  # type: ignore[arg-type]

    def disclosure(self, name: str) -> disclosure.Disclosed:
        """A value as it is disclosed."""
        if text := self.texts.get(name):
            return disclosure.Disclosed(text, disclosure.digest_of(text))
        salt, value = self.values[name]
        return disclosure.make(name, value, salt)


@dataclass(frozen=True)
class Log:
    """What came of it: leaves in their order, the places of each stream, and every disclosure."""

    leaves: list[bytes]
    places: dict[str, list[int]]
    disclosures: dict[str, str]
    checkpoint: str

    def proof(self, place: int) -> tuple[bytes, ...]:
        """The way from a leaf to the root."""
        tree = MemoryTree([merkle.leaf_hash(raw) for raw in self.leaves])
        return tuple(merkle.inclusion_proof(place, len(self.leaves), tree))


class Forger:
    """One report taken apart, by somebody who has the keys of its unit."""

    def __init__(self, made: Delivered, keys: Path, trusted: Path) -> None:
        found = bundles.parse(made.evidence)
        self.made, self.keys, self.trusted = made, keys, trusted
        self.policy = replace(trust.load(trusted), quorum=NO_QUORUM)
        self.origin = found.checkpoint.partition("\n")[0]
        self.packs, self.tag_keys, self.erased = dict(found.packs), dict(found.tag_keys), dict(found.erased)
        self.streams = [run.stream for run in found.runs]
        self.entries = [one.copied() for one in _entries(made.evidence)]
        self.report = made.report
        self.witnesses: list[CosignSigner] = []

    # --- what he changes ---

    def find(self, kind: str, **values: Any) -> Written:
        """The first entry of a kind with these values."""
        return next(self.each(kind, **values))

    def each(self, kind: str, **values: Any) -> Any:
        """Every entry of a kind with these values, in the order of the log."""
        return (
            one
            for one in self.entries
            if one.kind == kind and all(one.get(name) == value for name, value in values.items())
        )

    def write(self, after: Written, kind: str, **values: Any) -> Written:
        """Put one more entry behind another, in its stream and at its time."""
        told = {"kind": kind, "about": after.get("about"), "actor": after.get("actor"), **values}
        made = Written(str(uuid4()), after.at, after.stream, [], {})
        for name, value in told.items():
            made.put(name, value)
        self.entries.insert(self.entries.index(after) + 1, made)
        return made

    # --- what he builds ---

    def log(self, signer: Signer | None = None) -> Log:
        """Number, link, hash and sign all entries anew; questions name the heads that there are then."""
        leaves: list[bytes] = []
        places: dict[str, list[int]] = {}
        texts: dict[str, str] = {}
        heads: dict[str, str] = {}
        for one in self.entries:
            if one.kind == "report.requested":
                one.put("heads", {name: heads.get(name, was) for name, was in one.get("heads").items()})
            run = places.setdefault(one.stream, [])
            told = [one.disclosure(name) for name in one.values]
            raw = leaf.build(
                digests=[*(each.digest for each in told), *one.hidden],
                at=one.at,
                id=one.id,
                prev=merkle.leaf_hash(leaves[run[-1]]) if run else None,
                seq=len(run),
                stream=one.stream,
                tags=one.tags,
            )
            heads[str(one.get("about"))] = f"{len(run)}:{merkle.leaf_hash(raw).hex()}"
            texts |= {each.digest: each.text for each in told}
            run.append(len(leaves))
            leaves.append(raw)
        return Log(leaves, places, texts, self.checkpoint(leaves, signer))

    def checkpoint(self, leaves: Iterable[bytes], signer: Signer | None = None) -> str:
        """The checkpoint of a tree, signed with the log's key (or another), cosigned by those who do."""
        hashes = [merkle.leaf_hash(raw) for raw in leaves]
        signer = signer or log_signer(self.keys, self.origin)
        text = Checkpoint(signer.name, len(hashes), merkle.root_of(hashes)).text()
        return sign_note(text, signer) + "".join(one.sign(text, WITNESS_TIME) for one in self.witnesses)

    def evidence(self, log: Log, **changes: Any) -> bytes:
        """The evidence file of a log: all runs whole; `changes` put other members in place."""
        runs = [(stream, log.places[stream]) for stream in self.streams if stream in log.places]
        members: dict[str, Any] = {
            "checkpoint": log.checkpoint,
            "entries": [log.leaves[place] for _, run in runs for place in run],
            "runs": [bundles.Run(stream, 0, len(run) - 1) for stream, run in runs],
            "proofs": [
                bundles.Proof(run[-1], merkle.leaf_hash(log.leaves[run[-1]]), log.proof(run[-1]))
                for _, run in runs
            ],
            "disclosures": log.disclosures,
            "erased": self.erased,
            "packs": self.packs,
            "tag_keys": self.tag_keys,
        }
        return bundles.build(**{**members, **changes})

    def cut(self, log: Log, lengths: dict[str, int]) -> bytes:
        """The evidence with some streams shown so far only (0: not at all), all of it proven."""
        shown = {
            stream: run[: lengths.get(stream, len(run))]
            for stream, run in log.places.items()
            if lengths.get(stream, len(run))
        }
        leaves = {log.leaves[place] for run in shown.values() for place in run}
        digests = {digest for raw in leaves for digest in leaf.parse(raw).digests}
        texts = {digest: text for digest, text in log.disclosures.items() if digest in digests}
        return self.evidence(Log(log.leaves, shown, texts, log.checkpoint))

    def body(self, evidence: bytes) -> bytes:
        """The pages that an evidence file prints with it inside; where it prints none, those of before."""
        verdict = verify_bundle(evidence, self.policy)
        if verdict.state != "bad":
            try:
                return build.body(verdict, evidence, self.report)
            except ValueError:
                pass
        return inside(self.made.pdf, {build.EVIDENCE: evidence})

    def seal(self, body: bytes) -> bytes:
        """The report under the unit's own seal."""
        return seal(body, load_sealer(SealFiles.within(self.keys)), at=SEALED_AT)

    def issue(self, log: Log, pdf: bytes, signer: Signer | None = None, **values: Any) -> bytes:
        """The receipt of an entry that this report was issued, written last into the log."""
        asked = self.find("report.requested", report=self.report)
        run = log.places[asked.stream]
        told: dict[str, Any] = {
            "kind": "report.issued/1", "about": asked.get("about"), "actor": "system", "report": self.report,
            "sha256": hashlib.sha256(pdf).hexdigest(), "length": len(pdf), **values,
        }  # fmt: skip
        made = [disclosure.make(name, value) for name, value in told.items()]
        raw = leaf.build(
            digests=[one.digest for one in made], at=self.entries[-1].at, id=uuid4(), seq=len(run),
            prev=merkle.leaf_hash(log.leaves[run[-1]]), stream=asked.stream,
        )  # fmt: skip
        leaves = [*log.leaves, raw]
        grown = Log(leaves, {}, {}, self.checkpoint(leaves, signer))
        text = proof.build(len(log.leaves), grown.proof(len(log.leaves)), grown.checkpoint)
        return receipt.build(raw, [one.text for one in made], text)

    def all(self) -> tuple[bytes, bytes]:
        """The report with its receipt, as all keys give it."""
        log = self.log()
        pdf = self.seal(self.body(self.evidence(log)))
        return pdf, self.issue(log, pdf)


@lru_cache(maxsize=4)
def _entries(evidence: bytes) -> tuple[Written, ...]:
    """The entries of an evidence file in the order of their times."""
    found = bundles.parse(evidence)
    entries = []
    for raw in found.entries:
        one = leaf.parse(raw)
        shown = [found.disclosures[digest] for digest in one.digests if digest in found.disclosures]
        told = {text: disclosure.parse(text) for text in shown}
        entries.append(
            Written(
                one.id, one.at, one.stream, list(one.tags),
                {each.name: (each.salt, each.value) for each in told.values()},
                [digest for digest in one.digests if digest not in found.disclosures],
                {each.name: text for text, each in told.items()},
            )
        )  # fmt: skip
    return tuple(sorted(entries, key=lambda one: one.at))


def inside(pdf: bytes, files: dict[str, bytes], change: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """A report saved again with other files inside, without its seal."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for name in list(document.attachments):
            if name not in files:
                del document.attachments[name]
        for name, content in files.items():
            document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)  # type: ignore[call-arg]
        for name in ("/AcroForm", "/Perms"):
            if name in document.Root:
                del document.Root[name]
        for page in document.pages:
            if "/Annots" in page:
                kept = [one for one in page.Annots if one.get("/Subtype") != pikepdf.Name.Widget]
                page.Annots = pikepdf.Array(kept)
        if change is not None:
            change(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()
