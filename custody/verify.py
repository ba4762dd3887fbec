"""`python -m custody.verify REPORT.pdf [--receipt F] --trust DIR`: judge a custody report offline.

Needs neither server, database, network nor Django; a bundle or a receipt alone can be given in place of the
report. The trust folder (`policy`, `log.vkey`, `ca.pem`) must come by another channel than the report.

Exit codes: 0 good, 1 bad, 2 could not tell, or not all of it (and for wrong usage).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from custody.policy import engine
from custody.policy.facts import Facts, FactsError
from custody.policy.regime import Pack
from custody.reports import build
from custody.reports.attachments import read_attachments, reference_of
from custody.reports.seal import verify_seal
from custody.terms import DecisionOutcome, Source, Text, VoteChoice
from ledger import trust as trust_folder
from ledger.tlog.bundle import MAX_BYTES
from ledger.tlog.encoding import b64url
from ledger.tlog.errors import PolicyError
from ledger.tlog.leaf import tag
from ledger.tlog.policy import Policy
from ledger.tlog.receipt import verify_receipt
from ledger.tlog.verify import Check, Entry, verify_bundle
from ledger.tlog.verify import Verdict as Judged

State = Literal["ok", "bad", "unknown"]
FACTS = "facts/"
SHOWN = 10
EXIT_CODES = {"ok": 0, "bad": 1, "unknown": 2}
CA_FILE, TSA_FILE = "ca.pem", "tsa.pem"

# Acts that go ahead only when their decision allows them; imported ones are judged afterwards.
_MOVES = ("handoff.offered", "handoff.accepted", "handoff.declined", "handoff.withdrawn")
_NEEDS_ALLOWED = ("project.opened", "item.registered", "hop.requested", "handoff.offered", "handoff.accepted")


class Line(NamedTuple):
    """One thing that was checked: how it came out, the sentence, and a detail for an expert (English)."""

    state: State
    text: Text
    detail: str = ""


@dataclass(slots=True)
class Part:
    """The lines on one part of what was handed in."""

    name: str
    title: Text
    lines: list[Line] = field(default_factory=list)

    @property
    def state(self) -> State:
        """ "bad" with one bad line, else "unknown" with one that could not be judged, else "ok"."""
        return _worst(line.state for line in self.lines)

    def add(self, state: State, text: Text, detail: object = "", **places: object) -> None:
        """Add a line, with values put into its sentence."""
        if places:
            text = Text(text.en.format(**places), text.zh.format(**places))
        self.lines.append(Line(state, text, str(detail)))

    def take(self, checks: Sequence[Check]) -> None:
        """Add what the ledger's own judgement says."""
        for check in checks:
            self.lines.append(Line(check.state, Text(check.en, check.zh), check.detail))


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that was found on a report, a bundle or a receipt."""

    parts: tuple[Part, ...]
    sha256: str
    counts: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        """Every line of every part."""
        return [line for part in self.parts for line in part.lines]

    @property
    def state(self) -> State:
        """ "bad" with one bad line, else "unknown" with one that could not be judged, else "ok"."""
        return _worst(line.state for line in self.lines)

    @property
    def good(self) -> bool:
        """Whether everything was checked and nothing is wrong."""
        return self.state == "ok"


SEAL = Text("The seal", "封印")
EVIDENCE = Text("The evidence inside", "内附证据")
DECISIONS = Text("The decisions", "各项决定")
PAGES = Text("The pages", "页面内容")
ISSUE = Text("The issue", "出具")

_NO_TRUST = Text(
    "The trust folder cannot be used, so this was not judged. Ask the unit for its trust folder by another "
    "channel than this file.",
    "信任文件夹不可用，因此未作判断。请通过本文件以外的渠道向该单位索取信任文件夹。",
)
_NO_CA = Text(
    "The trust folder holds no ca.pem, so the seal was not judged.",
    "信任文件夹中没有 ca.pem，因此未判断封印。",
)
_NO_EVIDENCE = Text(
    "The report carries no evidence, so nothing it says can be checked.",
    "报告未附证据，其内容无法核对。",
)
_NOT_READABLE = Text("The files inside the report cannot be read.", "报告内附的文件无法读取。")
_MORE_FILES = Text(
    "The report carries a file that does not belong in it: {name}.", "报告附有不应有的文件：{name}。"
)
_NOT_A_KIND = Text(
    "The file is neither a report, an evidence file nor a receipt, or its beginning is damaged.",
    "该文件既不是报告，也不是证据文件或凭证，或者文件开头已损坏。",
)
_RERUN = Text(
    "Every decision in the evidence was run again from its facts and rules, and came out the same: {count}.",
    "证据中的每项决定均已按其事实和规则重新执行，结果相同：共 {count} 项。",
)
_KEYS = Text(
    "The keys of {count} copies are those committed to when the copies were numbered, and every handoff of a "
    "copy is tagged with its key.",
    "{count} 份副本的密钥均与编号时的承诺相符，且副本的每次移交均以其密钥标记。",
)
_KEY = Text(
    "The key given for copy {id} is not the one committed to when the copy was numbered.",
    "副本 {id} 的密钥与编号时的承诺不符。",
)
_UNTAGGED = Text(
    "Entry {id} moves a copy without being tagged for it, so a search by that copy would miss it.",
    "记录 {id} 移动了副本却没有相应标记，按副本检索时会遗漏。",
)
_NO_DECISIONS = Text("The evidence holds no decision to run again.", "证据中没有可重新执行的决定。")
_DIFFERS = Text(
    "The decision of entry {id} does not follow from its facts and rules.",
    "记录 {id} 的决定不能由其事实和规则得出。",
)
_NO_PACK = Text(
    "The rule pack of the decision in entry {id} is not in the evidence, so the decision was not run again.",
    "记录 {id} 的决定所用规则包不在证据中，因此未重新执行。",
)
_UNPUBLISHED = Text(
    "The rule pack of the decision in entry {id} was not published in the ledger before that decision.",
    "记录 {id} 的决定所用规则包在该决定之前并未在账本中发布。",
)
_PARTLY = Text(
    "The decision of entry {id} cannot be run again: some of what it rests on is withheld or erased.",
    "记录 {id} 的决定无法重新执行：其所依据的部分内容未披露或已删除。",
)
_NEWER = Text(
    "The decision of entry {id} uses a rule that this verifier does not know. Use a newer verifier.",
    "记录 {id} 的决定使用了本核验程序不认识的规则。请使用更新的版本。",
)
_AGAINST = Text(
    "Entry {id} went ahead although its own decision refused it.",
    "记录 {id} 在其自身决定拒绝的情况下仍然执行。",
)
_NOT_REFUSED = Text(
    "Entry {id} calls itself a refusal, but its decision allowed the act.",
    "记录 {id} 自称被拒绝，但其决定为允许。",
)
_COVERED = Text(
    "The evidence goes at least as far as every stream stood when the question was asked.",
    "证据至少覆盖提出问题时各序列的全部记录。",
)
_NO_QUESTION = Text(
    "The evidence does not hold the question that a report answers.", "证据中没有报告所回答的问题。"
)
_LEFT_OUT = Text(
    "A stream that the question named is left out of the evidence, or cut short: {name}.",
    "问题所指的某个序列未列入证据，或被截短：{name}。",
)
_PAGES_SAME = Text(
    "The pages are, byte for byte, what this verifier prints from the evidence itself.",
    "页面与本核验程序由证据自行排印的结果逐字节一致。",
)
_PAGES_OTHER = Text(
    "The pages are not what this verifier prints from the evidence. Either another version of Holdfast "
    "printed them, or they were altered before sealing: compare what matters with the evidence.",
    "页面与本核验程序由证据排印的结果不一致：可能由其他版本的 Holdfast 排印，也可能在封印前被改动。"
    "请对照证据核对要点。",
)
_PAGES_NONE = Text(
    "The pages cannot be printed again from the evidence, so they were not compared.",
    "无法由证据重新排印页面，因此未作比较。",
)
_NO_RECEIPT = Text(
    "Issue not checked: no receipt was given. Ask for the file that ends in .receipt.",
    "未核对出具：没有提供凭证。请索取以 .receipt 结尾的文件。",
)
_ISSUED = Text(
    "The ledger recorded the issue of exactly this file, by its SHA-256 and length.",
    "账本以 SHA-256 和长度记录了正是本文件的出具。",
)
_ISSUED_ANY = Text(
    "The receipt is of a report with the SHA-256 {sha256}; give the report too, to compare it.",
    "该凭证对应 SHA-256 为 {sha256} 的报告；请同时提供报告以作比较。",
)
_OTHER_FILE = Text(
    "The receipt is of another file: SHA-256 or length is not that of this report.",
    "凭证属于另一文件：SHA-256 或长度与本报告不符。",
)
_OTHER_REPORT = Text(
    "The receipt is of another report than the one that the evidence answers.",
    "凭证所属的报告不是本证据所回答的报告。",
)
_OTHER_LOG = Text("The receipt comes from another log than the evidence.", "凭证与证据出自不同的日志。")
_NOT_AN_ISSUE = Text(
    "The receipt is of another kind of entry than the issue of a report.", "凭证所属的记录不是报告出具记录。"
)


def verify_report(pdf: bytes, trust: Path, receipt: bytes | None = None) -> Verdict:
    """Judge a report, with its receipt where there is one. Never raises for what the files contain.

    Args:
        pdf: the sealed report as received.
        trust: folder with `policy`, `log.vkey` and `ca.pem`, from another channel than the report.
        receipt: the file beside the report.
    """
    policy, why = _policy(trust)
    seal = Part("seal", SEAL)
    about = _seal(seal, pdf, trust)
    evidence = Part("evidence", EVIDENCE)
    raw = _attached(evidence, pdf)
    judged = _evidence(evidence, raw, policy, why) if raw is not None else None
    parts = [seal, evidence]
    report = ""
    if judged is not None:
        parts.append(_decisions(judged))
        report = _question(evidence, judged, reference_of(pdf))
        parts.append(_pages(pdf, raw or b"", judged, report if seal.state != "bad" else ""))
    issue = Part("issue", ISSUE)
    if receipt is None:
        issue.add("unknown", _NO_RECEIPT)
    else:
        _issue(issue, receipt, policy, why, pdf, judged, report)
    parts.append(issue)
    counts = asdict(judged.counts) if judged else {}
    about.update(_told(judged))
    return Verdict(tuple(parts), hashlib.sha256(pdf).hexdigest(), counts, about)


def verify_evidence(raw: bytes, trust: Path) -> Verdict:
    """Judge an evidence file alone: the ledger's proofs, and every decision in it run again."""
    policy, why = _policy(trust)
    evidence = Part("evidence", EVIDENCE)
    judged = _evidence(evidence, raw, policy, why)
    parts = [evidence] if judged is None else [evidence, _decisions(judged)]
    counts = asdict(judged.counts) if judged else {}
    return Verdict(tuple(parts), hashlib.sha256(raw).hexdigest(), counts, _told(judged))


def verify_issue(raw: bytes, trust: Path) -> Verdict:
    """Judge a receipt alone: that the log holds the issue of a report with the hash it names."""
    policy, why = _policy(trust)
    issue = Part("issue", ISSUE)
    _issue(issue, raw, policy, why, None, None, "")
    return Verdict((issue,), hashlib.sha256(raw).hexdigest())


def verify_file(raw: bytes, trust: Path, receipt: bytes | None = None) -> Verdict:
    """Judge whatever was handed in, told apart by how it begins."""
    start = raw[:1024]
    if b"%PDF-" in start:
        return verify_report(raw, trust, receipt)
    if start.startswith(b'{"#sha256"'):
        return verify_evidence(raw, trust)
    if start.startswith(b'{"disclosures"'):
        return verify_issue(raw, trust)
    part = Part("file", EVIDENCE)
    part.add("bad", _NOT_A_KIND)
    return Verdict((part,), hashlib.sha256(raw).hexdigest())


# --- part by part ------------------------------------------------------------------------------------------


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
        part.add("unknown", _NO_CA, error.strerror or "")
        return {}
    found = verify_seal(pdf, ca, tsa_pem=tsa)
    for sentence in found.sentences:
        part.add("ok" if found.valid else "bad", sentence)
    about = {"signer": found.signer or "", "sealed_at": found.at.isoformat() if found.at else ""}
    return about if found.valid else {}


def _attached(part: Part, pdf: bytes) -> bytes | None:
    try:
        files = read_attachments(pdf, MAX_BYTES)
    except ValueError as error:
        part.add("bad", _NOT_READABLE, error)
        return None
    for name in files:
        if name != build.EVIDENCE:
            part.add("bad", _MORE_FILES, name=_printable(name))
    if build.EVIDENCE not in files:
        part.add("bad", _NO_EVIDENCE)
        return None
    return files[build.EVIDENCE]


def _evidence(part: Part, raw: bytes, policy: Policy | None, why: str) -> Judged | None:
    if policy is None:
        part.add("unknown", _NO_TRUST, why)
        return None
    judged = verify_bundle(raw, policy)
    part.take(judged.checks)
    if judged.bundle is None:
        return None
    _copy_keys(part, judged)
    return judged


def _copy_keys(part: Part, judged: Judged) -> None:
    """Check each copy's key against its commitment, and each entry's tags against the copies it names."""
    keys = judged.bundle.tag_keys if judged.bundle else {}
    committed: dict[str, Any] = {}
    for entry in judged.entries:
        minted: Any = entry.values.get("copies") if _kind(entry) == "copies.minted" else None
        for copy in minted if isinstance(minted, list) else ():
            if isinstance(copy, dict):
                committed[str(copy.get("copy"))] = copy.get("key_commitment")
    wrong = [id for id, key in keys.items() if committed.get(id) != b64url(hashlib.sha256(key).digest())]
    for id in wrong[:SHOWN]:
        part.add("bad", _KEY, id=id)
    for entry in judged.entries:
        named: Any = entry.values.get("copies")
        if _kind(entry) not in _MOVES or not isinstance(named, list):
            continue
        tags = {tag(keys[id], entry.leaf.id) for id in map(str, named) if id in keys}
        if not tags <= set(entry.leaf.tags):
            part.add("bad", _UNTAGGED, id=entry.leaf.id)
            wrong.append(entry.leaf.id)
    if keys and not wrong:
        part.add("ok", _KEYS, count=len(keys))


def _question(part: Part, judged: Judged, reference: str) -> str:
    """Check that nothing of what was asked for is left out; return the id of the report asked for."""
    project = next((e.values.get("code") for e in judged.entries if _kind(e) == "project.opened"), None)
    asked: list[tuple[str, Any]] = [
        (str(e.values.get("report")), e.values.get("heads"))
        for e in judged.entries
        if _kind(e) == "report.requested"
        and reference == build.reference(str(project), str(e.values.get("report")))
    ]
    if len(asked) != 1 or not isinstance(asked[0][1], dict):
        part.add("bad", _NO_QUESTION)
        return ""
    report, heads = asked[0]
    there = {(str(e.values.get("about")), f"{e.leaf.seq}:{e.hash.hex()}") for e in judged.entries}
    missing = [name for name, head in heads.items() if (name, head) not in there]
    for name in missing[:SHOWN]:
        part.add("bad", _LEFT_OUT, name=_printable(str(name)))
    if not missing:
        part.add("ok", _COVERED)
    return report


def _decisions(judged: Judged) -> Part:
    part = Part("decisions", DECISIONS)
    packs = _Packs(judged)
    same = 0
    trouble: dict[tuple[State, Text], list[tuple[str, str]]] = {}
    for entry in judged.entries:
        if "decision" not in entry.values:
            continue
        found = _run_again(entry, packs, judged)
        if found is None:
            same += 1
        else:
            state, text, detail = found
            trouble.setdefault((state, text), []).append((entry.leaf.id, detail))
    for (state, text), places in trouble.items():
        for id, detail in places[:SHOWN]:
            part.add(state, text, detail, id=id)
        if len(places) > SHOWN:
            more = Text("{count} more of the same kind.", "同类问题另有 {count} 处。")
            part.add(state, more, count=len(places) - SHOWN)
    if same:
        part.add("ok", _RERUN, count=same)
    elif not trouble:
        part.add("ok", _NO_DECISIONS)
    return part


class _Packs:
    """The packs of an evidence file, each read once, with the time from which it was published."""

    def __init__(self, judged: Judged) -> None:
        self._texts = judged.bundle.packs if judged.bundle else {}
        self._read: dict[str, Pack | None] = {}
        self.published: dict[str, str] = {}
        for entry in judged.entries:
            if _kind(entry) == "pack.published":
                sha256 = str(entry.values.get("sha256"))
                self.published[sha256] = min(self.published.get(sha256, entry.leaf.at), entry.leaf.at)

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
    disclosed = judged.bundle.disclosures if judged.bundle else {}
    if any(digest not in disclosed for digest in entry.leaf.digests):
        return "unknown", _PARTLY, ""
    try:
        members: Any = stored
        kept = engine.Decision.from_json({k: v for k, v in members.items() if k != "id"})
    except (FactsError, AttributeError, KeyError, TypeError, ValueError) as error:
        return "bad", _DIFFERS, str(error)
    if packs.published.get(kept.pack_sha256, "9") > entry.leaf.at:
        return "bad", _UNPUBLISHED, kept.pack_sha256
    pack = packs.get(kept.pack_sha256)
    if pack is None:
        return "unknown", _NO_PACK, kept.pack_sha256
    try:
        result = engine.replay(kept, Facts(facts), pack)  # type: ignore[arg-type]
    except Exception as error:  # whatever a hostile file makes a rule do, it does not come out the same
        return "bad", _DIFFERS, repr(error)
    if not result.same:
        if any(d.where == "rules" and d.what == "run" for d in result.differences):
            return "unknown", _NEWER, ", ".join(kept.rules)
        return "bad", _DIFFERS, "; ".join(f"{d.where}.{d.what}" for d in result.differences)
    return _against_its_decision(entry, kept.outcome)


def _against_its_decision(entry: Entry, outcome: DecisionOutcome) -> tuple[State, Text, str] | None:
    kind, refused = _kind(entry), outcome is DecisionOutcome.REFUSE
    if kind == "attempt.refused" and not refused:
        return "bad", _NOT_REFUSED, ""
    approving = kind == "approval.voted" and entry.values.get("choice") == VoteChoice.APPROVE
    if refused and (approving or (kind in _NEEDS_ALLOWED and entry.values.get("source") != Source.IMPORT)):
        return "bad", _AGAINST, ""
    return None


def _pages(pdf: bytes, raw: bytes, judged: Judged, report: str) -> Part:
    part = Part("pages", PAGES)
    if judged.state == "bad" or not report:
        part.add("unknown", _PAGES_NONE)
        return part
    try:
        body = build.body(judged, raw, report)
    except Exception as error:  # a file that cannot be printed is not comparable; what is wrong was said
        part.add("unknown", _PAGES_NONE, repr(error))
        return part
    if pdf.startswith(body):
        part.add("ok", _PAGES_SAME)
    else:
        part.add("unknown", _PAGES_OTHER)
    return part


def _issue(
    part: Part,
    raw: bytes,
    policy: Policy | None,
    why: str,
    pdf: bytes | None,
    judged: Judged | None,
    report: str,
) -> None:
    if policy is None:
        part.add("unknown", _NO_TRUST, why)
        return
    found = verify_receipt(raw, policy)
    part.take(found.checks)
    if found.entry is None or found.state != "ok" or found.trusted is None:
        return
    values = found.entry.values
    if _kind(found.entry) != "report.issued":
        part.add("bad", _NOT_AN_ISSUE, values.get("kind"))
        return
    if pdf is None:
        part.add("ok", _ISSUED_ANY, sha256=values.get("sha256"))
        return
    if values.get("sha256") != hashlib.sha256(pdf).hexdigest() or values.get("length") != len(pdf):
        part.add("bad", _OTHER_FILE)
        return
    if judged is not None and judged.trusted is not None:
        if judged.trusted.checkpoint.origin != found.trusted.checkpoint.origin:
            part.add("bad", _OTHER_LOG)
            return
        if values.get("report") != report:
            part.add("bad", _OTHER_REPORT)
            return
    part.add("ok", _ISSUED)


def _told(judged: Judged | None) -> dict[str, str]:
    """Return what the evidence is about, for the head of the verdict; only of what holds."""
    if judged is None or judged.trusted is None or judged.state == "bad":
        return {}
    about = {"origin": judged.trusted.checkpoint.origin, "size": str(judged.trusted.checkpoint.size)}
    for entry in judged.entries:
        if _kind(entry) == "project.opened":
            about["project"] = f"{entry.values.get('code')} {entry.values.get('title')}"
    return about


def _kind(entry: Entry) -> str:
    return str(entry.values.get("kind")).partition("/")[0]


def _worst(states: Any) -> State:
    found = set(states)
    return "bad" if "bad" in found else "unknown" if "unknown" in found else "ok"


# --- the command -------------------------------------------------------------------------------------------

_VERDICTS = {
    "ok": Text("GOOD. Everything was checked and nothing is wrong.", "通过。已全部核对，未发现问题。"),
    "bad": Text(
        "BAD. Do not rely on this file. What is wrong is marked below.",
        "不通过。请勿采信本文件。问题见下方标记。",
    ),
    "unknown": Text(
        "NOT FULLY CHECKED. Nothing wrong was found, but not everything could be judged.",
        "未能全部核对。未发现问题，但有内容无法判断。",
    ),
}
_MARKS = {"ok": Text("ok  ", "符合"), "bad": Text("BAD ", "不符"), "unknown": Text("?   ", "不明")}
_ABOUT = {
    "project": Text("Project", "项目"),
    "origin": Text("Ledger", "账本"),
    "size": Text("Size of the ledger", "账本规模"),
    "signer": Text("Sealed by", "封印者"),
    "sealed_at": Text("Sealed at (as the sealer states)", "封印时间（封印者自述）"),
}
_OPEN = Text("What this leaves open:", "仍未证明的事项：")
_LIMITS = (
    Text(
        "Not proved by any file: what was never recorded, and whether what people stated is true.",
        "任何文件都不能证明：从未记录之事，以及当事人所述是否属实。",
    ),
    Text(
        "Not proved by this file: that no later entries exist, and that nobody was shown another log. "
        "A monitor or witnesses exclude these.",
        "本文件不能证明：之后没有新记录，以及未向他人出示另一份日志。这须由监测方或见证方排除。",
    ),
    Text(
        "Not judged: who typed a password, and the time of the seal, which is the sealer's own statement.",
        "未判断：口令由谁输入，以及封印时间（系封印者自述）。",
    ),
)
_UNREADABLE = Text("The file {path} cannot be read: {reason}.", "无法读取文件 {path}：{reason}。")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    lang = options.lang or _language(os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese must not turn a verdict into a crash.
            stream.reconfigure(errors="replace")
    raws: list[bytes | None] = [None, None]
    for place, path in enumerate((options.file, options.receipt)):
        if path is None:
            continue
        try:
            with path.open("rb") as file:
                raws[place] = file.read(MAX_BYTES + 1)
        except OSError as error:
            reason = {"path": _printable(str(path)), "reason": error.strerror or "?"}
            print(_UNREADABLE.get(lang).format(**reason), file=sys.stderr)
            return EXIT_CODES["unknown"]
    verdict = verify_file(raws[0] or b"", options.trust, raws[1])
    if options.json:
        print(json.dumps(as_json(verdict), indent=1, ensure_ascii=True))
    else:
        _print(verdict, options.file, lang)
    return EXIT_CODES[verdict.state]


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for programs; sentences in both languages."""
    return {
        "verdict": {"ok": "good"}.get(verdict.state, verdict.state),
        "sha256": verdict.sha256,
        "about": dict(verdict.about),
        "counts": dict(verdict.counts),
        "parts": [
            {
                "name": part.name,
                "state": part.state,
                "lines": [
                    {"state": line.state, "en": line.text.en, "zh": line.text.zh, "detail": line.detail}
                    for line in part.lines
                ],
            }
            for part in verdict.parts
        ],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m custody.verify",
        description="Judge a custody report (or its evidence file, or its receipt) offline.",
        epilog="Exit codes: 0 good, 1 bad, 2 could not tell, or not all of it, or wrong usage.",
    )
    parser.add_argument(
        "file", type=Path, metavar="REPORT", help="the report; or an evidence file, or a receipt"
    )
    parser.add_argument("--receipt", type=Path, metavar="F", help="the file that ends in .receipt")
    parser.add_argument(
        "--trust",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with the unit's policy, log.vkey and ca.pem, from another channel than the report",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")
    return parser


def _language(environ: Mapping[str, str]) -> str:
    """ "zh" when the locale is Chinese; the first variable that is set decides, as in POSIX."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    return "en"


def _print(verdict: Verdict, path: Path, lang: str) -> None:
    say: Callable[[Text], str] = lambda text: _printable(text.get(lang))  # noqa: E731
    print(say(_VERDICTS[verdict.state]))
    print(f"\n{_printable(str(path))}\nSHA-256 {verdict.sha256}")
    for name, words in _ABOUT.items():
        if verdict.about.get(name):
            print(f"{say(words)}: {_printable(verdict.about[name])}")
    for part in verdict.parts:
        print(f"\n{say(part.title)}")
        for line in part.lines:
            print(f"  {say(_MARKS[line.state])}  {say(line.text)}")
            if line.detail and line.state != "ok":
                print(f"        ({_printable(line.detail)})")
    if verdict.state == "ok":
        print("\n" + say(_OPEN))
        for limit in _LIMITS:
            print("  - " + say(limit))


def _printable(text: str) -> str:
    """Return text without what could steer a terminal or turn the reading direction."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


if __name__ == "__main__":
    sys.exit(main())
