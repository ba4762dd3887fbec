"""The receipt of a handoff judged: its entries proven, and its pages printed again from what is inside."""

from __future__ import annotations

from collections.abc import Mapping

from custody.reports import handed
from custody.stamp_terms import SealTime
from ledger.tlog.policy import Policy
from ledger.tlog.receipt import verify_receipt

from . import wording as w
from .found import Part, printable
from .pages import compare


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
        if name not in (*handed.FILES, handed.SENT):
            entries.add("bad", w.MORE_FILES, name=printable(name))
    origins = set()
    if policy is None:
        entries.add("unknown", w.NO_TRUST, why)
    else:
        for name in handed.ENTRIES:
            if name == handed.SENT and name not in files:
                continue  # nobody said that anything was sent off
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
    if entries.state != "ok":
        return [entries, pages], {}
    entries.add("ok", w.NAMES_STATED)
    if said.by_hand:
        entries.add("ok", w.BY_HAND, count=1)
    about = {"origin": said.answer.origin, "size": str(said.answer.size), "handoff": said.number}
    return [entries, pages], about
