"""A rule pack that was put in force with a signature: in the file that its signer keeps, and in a report."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings as site

from custody import models as m
from custody import verify
from custody.actions import proofs, registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.terms import SignedType
from tests.actions import test_signing as votes
from tests.actions.scenes import done
from tests.actions.test_signing_keys import confirmed
from tests.actions.test_signing_packs import begun, sign
from tests.authenticator import Key
from tests.packs import house
from tests.reports.made import _deliver, seal_all
from tests.reports.test_override_proof import GIVEN, judged, read
from tests.reports.test_vote_proof import away

PUBLISHED = "pack.published/2"


def signed(cast: people.Cast) -> m.RegimePack:
    desk: Any = SimpleNamespace(cast=cast)
    key = Key()
    confirmed(desk, "an", key, by="heng")
    text, id = begun(desk, house())
    row: m.RegimePack = done(sign(desk, house(), text, id, votes.answer(key, text)))
    return row


def test_the_proof_is_whole_and_every_part_of_it_must_fit(committed_cast: Any, tmp_path: Path) -> None:
    row = signed(committed_cast)
    seal_all()
    an: Any = SimpleNamespace(person_id=committed_cast.people["an"].id)
    given = proofs.own_signature(an, SignedType.PACK, row.id)
    assert given is not None and proofs.all_own(an) == [given]
    raw = proofs.of_vote(given)
    told = away(tmp_path, raw)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "a key or a rule pack" in told.stdout
    verdict = read(raw)
    assert judged(verdict)[0] == "ok"
    other = str(m.new_id())
    faults: list[tuple[str, dict[str, Any]]] = [
        ("object", {PUBLISHED: {"pack": other}}),
        ("person", {PUBLISHED: {"actor": other}}),
        ("reason", {PUBLISHED: {"reason": "Another"}}),
        ("terms", {PUBLISHED: {"sha256": "0" * 64}}),
        ("terms", {PUBLISHED: {"version": "9"}}),
        ("terms", {PUBLISHED: {"effective": "2099-01-01"}}),
        ("act", {GIVEN: {"act": other}}),
    ]
    for fault, change in faults:
        assert judged(verdict, **change) == ("bad", [("bad", fault)]), change


def test_a_report_of_a_project_under_it_judges_the_signature(committed_cast: Any, tmp_path: Path) -> None:
    cast = committed_cast
    signed(cast)
    project = people.open_project(cast, "V-P", "Proof of a pack", regime="house")
    jing = cast.people["jing"].id
    registers.give_grant(Actor.setup(), person=jing, project=project.id, starts=cast.today, ends=cast.today)
    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(site.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    assert any("a key or a rule pack" in line.text.en for line in verdict.lines)
