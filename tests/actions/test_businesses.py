"""What the work of a subcontract is and who does it: asked for, judged, and added afterwards."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody import record
from custody.actions import describing, handoffs, hops, registers
from custody.actions.base import ActionError, Outcome
from custody.apply import rebuild
from custody.applying.rows import APPLIES, State, Told
from custody.compare import compare
from custody.events import hop as hop_events
from custody.stories import cast as people
from custody.stories import told
from custody.terms import Role, Source, VoteChoice
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything


def found(outcome: Outcome, code: str) -> tuple[str, list[str]]:
    finding = next(f for f in outcome.decision.findings if f["code"] == code)
    return finding["outcome"], finding["problems"]


def asked(scene: Scene, **changes: Any) -> Outcome:
    """Have Westgate ask for a subcontract to Harbour."""
    terms = told.terms(scene.cast, "harbour", "Copying of sheets 图幅复制", amount=None, **changes)
    tao = scene.as_(Role.MANAGER, "sender", "tao")
    return hops.request(tao, project=scene.project.id, parent=scene.first.id, terms=terms)


def secret_paper(
    cast: people.Cast, party: str, categories: tuple[str, ...] = ("copying",)
) -> m.Qualification:
    """Record and verify a secrecy qualification of a party."""
    recorded = done(
        registers.record_qualification(
            cast.actor("mei", Source.SYSTEM),
            party=cast.party(party),
            type="secrecy",
            grade="B",
            categories=categories,
            number=f"SQ-{party}",
            issuer="省国家保密局（演示）",
            valid_from=cast.today,
            valid_to=cast.today,
        )
    )
    heng = cast.actor("heng", Source.SYSTEM)
    row: m.Qualification = done(
        registers.verify_qualification(heng, qualification=recorded.id, on=cast.today, how="Register 查询")
    )
    return row


def test_harbour_may_not_copy_until_its_secrecy_qualification_is_verified(scene: Scene) -> None:
    refused = asked(scene, business=["copying"])
    assert refused.state == "refused" and found(refused, "QUA-05") == ("block", ["none"])
    assert found(refused, "QUA-01") == ("pass", []), "its survey qualification counts as before"
    secret_paper(scene.cast, "harbour")
    held = asked(scene, business=["copying"])
    assert held.state == "held" and held.object.business == ["copying"]
    entry = ledger.read(held.entry).values
    assert (entry["kind"], entry["business"]) == ("hop.requested/3", ["copying"])
    assert entry["performer"] == str(scene.cast.party("harbour"))
    other = asked(scene, business=["copying", "destruction"])
    assert other.state == "refused" and found(other, "QUA-05") == ("block", ["cover"])


def test_what_the_work_is_must_be_said(scene: Scene) -> None:
    refused = asked(scene, business=None)
    assert refused.state == "refused" and found(refused, "QUA-05") == ("cannot_tell", [])
    strange = asked(scene, business=["printing"])
    assert strange.state == "refused" and found(strange, "QUA-05") == ("cannot_tell", [])


def test_a_party_that_has_copying_is_asked_again_at_each_handoff(scene: Scene) -> None:
    m.Hop.objects.filter(id=scene.second.id).update(business=["copying"])
    bo = scene.cast.actor("bo")
    refused = handoffs.accept(bo, handoff=scene.handoff.id)
    assert refused.state == "refused" and found(refused, "QUA-05") == ("block", ["none"])
    secret_paper(scene.cast, "harbour")
    assert handoffs.accept(bo, handoff=scene.handoff.id).state == "done"


def test_nobody_works_under_harbours_name(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    refused = asked(scene, performer=annex)
    assert refused.state == "refused" and found(refused, "QUA-07") == ("block", ["other"])
    unknown = asked(scene, performer=None)
    assert unknown.state == "refused" and found(unknown, "QUA-07") == ("cannot_tell", [])
    itself = asked(scene, performer=scene.cast.party("harbour"))
    assert itself.state == "held" and itself.object.performer_id == scene.cast.party("harbour")
    nobody = asked(scene, performer=uuid4())
    assert nobody.state == "refused" and found(nobody, "QUA-07") == ("block", ["other"])


def test_the_officer_and_the_receiver_meet_the_rule_too(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    m.Hop.objects.filter(id__in=[scene.asked.hop_id, scene.second.id]).update(performer=annex)
    lan_side = scene.as_(Role.OFFICER, "owner", "heng")
    voted = hops.vote(lan_side, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="In order")
    assert voted.state == "refused" and found(voted, "QUA-07") == ("block", ["other"])
    accepted = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert accepted.state == "refused" and found(accepted, "QUA-07") == ("block", ["other"])


# --- what a request had left open ---------------------------------------------------------------------------


def of_before(scene: Scene) -> m.Hop:
    """Take from a hop what was not asked for before, as if it had been recorded then."""
    m.Hop.objects.filter(id=scene.second.id).update(performer=None, business=None)
    return m.Hop.objects.get(id=scene.second.id)


def test_a_hop_of_before_passes_nothing_until_somebody_says_who_does_the_work(scene: Scene) -> None:
    hop, bo, lan = of_before(scene), scene.cast.actor("bo"), scene.as_(Role.MANAGER, "owner", "lan")
    refused = handoffs.accept(bo, handoff=scene.handoff.id)
    assert refused.state == "refused"
    for code in ("QUA-05", "QUA-07"):
        assert found(refused, code) == ("cannot_tell", [])
    harbour = scene.cast.party("harbour")
    outcome = describing.describe(lan, hop=hop.id, performer=harbour, business=[], reason="Contract 合同")
    assert outcome.state == "done"
    hop.refresh_from_db()
    assert (hop.performer_id, hop.business, hop.entry) == (harbour, [], outcome.entry)
    told_ = ledger.read(outcome.entry).values
    assert (told_["performer"], told_["business"], told_["reason"]) == (str(harbour), [], "Contract 合同")
    assert handoffs.accept(bo, handoff=scene.handoff.id).state == "done"


def test_what_was_said_once_is_not_said_otherwise(scene: Scene) -> None:
    lan, annex = scene.as_(Role.MANAGER, "owner", "lan"), scene.cast.party("annex")
    before = everything()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"performer": annex}, "performer"),
        ({"business": ["copying"]}, "business"),
        ({}, "performer"),
        ({"business": [], "reason": " "}, "reason"),
    ]
    for given, about in wrong:
        with pytest.raises(ActionError) as told_:
            describing.describe(lan, hop=scene.second.id, **{"reason": "Contract", **given})
        assert told_.value.about == about
    assert everything() == before


def test_nothing_is_added_to_a_hop_that_ended(scene: Scene) -> None:
    hop = of_before(scene)
    done(
        hops.revoke(
            scene.as_(Role.OFFICER, "owner", "heng"),
            approval=m.Approval.objects.get(hop=hop).id,
            reason="Ended",
        )
    )
    with pytest.raises(NotNow):
        describing.describe(
            scene.as_(Role.MANAGER, "owner", "lan"), hop=hop.id, business=[], reason="Contract"
        )


def test_the_ledger_makes_the_same_rows_and_the_same_subject(scene: Scene) -> None:
    held = asked(scene, business=[])
    rows = rebuild().rows[m.Hop]
    assert rows[str(held.object.id)]["business"] == []
    assert rows[str(held.object.id)]["performer_id"] == str(scene.cast.party("harbour"))
    assert [d for d in compare(rebuild()) if d.table in ("custody_hop", "custody_party")] == []
    told_ = rows[str(held.object.id)]
    assert (
        describing.subject_as_asked(held.object.id, told_, held.decision.subject_sha256)
        == held.decision.subject
    )


def test_the_subject_of_a_hop_that_was_described_later_is_still_found(scene: Scene) -> None:
    hop = of_before(scene)
    hop.payer, hop.payer_country, hop.payment = None, None, None
    hop.subject_sha256 = record.digest(hops.subject_of(hop))
    assert hops.subject_of(hop)["v"] == 1 and "performer" not in hops.subject_of(hop)
    row = {f.attname: getattr(hop, f.attname) for f in m.Hop._meta.concrete_fields if f.attname != "id"}
    described = {**row, "performer_id": str(scene.cast.party("harbour")), "business": ["copying"]}
    assert describing.subject_as_asked(hop.id, described, hop.subject_sha256) == hops.subject_of(hop)
    assert describing.subject_as_asked(hop.id, described, "0" * 64) is None


def test_a_request_of_before_reads_as_not_known() -> None:
    old = dict.fromkeys(hop_events.HopRequested.__dataclass_fields__)
    values = {**old, "hop": "h", "approval": "a", "kind": "hop.requested/1"}
    state = State()
    APPLIES["hop.requested/1"](state, Told(values, "e", "project:p"))
    assert (state.rows[m.Hop]["h"]["business"], state.rows[m.Hop]["h"]["performer_id"]) == (None, None)
