"""Who pays a subcontract is part of what is approved; payment from abroad, in crypto-currency or by a
stranger to the chain is shown to the officer (HOP-11)."""

from __future__ import annotations

from dataclasses import replace

from custody import models as m
from custody.actions import amending, hops
from custody.apply import rebuild
from custody.compare import compare
from custody.stories.told import terms
from custody.terms import PaymentMeans, Role
from tests.actions.scenes import Scene, done


def finding(scene: Scene, hop: m.Hop) -> tuple[str, list[str]]:
    """Return what HOP-11 said when a subcontract was put up last."""
    decision = m.Decision.objects.get(entry=hop.entry)
    (found,) = [f for f in decision.findings if f["code"] == "HOP-11"]
    return found["outcome"], sorted(found["problems"])


def test_payment_is_judged_bound_to_the_approval_and_amended(scene: Scene) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    owner = scene.cast.party("lakeside")
    asked = terms(scene.cast, "harbour", "Drone flights 航摄", amount=None, payer=owner)
    held = hops.request(lan, project=scene.project.id, parent=None, terms=asked)
    hop = done(held)
    assert finding(scene, hop) == ("pass", [])
    assert held.decision.subject["payer"] == str(owner) and held.decision.subject["payment"] == "bank"
    other = replace(
        amending.terms_of(hop),
        payer=scene.cast.party("annex"),
        payer_country="KR",
        payment=PaymentMeans.CRYPTO,
    )
    changed = amending.amend(lan, hop=hop.id, terms=other, reason="Paid by another")
    assert changed.state == "held", "it is flagged, not barred"
    fresh = m.Hop.objects.get(id=hop.id)
    assert finding(scene, fresh) == ("warn", ["abroad", "means", "outside"])
    assert (fresh.payer_country, fresh.payment) == ("KR", PaymentMeans.CRYPTO)
    kept = m.Correction.objects.of(fresh).last()
    assert kept is not None and kept.changes["payment"] == ["bank", "crypto"]
    assert list(compare(rebuild())) == []


def test_where_it_is_not_known_who_pays_that_is_said_and_bars_nothing(scene: Scene) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    asked = terms(scene.cast, "harbour", "Checks 检查", amount=None, payer=None)
    hop = done(hops.request(lan, project=scene.project.id, parent=None, terms=asked))
    assert finding(scene, hop) == ("cannot_tell", [])
    assert "payer" not in m.Approval.objects.get(hop=hop).subject
