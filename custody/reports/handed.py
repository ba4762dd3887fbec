"""The receipt of a handoff on paper: who gave what to whom, how it was found, and the entries that prove it.

Pure, as a report is: the pages come from the files inside and nothing else, so the verifier prints them again
and compares. Offer and acceptance are entries of the ledger, shown in part (what the rules were told of other
parties is withheld), and so is what was said last of how the copies were sent off, where they were; another
file holds what the entries have no words for: names of people and parties, codes of copies. Those stand by
the seal alone, and the paper says so.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from custody.chain import Shape
from custody.reports import pdf
from custody.reports.blocks import (
    Block,
    Code,
    Column,
    Document,
    Facts,
    Flag,
    Heading,
    Language,
    Lines,
    Note,
    Paragraph,
    Proof,
    Table,
    Value,
    Words,
)
from custody.reports.build import time_keyword
from custody.reports.page_one import STAMPED, UNSTAMPED
from custody.reports.uncovered import uncovered
from custody.signoff import fingerprint
from custody.stamp_terms import SealTime
from custody.terms import Channel, Leg, Received, Source, Text, VoteMethod
from ledger.tlog import canonical, checkpoint, disclosure, leaf, merkle, note, receipt
from ledger.tlog.errors import LogError

OFFER, ANSWER, NAMES = "offer.holdfast-receipt", "acceptance.holdfast-receipt", "names.json"
SENT = "dispatch.holdfast-receipt"
"""What was said last of how the copies were sent off; of a handoff of which that was said alone."""
SIGNED, KEY = "signature.holdfast-receipt", "key.holdfast-receipt"
"""The receiver's signature, and who confirmed the key; of a receipt that was signed with an own key alone."""
FILES = (OFFER, ANSWER, NAMES)
MORE = (SENT, SIGNED, KEY)
"""What is inside where there is something to say."""
ENTRIES = (OFFER, ANSWER, *MORE)
WITHHELD = ("decision", "facts/")
"""How the names of values begin that stay out: what was decided on, for the eyes of some of the readers."""
COMMAND = "python -m custody.verify RECEIPT.pdf --trust DIR"
NONE = Text("none", "无")
LANGUAGES: dict[str, Language] = {"en": "en", "zh": "zh", "both": "both"}
SAID = {
    SealTime.OUTSIDE: STAMPED,
    SealTime.DEMO: UNSTAMPED[SealTime.DEMO],
    SealTime.SILENT: Text(
        "When it was sealed: no outside time stamp: the authority did not answer. Take the receipt again to "
        "have one.",
        "封印时间：无外部时间戳：时间戳机构未应答。可重新领取回执以取得时间戳。",
    ),
}
"""What a receipt says of the time of its seal, at a site that asks an authority for it."""
BY_HAND = Text(
    "By hand on a numbered sheet before a witness, without an own sign-in: weaker than a receipt with one",
    "在见证人面前于编号签收单上手写签名，接收人无本人账号：效力弱于本人账号签收",
)


class PaperError(ValueError):
    """The files do not make the receipt of one handoff. The message is for experts."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as its receipt shows it; whether it is proven is for the verifier to say."""

    id: str
    at: datetime
    sha256: str
    index: int
    origin: str
    size: int
    root: bytes
    cosigned: tuple[str, ...]
    values: Mapping[str, Any]

    @classmethod
    def of(cls, raw: bytes) -> Told:
        """Read a receipt. Raises PaperError."""
        try:
            read = receipt.parse(raw)
            found = leaf.parse(read.leaf)
            text, lines = note.split_note(read.checkpoint.encode())
            tree = checkpoint.parse(text.decode())
            parts = [disclosure.parse(d) for d in read.disclosures]
        except LogError as error:
            raise PaperError(str(error)) from error
        others = {line.name for line in lines} - {tree.origin}
        return cls(
            id=found.id,
            at=datetime.fromisoformat(found.at),
            sha256=merkle.leaf_hash(read.leaf).hex(),
            index=read.index,
            origin=tree.origin,
            size=tree.size,
            root=tree.root,
            cosigned=tuple(sorted(others)),
            values={part.name: part.value for part in parts},
        )

    @property
    def kind(self) -> str:
        """The kind of the event without its version; empty where it is withheld."""
        return str(self.values.get("kind") or "").partition("/")[0]


@dataclass(frozen=True, slots=True)
class Paper:
    """What the files say together."""

    offer: Told
    answer: Told
    names: Mapping[str, Any]
    sent: Told | None = None
    signed: Told | None = None
    key: Told | None = None

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Paper:
        """Read the files of a receipt. Raises PaperError where they are not of one signed handoff."""
        missing = [name for name in FILES if name not in files]
        if missing:
            raise PaperError(f"missing: {', '.join(missing)}")
        try:
            names = canonical.decode(files[NAMES])
        except LogError as error:
            raise PaperError(str(error)) from error
        if not isinstance(names, dict):
            raise PaperError("names.json is no object")
        offer, answer = Told.of(files[OFFER]), Told.of(files[ANSWER])
        if offer.kind != "handoff.offered" or answer.kind not in ("handoff.accepted", "handoff.read"):
            raise PaperError(f"expected an offer and its acceptance, got {offer.kind} and {answer.kind}")
        if not offer.values.get("handoff") or offer.values["handoff"] != answer.values.get("handoff"):
            raise PaperError("offer and acceptance are of two handoffs")
        sent = Told.of(files[SENT]) if SENT in files else None
        if sent is not None and sent.kind != "handoff.dispatched":
            raise PaperError(f"expected what was sent off, got {sent.kind}")
        if sent is not None and sent.values.get("handoff") != offer.values["handoff"]:
            raise PaperError("what was sent off is of another handoff")
        signed, key = (Told.of(files[name]) if name in files else None for name in (SIGNED, KEY))
        if (signed is None) != (key is None):
            raise PaperError("a signature and its key come together")
        if signed and key and (signed.kind, key.kind) != ("signature.given", "signing_key.confirmed"):
            raise PaperError(f"expected a signature and its key, got {signed.kind} and {key.kind}")
        if signed and signed.values.get("decision_entry") != answer.id:
            raise PaperError("the signature is on another entry")
        if signed and key and signed.values.get("key_entry") != key.id:
            raise PaperError("the signature names another key")
        return cls(offer, answer, names, sent, signed, key)

    @property
    def read_only(self) -> bool:
        """Whether the copies were only read, so that custody stayed."""
        return self.answer.kind == "handoff.read"

    @property
    def by_hand(self) -> bool:
        """Whether the receiver signed on paper before a witness, without an own sign-in."""
        return bool(self.answer.values.get("witness"))

    @property
    def number(self) -> str:
        """The number of the handoff."""
        return str(self.answer.values.get("number"))

    def name(self, id: object) -> str:
        """Return what an id is called; itself where nothing is told."""
        return str(cast("dict[str, Any]", self.names.get("names", {})).get(str(id), id))

    def text(self, member: str) -> Text:
        """Return a member that is told in both languages."""
        said = self.names.get(member)
        both = said if isinstance(said, dict) else {}
        return Text(str(both.get("en", "")), str(both.get("zh", "")))

    def wrong(self) -> list[dict[str, Any]]:
        """Return the copies that were not in order, as the acceptance tells them."""
        said = self.answer.values.get("wrong") or []
        return [one for one in said if isinstance(one, dict)]


def signer(answer: Told) -> str:
    """Return the id of the person who signed for the copies, or read them."""
    return str(answer.values.get("custodian_person") or answer.values.get("reader"))


def body(files: Mapping[str, bytes], seal_time: SealTime = SealTime.UNIT) -> bytes:
    """Return the unsealed PDF of a receipt with its files inside, which says whose word the time of its seal
    will be. Raises PaperError."""
    kept = {name: files[name] for name in (*FILES, *MORE) if name in files}
    return pdf.render(document(Paper.of(kept), seal_time), kept)


def document(paper: Paper, seal_time: SealTime = SealTime.UNIT) -> Document:
    """Return the receipt as blocks with its running lines."""
    title = (
        Text("Reading on site {number}", "现场查阅回执 {number}")
        if paper.read_only
        else Text("Handoff receipt {number}", "移交回执 {number}")
    )
    language = LANGUAGES.get(str(paper.names.get("language")), "en")
    said = (Paragraph(SAID[seal_time]),) if seal_time in SAID else ()
    blocks = [*_signed(paper), *_copies(paper), *_proof(paper), *said]
    return Document(
        title=Text(title.en.format(number=paper.number), title.zh.format(number=paper.number)),
        subtitle=paper.name(paper.offer.values.get("project")),
        blocks=[*blocks, *uncovered(blocks, language)],
        language=language,
        made_at=max(paper.offer.at, paper.answer.at).replace(microsecond=0),
        reference=f"{paper.number}-{paper.answer.id[-8:]}",
        level=paper.text("level"),
        demo=bool(paper.names.get("demo")),
        author=str(paper.names.get("site") or "Holdfast"),
        keywords=(time_keyword(seal_time),) if said else (),
    )


def _signed(paper: Paper) -> list[Block]:
    get, name = paper.offer.values.get, paper.name
    leg = get("leg")
    rows: list[tuple[Words, Value]] = [
        (
            Text("Handed over by", "移交人"),
            Lines((name(get("sender_person")), name(get("sender_party")))),
        ),
        (
            Text("Read by", "查阅人") if paper.read_only else Text("Received by", "接收人"),
            Lines((name(signer(paper.answer)), name(get("receiver_party")))),
        ),
        (Text("Kind of handoff", "移交种类"), Leg(str(leg)).text if leg else Text("not stated", "未填写")),
    ]
    if get("purpose"):
        rows.append((Text("What for", "用途"), str(get("purpose"))))
    if get("statement"):
        rows.append((Text("What the sender states", "归还说明"), str(get("statement"))))
    due = get("due_back")
    rows += [
        (Text("Return by", "归还期限"), date.fromisoformat(str(due)) if due else NONE),
        (Text("Kept in", "存放处"), name(get("system"))),
        (Text("Travelled", "传递方式"), Channel(str(get("channel"))).text),
    ]
    if get("second_carrier"):
        rows.append((Text("Accompanied by", "同行人"), name(get("second_carrier"))))
    rows += _sent_off(paper)
    rows += [
        (Text("Offered", "发起时间"), paper.offer.at),
        (Text("Read", "查阅时间") if paper.read_only else Text("Received", "签收时间"), paper.answer.at),
    ]
    if paper.by_hand:
        rows.append(
            (
                Text("How it was signed", "签收方式"),
                Lines(
                    (
                        BY_HAND,
                        name(paper.answer.values.get("witness")),
                        str(paper.answer.values.get("sheet_number")),
                    )
                ),
            )
        )
    if paper.signed and paper.key:
        method = VoteMethod(str(paper.signed.values.get("method"))).text
        print_ = fingerprint(str(paper.key.values.get("public_key")))
        rows.append((Text("How it was signed", "签收方式"), method))
        rows.append((Text("Key (SHA-256)", "密钥（SHA-256）"), Code(print_)))
    if get("source") == Source.PAPER:
        took = datetime.fromisoformat(str(get("took_place_at")))
        rows.append((Text("Took place on paper, as stated", "纸质办理时间（据称）"), took))
    if paper.answer.values.get("note"):
        rows.append((Text("Said on receipt", "签收备注"), str(paper.answer.values["note"])))
    return [Facts(tuple(rows))]


def _sent_off(paper: Paper) -> list[tuple[Words, Value]]:
    """Return how the copies were sent off, as the sender said it last; nothing where nobody said it."""
    if paper.sent is None:
        return []
    get = paper.sent.values.get
    people = [paper.name(id) for id in cast("list[Any]", get("carriers") or [])]
    by = [str(get("carrier"))] if get("carrier") else []
    rows: list[tuple[Words, Value]] = [
        (Text("Sent off on", "发出日期"), date.fromisoformat(str(get("left_on")))),
        (Text("To be there by", "预计送达日期"), date.fromisoformat(str(get("expected_on")))),
    ]
    if by or people:
        rows.append((Text("Carried by", "承运"), Lines((*by, *people))))
    if get("waybill"):
        rows.append((Text("Way-bill", "运单号"), str(get("waybill"))))
    rows.append((Text("Packages", "件数"), str(get("packages"))))
    if seals := [str(seal) for seal in cast("list[Any]", get("seals") or [])]:
        rows.append((Text("Seals", "封签号"), ", ".join(seals)))
    return rows


def _copies(paper: Paper) -> list[Block]:
    wrong = {str(one.get("copy")): one for one in paper.wrong()}
    taken = [str(id) for id in cast("list[Any]", paper.answer.values.get("copies") or [])]
    fine = Flag(Shape.CHECK, Text("Read", "已查阅") if paper.read_only else Text("In order", "完好"))
    rows: list[tuple[Value, ...]] = [(*_copy(paper, id), fine) for id in taken]
    for id, one in wrong.items():
        flag = Flag(Shape.CROSS, Received(str(one.get("found"))).text)
        said = Lines((flag, str(one["note"]))) if one.get("note") else flag
        rows.append((*_copy(paper, id), said))
    rows.sort(key=lambda row: str(row[0]))
    count = Text(
        f"{len(taken)} received, {len(wrong)} not in order" if wrong else f"{len(taken)} in all",
        f"签收 {len(taken)} 份，异常 {len(wrong)} 份" if wrong else f"共 {len(taken)} 份",
    )
    blocks: list[Block] = [
        Heading(Text("Copies", "副本"), 3),
        Table(
            (
                Column(Text("Copy", "副本"), 3),
                Column(Text("Item / number", "成果 / 编号"), 4),
                Column(Text("Condition", "状况"), 3),
            ),
            rows,
            caption=count,
        ),
    ]
    stays = (
        Text("Custody stayed where it was: the copies were only read.", "仅现场查阅，保管责任未转移。")
        if paper.read_only
        else Text(
            "Custody of the copies in order moved to the recipient at the time of receipt. Those not in "
            "order stay with the sender.",
            "完好的副本自签收时起由接收方保管；异常的副本仍由移交方保管。",
        )
        if wrong
        else Text(
            "Custody of these copies moved to the recipient at the time of receipt.",
            "上列副本自签收时起由接收方保管。",
        )
    )
    return [*blocks, Paragraph(stays)]


def _copy(paper: Paper, id: str) -> tuple[Value, Value]:
    said = cast("dict[str, Any]", paper.names.get("copies", {})).get(id)
    code, item = said if isinstance(said, list) and len(said) == 2 else (id, "")
    return str(code), str(item)


def _proof(paper: Paper) -> list[Block]:
    answer = paper.answer
    which = Text("These", "上述") if paper.sent or paper.signed else Text("Both", "两条")
    state = (
        Text(
            f"Sealed and witnessed by {', '.join(answer.cosigned)}.",
            f"已固化，并由 {'、'.join(answer.cosigned)} 见证。",
        )
        if answer.cosigned
        else Text("Sealed, not witnessed by others.", "已固化，尚无外部见证。")
    )
    return [
        Heading(Text("In the ledger", "账本记录"), 3),
        Proof(
            (
                (Text("Entry of the receipt", "签收记录"), answer.id),
                (Text("SHA-256 of its leaf", "其叶节点 SHA-256"), answer.sha256),
                (Text("Number in the log", "日志序号"), f"{answer.index + 1:,} / {answer.size:,}"),
                (Text("Entry of the offer", "发起记录"), paper.offer.id),
                *([(Text("Entry of the sending", "发出记录"), paper.sent.id)] if paper.sent else []),
                *([(Text("Entry of the signature", "签名记录"), paper.signed.id)] if paper.signed else []),
                (Text("Ledger (origin)", "账本（来源）"), answer.origin),
                (
                    Text("Root (SHA-256, base64)", "根（SHA-256，base64）"),
                    base64.b64encode(answer.root).decode(),
                ),
            )
        ),
        Paragraph(state),
        Note(
            (
                Text(
                    f"{which.en} entries are inside this file with their proofs; values about other parties "
                    "are withheld. They hold identifiers: names and codes of copies are stated by the site "
                    "that sealed this file. To check it, get the site's trust folder by another channel and "
                    "run:",
                    f"{which.zh}记录及其证明均附于本文件；涉及其他单位的值未予披露。记录中载有标识符：人员和单位名称、"
                    "副本编号由封印本文件的系统陈述。核验时，请通过其他渠道取得信任文件夹，然后运行：",
                ),
                COMMAND,
            ),
            title=Text("How to check this receipt", "如何核验本回执"),
        ),
    ]


def names_file(
    *,
    language: str,
    names: Mapping[str, str],
    copies: Mapping[str, tuple[str, str]],
    site: str,
    level: Text,
    demo: bool,
) -> bytes:
    """Return the file of what the entries have no words for."""
    return canonical.encode(
        {
            "copies": {id: list(said) for id, said in copies.items()},
            "demo": demo,
            "language": language,
            "level": {"en": level.en, "zh": level.zh},
            "names": dict(names),
            "site": site,
        }
    )
