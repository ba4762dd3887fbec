"""The receipt of a handoff judged: its entries proven, and its pages printed again from what is inside."""

from __future__ import annotations

from collections.abc import Mapping

from custody.reports import handed
from custody.signoff import RECEIPT
from custody.stamp_terms import SealTime
from ledger.tlog.policy import Policy
from ledger.tlog.receipt import verify_receipt

from . import wording as w
from .found import Part, printable
from .pages import compare
from .signed import doubt, otherwise


def of_a_handoff(files: Mapping[str, bytes]) -> bool:
    """Return whether a PDF with these files inside is the receipt of a handoff."""
    return handed.ANSWER in files or handed.OFFER in files


def paper(
    pdf: bytes,
    files: Mapping[str, bytes],
    policy: Policy | None,
    why: str,
    *,
    genuine: bool,
    time: SealTime,
) -> tuple[list[Part], dict[str, str]]:
    """Judge what is inside a receipt, and that its pages say nothing else; return the parts, and what it is
    about once that holds. `genuine`: nothing is wrong with its seal; `time`: whose word its time is by the
    pages."""
    entries, pages = Part("evidence", w.ENTRIES), Part("pages", w.PAGES)
    for name in files:
        if name not in (*handed.FILES, *handed.MORE):
            entries.add("bad", w.MORE_FILES, name=printable(name))
    origins = set()
    if policy is None:
        entries.add("unknown", w.NO_TRUST, why)
    else:
        for name in handed.ENTRIES:
            if name in handed.MORE and name not in files:
                continue  # there was nothing to say of it
            found = verify_receipt(files.get(name, b""), policy)
            entries.take(found.checks)
            if found.trusted is not None:
                origins.add(found.trusted.checkpoint.origin)
        if len(origins) > 1:
            entries.add("bad", w.OTHER_LOG)
    try:
        said = handed.Paper.of(files)
        body = handed.body(files, time)
    except Exception as error:  # whatever a hostile file holds, it is no receipt of a handoff
        entries.add("bad", w.NO_HANDOFF, repr(error))
        pages.add("unknown", w.PAGES_NONE)
        return [entries, pages], {}
    compare(pages, pdf, body, genuine=genuine)
    if said.signed and said.key:
        _signed(entries, said, said.signed, said.key)
    if entries.state != "ok":
        return [entries, pages], {}
    entries.add("ok", w.NAMES_STATED)
    if said.by_hand:
        entries.add("ok", w.BY_HAND, count=1)
    about = {"origin": said.answer.origin, "size": str(said.answer.size), "handoff": said.number}
    return [entries, pages], about


def _signed(part: Part, paper: handed.Paper, given: handed.Told, key: handed.Told) -> None:
    """Add whether the receiver's own key signed this receipt. Whether the key had ended before is for a
    report to tell, which holds all entries about it."""
    why = doubt(given.values, given.at, key.values, key.at, RECEIPT.type)
    if why:
        part.add("bad", w.SIGNATURE_BAD, str(why), id=given.id, what=why.text)
        return
    for fault in otherwise(given, paper.answer, paper.offer, RECEIPT.type, whole=False):
        part.add("bad", w.SIGNATURE_OTHER, fault, id=given.id, what=w.SIGNATURE_FAULTS[fault])
        return
    part.add("ok", w.RECEIPT_SIGNED)
