"""The proof that an officer keeps of a decision: it verifies far from the site, and tells of nobody else."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.actions import hops, proofs
from custody.actions.base import ActionError
from custody.stories import cast as people
from custody.stories import told
from custody.terms import KeyForm, SignOffDoubt, VoteChoice
from custody.verify import verify_evidence
from ledger import api as ledger
from ledger import trust
from ledger.tlog import canonical, disclosure
from ledger.tlog.policy import NO_QUORUM
from ledger.tlog.verify import verify_bundle
from tests.actions import test_signing as signing
from tests.actions import test_signing_cards as cards
from tests.actions import test_signing_keys as signing_keys
from tests.authenticator import Key, base64url
from tests.cards import Card
from tests.databases import BYTE_CODE
from tests.reports.made import seal_all
from tests.scale import tries

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def decided(committed_cast: Any) -> tuple[Any, m.Vote]:
    """A request that Gao Heng has approved, after others have done other things in the project; sealed."""
    cast = committed_cast
    project = people.open_project(cast, "V-1", "Proof of a vote")
    told.approved_hop(cast, project, "lakeside", "Drawing that is nobody's business")
    held = told.ask(cast, project, "mei", "westgate", "Scanning")
    people.make_copies(cast, project, "SECRETSHEET", 2)
    approval = m.Approval.objects.get(hop=held.object)
    hops.vote(cast.actor("heng"), approval=approval.id, choice=VoteChoice.APPROVE, reason="In order")
    people.make_copies(cast, project, "LATERSHEET", 2)
    return cast, m.Vote.objects.get(approval=approval)


def away(tmp_path: Path, raw: bytes, *more: str, command: str = "custody.verify") -> Any:
    """Judge a file in a process that knows no database and no settings."""
    file = tmp_path / "decision.bundle.json"
    file.write_bytes(raw)
    given = [str(file), "--trust", str(site.TRUST_DIR), *more]
    code = (
        f"import runpy, sys; sys.argv = ['x', *{given!r}]; sys.modules['django'] = None; "
        f"runpy.run_module('{command}', run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **BYTE_CODE},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_vote_that_is_not_sealed_has_no_proof_yet(decided: Any) -> None:
    _cast, vote = decided
    with pytest.raises(ActionError, match="not sealed yet"):
        proofs.of_vote(vote)


def test_the_proof_verifies_without_the_site_and_names_what_was_decided(decided: Any, tmp_path: Path) -> None:
    _cast, vote = decided
    seal_all()
    raw = proofs.of_vote(vote)
    done = away(tmp_path, raw)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "came out the same: 1" in done.stdout
    assert "Every vote that is disclosed was cast on a statement" in done.stdout
    judged = verify_evidence(raw, Path(site.TRUST_DIR))
    assert judged.good
    shown = json.loads(raw)
    assert list(shown["packs"]) == [json.loads(vote.statement)["pack_sha256"]]


def test_the_proof_says_nothing_of_others(decided: Any) -> None:
    cast, vote = decided
    seal_all()
    found = [disclosure.parse(text) for text in json.loads(proofs.of_vote(vote))["disclosures"].values()]
    said = [(one.name, one.value) for one in found]
    raw = json.dumps(said, ensure_ascii=False)
    kinds = {value for name, value in said if name == "kind"}
    assert kinds <= {
        "approval.voted/1", "approval.voted/2", "approval.voted/3", "approval.voted/4",
        "hop.requested/1", "hop.requested/2", "hop.requested/3", "pack.published/1", "pack.published/2",
    }  # fmt: skip
    assert any(str(kind).startswith("hop.requested/") for kind in kinds), "what was voted on comes with it"
    for other in ("SECRETSHEET", "LATERSHEET", "nobody's business", *(p.name for p in cast.people.values())):
        assert other not in raw
    facts = {name for name, _value in said if name.startswith("facts/")}
    assert facts == {name for name in ledger.read(vote.entry).values if name.startswith("facts/")}
    assert [name for name, _value in said].count("decision") == 1


def test_one_changed_byte_is_refused(decided: Any, tmp_path: Path) -> None:
    _cast, vote = decided
    seal_all()
    raw = proofs.of_vote(vote)
    chosen = random.Random(5)
    accepted = []
    for _ in range(tries(40, 2000)):
        changed = bytearray(raw)
        changed[chosen.randrange(len(changed))] ^= 1 << chosen.randrange(7)
        if verify_evidence(bytes(changed), Path(site.TRUST_DIR)).good:
            accepted.append(bytes(changed))
    assert accepted == []
    changed = bytearray(raw)
    changed[len(changed) // 2] ^= 1
    assert away(tmp_path, bytes(changed)).returncode == 1


def test_a_vote_whose_statement_was_swapped_is_refused_even_with_the_file_hashed_anew(decided: Any) -> None:
    _cast, vote = decided
    seal_all()
    members = json.loads(proofs.of_vote(vote))
    swapped = 0
    for digest, text in members["disclosures"].items():
        told_there = disclosure.parse(text)
        if told_there.name == "choice":
            members["disclosures"][digest] = disclosure.make("choice", "deny", told_there.salt).text
            swapped += 1
    del members["#sha256"]
    body = canonical.encode(members)
    raw = canonical.encode({**members, "#sha256": hashlib.sha256(body).hexdigest()})
    assert swapped == 1
    assert verify_evidence(raw, Path(site.TRUST_DIR)).parts[0].state == "bad"


def test_the_ledgers_own_verifier_takes_it_too(decided: Any, tmp_path: Path) -> None:
    _cast, vote = decided
    seal_all()
    file = tmp_path / "vote.bundle.json"
    file.write_bytes(proofs.of_vote(vote))
    done = subprocess.run(
        [sys.executable, "-m", "ledger", "verify", str(file), "--trust", str(site.TRUST_DIR)],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **BYTE_CODE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_officer_alone_takes_it_from_the_page_the_list_and_the_api(decided: Any) -> None:
    from tests.api.test_nouns import program

    cast, vote = decided
    seal_all()

    def client(who: str, language: str = "en") -> Client:
        user, _ = m.User.objects.get_or_create(username=who, person=cast.people[who])
        found = Client(headers={"accept-language": language})
        found.force_login(user, backend="custody.web.accounts.SignInBackend")
        return found

    url = reverse("vote_proof", args=[vote.id])
    page = reverse("approval", args=[vote.approval_id])
    assert url in client("heng").get(page).content.decode()
    assert url in client("heng").get(reverse("own_decisions")).content.decode()
    assert "本人决定" in client("heng", "zh-hans").get(reverse("own_decisions")).content.decode()
    answer = client("heng").get(url)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert verify_evidence(answer.content, Path(site.TRUST_DIR)).good
    assert url not in client("mei").get(page).content.decode()
    assert client("mei").get(url).status_code == 404
    assert url not in client("mei").get(reverse("own_decisions")).content.decode()

    class Scene:
        def user(self, who: str) -> m.User:
            found: m.User = m.User.objects.get(username=who)
            return found

    path = f"/api/v1/approvals/{vote.approval_id}/proof/"
    scene: Any = Scene()
    assert verify_evidence(program(scene, "heng").get(path).content, Path(site.TRUST_DIR)).good
    assert program(scene, "mei").get(path).status_code == 404


def test_all_proofs_come_in_one_archive_that_is_judged_without_the_site(decided: Any, tmp_path: Path) -> None:
    cast, vote = decided
    heng = m.User.objects.get_or_create(username="heng", person=cast.people["heng"])[0]
    mei = m.User.objects.get_or_create(username="mei", person=cast.people["mei"])[0]
    early = zipfile.ZipFile(io.BytesIO(proofs.archive(heng, 1)))
    assert str(vote.id) in early.read("README.txt").decode(), "what is not sealed yet is named"
    assert not [name for name in early.namelist() if name.endswith(".json")]
    seal_all()
    client = Client(headers={"accept-language": "en"})
    client.force_login(heng, backend="custody.web.accounts.SignInBackend")
    url = reverse("own_proofs")
    assert f"{url}?part=1" in client.get(reverse("own_decisions")).content.decode()
    box = zipfile.ZipFile(io.BytesIO(client.get(url).content))
    box.extractall(tmp_path)
    bundles = list(tmp_path.glob("approval-*.bundle.json"))
    (bundle,) = (one for one in bundles if str(vote.id) in one.name)
    assert len(bundles) == m.Vote.objects.filter(person=heng.person_id).count()
    assert verify_evidence(bundle.read_bytes(), tmp_path / "trust").good
    listed = (tmp_path / "decisions.csv").read_text("utf-8-sig")
    assert bundle.name in listed and hashlib.sha256(bundle.read_bytes()).hexdigest() in listed
    how = (tmp_path / "README.txt").read_text("utf-8")
    assert "fingerprint" in how and "指纹" in how and str(vote.id) not in how
    assert client.get(url, {"part": "2"}).status_code == 404
    for wrong in ("0", "-1", "x", "9" * 30, "１"):
        assert client.get(url, {"part": wrong}).status_code == 404, wrong
    client.force_login(mei, backend="custody.web.accounts.SignInBackend")
    assert client.get(url).status_code == 404
    assert url not in client.get(reverse("own_decisions")).content.decode()


@pytest.fixture(params=[KeyForm.PASSKEY, KeyForm.CERTIFICATE], ids=str)
def signed(committed_cast: Any, request: pytest.FixtureRequest) -> m.Vote:
    """A request that Gao Heng has approved with a passkey or card that another had confirmed; sealed."""
    cast = committed_cast
    project = people.open_project(cast, "V-2", "Proof of a signature")
    held = told.ask(cast, project, "mei", "westgate", "Scanning")
    approval = m.Approval.objects.get(hop=held.object)
    scene: Any = SimpleNamespace(cast=cast, asked=approval)
    way: Any = signing if request.param is KeyForm.PASSKEY else cards
    key: Any = Key() if request.param is KeyForm.PASSKEY else Card()
    (signing_keys if request.param is KeyForm.PASSKEY else cards).confirmed(scene, "heng", key)
    seal_all()
    text = way.text_of(scene, "heng")
    signing.done(signing.cast_vote(scene, "heng", text, way.answer(key, text)))
    seal_all()
    return m.Vote.objects.get(approval=approval)


def test_the_proof_of_a_signed_vote_carries_the_key_and_is_checked_far_from_the_site(
    signed: m.Vote, tmp_path: Path
) -> None:
    raw = proofs.of_vote(signed)
    done = away(tmp_path, raw)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "bears the signature of its officer, by the key that the entry named in it confirmed: 1"
        in done.stdout
    )
    found = [disclosure.parse(text) for text in json.loads(raw)["disclosures"].values()]
    assert signed.key is not None
    assert ("public_key", signed.key.public_key) in {
        (one.name, one.value) for one in found if one.name == "public_key"
    }
    assert json.loads(signed.statement)["ledger"]["size"] > 0


def test_of_a_signed_vote_every_part_of_the_signature_must_fit(signed: m.Vote) -> None:
    """Whoever holds the log's key could write another entry; the officer's signature would not be on it."""
    from custody.verify import signatures as judge
    from custody.verify.found import Part
    from custody.verify.wording import DECISIONS

    def judged(raw: bytes, **changes: Any) -> str:
        verdict = verify_bundle(raw, replace(trust.load(Path(site.TRUST_DIR)), quorum=NO_QUORUM))
        entries = [
            replace(entry, values={**entry.values, **changes.get(str(entry.values.get("kind")), {})})
            for entry in verdict.entries
        ]
        part = Part("decisions", DECISIONS)
        judge.signatures(part, replace(verdict, entries=tuple(entries)))
        for line in part.lines:
            if line.state == "bad":
                doubt = SignOffDoubt(line.detail)
                assert line.text.en.endswith(f"does not count: {doubt.text.en}."), line.text.en
                assert line.text.zh.endswith(f"的签名无效：{doubt.text.zh}。"), line.text.zh
        return part.state if part.lines else "nothing"

    raw, voted, confirmed = proofs.of_vote(signed), "approval.voted/4", "signing_key.confirmed/2"
    assert judged(raw) == "ok"
    answer = dict(signed.assertion or {})
    other = next(str(form) for form in KeyForm if str(form) != str(signed.method))
    swapped = answer["signature"][:-6] + "AAAAAA"
    wrong: list[dict[str, Any]] = [
        {voted: {"assertion": {**answer, "signature": swapped}}},
        {voted: {"assertion": {}}}, {voted: {"assertion": None}}, {voted: {"statement": "{}"}},
        {voted: {"reason": "Another reason"}}, {voted: {"person": str(m.new_id())}},
        {voted: {"key": str(m.new_id())}}, {voted: {"behalf": str(m.new_id())}},
        {confirmed: {"public_key": base64url(Key().cose)}}, {confirmed: {"person": str(m.new_id())}},
        {confirmed: {"rp_id": "evil.example"}}, {confirmed: {"credential": None}},
        {voted: {"method": other}}, {confirmed: {"form": other}}, {confirmed: {"form": "else"}},
    ]  # fmt: skip
    assert [judged(raw, **change) for change in wrong] == ["bad"] * len(wrong)
    assert judged(raw, **{voted: {"key_entry": str(m.new_id())}}) == "unknown"
    assert judged(raw, **{voted: {"method": "password"}}) == "nothing"


def test_each_way_in_which_a_statement_is_another_is_a_sentence_in_both_languages(decided: Any) -> None:
    """What whoever holds the log's key could write: an entry whose statement is on something else."""
    from custody.verify import votes as judge
    from custody.verify.found import Part
    from custody.verify.wording import DECISIONS, VOTE_FAULTS

    _cast, vote = decided
    seal_all()
    verdict = verify_bundle(proofs.of_vote(vote), replace(trust.load(Path(site.TRUST_DIR)), quorum=NO_QUORUM))

    def said(**changes: Any) -> dict[str, tuple[str, str]]:
        entries = tuple(
            replace(entry, values={**entry.values, **changes})
            if str(entry.values.get("kind")).startswith("approval.voted")
            else entry
            for entry in verdict.entries
        )
        part = Part("decisions", DECISIONS)
        judge.votes(part, replace(verdict, entries=entries))
        return {line.detail: (line.text.en, line.text.zh) for line in part.lines if line.state == "bad"}

    assert said() == {}
    told = json.loads(vote.statement)
    found: dict[str, tuple[str, str]] = {}
    for name in VOTE_FAULTS:
        text = "{" if name == "statement" else json.dumps({**told, name: "another"})
        sha256 = "0" * 64 if name == "statement_sha256" else hashlib.sha256(text.encode()).hexdigest()
        here = said(statement=text, statement_sha256=sha256)
        assert list(here) == [name]
        found |= here
    assert list(found) == list(VOTE_FAULTS)
    for name, (en, zh) in found.items():
        assert en.endswith(f": {VOTE_FAULTS[name].en}.") and "_" not in en.partition(" entry ")[2], en
        assert zh.endswith(f"：{VOTE_FAULTS[name].zh}。") and name not in zh, zh
