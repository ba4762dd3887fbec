"""A report judged part by part: seal, evidence, decisions, pages, issue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from custody.reports import build, handed
from custody.reports.attachments import read_attachments, reference_of
from custody.reports.seal import verify_seal
from custody.reports.timestamp import Stamp
from custody.stamp_terms import STAMPED, SealTime
from ledger import trust as trust_folder
from ledger.tlog.bundle import MAX_BYTES, parse
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import LogError, PolicyError
from ledger.tlog.leaf import tag
from ledger.tlog.policy import Policy
from ledger.tlog.verify import Entry, verify_bundle
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .asked import asked, committed, on_one_copy
from .decisions import decisions
from .found import SHOWN, Part, Verdict, kind_of, printable
from .issue import TSA_FILE, judge_issue
from .pages import compare
from .paper import of_a_handoff, paper

CA_FILE = "ca.pem"
_MOVES = (
    "handoff.offered",
    "handoff.accepted",
    "handoff.read",
    "handoff.declined",
    "handoff.withdrawn",
    "handoff.dispatched",
    "handoff.overdue",
    "handoff.lapsed",
    "handoff.lost",
    "handoff.mistaken",
    "handoff.undone",
    "handoff.upheld",
    "handoff.corrected",
)


def verify_report(pdf: bytes, trust: Path, receipt: bytes | None = None) -> Verdict:
    """Judge a report, with its receipt where there is one; or the receipt of a handoff, which is known by
    what is inside. Never raises for what the files contain.

    Args:
        pdf: the sealed report as received.
        trust: folder with `policy`, `log.vkey` and `ca.pem`, from another channel than the report.
        receipt: the file beside the report.
    """
    policy, why = _policy(trust)
    seal = Part("seal", w.SEAL)
    about = _seal(seal, pdf, trust)
    evidence = Part("evidence", w.EVIDENCE)
    files = _inside(evidence, pdf)
    if files is not None and of_a_handoff(files):
        time = _time(seal, pdf, about)
        found, told = paper(pdf, files, policy, why, genuine=seal.state != "bad", time=time)
        return Verdict((seal, *found), hashlib.sha256(pdf).hexdigest(), {}, {**about, **told})
    raw = _attached(evidence, files) if files is not None else None
    judged = _evidence(evidence, raw, policy, why) if raw is not None else None
    parts = [seal, evidence]
    report = ""
    if judged is not None:
        parts.append(decisions(judged))
        question = _question(evidence, judged, reference_of(pdf))
        if question is not None:
            report = str(question.values.get("report"))
            parts.insert(1, asked(judged, question))
        time = _time(seal, pdf, about)
        parts.append(_pages(pdf, raw or b"", judged, report if seal.state != "bad" else "", time))
    issue = Part("issue", w.ISSUE)
    if receipt is None:
        issue.add("unknown", w.NO_RECEIPT)
    else:
        judge_issue(issue, receipt, policy, why, trust, pdf, judged, report)
    parts.append(issue)
    counts = asdict(judged.counts) if judged else {}
    about.update(_told(judged))
    return Verdict(tuple(parts), hashlib.sha256(pdf).hexdigest(), counts, about)


def verify_evidence(raw: bytes, trust: Path) -> Verdict:
    """Judge an evidence file alone: the ledger's proofs, and every decision in it run again."""
    policy, why = _policy(trust)
    evidence = Part("evidence", w.EVIDENCE)
    judged = _evidence(evidence, raw, policy, why)
    parts = [evidence] if judged is None else [evidence, decisions(judged)]
    if judged is not None and (question := on_one_copy(judged)) is not None:
        parts.insert(0, asked(judged, question))
    counts = asdict(judged.counts) if judged else {}
    return Verdict(tuple(parts), hashlib.sha256(raw).hexdigest(), counts, _told(judged))


def verify_issue(raw: bytes, trust: Path) -> Verdict:
    """Judge a receipt alone: that the log holds the issue of a report with the hash it names."""
    policy, why = _policy(trust)
    issue = Part("issue", w.ISSUE)
    judge_issue(issue, raw, policy, why, trust)
    return Verdict((issue,), hashlib.sha256(raw).hexdigest())


def verify_file(raw: bytes, trust: Path, receipt: bytes | None = None) -> Verdict:
    """Judge whatever was handed in, told apart by how it begins."""
    start = raw[:1024]
    if b"%PDF-" in start:
        return verify_report(raw, trust, receipt)
    if start.startswith(b'{"#sha256"'):
        return _beside(verify_evidence(raw, trust), receipt)
    if start.startswith(b'{"disclosures"'):
        return _beside(verify_issue(raw, trust), receipt)
    part = Part("file", w.EVIDENCE)
    part.add("bad", w.NOT_A_KIND)
    return Verdict((part,), hashlib.sha256(raw).hexdigest())


def _beside(verdict: Verdict, receipt: bytes | None) -> Verdict:
    """Add that a receipt given beside a file that is no report was not looked at."""
    if receipt is None:
        return verdict
    part = Part("beside", w.ISSUE)
    part.add("unknown", w.UNUSED)
    return replace(verdict, parts=(*verdict.parts, part))


def evidence_of(raw: bytes) -> bytes | None:
    """Return the evidence file that was handed in, or the one inside a report; None where there is none."""
    if raw.startswith(b'{"#sha256"'):
        return raw
    if b"%PDF-" not in raw[:1024]:
        return None
    try:
        return read_attachments(raw, MAX_BYTES).get(build.EVIDENCE)
    except ValueError:
        return None


def origin_of(raw: bytes) -> str:
    """Return the ledger from which a file says that it comes, which proves nothing; empty if it says none."""
    try:
        if (evidence := evidence_of(raw)) is not None:
            return parse(evidence).checkpoint.partition("\n")[0]
        inside = read_attachments(raw, MAX_BYTES) if b"%PDF-" in raw[:1024] else {handed.ANSWER: raw}
        receipt = json.loads(inside.get(handed.ANSWER) or inside[handed.OFFER])
        return str(receipt["proof"]).partition("\n\n")[2].partition("\n")[0]
    except (LogError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def judged_evidence(raw: bytes, trust: Path) -> Judged | None:
    """Return how the ledger judges the evidence in a file; None where there is none, or no trust folder."""
    evidence = evidence_of(raw)
    policy, _ = _policy(trust)
    return verify_bundle(evidence, policy) if evidence is not None and policy is not None else None


def _told_of(stamp: Stamp) -> dict[str, str]:
    """Return whose stamp it is and of when, for the head of the verdict; nothing of one not proved."""
    if stamp.state != "ok" or stamp.at is None:
        return {}
    return {"stamped_by": stamp.by or "", "stamped_at": stamp.at.isoformat()}


def _policy(folder: Path) -> tuple[Policy | None, str]:
    try:
        return trust_folder.load(folder), ""
    except PolicyError as error:
        return None, str(error)


def _seal(part: Part, pdf: bytes, trust: Path) -> dict[str, str]:
    try:
        ca = (trust / CA_FILE).read_bytes()
        tsa = (trust / TSA_FILE).read_bytes() if (trust / TSA_FILE).exists() else None
    except OSError as error:
        part.add("unknown", w.NO_CA, error.strerror or "")
        return {}
    found = verify_seal(pdf, ca, tsa_pem=tsa)
    for sentence in found.sentences:
        part.add("ok" if found.valid else "bad", sentence)
    if not found.valid:
        return {}
    about = {"signer": found.signer or "", "sealed_at": found.at.isoformat() if found.at else ""}
    if found.stamp is None:
        part.add("ok", w.TIME_OF_UNIT)
    else:
        part.add(found.stamp.state, found.stamp.sentence)
        about |= _told_of(found.stamp)
    if found.level == "B-LT":
        part.add("ok", w.LASTING)
    return {**about, "level": found.level}


def _inside(part: Part, pdf: bytes) -> Mapping[str, bytes] | None:
    try:
        return read_attachments(pdf, MAX_BYTES)
    except ValueError as error:
        part.add("bad", w.NOT_READABLE, error)
        return None


def _attached(part: Part, files: Mapping[str, bytes]) -> bytes | None:
    for name in files:
        if name != build.EVIDENCE:
            part.add("bad", w.MORE_FILES, name=printable(name))
    if build.EVIDENCE not in files:
        part.add("bad", w.NO_EVIDENCE)
        return None
    return files[build.EVIDENCE]


def _evidence(part: Part, raw: bytes, policy: Policy | None, why: str) -> Judged | None:
    if policy is None:
        part.add("unknown", w.NO_TRUST, why)
        return None
    judged = verify_bundle(raw, policy)
    part.take(judged.checks)
    if judged.bundle is None:
        return None
    _copy_keys(part, judged)
    _by_hand(part, judged)
    return judged


def _copy_keys(part: Part, judged: Judged) -> None:
    """Check each copy's key against its commitment, and each entry's tags against the copies it names."""
    keys = judged.bundle.tag_keys if judged.bundle else {}
    known = committed(judged)
    wrong = [id for id, key in keys.items() if known.get(id) != b64url(hashlib.sha256(key).digest())]
    for id in wrong[:SHOWN]:
        part.add("bad", w.KEY, id=id)
    for entry in judged.entries:
        named: Any = entry.values.get("copies")
        if kind_of(entry) not in _MOVES or not isinstance(named, list):
            continue
        tags = {tag(keys[id], entry.leaf.id) for id in map(str, named) if id in keys}
        if not tags <= set(entry.leaf.tags):
            part.add("bad", w.UNTAGGED, id=entry.leaf.id)
            wrong.append(entry.leaf.id)
    if keys and not wrong:
        part.add("ok", w.KEYS, count=len(keys))


def _by_hand(part: Part, judged: Judged) -> None:
    """Say how many receipts were signed on paper before a witness: that is the weaker form."""
    signed = (e for e in judged.entries if kind_of(e) == "handoff.accepted" and e.values.get("witness"))
    if count := sum(1 for _ in signed):
        part.add("ok", w.BY_HAND, count=count)


def _question(part: Part, judged: Judged, reference: str) -> Entry | None:
    """Check that nothing of what was asked for is left out; return the question that the report answers."""
    project = next((e.values.get("code") for e in judged.entries if kind_of(e) == "project.opened"), None)
    found = [
        e
        for e in judged.entries
        if kind_of(e) == "report.requested"
        and reference == build.reference(str(project), str(e.values.get("report")))
    ]
    heads: Any = found[0].values.get("heads") if len(found) == 1 else None
    if not isinstance(heads, dict):
        part.add("bad", w.NO_QUESTION)
        return None
    there = {(str(e.values.get("about")), f"{e.leaf.seq}:{e.hash.hex()}") for e in judged.entries}
    missing = [name for name, head in heads.items() if (name, head) not in there]
    for name in missing[:SHOWN]:
        part.add("bad", w.LEFT_OUT, name=printable(str(name)))
    if not missing:
        part.add("ok", w.COVERED)
    return found[0]


def _time(seal: Part, pdf: bytes, about: dict[str, str]) -> SealTime:
    """Return whose word the time of the seal is by the pages, and say it where the seal tells otherwise."""
    time = build.seal_time_of(pdf)
    if about.get("level") and (time in STAMPED) is (about["level"] == "B-B"):
        seal.add("bad", w.STAMP_TAKEN if time in STAMPED else w.STAMP_ADDED)
    return time


def _pages(pdf: bytes, raw: bytes, judged: Judged, report: str, time: SealTime) -> Part:
    part = Part("pages", w.PAGES)
    if judged.state == "bad" or not report:
        part.add("unknown", w.PAGES_NONE)
        return part
    try:
        body = build.body(judged, raw, report, time)
    except Exception as error:  # a file that cannot be printed is not comparable; what is wrong was said
        part.add("unknown", w.PAGES_NONE, repr(error))
        return part
    compare(part, pdf, body)
    return part


def _told(judged: Judged | None) -> dict[str, str]:
    """Return what the evidence is about, for the head of the verdict; only of what holds."""
    if judged is None or judged.trusted is None or judged.state == "bad":
        return {}
    at = judged.trusted.checkpoint
    about = {"origin": at.origin, "size": str(at.size), "root": at.root.hex()}
    for entry in judged.entries:
        if kind_of(entry) == "project.opened":
            said = (entry.values.get("code"), entry.values.get("title"))
            about["project"] = " ".join(str(one) for one in said if one is not None)
    return about
