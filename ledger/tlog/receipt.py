"""The receipt of one entry: all that is needed to show, offline, that the log holds it.

    disclosures  texts of all disclosures of the entry, ascending, each once
    format       "holdfast-receipt/1", or "holdfast-receipt/1-part"
    leaf         the entry's leaf as text
    proof        a C2SP .tlog-proof text: place in the log, inclusion proof, checkpoint with cosignatures

One canonical JSON object (RFC 8785). A receipt discloses its entry whole: every digest of the leaf has its
disclosure here, so that nothing said in the entry can be left out of it. A receipt in part says by its format
that values are withheld; those that it shows are proven all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.tlog import canonical, disclosure, leaf, merkle
from ledger.tlog import proof as proofs
from ledger.tlog.canonical import Json
from ledger.tlog.errors import FormatError, LogError, ProofError, SignatureError, shown
from ledger.tlog.policy import NO_QUORUM, Policy, Trusted
from ledger.tlog.sentences import Sentence
from ledger.tlog.verify import Check, Entry, State, checkpoint_fault

FORMAT = "holdfast-receipt/1"
PART = "holdfast-receipt/1-part"
MAX_BYTES = 8 * 2**20
_MEMBERS = frozenset(("disclosures", "format", "leaf", "proof"))

_SENTENCES = {
    "form": Sentence(
        "The receipt is complete and in its one canonical form.", "凭证完整，为唯一的规范格式。"
    ),
    "form-broken": Sentence(
        "The receipt is damaged or was changed: it is not in the form in which receipts are written.",
        "凭证已损坏或被改动：不符合凭证的书写格式。",
    ),
    "disclosures": Sentence(
        "Every value in the receipt is the one that was recorded.", "凭证中的每个值均与记录时一致。"
    ),
    "disclosures-part": Sentence(
        "Every value shown is the one that was recorded; {hidden} of the entry's values are withheld.",
        "所示的每个值均与记录时一致；该记录另有 {hidden} 个值未予披露。",
    ),
    "disclosures-differ": Sentence(
        "The values in the receipt are not those of its entry.", "凭证中的值不是其记录中的值。"
    ),
    "checkpoint": Sentence(
        "The receipt rests on a checkpoint signed by the log {origin}, which the trust folder names.",
        "凭证所依据的检查点由信任文件夹所列日志 {origin} 签名。",
    ),
    "checkpoint-untrusted": Sentence(
        "The checkpoint in the receipt was not signed by a log of the trust folder.",
        "凭证中的检查点不是由信任文件夹所列日志签名。",
    ),
    "checkpoint-origin": Sentence(
        "The checkpoint in the receipt belongs to another log than those that the trust folder names.",
        "凭证中的检查点属于另一份日志，不是信任文件夹所列的日志。",
    ),
    "checkpoint-key": Sentence(
        "The checkpoint in the receipt bears the name of the trusted log but was signed with another key.",
        "凭证中的检查点使用受信任日志的名称，却由另一把密钥签名。",
    ),
    "quorum-unmet": Sentence(
        "The checkpoint in the receipt has fewer witnesses than the trust policy demands.",
        "凭证中检查点的见证方少于信任策略的要求。",
    ),
    "included": Sentence(
        "The entry is proven to be number {index} in the log.", "该记录已证明是日志中的第 {index} 条。"
    ),
    "not-included": Sentence(
        "The proof in the receipt does not lead to its checkpoint: the entry is not in that log.",
        "凭证中的证明无法导出其检查点：该记录不在该日志中。",
    ),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was read; nothing in it is proven yet."""

    leaf: bytes
    disclosures: tuple[str, ...]
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    whole: bool = True


@dataclass(frozen=True)
class ReceiptVerdict:
    """All findings on a receipt. Trust `entry` and `trusted` only when `state` is "ok"."""

    checks: tuple[Check, ...]
    entry: Entry | None = None
    trusted: Trusted | None = None

    @property
    def state(self) -> State:
        """ "bad" with one bad finding, else "ok": nothing of a receipt is left unjudged."""
        return "bad" if any(check.state == "bad" for check in self.checks) else "ok"


def build(leaf_bytes: bytes, disclosures: Sequence[str], proof: str, *, whole: bool = True) -> bytes:
    """The bytes of a receipt, whole or in part. Its form is checked as a reader would. Raises FormatError."""
    members: dict[str, Json] = {
        "disclosures": sorted(disclosures),
        "format": FORMAT if whole else PART,
        "leaf": leaf_bytes.decode("ascii"),
        "proof": proof,
    }
    raw = canonical.encode(members)
    parse(raw)
    return raw


def parse(raw: bytes) -> Receipt:
    """The receipt that `raw` is. Raises FormatError (CanonicalError for bytes in another spelling)."""
    if len(raw) > MAX_BYTES:
        raise FormatError("receipt", expected=f"at most {MAX_BYTES:,} bytes", got=f"{len(raw):,}")
    members = canonical.decode(raw)
    if not isinstance(members, dict) or members.keys() != _MEMBERS or members["format"] not in (FORMAT, PART):
        raise FormatError("receipt", expected=f"the members of {FORMAT}", got=shown(members))
    leaf_text, proof, texts = members["leaf"], members["proof"], members["disclosures"]
    if not isinstance(leaf_text, str) or not isinstance(proof, str) or not isinstance(texts, list):
        raise FormatError("receipt", expected="leaf and proof as text, disclosures as a list", got="others")
    named = [text for text in texts if isinstance(text, str)]
    if named != texts or named != sorted(set(named)):
        raise FormatError("receipt disclosures", expected="ascending texts, each once", got=shown(texts))
    if not leaf_text.isascii():
        raise FormatError("receipt leaf", expected="ASCII", got=shown(leaf_text))
    told = proofs.parse(proof)
    if told.extra is not None:
        raise FormatError("receipt proof", expected="no extra line, which proves nothing", got="one")
    whole = members["format"] == FORMAT
    return Receipt(leaf_text.encode("ascii"), tuple(named), told.index, told.hashes, told.checkpoint, whole)


def verify_receipt(raw: bytes, policy: Policy) -> ReceiptVerdict:
    """Judge a receipt against a trust policy. Never raises for what it contains."""
    checks: list[Check] = []

    def say(code: str, state: State, error: LogError | str = "", **places: object) -> None:
        sentence = _SENTENCES[code]
        checks.append(
            Check(code, state, sentence.en.format(**places), sentence.zh.format(**places), str(error))
        )

    try:
        receipt = parse(raw)
        found = leaf.parse(receipt.leaf)
    except FormatError as error:
        say("form-broken", "bad", error)
        return ReceiptVerdict(tuple(checks))
    say("form", "ok")
    values: dict[str, Json] = {}
    try:
        digests = sorted(disclosure.digest_of(text) for text in receipt.disclosures)
        parts = [disclosure.parse(text) for text in receipt.disclosures]
        values = {part.name: part.value for part in parts}
        fits = tuple(digests) == found.digests if receipt.whole else set(digests) <= set(found.digests)
        if not fits or len(values) != len(parts):
            raise FormatError("receipt disclosures", expected="one for each digest of the leaf", got="others")
        if receipt.whole:
            say("disclosures", "ok")
        else:
            say("disclosures-part", "ok", hidden=len(found.digests) - len(digests))
    except FormatError as error:
        say("disclosures-differ", "bad", error)
    entry = Entry(found, merkle.leaf_hash(receipt.leaf), values)
    try:
        trusted = policy.open(receipt.checkpoint.encode("utf-8"))
    except LogError as error:
        fault = checkpoint_fault(error) if isinstance(error, SignatureError) else "checkpoint-untrusted"
        say(fault, "bad", error)
        return ReceiptVerdict(tuple(checks), entry)
    say("checkpoint", "ok", origin=trusted.checkpoint.origin)
    if policy.quorum != NO_QUORUM and not trusted.quorum_met:
        say("quorum-unmet", "bad")
    try:
        size, root = trusted.checkpoint.size, trusted.checkpoint.root
        merkle.verify_inclusion(entry.hash, receipt.index, size, receipt.hashes, root)
        say("included", "ok", index=receipt.index + 1)
    except ProofError as error:
        say("not-included", "bad", error)
    return ReceiptVerdict(tuple(checks), entry, trusted)
