"""A signed approval of a destruction: in the file that its signer keeps, and in a report."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody import verify
from custody.actions import proofs, registers
from custody.actions.base import Actor
from custody.reports import signed as told_signed
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import destruction as batches
from custody.terms import SignedType, Text
from custody.verify import verify_evidence
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions import test_signing as votes
from tests.actions import test_signing_destructions as destructions
from tests.actions.test_signing_keys import confirmed
from tests.authenticator import Key
from tests.reports.made import _deliver, seal_all
from tests.reports.test_override_proof import CONFIRMED, GIVEN, judged, read
from tests.reports.test_sections import blocks_of, spoken
from tests.reports.test_vote_proof import away

APPROVED, ASKED = "destruction.approved/1", "destruction.requested/1"


def signed(cast: people.Cast, project: m.Project) -> m.Destruction:
    """A batch that Gao Heng approved with a passkey, and another that she approved without."""
    desk: Any = SimpleNamespace(cast=cast)
    first, second = people.make_copies(cast, project, "SIGNED", 2)
    row, key = batches.requested(cast, project, [first]), Key()
    confirmed(desk, "heng", key)
    text = destructions.text_of(desk, row)
    votes.done(destructions.approve(desk, row, "heng", text, votes.answer(key, text)))
    batches.approved(cast, project, [second])
    return row


def test_the_proof_is_whole_and_every_part_of_it_must_fit(committed_cast: Any, tmp_path: Path) -> None:
    cast = committed_cast
    row = signed(cast, people.open_project(cast, "V-D", "Proof of a destruction"))
    seal_all()
    heng: Any = SimpleNamespace(person_id=cast.people["heng"].id)
    given = proofs.own_signature(heng, SignedType.DESTRUCTION, row.id)
    assert given is not None
    raw = proofs.of_vote(given)
    done = away(tmp_path, raw)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every signature on an override, a destruction, a receipt, a key or a rule pack" in done.stdout
    assert "came out the same: 1" in done.stdout
    verdict = read(raw)
    kinds = {str(e.values["kind"]) for e in verdict.entries if e.values.get("kind")}
    assert kinds == {APPROVED, ASKED, GIVEN, CONFIRMED, "pack.published/2"} or kinds == {
        APPROVED, ASKED, GIVEN, CONFIRMED, "pack.published/1",
    }  # fmt: skip
    assert judged(verdict)[0] == "ok"
    decision: Any = next(e.values["decision"] for e in verdict.entries if e.values.get("kind") == APPROVED)
    faults: list[tuple[str, dict[str, Any]]] = [
        ("statement_sha256", {GIVEN: {"statement_sha256": "0" * 64}}),
        ("decision", {APPROVED: {"kind": "destruction.refused/1"}}),
        ("act", {APPROVED: {"act": str(m.new_id())}}),
        ("object", {GIVEN: {"object": str(m.new_id())}}),
        ("object", {APPROVED: {"destruction": str(m.new_id())}}),
        ("person", {APPROVED: {"person": str(m.new_id())}}),
        ("reason", {APPROVED: {"reason": "Another"}}),
        ("terms", {APPROVED: {"holder": str(m.new_id())}}),
        ("terms", {ASKED: {"method": "burn"}}),
        ("terms", {ASKED: {"count": 2}}),
        ("judged", {APPROVED: {"decision": {**decision, "pack_sha256": "0" * 64}}}),
        ("judged", {APPROVED: {"decision": {**decision, "findings": []}}}),
    ]
    for fault, change in faults:
        assert judged(verdict, **change) == ("bad", [("bad", fault)]), change
    assert judged(verdict, **{GIVEN: {"type": "override"}})[0] == "bad"
    assert judged(verdict, **{GIVEN: {"type": "approval"}})[0] == "bad"
    ended = {"kind": "signing_key.ended/1", "key": str(given.key_id)}
    before = next(e for e in verdict.entries if e.values.get("kind") == CONFIRMED)
    late = replace(verdict, entries=(replace(before, values=ended), *verdict.entries))
    assert judged(late) == ("bad", [("bad", "revoked")])


def test_its_signer_alone_takes_the_proof_and_pages_and_programs_tell_the_signature(
    committed_cast: Any,
) -> None:
    from tests.api.test_nouns import program

    cast = committed_cast
    row = signed(cast, people.open_project(cast, "V-D", "Proof of a destruction"))
    seal_all()

    def user(who: str) -> m.User:
        return m.User.objects.get_or_create(username=who, person=cast.people[who])[0]

    def client(who: str) -> Client:
        found = Client()
        found.force_login(user(who), backend="custody.web.accounts.SignInBackend")
        return found

    url, page = reverse("destruction_proof", args=[row.id]), reverse("destruction", args=[row.id])
    assert verify_evidence(client("heng").get(url).content, Path(site.TRUST_DIR)).good
    assert client("qiao").get(url).status_code == 404
    given = m.Signature.objects.get()
    shown = client("heng").get(page).content.decode()
    assert url in shown and given.key.fingerprint in shown and "Signed with a passkey" in shown
    assert url not in client("qiao").get(page).content.decode()
    scene: Any = SimpleNamespace(user=user)
    path = f"/api/v1/destructions/{row.id}/"
    assert program(scene, "mei").get(path).json()["signature"]["key"] == str(given.key_id)
    assert verify_evidence(program(scene, "heng").get(f"{path}proof/").content, Path(site.TRUST_DIR)).good
    assert program(scene, "mei").get(f"{path}proof/").status_code == 404
    listed = program(scene, "mei").get("/api/v1/destructions/").json()["results"]
    assert sorted(one["signature"] is None for one in listed) == [False, True]


def test_a_report_tells_which_approval_was_signed_and_counts_the_other_as_not(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = people.open_project(cast, "V-D", "Proof of a destruction")
    signed(cast, project)
    registers.give_grant(
        Actor.setup(), person=cast.people["jing"].id, project=project.id, starts=cast.today, ends=cast.today
    )
    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(site.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert account.oddities == []
    section = spoken(blocks_of(account, 61))
    assert "Signed with a passkey" in section and "no password asked, not signed" in section
    bare = told_signed.unsigned(account)
    assert bare[told_signed.IN_SESSION][Text("decisions on destruction", "销毁审批")] == 1
