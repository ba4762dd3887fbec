"""Which handoffs did this party get without valid paper: what was let pass, and what turned out void."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import corrections, handoffs, hops, overriding, qualifications
from custody.actions.base import ActionError
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories.told import SMALL, approve, approved_hop, ask, offer
from custody.terms import Weakness
from tests.actions.filled_in import entered, issued
from tests.actions.filled_in import offer as filled
from tests.actions.old_registers import opened, taken_over
from tests.actions.scenes import Scene, done, passed_down
from tests.actions.test_approval_standing import approval_of
from tests.actions.test_overrides import granted, young
from tests.old_register import line

DAY = dt.timedelta(days=1)


def lines(party: Any, **about: Any) -> list[Any]:
    return list(m.WithoutPaper.objects.with_names().filter(party=party, **about).order_by("known_at", "code"))


def test_what_passed_under_an_override_and_against_advice_names_rule_article_and_who_decided(
    signed_in_cast: people.Cast,
) -> None:
    cast = signed_in_cast
    young(cast)
    project = people.open_project(cast, "LH-WO", "Lanhe, an exemption")
    override = granted(cast, project)
    held = ask(cast, project, "mei", "westgate", "基准点 Control", **SMALL)
    people.must(approve(cast, held.decision), "done")
    hop = m.Hop.objects.get(id=held.object.id)
    (copy,) = people.make_copies(cast, project, "OVR-A", 1)
    offered = people.must(offer(cast, hop, [copy], "tao", "westgate_room"), "done")
    westgate = cast.party("westgate")
    assert lines(westgate) == [], "offered is not received"
    taken = people.must(handoffs.accept(cast.actor("tao"), handoff=offered.object.id), "done")
    by = {row.weakness: row for row in lines(westgate)}
    assert set(by) == {Weakness.OVERRIDE, Weakness.AGAINST}
    let, voted = by[Weakness.OVERRIDE], by[Weakness.AGAINST]
    assert {row.code for row in by.values()} == {"QUA-08"}
    override.refresh_from_db()
    assert let.entry == override.entry and set(let.names) == {
        cast.people["heng"].name, cast.people["qiao"].name,
    }  # fmt: skip
    assert voted.names == [cast.people["heng"].name] and voted.entry == held.decision.votes.get().entry
    assert let.handoff_id == voted.handoff_id == taken.object.id
    assert let.finding["basis"] and voted.finding["basis"], "the articles of then"
    before = timezone.now() - DAY
    assert not m.WithoutPaper.objects.known(before).exists()
    people.must(overriding.revoke(cast.actor("heng"), override=override.id, reason="Found out"), "done")
    assert len(lines(westgate)) == 2, "that it ended later changes nothing of what passed"


def test_a_certificate_that_turns_out_void_from_a_day_before_tells_what_came_since(scene: Scene) -> None:
    westgate, heng, today = scene.cast.party("westgate"), scene.cast.actor("heng"), scene.cast.today
    paper = m.Qualification.objects.get(party=westgate)
    assert lines(westgate) == []
    with pytest.raises(ActionError):
        qualifications.revoke(heng, qualification=paper.id, reason="Forged", void_from=today + 3 * DAY)
    known_before = timezone.now()
    done(
        qualifications.revoke(heng, qualification=paper.id, reason="Forged 伪造", void_from=today - 10 * DAY)
    )
    paper.refresh_from_db()
    assert paper.void_from == today - 10 * DAY
    (row,) = lines(westgate)
    kept: Any = m.Correction.objects.of(paper).last()
    assert row.weakness is Weakness.CERTIFICATE and row.code == "QUA-01" and row.void_from == paper.void_from
    assert (row.entry, row.names) == (kept.entry, [scene.cast.people["heng"].name])
    assert row.handoff.copies.get() == scene.moved and row.finding["code"] == "QUA-01"
    assert row.known_at == kept.created_at > row.at
    assert not m.WithoutPaper.objects.known(known_before).exists(), "nobody could know it then"
    assert list(compare(rebuild())) == [] and differing(m.Qualification, str(paper.id)) == []


def test_a_certificate_that_ends_from_now_on_says_nothing_of_what_came_before(scene: Scene) -> None:
    westgate, heng = scene.cast.party("westgate"), scene.cast.actor("heng")
    paper = m.Qualification.objects.get(party=westgate)
    done(qualifications.revoke(heng, qualification=paper.id, reason="Given back"))
    assert lines(westgate) == []


def test_another_valid_certificate_of_then_leaves_nothing_wanting(scene: Scene) -> None:
    westgate, heng, today = scene.cast.party("westgate"), scene.cast.actor("heng"), scene.cast.today
    paper = m.Qualification.objects.get(party=westgate)
    people.qualify(scene.cast, westgate, "A", "SECOND-1")
    m.Qualification.objects.filter(number="SECOND-1").update(verified_on=today - 5 * DAY)
    done(qualifications.revoke(heng, qualification=paper.id, reason="Forged", void_from=today - 10 * DAY))
    assert lines(westgate) == []


def test_a_verification_on_wrong_data_counts_and_a_misprint_does_not(scene: Scene) -> None:
    westgate, mei = scene.cast.party("westgate"), scene.cast.actor("mei")
    paper = m.Qualification.objects.get(party=westgate)
    names = ("type", "grade", "categories", "number", "issuer", "valid_from", "valid_to")
    was = {n: getattr(paper, n) for n in names}
    done(
        corrections.correct_qualification(
            mei, qualification=paper.id, reason="Misprint", **{**was, "number": f"{paper.number}-1"}
        )
    )
    assert lines(westgate) == []
    paper.refresh_from_db()
    m.Qualification.objects.filter(id=paper.id).update(
        state="verified", verified_by=scene.cast.people["qiao"].id, verified_on=scene.cast.today
    )
    ended = {"valid_to": scene.cast.today - DAY, "valid_from": scene.cast.today - 90 * DAY}
    done(
        corrections.correct_qualification(
            mei, qualification=paper.id, reason="Ran out before", **{**was, **ended}
        )
    )
    (row,) = lines(westgate)
    assert row.weakness is Weakness.VERIFICATION and row.names == [scene.cast.people["mei"].name]


def test_an_approval_that_turns_out_void_tells_of_all_that_passed_below_it(scene: Scene) -> None:
    passed_down(scene)
    heng, today = scene.cast.actor("heng"), scene.cast.today
    top = approval_of(scene.first)
    with pytest.raises(ActionError):
        hops.revoke(heng, approval=top.id, reason="Forged", void_from=today + 3 * DAY)
    done(hops.revoke(heng, approval=top.id, reason="Forged consent 伪造同意", void_from=today))
    top.refresh_from_db()
    assert top.void_from == today
    for party, count in (("westgate", 2), ("harbour", 1), ("lakeside", 0)):
        found = lines(scene.cast.party(party))
        assert len(found) == count, party
        assert {row.weakness for row in found} <= {Weakness.APPROVAL}
        assert all(row.entry == top.entry and row.code == "APR-01" for row in found)
    assert list(compare(rebuild())) == [] and differing(m.Approval, str(top.id)) == []


def test_an_approval_that_is_void_from_a_later_day_leaves_what_passed_before(scene: Scene) -> None:
    m.Handoff.objects.filter(state="accepted").update(answered_at=timezone.now() - 3 * DAY)
    m.Approval.objects.filter(hop=scene.first).update(decided_at=timezone.now() - 5 * DAY)
    top = approval_of(scene.first)
    done(
        hops.revoke(scene.cast.actor("heng"), approval=top.id, reason="Found out", void_from=scene.cast.today)
    )
    assert lines(scene.cast.party("westgate")) == []


def test_what_came_from_an_old_register_with_a_finding_about_the_holder_is_told(cast: people.Cast) -> None:
    project = people.open_project(cast, "OLD-9", "Paper of twenty years 二十年纸质")
    rows = [line(1, 持有单位="西关数据处理有限公司", 持有人="吴涛", 存放处="WG-ROOM-1")]
    register = taken_over(cast, opened(cast, project, rows))
    found = lines(cast.party("westgate"))
    assert "HOP-01" in {row.code for row in found}
    for row in found:
        assert row.weakness is Weakness.REGISTER and row.register_id == register.id
        assert row.handoff_id is None and row.names


def test_what_was_handed_over_on_paper_without_leave_is_told_once_received(cast: people.Cast) -> None:
    project = people.open_project(cast, "PP-9", "On paper 纸质")
    hop = approved_hop(cast, project, "westgate", "Scanning")
    copies, (form, spare) = people.make_copies(cast, project, "PP-S", 2), issued(cast, project, count=2)
    yu, mei, westgate = cast.people["yu"].id, cast.actor("mei"), cast.party("westgate")
    barred = entered(mei, filled(cast, hop, copies[:1], "tao", "office_pc"), form.number, yu).object
    fine = entered(mei, filled(cast, hop, copies[1:], "tao", "westgate_room"), spare.number, yu).object
    assert lines(westgate) == []
    for handoff in (barred, fine):
        done(handoffs.accept(cast.actor("tao"), handoff=handoff.id))
    found = lines(westgate)
    assert {row.handoff_id for row in found} == {barred.id} and "SYS-01" in {row.code for row in found}
    assert len({row.code for row in found}) == len(found), "each rule once, though it barred twice"
    for row in found:
        assert row.weakness is Weakness.PAPER and row.names == [cast.people["mei"].name]
        assert row.finding["basis"] and row.entry == barred.offer_entry


def test_only_who_sees_a_project_whole_reads_it(scene: Scene) -> None:
    westgate, heng = scene.cast.party("westgate"), scene.cast.actor("heng")
    paper = m.Qualification.objects.get(party=westgate)
    done(qualifications.revoke(heng, qualification=paper.id, reason="Forged", void_from=scene.cast.today))
    assert lines(westgate)
    for who, sees in (("mei", True), ("tao", False), ("bo", False)):
        user = m.User.objects.get_or_create(username=who, person=scene.cast.people[who])[0]
        assert m.WithoutPaper.objects.visible_to(user).exists() is sees, who
