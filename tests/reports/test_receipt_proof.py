"""A receipt that was signed with the receiver's own key: in the file that its signer keeps, on paper, and in
reports."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as site

from custody import models as m
from custody import verify
from custody.actions import handoffs, proofs, registers
from custody.actions.base import Actor
from custody.reports import handed
from custody.reports import signed as told_signed
from custody.reports.account import Account
from custody.reports.attachments import read_attachments
from custody.stories import cast as people
from custody.terms import ReportKind, SignedType
from custody.verify import verify_evidence, verify_file
from ledger import trust
from ledger.tlog import canonical, disclosure
from ledger.tlog.verify import verify_bundle
from tests.actions import test_signing as votes
from tests.actions.scenes import done
from tests.actions.test_signing_keys import confirmed
from tests.actions.test_signing_receipts import Signing
from tests.authenticator import Key
from tests.reports.made import _deliver, seal_all
from tests.reports.reading import squeezed, text_of
from tests.reports.test_handed import altered, printed, states
from tests.reports.test_override_proof import CONFIRMED, GIVEN, judged, read
from tests.reports.test_sections import blocks_of, spoken
from tests.reports.test_vote_proof import away

ACCEPTED, OFFERED = "handoff.accepted/1", "handoff.offered/3"


@pytest.fixture
def desk(committed_cast: people.Cast) -> Signing:
    return Signing(committed_cast)


def signed(desk: Signing, key: Key, copies: list[m.Copy] | None = None) -> m.Handoff:
    row = desk.offered(copies=[copy.id for copy in copies or desk.copies])
    text = desk.text(row, note="Two bags")
    done(desk.sign(row, text, votes.answer(key, text), note="Two bags"))
    return m.Handoff.objects.get(id=row.id)


def watched(desk: Signing) -> None:
    """Let the regulator ask for reports."""
    today = desk.cast.today
    jing = desk.cast.people["jing"].id
    registers.give_grant(Actor.setup(), person=jing, project=desk.project.id, starts=today, ends=today)


def test_the_proof_is_whole_and_every_part_of_it_must_fit(desk: Signing, tmp_path: Path) -> None:
    key, scene = Key(), SimpleNamespace(cast=desk.cast)
    confirmed(scene, "tao", key)  # type: ignore[arg-type]
    row = signed(desk, key)
    seal_all()
    tao: Any = SimpleNamespace(person_id=desk.cast.people["tao"].id)
    given = proofs.own_signature(tao, SignedType.RECEIPT, row.id)
    assert given is not None and proofs.all_own(tao) == [given] and proofs.parts(tao) == 1
    raw = proofs.of_vote(given)
    told = away(tmp_path, raw)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Every signature on an override, a destruction, a receipt, a key or a rule pack" in told.stdout
    assert "came out the same: 1" in told.stdout
    verdict = read(raw)
    kinds = {str(e.values["kind"]) for e in verdict.entries if e.values.get("kind")}
    assert kinds >= {ACCEPTED, OFFERED, GIVEN, CONFIRMED}
    assert judged(verdict)[0] == "ok"
    decision: Any = next(e.values["decision"] for e in verdict.entries if e.values.get("kind") == ACCEPTED)
    other = str(m.new_id())
    faults: list[tuple[str, dict[str, Any]]] = [
        ("statement_sha256", {GIVEN: {"statement_sha256": "0" * 64}}),
        ("decision", {ACCEPTED: {"kind": "handoff.declined/1"}}),
        ("act", {ACCEPTED: {"act": other}}),
        ("object", {GIVEN: {"object": other}}),
        ("object", {ACCEPTED: {"handoff": other}}),
        ("person", {ACCEPTED: {"custodian_person": other}}),
        ("reason", {ACCEPTED: {"note": "Three bags"}}),
        ("terms", {ACCEPTED: {"number": "H-9"}}),
        ("terms", {ACCEPTED: {"copies": [other]}}),
        ("terms", {ACCEPTED: {"wrong": [{"copy": other, "found": "damaged", "note": ""}]}}),
        ("terms", {OFFERED: {"sender_party": other}}),
        ("terms", {OFFERED: {"receiver_party": other}}),
        ("terms", {OFFERED: {"system": other}}),
        ("judged", {ACCEPTED: {"decision": {**decision, "pack_sha256": "0" * 64}}}),
        ("judged", {ACCEPTED: {"decision": {**decision, "findings": []}}}),
    ]
    for fault, change in faults:
        assert judged(verdict, **change) == ("bad", [("bad", fault)]), change
    assert judged(verdict, **{GIVEN: {"kind": None}})[0] == "unknown", "it says that it was signed"
    moved = next(e for e in verdict.entries if e.values.get("kind") == GIVEN)
    twice = replace(verdict, entries=(*verdict.entries, moved))
    assert judged(twice) == ("bad", [("bad", "used")])
    ended = {"kind": "signing_key.ended/1", "key": str(given.key_id)}
    before = next(e for e in verdict.entries if e.values.get("kind") == CONFIRMED)
    late = replace(verdict, entries=(replace(before, values=ended), *verdict.entries))
    assert judged(late) == ("bad", [("bad", "revoked")])
    assert verify_evidence(raw, Path(site.TRUST_DIR)).good


def test_the_paper_says_how_it_was_signed_and_the_verifier_holds_the_signature_to_it(desk: Signing) -> None:
    key, scene = Key(), SimpleNamespace(cast=desk.cast)
    held = confirmed(scene, "tao", key)  # type: ignore[arg-type]
    row = signed(desk, key)
    pdf = printed(row)
    verdict = verify_file(pdf, Path(site.TRUST_DIR))
    assert verdict.state == "ok", [line for line in verdict.lines if line.state != "ok"]
    assert any("signed the receipt with an own key" in line.text.en for line in verdict.lines)
    said = squeezed(text_of(pdf))
    assert squeezed("Signed with a passkey") in said and squeezed(held.fingerprint) in said
    files = read_attachments(pdf)
    assert set(files) == {*handed.FILES, handed.SIGNED, handed.KEY}
    plain = desk.offered(copies=[desk.plain[0].id])
    text = desk.text(plain)
    done(desk.sign(plain, text, votes.answer(key, text)))
    others = read_attachments(printed(m.Handoff.objects.get(id=plain.id)))
    with pytest.raises(handed.PaperError, match="another entry"):
        altered(pdf, handed.SIGNED, others[handed.SIGNED])
    entry = json.loads(files[handed.SIGNED])
    kept = [text for text in entry["disclosures"] if disclosure.parse(text).name != "method"]
    entry["disclosures"] = sorted([*kept, disclosure.make("method", "certificate").text])
    lie = altered(pdf, handed.SIGNED, canonical.encode(entry))
    assert states(lie)["evidence"] == "bad"
    with pytest.raises(handed.PaperError, match="come together"):
        handed.body({name: files[name] for name in files if name != handed.KEY})


def test_a_report_says_of_which_receipt_that_it_was_signed_and_counts_the_other_as_not(
    desk: Signing, tmp_path: Path
) -> None:
    key, scene = Key(), SimpleNamespace(cast=desk.cast)
    confirmed(scene, "tao", key)  # type: ignore[arg-type]
    row = signed(desk, key, desk.copies[:1])
    done(handoffs.accept(desk.cast.actor("tao"), handoff=desk.offered(copies=[desk.plain[0].id]).id))
    watched(desk)
    made = _deliver(desk.cast, desk.project, "en")
    folder = Path(shutil.copytree(site.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert account.oddities == []
    assert account.signatures == {str(row.answer_entry): "passkey"}
    bare = told_signed.unsigned(account)
    assert bare[told_signed.IN_SESSION][told_signed.KINDS["handoff.accepted"]] == 1
    assert spoken(blocks_of(account, 40)).count("Signed with a passkey") == 1


def test_a_report_on_one_copy_says_it_and_names_no_other(desk: Signing, tmp_path: Path) -> None:
    key, scene = Key(), SimpleNamespace(cast=desk.cast)
    confirmed(scene, "tao", key)  # type: ignore[arg-type]
    signed(desk, key)
    one, other = desk.copies
    watched(desk)
    made = _deliver(desk.cast, desk.project, "en", kind=ReportKind.COPY, copy=one.id)
    folder = Path(shutil.copytree(site.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    said = squeezed(text_of(made.pdf))
    assert squeezed("Signed with a passkey") in said
    assert other.code.encode() not in made.evidence and str(other.id).encode() not in made.evidence
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert told_signed.unsigned(account) == {}
