"""How copies travel: refused channels are recorded, and two people carry what is top secret."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody.actions import handoffs, projects
from custody.actions.base import ActionError, Outcome
from custody.actions.items import Classification
from custody.apply import rebuild
from custody.stories import cast as people
from custody.stories import told
from custody.terms import Channel, Role, VettingClass
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything


def problems(outcome: Outcome, code: str = "HND-04") -> tuple[str, list[str]]:
    found = next(f for f in outcome.decision.findings if f["code"] == code)
    return found["outcome"], found["problems"]


@pytest.fixture
def top_secret(cast: people.Cast) -> handoffs.Offer:
    """An offer of one top secret copy to Tao of Westgate, on systems accredited for it."""
    m.System.objects.exclude(levels={}).update(levels={"cn_surveying": "juemi"})
    project = people.open_project(cast, "TS-1", "Datum 基准", regime="cn_surveying", level="juemi")
    hop = told.approved_hop(cast, project, "westgate", "Scanning", level="juemi")
    (copy,) = people.make_copies(cast, project, "DATUM", 1, "juemi")
    people.clear(cast.people["tao"].id, cast.today, "TOP", VettingClass.CORE)
    people.admit(cast, copy.item_id, "tao")
    return handoffs.Offer(
        hop=hop.id,
        copies=[copy.id],
        receiver_person=cast.people["tao"].id,
        purpose="Scanning 扫描",
        channel=Channel.IN_PERSON,
        system=cast.systems["westgate_room"].id,
    )


def with_(offer: handoffs.Offer, **changes: Any) -> handoffs.Offer:
    return replace(offer, **changes)


@pytest.mark.parametrize(
    ("channel", "problem"),
    [
        (Channel.POST, "mail"),
        (Channel.COURIER, "mail"),
        (Channel.EMAIL, "network"),
        (Channel.MESSAGING, "network"),
        (Channel.CLOUD, "network"),
        (Channel.UPLOAD, "network"),
    ],
)
def test_lan_tries_a_channel_that_the_law_closes_and_the_attempt_is_recorded(
    scene: Scene, channel: Channel, problem: str
) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
        channel=channel,
    )
    outcome = handoffs.offer(lan, deal)
    assert outcome.state == "refused" and problems(outcome) == ("block", [problem])
    assert [f["code"] for f in outcome.decision.findings if f["outcome"] == "block"] == ["HND-04"]
    attempt: Any = ledger.read(outcome.entry).values["attempt"]
    assert (attempt["channel"], attempt["second_carrier"]) == (str(channel), None)
    assert m.Copy.objects.get(id=scene.kept.id).state == "held"
    lawful = handoffs.offer(lan, with_(deal, channel=Channel.COURIER_CLASSIFIED))
    assert done(lawful).channel is Channel.COURIER_CLASSIFIED


def test_public_copies_may_go_by_post(cast: people.Cast) -> None:
    project = people.open_project(cast, "PU-1", "Wall map 挂图", regime="cn_surveying")
    hop = told.approved_hop(cast, project, "westgate", "Printing")
    item = done(
        people.register_item(
            cast,
            project=project.id,
            codename="MAP",
            level="gongkai",
            classified=Classification(sources=[]),
        )
    )
    (copy,) = done(
        projects.mint_copies(
            cast.actor("yu"),
            item=item.id,
            count=1,
            custodian_person=cast.people["yu"].id,
            system=cast.systems["workstation"].id,
        )
    )
    offer = handoffs.Offer(
        hop=hop.id,
        copies=[copy.id],
        receiver_person=cast.people["tao"].id,
        purpose="Printing 印刷",
        channel=Channel.POST,
        system=cast.systems["westgate_room"].id,
    )
    assert problems(handoffs.offer(cast.actor("yu"), offer)) == ("pass", [])


def test_a_top_secret_copy_is_not_carried_alone(cast: people.Cast, top_secret: handoffs.Offer) -> None:
    alone = handoffs.offer(cast.actor("yu"), top_secret)
    assert alone.state == "refused" and problems(alone) == ("block", ["alone"])
    for person, problem in (("yu", "same"), ("tao", "same"), ("lan", "outsider")):
        tried = with_(top_secret, second_carrier=cast.people[person].id)
        refused = handoffs.offer(cast.actor("yu"), tried)
        assert refused.state == "refused" and problems(refused) == ("block", [problem]), person
        assert m.Refusal.objects.latest("attempted_at").attempt["second_carrier"] == str(tried.second_carrier)
    nobody = handoffs.offer(cast.actor("yu"), with_(top_secret, second_carrier=uuid4()))
    assert nobody.state == "refused" and problems(nobody)[0] == "cannot_tell"
    assert not m.Handoff.objects.exists()


def test_mei_accompanies_yu_and_the_ledger_says_so_at_both_ends(
    cast: people.Cast, top_secret: handoffs.Offer
) -> None:
    mei = cast.people["mei"].id
    offered = handoffs.offer(cast.actor("yu"), with_(top_secret, second_carrier=mei))
    handoff = done(offered)
    assert (handoff.second_carrier_id, problems(offered)) == (mei, ("pass", []))
    entry = ledger.read(offered.entry)
    assert (entry.values["kind"], entry.values["second_carrier"]) == ("handoff.offered/3", str(mei))
    accepted = handoffs.accept(cast.actor("tao"), handoff=handoff.id)
    assert accepted.state == "done" and problems(accepted) == ("pass", [])
    assert rebuild().rows[m.Handoff][str(handoff.id)]["second_carrier_id"] == str(mei)


def test_mei_has_left_before_the_copies_are_accepted(cast: people.Cast, top_secret: handoffs.Offer) -> None:
    handoff = done(handoffs.offer(cast.actor("yu"), with_(top_secret, second_carrier=cast.people["mei"].id)))
    m.Membership.objects.filter(person=cast.people["mei"]).update(ends=cast.today - dt.timedelta(days=1))
    refused = handoffs.accept(cast.actor("tao"), handoff=handoff.id)
    assert refused.state == "refused" and problems(refused) == ("block", ["outsider"])


def test_a_companion_who_is_not_needed_must_still_be_of_one_of_the_parties(scene: Scene) -> None:
    tao = scene.cast.actor("tao")
    done(handoffs.withdraw(tao, handoff=scene.handoff.id, reason="Again 重新发起"))
    before = everything()
    for second in (scene.cast.people["mei"].id, uuid4()):
        with pytest.raises(ActionError) as told_:
            handoffs.offer(tao, scene.deal(second_carrier=second))
        assert told_.value.about == "second_carrier"
    assert everything() == before
    made = done(handoffs.offer(tao, scene.deal(second_carrier=scene.cast.people["bo"].id)))
    assert made.second_carrier_id == scene.cast.people["bo"].id
