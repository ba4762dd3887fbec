"""What a forger could change in a report, by the keys he has: each change has its own sentences.

*Anyone* has the file. *Seal* has the sealing key too, as a clerk of the unit might. *All* is a unit that
lies: it has the log's key, and makes every hash and signature anew. What then gives a forgery away is that
it contradicts itself, above all that its decisions do not follow from their own facts and rules.

What all keys do without a contradiction no single file shows; these rows say so, and what shows it then.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import pytest
from django.conf import settings as site

from custody import models as m
from custody.actions import registers
from custody.actions.base import Actor
from custody.reports import seal as seals
from custody.stories import cast as people
from custody.stories import told
from custody.terms import SignOffDoubt, Text
from custody.verify import Verdict, since, verify_report
from custody.verify import wording as w
from custody.verify.report import judged_evidence
from ledger.tlog import receipt, sentences
from tests.actions import test_signing as signing
from tests.actions import test_signing_keys as signing_keys
from tests.actions import test_signing_overrides as signed_overrides
from tests.actions.test_overrides import asked as put_up
from tests.actions.test_overrides import young
from tests.authenticator import Key
from tests.ledger.tlog.builders import WITNESSES
from tests.reports import changes as c
from tests.reports import fitted
from tests.reports.changes import Forged, Scene
from tests.reports.forged import Forger
from tests.reports.made import Delivered, Unit, _deliver, seal_all

BAD, UNKNOWN = sentences.BAD, sentences.UNKNOWN
RECEIPT = receipt._SENTENCES
Who = Literal["anyone", "seal", "all"]


class Row(NamedTuple):
    """A change, who can make it, and what must be said of it; `names` stands in a sentence or its detail."""

    change: Callable[[Scene], Forged]
    who: Who
    says: tuple[Any, ...]
    names: str = ""


ROWS = [
    Row(c.page_byte, "anyone", (seals._CHANGED,)),
    Row(c.evidence_byte, "anyone", (seals._CHANGED, w.NOT_READABLE)),
    Row(c.page_by_update, "anyone", (seals._UPDATED,)),
    Row(c.evidence_by_update, "anyone", (seals._UPDATED, w.NO_QUESTION)),
    Row(c.cut_back, "anyone", (seals._NO_SEAL,)),
    Row(c.trailing, "anyone", (seals._TRAILING,)),
    Row(c.saved_again, "anyone", (seals._CHANGED, seals._GAP)),
    Row(c.receipt_of_another, "anyone", (w.OTHER_FILE,)),
    Row(c.evidence_of_another, "seal", (w.NO_QUESTION,)),
    Row(c.another_file_inside, "seal", (w.MORE_FILES, w.PAGES_ALTERED), "letter.txt"),
    Row(c.no_evidence, "seal", (w.NO_EVIDENCE,)),
    Row(c.pages_altered, "seal", (w.PAGES_ALTERED,)),
    Row(c.pages_of_another_program, "seal", (w.PAGES_OTHER,), "Holdfast 0.0.9"),
    Row(c.value_under_its_old_digest, "seal", (BAD["disclosure-digest"],)),
    Row(c.value_of_no_entry, "seal", (BAD["disclosure-orphan"],)),
    Row(c.entry_left_out, "seal", (BAD["run-gap"], BAD["run-link"])),
    Row(c.stream_left_out, "seal", (w.LEFT_OUT,), "party:"),
    Row(c.tail_hidden, "seal", (w.LEFT_OUT,), "system"),
    Row(c.fact_withheld, "seal", (w.PARTLY,)),
    Row(fitted.decision_withheld, "seal", (w.PARTLY,), "decision"),
    Row(fitted.what_set_a_fact_withheld, "seal", (w.FACT_WITHHELD,), "“Valid until” of party"),
    Row(c.called_erased, "seal", (UNKNOWN["erasure-hidden"],)),
    Row(c.pack_text_changed, "seal", (BAD["pack-hash"], w.DIFFERS), "pack.sha256"),
    Row(c.pack_kept_back, "seal", (w.NO_PACK,)),
    Row(c.key_of_a_copy, "seal", (w.KEY, w.UNTAGGED)),
    Row(c.older_checkpoint, "seal", (BAD["head-newer"], BAD["head-unproven"])),
    Row(c.edited_under_the_old_checkpoint, "seal", (BAD["head-unproven"],)),
    Row(c.signed_with_another_key, "seal", (BAD["checkpoint-key"], UNKNOWN["heads-untrusted"])),
    Row(c.another_log, "seal", (BAD["checkpoint-origin"], UNKNOWN["heads-untrusted"])),
    Row(c.receipt_of_the_same_file_for_another_report, "all", (w.OTHER_REPORT,)),
    Row(c.receipt_of_another_entry, "all", (w.NOT_AN_ISSUE,)),
    Row(c.receipt_of_another_log, "all", (w.OTHER_LOG,)),
    Row(c.witness_removed, "all", (BAD["quorum-unmet"], RECEIPT["quorum-unmet"])),
    Row(c.outcome_edited, "all", (w.DIFFERS,), "outcome.outcome"),
    Row(c.finding_edited, "all", (w.DIFFERS,), "FOR-01"),
    Row(c.fact_edited, "all", (w.DIFFERS, w.FACT), "SYS-01"),
    Row(fitted.facts_and_decision_made_to_fit, "all", (w.FACT,), "“Valid until” of party"),
    Row(fitted.holder_made_to_fit, "all", (w.FACT,), "“Person who holds it” of copy"),
    Row(fitted.vetting_made_to_fit, "all", (w.FACT,), "“Vetting valid until” of person"),
    Row(fitted.level_made_to_fit, "all", (w.FACT,), "“Classification” of copy"),
    Row(fitted.vote_made_to_fit, "all", (w.FACT,), "“Choice of the vote” of approval"),
    Row(fitted.register_made_to_fit, "all", (w.FACT,), "“State” of party"),
    Row(fitted.certificate_left_out, "all", (w.FACT,), "“Certificates” of party"),
    Row(fitted.fact_of_another_project, "all", (w.FACT,), "“Identifier” of the project"),
    Row(fitted.fact_set_later, "all", (w.FACT_LATER,)),
    Row(fitted.fact_of_before, "all", (w.FACT_SINCE,)),
    Row(fitted.fact_of_no_entry, "all", (w.FACT_LOST,)),
    Row(fitted.rule_left_out, "all", (w.LEFT_RULES,)),
    Row(fitted.decided_on_something_else, "all", (w.OTHER_ACT,), "level"),
    Row(fitted.decision_left_out, "all", (w.UNDECIDED,)),
    Row(c.act_against_its_decision, "all", (w.AGAINST,), "FOR-01"),
    Row(c.collection_told_as_in_order, "all", (w.AGAINST,), "FLD-01"),
    Row(c.refusal_that_was_none, "all", (w.NOT_REFUSED, w.FACT_WITHHELD)),
    Row(c.pack_never_published, "all", (w.UNPUBLISHED,)),
    Row(c.pack_of_tomorrow, "all", (w.NOT_YET,)),
    Row(c.sign_off_moved, "all", (w.VOTE,), w.VOTE_FAULTS["approval"].en),
    Row(c.sign_off_reworded, "all", (w.VOTE,), w.VOTE_FAULTS["statement_sha256"].en),
    Row(c.key_ended_before, "all", (w.NOT_SIGNED,), SignOffDoubt.REVOKED.text.en),
    Row(c.signature_of_something_else, "all", (w.NOT_SIGNED,), SignOffDoubt.SIGNATURE.text.en),
    Row(c.key_of_nobody, "all", (w.KEY_UNKNOWN,)),
    Row(fitted.entry_of_another_version, "all", (w.FACTS_NEWER,), "copies.blessed/1"),
    Row(c.override_signature_of_something_else, "all", (w.SIGNATURE_BAD,), SignOffDoubt.SIGNATURE.text.en),
    Row(c.override_agreed_on_other_terms, "all", (w.SIGNATURE_OTHER,), w.SIGNATURE_FAULTS["terms"].en),
    Row(c.override_signature_left_out, "all", (w.SIGNATURE_AWAY,)),
    Row(c.date_shifted_back, "all", (BAD["time-back"],)),
    Row(c.move_without_its_tag, "all", (w.UNTAGGED,)),
    Row(c.erased_by_an_order_of_something_else, "all", (BAD["erasure-not-ordered"],)),
]
OPEN = {
    *(w.PAGES_ALTERED, w.PAGES_OTHER, w.PARTLY, w.NO_PACK, w.KEY_UNKNOWN, UNKNOWN["erasure-hidden"]),
    *(w.FACT_WITHHELD, w.FACTS_NEWER, w.SIGNATURE_AWAY),
}
"""What keeps a file from being good without proving it bad: it may be honest, and is told as open."""
CONSEQUENCES = (w.NO_RECEIPT, w.PAGES_NONE, w.OTHER_FILE, w.MORE)
"""What follows from any change and names none: told of a change only where nothing else is."""


def _patterns() -> list[tuple[Any, re.Pattern[str]]]:
    texts: list[Any] = [
        value for module in (w, seals) for value in vars(module).values() if isinstance(value, Text)
    ]
    told = [*texts, *BAD.values(), *UNKNOWN.values(), *RECEIPT.values()]
    return [
        (one, re.compile(".*".join(map(re.escape, re.split(r"\{[a-z0-9_]+\}", one.en))), re.DOTALL))
        for one in told
    ]


PATTERNS = _patterns()


def reasons(verdict: Verdict) -> set[Any]:
    """The sentences on what is wrong or open, as the constants that they come from."""
    found = set()
    for line in verdict.lines:
        if line.state != "ok":
            known = [one for one, pattern in PATTERNS if pattern.fullmatch(line.text.en)]
            assert known, f"a sentence of nowhere: {line.text.en}"
            found.add(known[0])
    return found - set(CONSEQUENCES) or found


_SCENE: list[Scene] = []


@pytest.fixture
def scene(unit: Unit, committed_cast: Any, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The reports are made once for the file; whoever spoils one spoils a copy."""
    if not _SCENE:
        folder = tmp_path_factory.mktemp("tamper")
        _SCENE.append(Scene(unit, folder, *_with_a_signed_vote(committed_cast, folder)))
    return _SCENE[0]


def _with_a_signed_vote(cast: Any, folder: Path) -> tuple[Delivered, Path, Path]:
    """A report on a project in which an officer signed with a passkey."""
    project = people.open_project(cast, "V-3", "A signed vote 签名表决")
    around = {"starts": cast.today - timedelta(days=2), "ends": cast.today + timedelta(days=2)}
    registers.give_grant(Actor.setup(), person=cast.people["jing"].id, project=project.id, **around)
    asked = told.ask(cast, project, "mei", "westgate", "Scanning")
    desk: Any = SimpleNamespace(cast=cast, asked=m.Approval.objects.get(hop=asked.object))
    key = Key()
    signing_keys.confirmed(desk, "heng", key)
    seal_all()
    text = signing.text_of(desk, "heng")
    signing.done(signing.cast_vote(desk, "heng", text, signing.answer(key, text)))
    young(cast)
    row, other = put_up(cast, project), Key()
    signing_keys.confirmed(desk, "qiao", other)
    text = signed_overrides.text_of(desk, row, "qiao")
    given = signing.answer(other, text)
    signing.done(signed_overrides.cast_vote(desk, row, "qiao", text, given))
    made = _deliver(cast, project, "en")
    keys = Path(shutil.copytree(site.KEYS_DIR, folder / "keys"))
    return made, keys, Path(shutil.copytree(site.TRUST_DIR, folder / "trust"))


def test_a_report_taken_apart_and_built_up_again_unchanged_is_good(scene: Scene) -> None:
    """So whatever is said of a changed one is about the change."""
    pdf, receipt = scene.forger().all()
    assert_good(verify_report(pdf, scene.unit.trust, receipt))
    pdf, receipt = scene.with_passkey().all()
    verdict = verify_report(pdf, scene.signed_trust, receipt)
    assert_good(verdict)
    for said in (
        "bears the signature of its officer",
        "Every signature on an override, a destruction",
    ):
        assert any(said in line.text.en for line in verdict.lines)
    cosigned = scene.forger()
    cosigned.witnesses = WITNESSES[:1]
    pdf, receipt = cosigned.all()
    assert_good(verify_report(pdf, scene.witnessed(), receipt))


def assert_good(verdict: Verdict) -> None:
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]


def test_no_two_changes_are_told_by_the_same_sentences() -> None:
    told = [(frozenset(map(id, row.says)), row.names) for row in ROWS]
    assert len(set(told)) == len(ROWS) >= 27


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.change.__name__)
def test_each_change_is_told_by_its_own_sentences_and_never_called_good(scene: Scene, row: Row) -> None:
    forged = row.change(scene)
    verdict = verify_report(forged.pdf, forged.trust or scene.unit.trust, forged.receipt)
    assert verdict.state == ("unknown" if set(row.says) <= OPEN else "bad")
    wrong = [line for line in verdict.lines if line.state != "ok"]
    assert reasons(verdict) == set(row.says), [(line.text.en, line.detail) for line in wrong]
    assert any(row.names in line.text.en + line.detail for line in wrong)
    assert all(line.text.zh and line.text.zh != line.text.en for line in wrong)
    if row.who != "anyone":
        assert next(part.state for part in verdict.parts if part.name == "seal") == "ok", (
            "his seal is genuine"
        )


@pytest.mark.parametrize("change", [c.entry_never_written, c.note_rewritten])
def test_another_history_without_a_contradiction_is_seen_by_whoever_saw_the_first(
    scene: Scene, change: Callable[[Forger], None]
) -> None:
    """No file shows it: what was never written is in none. The report of the last visit does, and a witness,
    who does not cosign a log that is not the one he knows."""
    honest, lying = scene.forger(), scene.forger()
    change(lying)
    shown = honest.evidence(honest.log())
    pdf, receipt = lying.all()
    assert_good(verify_report(pdf, scene.unit.trust, receipt))
    past, now = since.Past(), judged_evidence(pdf, scene.unit.trust)
    first = judged_evidence(shown, scene.unit.trust)
    assert first is not None and now is not None and past.take(first)
    part = since.compare(now, past)
    said = {line.text.en for line in part.lines if line.state == "bad"}
    assert any("The past was rewritten." in one for one in said)
    assert any("has shown two histories" in one for one in said) == (change is not c.entry_never_written)
