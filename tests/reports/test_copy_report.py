"""The report on one copy: its whole path, and nothing of any other copy or of who never had this one."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pikepdf
import pytest

from custody.reports import copy_path
from custody.reports.account import Account
from custody.terms import ReportKind, Text
from custody.verify import Verdict, verify_evidence, verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.leaf import tag
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger, Written
from tests.reports.kinds_made import Kinds
from tests.reports.reading import squeezed, text_of
from tests.reports.test_sections import blocks_of, spoken

COPY = ReportKind.COPY


def judged(kinds: Kinds, language: str = "en") -> Verdict:
    made = kinds.get(COPY, language)
    return verify_report(made.pdf, kinds.trust, made.receipt)


def said(verdict: Verdict, text: Text) -> bool:
    start = text.en.partition("{")[0]
    return any(line.text.en.startswith(start) for line in verdict.lines)


def everything(kinds: Kinds, language: str) -> str:
    """All that a reader can get at: drawn text, tags, properties, each object, the evidence."""
    made = kinds.get(COPY, language)
    found = [text_of(made.pdf), made.evidence.decode(), made.receipt.decode("latin-1")]
    opened = json.loads(made.evidence)["disclosures"].values()
    found += [str(_plain(text)) for text in opened]
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Stream):
                found.append(bytes(one.read_bytes()).decode("latin-1"))
            found += _strings(one)
        found.append(str(document.open_metadata()))
    return "\n".join(found)


def _plain(text: str) -> Any:
    from ledger.tlog import disclosure

    return disclosure.parse(text)


def _strings(one: Any) -> list[str]:
    """Every string of an object: alternative texts, titles, bookmarks and tags among them."""
    if isinstance(one, pikepdf.String):
        return [str(one)]
    if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        return [
            text for value in dict(one.items()).values() if not _refers(value) for text in _strings(value)
        ]
    if isinstance(one, pikepdf.Array):
        return [text for value in one if not _refers(value) for text in _strings(value)]
    return []


def _refers(value: Any) -> bool:
    return isinstance(value, pikepdf.Object) and value.is_indirect


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    verdict = judged(kinds, language)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    part = next(part for part in verdict.parts if part.name == "asked")
    words = " ".join(line.text.en for line in part.lines)
    assert "path of one copy" in words and "Every other copy" in words and "decisions of the rules" in words
    assert said(verdict, w.SILENT) and said(verdict, w.KEYS) and said(verdict, w.NO_DECISIONS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_other_copy_and_no_party_that_never_had_it_is_told_of(kinds: Kinds, language: str) -> None:
    every = everything(kinds, language)
    assert kinds.copy in every
    assert len(kinds.others) > 8
    assert [name for name in sorted(kinds.others) if name in every] == []


def test_the_keys_and_marks_of_other_copies_tell_nothing(kinds: Kinds) -> None:
    found = verify_bundle(kinds.get(COPY).evidence, trust.load(kinds.trust))
    assert found.bundle is not None
    (key,) = found.bundle.tag_keys.values()
    foreign = [e for e in found.entries if e.leaf.tags and tag(key, e.leaf.id) not in e.leaf.tags]
    assert foreign, "entries about other copies are there to be tested"
    assert {frozenset(entry.values) for entry in foreign} == {frozenset({"about"})}


def test_its_pages_tell_every_custodian_in_order_and_who_has_it_now(kinds: Kinds) -> None:
    made = kinds.get(COPY)
    account = Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)
    words = spoken(blocks_of(account, 31))
    assert words.index("The copy was numbered.") < words.index("was offered.") < words.index("accepted")
    assert "Northfield Survey Institute" in words and "not found when counted" in words
    assert "name not in this evidence" not in words
    front = squeezed(text_of(made.pdf))
    assert squeezed("What this report does not show") in front
    assert squeezed("bears this number") in front, "it was numbered with others"


def test_the_evidence_alone_says_the_same(kinds: Kinds) -> None:
    verdict = verify_evidence(kinds.get(COPY).evidence, kinds.trust)
    assert verdict.good and said(verdict, w.SILENT)


# --- a unit that lies ---


def marked(forger: Forger, *names: str) -> Written:
    """The last entry of these kinds."""
    return [one for one in forger.entries if one.kind in names][-1]


def kept_back(forger: Forger) -> None:
    one = marked(forger, "handoff.accepted")
    one.hidden += [one.disclosure(name).digest for name in one.values if name != "about"]
    one.values = {"about": one.values["about"]}


def in_part(forger: Forger) -> None:
    one = marked(forger, "handoff.accepted")
    one.hidden.append(one.disclosure("custodian_party").digest)
    del one.values["custodian_party"]


def move_of_nobody(forger: Forger) -> None:
    marked(forger, "handoff.accepted").tags.clear()


def another_key(forger: Forger) -> None:
    forger.tag_keys = dict.fromkeys(forger.tag_keys, b"k" * 32)


def no_key(forger: Forger) -> None:
    forger.tag_keys = {}


def beginning_hidden(forger: Forger) -> None:
    one = marked(forger, "copies.minted")
    one.tags.clear()
    one.hidden += [one.disclosure(name).digest for name in one.values if name != "about"]
    one.values = {"about": one.values["about"]}


def called_a_project(forger: Forger) -> None:
    forger.find("report.requested", report=forger.report).put("report_kind", "project")


def of_a_kind_to_come(forger: Forger) -> None:
    forger.find("report.requested", report=forger.report).put("report_kind", "prophecy")


def second_question(forger: Forger) -> None:
    asked = forger.find("report.requested", report=forger.report)
    told = {name: asked.get(name) for name in ("project", "report_kind", "subject", "language", "heads")}
    forger.write(asked, "report.requested/2", report=str(uuid4()), **told)


@pytest.mark.parametrize(
    ("change", "text", "state"),
    [
        (kept_back, w.KEPT_BACK, "bad"),
        (in_part, w.PART_KEPT_BACK, "unknown"),
        (move_of_nobody, w.NOT_MARKED, "bad"),
        (another_key, w.KEY, "bad"),
        (no_key, w.NO_KEY, "bad"),
        (beginning_hidden, w.NOT_NUMBERED, "bad"),
        (called_a_project, w.KEY, "bad"),
        (of_a_kind_to_come, w.KIND_NEWER, "unknown"),
        (second_question, w.MORE_ASKED, "bad"),
    ],
)
def test_a_lying_unit_is_told_by_its_own_sentence(
    kinds: Kinds, change: Callable[[Forger], None], text: Text, state: str
) -> None:
    forger = Forger(kinds.get(COPY), kinds.keys, kinds.trust)
    change(forger)
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, kinds.trust, receipt)
    assert verdict.state == state, [(line.text.en, line.detail) for line in verdict.lines]
    start = text.en.partition("{")[0]
    assert any(line.state == state and line.text.en.startswith(start) for line in verdict.lines)


def test_taken_apart_and_built_up_again_it_is_good(kinds: Kinds) -> None:
    pdf, receipt = Forger(kinds.get(COPY), kinds.keys, kinds.trust).all()
    verdict = verify_report(pdf, kinds.trust, receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]


def test_what_is_open_of_each_kind_are_fields_that_some_version_of_it_has() -> None:
    from custody.events import KINDS

    fields: dict[str, set[str]] = {}
    for kind in KINDS.values():
        fields.setdefault(kind.name, set()).update(kind.schema.__dataclass_fields__)
    for table in (copy_path.MARKED, copy_path.ALONE, copy_path._NAMED):
        assert {(k, n) for k, names in table.items() for n in names if n not in fields[k]} == set()
