"""A signed vote on an override, in the file that its signer keeps: checked far from the site."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as site
from django.urls import reverse

from custody import models as m
from custody import signoff
from custody.actions import overriding, proofs, signing_keys
from custody.actions.base import ActionError
from custody.stories import cast as people
from custody.terms import SignOffDoubt, VoteChoice
from custody.verify import signatures as judge
from custody.verify import verify_evidence
from custody.verify.found import Part
from custody.verify.wording import DECISIONS, SIGNATURE_FAULTS
from ledger import trust
from ledger.tlog import disclosure
from ledger.tlog.policy import NO_QUORUM
from ledger.tlog.verify import Verdict, verify_bundle
from tests.actions import test_signing as votes
from tests.actions import test_signing_overrides as signed_overrides
from tests.actions.test_overrides import asked, young
from tests.actions.test_signing_keys import confirmed
from tests.authenticator import Key, base64url
from tests.reports.made import seal_all
from tests.reports.test_vote_proof import away
from tests.scale import chance, tries

VOTED, GIVEN, CONFIRMED, ASKED = (
    "override.voted/1", "signature.given/1", "signing_key.confirmed/2", "override.asked/1",
)  # fmt: skip


@pytest.fixture
def signed(committed_cast: Any) -> tuple[people.Cast, m.OverrideVote, Key]:
    """An override to which Gao Heng agreed with a passkey and Qiao with her password; sealed."""
    cast = committed_cast
    young(cast)
    project = people.open_project(cast, "V-O", "Proof of an override")
    people.make_copies(cast, project, "SECRETSHEET", 2)
    row, key = asked(cast, project), Key()
    desk: Any = SimpleNamespace(cast=cast)
    confirmed(desk, "heng", key)
    text = signed_overrides.text_of(desk, row, "heng")
    votes.done(signed_overrides.cast_vote(desk, row, "heng", text, votes.answer(key, text)))
    qiao: dict[str, Any] = {"override": row.id, "choice": VoteChoice.APPROVE, "reason": "LATERWORD"}
    votes.done(overriding.vote(cast.actor("qiao"), **qiao))
    return cast, row.votes.get(person=cast.people["heng"]), key


def read(raw: bytes) -> Verdict:
    return verify_bundle(raw, replace(trust.load(Path(site.TRUST_DIR)), quorum=NO_QUORUM))


def judged(verdict: Verdict, **changes: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """What is said of the signatures when whoever holds the log's key has written something else."""
    entries = [
        replace(entry, values={**entry.values, **changes.get(str(entry.values.get("kind")), {})})
        for entry in verdict.entries
    ]
    part = Part("decisions", DECISIONS)
    judge.signatures(part, replace(verdict, entries=tuple(entries)))
    for line in part.lines:
        assert "{" not in line.text.en and line.text.zh != line.text.en, line
    return part.state if part.lines else "nothing", [(line.state, line.detail) for line in part.lines]


def test_what_is_not_sealed_has_no_proof_yet(signed: Any) -> None:
    with pytest.raises(ActionError, match="not sealed yet"):
        proofs.of_vote(signed[1])


def test_the_proof_carries_key_statement_and_signature_and_says_nothing_of_others(
    signed: Any, tmp_path: Path
) -> None:
    cast, vote, key = signed
    seal_all()
    raw = proofs.of_vote(vote)
    done = away(tmp_path, raw)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every signature on an override, a destruction, a receipt, a key or a rule pack" in done.stdout
    said = [disclosure.parse(text) for text in json.loads(raw)["disclosures"].values()]
    assert {one.value for one in said if one.name == "kind"} == {VOTED, GIVEN, CONFIRMED, ASKED}
    assert [one.value for one in said if one.name == "public_key"] == [base64url(key.cose)]
    text = json.dumps([one.value for one in said], ensure_ascii=False)
    for other in ("SECRETSHEET", "LATERWORD", *(p.name for p in cast.people.values())):
        assert other not in text


def test_a_vote_by_password_has_a_proof_too_that_claims_no_signature(signed: Any, tmp_path: Path) -> None:
    _cast, vote, _key = signed
    other = vote.override.votes.exclude(id=vote.id).get()
    seal_all()
    raw = proofs.of_vote(other)
    done = away(tmp_path, raw)
    assert done.returncode == 0 and "Every signature on an override" not in done.stdout
    said = [disclosure.parse(text) for text in json.loads(raw)["disclosures"].values()]
    assert {one.value for one in said if one.name == "kind"} == {VOTED, ASKED}
    assert ("method", "password") in {(one.name, one.value) for one in said if one.name == "method"}


def test_of_a_signed_vote_every_part_must_fit(signed: Any) -> None:
    _cast, vote, _key = signed
    seal_all()
    verdict = read(proofs.of_vote(vote))
    assert judged(verdict)[0] == "ok"
    given = next(e.values for e in verdict.entries if e.values.get("kind") == GIVEN)
    answer: Any = given["assertion"]
    swapped = answer["signature"][:-6] + "AAAAAA"
    doubts: list[tuple[SignOffDoubt, dict[str, Any]]] = [
        (SignOffDoubt.SIGNATURE, {GIVEN: {"assertion": {**answer, "signature": swapped}}}),
        (SignOffDoubt.FORM, {GIVEN: {"assertion": {}}}),
        (SignOffDoubt.FORM, {GIVEN: {"assertion": None}}),
        (SignOffDoubt.STATEMENT, {GIVEN: {"statement": "{}"}}),
        (SignOffDoubt.STATEMENT, {GIVEN: {"statement": None}}),
        (SignOffDoubt.PERSON, {GIVEN: {"person": str(m.new_id())}}),
        (SignOffDoubt.PERSON, {GIVEN: {"key": str(m.new_id())}}),
        (SignOffDoubt.SIGNATURE, {CONFIRMED: {"public_key": base64url(Key().cose)}}),
        (SignOffDoubt.PERSON, {CONFIRMED: {"person": str(m.new_id())}}),
        (SignOffDoubt.SITE, {CONFIRMED: {"rp_id": "evil.example"}}),
        (SignOffDoubt.KEY, {CONFIRMED: {"credential": None}}),
    ]
    for why, change in doubts:
        assert judged(verdict, **change) == ("bad", [("bad", str(why))]), change
    faults: dict[str, dict[str, Any]] = {
        "statement_sha256": {GIVEN: {"statement_sha256": "0" * 64}},
        "decision": {VOTED: {"method": "password"}},
        "act": {VOTED: {"act": str(m.new_id())}},
        "object": {VOTED: {"override": str(m.new_id())}},
        "choice": {VOTED: {"choice": "deny"}},
        "person": {VOTED: {"person": str(m.new_id())}},
        "reason": {VOTED: {"reason": "Another"}},
        "terms": {ASKED: {"until": "2099-01-01"}},
    }
    assert [*faults, "judged"] == list(SIGNATURE_FAULTS), "an override has no decision of the rules"
    for fault, change in faults.items():
        assert judged(verdict, **change) == ("bad", [("bad", fault)]), change
    for name in ("rule", "hop", "subject_sha256"):
        assert judged(verdict, **{VOTED: {name: "other"}}) == ("bad", [("bad", "terms")]), name
    assert judged(verdict, **{GIVEN: {"object": str(m.new_id())}}) == ("bad", [("bad", "object")])
    open_ones: list[dict[str, Any]] = [
        {GIVEN: {"key_entry": str(m.new_id())}},
        {GIVEN: {"type": "lease"}},
        {GIVEN: {"kind": None}},
    ]
    for change in open_ones:
        assert judged(verdict, **change)[0] == "unknown", change
    assert judged(verdict, **{GIVEN: {"decision_entry": str(m.new_id())}})[0] == "unknown"


def test_a_signature_counts_once_and_not_as_another_kind(signed: Any) -> None:
    """Whoever holds the log's key writes the same signature twice, or a vote under it."""
    _cast, vote, _key = signed
    seal_all()
    verdict = read(proofs.of_vote(vote))
    given = next(e for e in verdict.entries if e.values.get("kind") == GIVEN)
    twice = replace(verdict, entries=(*verdict.entries, given))
    assert judged(twice) == ("bad", [("bad", str(SignOffDoubt.USED))])
    as_vote = {**given.values, "kind": "approval.voted/4", "method": "passkey", "behalf": None}
    posing = replace(verdict, entries=(*verdict.entries, replace(given, values=as_vote)))
    assert judged(posing)[0] == "bad"


def test_after_its_end_a_key_signs_no_override_in_a_report(signed: Any) -> None:
    cast, vote, _key = signed
    key = m.SigningKey.objects.get()
    votes.done(signing_keys.end(cast.actor("an"), key=key.id, reason="Lost"))
    seal_all()
    verdict = read(proofs.of_vote(vote))
    assert judged(verdict)[0] == "ok", "what was signed before stands"
    before = next(e for e in verdict.entries if e.values.get("kind") == CONFIRMED)
    ended = replace(before, values={"kind": "signing_key.ended/1", "key": str(key.id)})
    assert judged(replace(verdict, entries=(ended, *verdict.entries)))[1] == [
        ("bad", str(SignOffDoubt.REVOKED))
    ]


def test_one_changed_byte_is_refused(signed: Any) -> None:
    _cast, vote, _key = signed
    seal_all()
    raw, draw, accepted = proofs.of_vote(vote), chance("proof of an override"), []
    for _ in range(tries(40, 2000)):
        changed = bytearray(raw)
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(7)
        if verify_evidence(bytes(changed), Path(site.TRUST_DIR)).good:
            accepted.append(bytes(changed))
    assert accepted == []


def test_its_signer_alone_takes_it_from_the_page_and_by_the_api(signed: Any) -> None:
    from django.test import Client

    from tests.api.test_nouns import program

    cast, vote, _key = signed
    seal_all()

    def user(who: str) -> m.User:
        return m.User.objects.get_or_create(username=who, person=cast.people[who])[0]

    def client(who: str) -> Client:
        found = Client()
        found.force_login(user(who), backend="custody.web.accounts.SignInBackend")
        return found

    url = reverse("override_vote_proof", args=[vote.id])
    answer = client("heng").get(url)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert verify_evidence(answer.content, Path(site.TRUST_DIR)).good
    assert client("qiao").get(url).status_code == 404
    scene: Any = SimpleNamespace(user=user)
    path = f"/api/v1/overrides/{vote.override_id}/"
    assert verify_evidence(program(scene, "heng").get(f"{path}proof/").content, Path(site.TRUST_DIR)).good
    assert program(scene, "mei").get(f"{path}proof/").status_code == 404
    shown = program(scene, "mei").get(path).json()["votes"]
    given = m.Signature.objects.get()
    assert {one["method"]: one["signature"] and one["signature"]["key"] for one in shown} == {
        "passkey": str(given.key_id), "password": None,
    }  # fmt: skip
    listed: Callable[[str], Any] = lambda where: program(scene, "mei").get(where).json()  # noqa: E731
    assert [one["votes"] for one in listed("/api/v1/overrides/")["results"]] == [shown]
    assert signoff.read(given_text(given))["object"] == str(vote.override_id)


def given_text(row: m.Signature) -> str:
    from ledger import api as ledger

    return str(ledger.read(row.entry).values["statement"])
