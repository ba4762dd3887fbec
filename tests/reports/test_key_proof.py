"""A key that was confirmed with a signature: in the file that whoever confirmed it keeps, and in a report."""

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
from tests.actions.test_signing_enrolment import asked, confirm, text_of
from tests.actions.test_signing_keys import confirmed
from tests.authenticator import Key
from tests.reports.made import _deliver, seal_all
from tests.reports.test_override_proof import CONFIRMED, GIVEN, judged, read
from tests.reports.test_vote_proof import away

ASKED = "signing_key.asked/2"


def signed(cast: people.Cast) -> m.SigningKey:
    """Qiao's key, which An confirmed with an own key."""
    desk: Any = SimpleNamespace(cast=cast)
    key = Key()
    confirmed(desk, "an", key, by="heng")
    row = asked(desk, "qiao")
    text = text_of(desk, row)
    found: m.SigningKey = done(confirm(desk, row, "an", text, votes.answer(key, text)))
    return found


def test_the_proof_is_whole_and_every_part_of_it_must_fit(committed_cast: Any, tmp_path: Path) -> None:
    row = signed(committed_cast)
    seal_all()
    an: Any = SimpleNamespace(person_id=committed_cast.people["an"].id)
    given = proofs.own_signature(an, SignedType.KEY, row.id)
    assert given is not None and proofs.all_own(an) == [given]
    raw = proofs.of_vote(given)
    told = away(tmp_path, raw)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Every signature on an override, a destruction, a receipt, a key" in told.stdout
    verdict = read(raw)
    assert judged(verdict)[0] == "ok"
    other = str(m.new_id())
    faults: list[tuple[str, dict[str, Any]]] = [
        ("statement_sha256", {GIVEN: {"statement_sha256": "0" * 64}}),
        ("act", {GIVEN: {"act": other}}),
        ("object", {GIVEN: {"object": other}}),
        ("terms", {ASKED: {"fingerprint": "0" * 64}}),
        ("terms", {ASKED: {"person": other}}),
    ]
    for fault, change in faults:
        assert judged(verdict, **change) == ("bad", [("bad", fault)]), change
    assert judged(verdict, **{CONFIRMED: {"fingerprint": "0" * 64}})[0] == "bad"


def test_a_report_judges_who_confirmed_each_key(committed_cast: Any, tmp_path: Path) -> None:
    cast = committed_cast
    project = people.open_project(cast, "V-K", "Proof of a key")
    signed(cast)
    jing = cast.people["jing"].id
    registers.give_grant(Actor.setup(), person=jing, project=project.id, starts=cast.today, ends=cast.today)
    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(site.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    assert any("a key or a rule pack" in line.text.en for line in verdict.lines)
