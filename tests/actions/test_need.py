"""Who may learn an item is decided by somebody else, in writing; and rule HND-02 asks it of who receives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody.actions import handoffs, need, people, projects
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome, database_now
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as demo
from custody.stories import told
from custody.terms import Role
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything


def admitted(scene: Scene, who: str = "bo", actor: Actor | None = None, **changes: Any) -> Outcome:
    given: dict[str, Any] = {
        "item": scene.item.id,
        "person": scene.cast.people[who].id,
        "since": scene.cast.today,
        "decided_by": scene.cast.people["heng"].id,
        "basis": "知悉〔2026〕3号",
    }
    return need.admit(actor or scene.as_(Role.MANAGER, "owner", "lan"), **{**given, **changes})


def test_a_person_is_put_on_the_list_and_taken_off_and_the_ledger_tells_both(scene: Scene) -> None:
    outcome = admitted(scene)
    row = done(outcome)
    said: Any = ledger.read(outcome.entry).values
    assert (said["kind"], said["person"], said["item"], said["basis"]) == (
        "need_to_know.added/1", str(row.person_id), str(scene.item.id), "知悉〔2026〕3号",
    )  # fmt: skip
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    ended = need.dismiss(lan, listing=row.id, reason="Work done 工作完成")
    assert done(ended).ended_on == scene.cast.today
    assert ledger.read(ended.entry).values["kind"] == "need_to_know.ended/1"
    assert list(compare(rebuild())) == []
    again = done(admitted(scene))
    assert again.id != row.id
    assert list(m.NeedToKnow.objects.standing()) == [again]
    assert list(compare(rebuild())) == []


def test_nobody_puts_themselves_on_it_or_decides_about_themselves(scene: Scene) -> None:
    before = everything()
    both: tuple[dict[str, Any], ...] = ({"who": "lan"}, {"decided_by": scene.cast.people["bo"].id})
    for changes in both:
        with pytest.raises(ActionError, match="Nobody puts themselves") as caught:
            admitted(scene, **changes)
        assert caught.value.about == "person"
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"basis": " "}, "basis"),
        ({"basis": "a\x1bb"}, "basis"),
        ({"basis": "x" * 301}, "basis"),
        ({"since": dt.date(2199, 1, 1)}, "since"),
        ({"person": "jing"}, "person"),
        ({"decided_by": "tao"}, "decided_by"),
    ],
)
def test_what_does_not_fit_is_told_by_its_field(scene: Scene, changes: dict[str, Any], about: str) -> None:
    before = everything()
    people_ = scene.cast.people
    given: dict[str, Any] = {k: people_[v].id if v in ("jing", "tao") else v for k, v in changes.items()}
    with pytest.raises(ActionError) as caught:
        admitted(scene, **given)
    assert caught.value.about == about and everything() == before


def test_one_place_stands_at_a_time_and_ends_once(scene: Scene) -> None:
    row = done(admitted(scene))
    with pytest.raises(ActionError, match="on the list already"):
        admitted(scene)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    done(need.dismiss(lan, listing=row.id, reason="Done"))
    with pytest.raises(ActionError, match="off the list already"):
        need.dismiss(lan, listing=row.id, reason="Done")


def test_it_is_the_affair_of_the_owners_managers(scene: Scene) -> None:
    row, before = done(admitted(scene)), everything()
    for actor in (scene.cast.actor("an"), scene.cast.actor("heng"), scene.cast.actor("tao"),
                  scene.cast.actor("bo")):  # fmt: skip
        with pytest.raises(NotPermitted):
            admitted(scene, "tao", actor)
        with pytest.raises(NotPermitted):
            need.dismiss(actor, listing=row.id, reason="Done")
    assert everything() == before


# --- rule HND-02 ------------------------------------------------------------------------------------------


def found(outcome: Outcome) -> tuple[str, list[str]]:
    finding = next(f for f in outcome.decision.findings if f["code"] == "HND-02")
    return finding["outcome"], sorted(finding["problems"])


def bare(cast: demo.Cast, key: str) -> None:
    """Take back, in the table alone, what was recorded of a person: the site is one of an older version."""
    m.Person.objects.filter(id=cast.people[key].id).update(
        vetting=None, vetted_from=None, vetted_to=None, trained_on=None, undertaking_on=None
    )


def offered(cast: demo.Cast, level: str = "mimi") -> tuple[m.Project, m.Hop, list[m.Copy], Outcome]:
    project = demo.open_project(cast, "HND-2", "Receivers", level="jimi")
    hop = told.approved_hop(cast, project, "westgate", "Scanning", level=level)
    copies = demo.make_copies(cast, project, "SHEET", 2, level)
    return project, hop, copies, told.offer(cast, hop, copies[:1], "tao", "westgate_room")


def test_secret_copies_are_not_offered_to_who_signed_no_undertaking_and_then_are(cast: demo.Cast) -> None:
    """Tao was vetted and trained, and signed nothing: Mei is refused, told what to do, and does it."""
    m.Person.objects.filter(id=cast.people["tao"].id).update(undertaking_on=None, undertaking_evidence="")
    project, hop, copies, refused = offered(cast)
    assert refused.state == "refused" and found(refused) == ("block", ["undertaking"])
    assert refused.object.project == project, "the attempt is kept"
    judged = told.judgement(refused.decision)
    (finding,) = [f for f in judged.barring if f.code == "HND-02"]
    assert "lacks a signed undertaking" in str(finding.remedies)
    done(
        people.record_undertaking(
            cast.actor("an"), person=cast.people["tao"].id, undertaking_on=cast.today,
            undertaking_evidence="File 9",
        )
    )  # fmt: skip
    assert told.offer(cast, hop, copies[:1], "tao", "westgate_room").state == "done"


def test_on_a_site_of_an_older_version_all_that_is_missing_is_told_in_one_finding(cast: demo.Cast) -> None:
    bare(cast, "tao")
    *_, refused = offered(cast)
    assert found(refused) == ("block", ["training", "undertaking", "vetting"])


def test_highly_secret_copies_go_to_who_is_on_the_list_only(cast: demo.Cast) -> None:
    _, hop, copies, refused = offered(cast, "jimi")
    assert refused.state == "refused" and found(refused) == ("block", ["need_to_know"])
    place = done(
        need.admit(
            cast.actor("mei"), item=copies[0].item_id, person=cast.people["tao"].id, since=cast.today,
            decided_by=cast.people["heng"].id, basis="知悉〔2026〕4号",
        )
    )  # fmt: skip
    handoff = done(told.offer(cast, hop, copies[:1], "tao", "westgate_room"))
    done(need.dismiss(cast.actor("mei"), listing=place.id, reason="No more work"))
    late = handoffs.accept(cast.actor("tao"), handoff=handoff.id)
    assert late.state == "refused" and found(late) == ("block", ["need_to_know"]), "asked again on receipt"


def test_raising_an_item_asks_for_the_list_from_then_on(cast: demo.Cast) -> None:
    _, _, copies, first = offered(cast)
    assert first.state == "done"
    done(demo.reclassify(cast, copies[0].item, "jimi"))
    late = handoffs.accept(cast.actor("tao"), handoff=first.object.id)
    assert late.state == "refused" and "need_to_know" in found(late)[1]


def test_the_vetting_that_ends_before_the_receipt_bars_it(cast: demo.Cast) -> None:
    *_, first = offered(cast)
    tao: Any = m.Person.objects.get(id=cast.people["tao"].id)
    done(
        people.record_vetting(
            cast.actor("an"), person=tao.id, vetting=tao.vetting, vetted_from=tao.vetted_from,
            vetted_to=cast.today - dt.timedelta(days=1), vetting_evidence="Withdrawn",
        )
    )  # fmt: skip
    late = handoffs.accept(cast.actor("tao"), handoff=first.object.id)
    assert late.state == "refused" and found(late) == ("block", ["vetting_ended"])


def test_public_copies_ask_nothing_of_who_receives(cast: demo.Cast) -> None:
    bare(cast, "tao")
    *_, first = offered(cast, "gongkai")
    assert first.state == "done" and found(first)[0] == "not_applicable"


def test_a_leaver_is_not_handed_what_they_could_not_give_back(cast: demo.Cast) -> None:
    an, tao = cast.actor("an"), cast.people["tao"].id
    done(
        people.record_leaving(
            an, person=tao, leaves_on=cast.today + dt.timedelta(days=5), leaving_evidence="N"
        )
    )
    *_, refused = offered(cast)
    assert found(refused) == ("block", ["leaving"])


def test_the_facts_name_the_items_concerned_and_no_others(scene: Scene) -> None:
    other = done(
        projects.register_item(
            scene.as_(Role.MANAGER, "owner", "lan"), project=scene.project.id, codename="OTHER",
            level=scene.project.level,
        )
    )  # fmt: skip
    done(admitted(scene))
    done(admitted(scene, item=other.id))
    bo = scene.cast.actor("bo")
    ruling = handoffs.preview_accept(bo, scene.handoff, database_now())
    person = ruling.facts.person(str(bo.person))
    assert [n.item for n in person.need_to_know or ()] == [str(scene.item.id)]
    assert person.undertaking_on is not None and person.vetting == "important"
