"""What a report says that it is: its kind, and what it leaves out.

The evidence of a report on one copy is closed but for that copy: every entry of its project is tested for the
copy's mark, and none that bears it may be kept back.
"""

from __future__ import annotations

from typing import Any

from custody.events import KINDS as EVENTS
from custody.reports import copy_path
from custody.reports.kinds import KINDS, Kind
from custody.terms import ReportKind
from ledger.tlog.leaf import tag
from ledger.tlog.verify import Entry
from ledger.tlog.verify import Verdict as Judged

from . import wording as w
from .found import SHOWN, Part, kind_of, printable


def kind_asked(question: Entry) -> Kind | None:
    """Return the kind that a question asks for; None for one that this verifier does not know."""
    try:
        return KINDS[ReportKind(str(question.values.get("report_kind") or ReportKind.PROJECT))]
    except ValueError:
        return None


def on_one_copy(judged: Judged) -> Entry | None:
    """Return the question of an evidence file that answers nothing but one on a copy; None for all others,
    whose entries tell everything."""
    one = _only_question(judged)
    return one if one and one.values.get("report_kind") == str(ReportKind.COPY) else None


def whole_report(judged: Judged) -> bool:
    """Return whether the evidence is that of a report in which every entry is open."""
    return any(kind_of(e) == "report.requested" for e in judged.entries) and not on_one_copy(judged)


def committed(judged: Judged) -> dict[str, Any]:
    """Return the commitment to the key of each copy, by its id, as the entries of numbering say; the question
    says it of a copy that was numbered with others, whose list is closed."""
    found: dict[str, Any] = {}
    question = _only_question(judged)  # also of a kind to come, which is then said to be unknown
    if question and question.values.get("report_kind") not in (None, str(ReportKind.PROJECT)):
        subject = _subject(question)
        found[str(subject.get("copy"))] = subject.get("key_commitment")
    for entry in judged.entries:
        minted: Any = entry.values.get("copies") if kind_of(entry) in copy_path.NUMBERED else None
        for copy in minted if isinstance(minted, list) else ():
            if isinstance(copy, dict):
                found[str(copy.get("copy"))] = copy.get("key_commitment")
    return found


def asked(judged: Judged, question: Entry) -> Part:
    """Say what the report is and what it does not show, and judge what its kind promises."""
    part = Part("asked", w.ASKED)
    kind = kind_asked(question)
    if kind is None:
        part.add("unknown", w.KIND_NEWER, kind=printable(str(question.values.get("report_kind"))[:60]))
        return part
    part.add("ok", w.IS_OF, what=kind.is_of)
    for text in kind.leaves_out:
        part.add("ok", w.LEAVES_OUT, what=text)
    if kind is KINDS[ReportKind.COPY]:
        _silence(part, judged, question)
    for about, begins in _BEGINS.items():
        if about in kind.asks and not _begun_once(judged, question, about, begins):
            part.add("bad", w.NOT_ABOUT)
    return part


_BEGINS = {"destruction": "destruction.requested", "stocktake": "stocktake.opened"}
"""What a question may be about -> the kind of entry with which it begins."""


def _begun_once(judged: Judged, question: Entry, about: str, begins: str) -> bool:
    id = _subject(question).get(about)
    return (
        id is not None
        and sum(kind_of(e) == begins and e.values.get(about) == id for e in judged.entries) == 1
    )


def _silence(part: Part, judged: Judged, question: Entry) -> None:
    """Test every entry of the project for the mark of the copy."""
    copy = str(_subject(question).get("copy"))
    key = judged.bundle.tag_keys.get(copy) if judged.bundle else None
    if on_one_copy(judged) is not question:
        part.add("bad", w.MORE_ASKED)
        return
    if key is None:
        part.add("bad", w.NO_KEY)
        return
    stream = question.leaf.stream
    entries = [entry for entry in judged.entries if entry.leaf.stream == stream]
    marked = [entry for entry in entries if tag(key, entry.leaf.id) in entry.leaf.tags]
    hidden = [entry.leaf.id for entry in marked if "kind" not in entry.values]
    for id in hidden[:SHOWN]:
        part.add("bad", w.KEPT_BACK, id=id)
    strange = [
        entry.leaf.id
        for entry in entries
        if entry not in marked and kind_of(entry) in (*copy_path.MARKED, *copy_path.NUMBERED)
    ]
    for id in strange[:SHOWN]:
        part.add("bad", w.NOT_MARKED, id=id)
    if not any(kind_of(entry) in copy_path.NUMBERED for entry in marked):
        part.add("bad", w.NOT_NUMBERED)
    partly = [(entry.leaf.id, name) for entry in marked for name in _wanting(entry)]
    for id, name in partly[:SHOWN]:
        part.add("unknown", w.PART_KEPT_BACK, name, id=id)
    if part.state == "ok":
        part.add("ok", w.SILENT, count=len(entries), marked=len(marked))


def _wanting(entry: Entry) -> list[str]:
    """Return what a marked entry should say of the copy and does not."""
    kind = str(entry.values.get("kind"))
    wanted = copy_path.shown(kind, alone=len(entry.leaf.tags) == 1)
    missing = sorted(wanted - entry.values.keys()) if "kind" in entry.values else []
    schema = EVENTS[kind].schema.__dataclass_fields__ if kind in EVENTS else {}
    if (
        kind_of(entry) == "handoff.accepted"
        and "wrong" in schema
        and not {"wrong", "copies"} & {*entry.values}
    ):
        missing.append("wrong")
    return missing


def _only_question(judged: Judged) -> Entry | None:
    asked = [entry for entry in judged.entries if kind_of(entry) == "report.requested"]
    return asked[0] if len(asked) == 1 else None


def _subject(question: Entry) -> dict[str, Any]:
    subject = question.values.get("subject")
    return dict(subject) if isinstance(subject, dict) else {}
