"""Rule FOR-04 on the real tables: how fresh the screening of a chain is, as the register knows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from custody import gather
from custody import models as m
from custody.actions import amending, hops, parties, rechecking, registers, screening
from custody.actions.base import Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.regimes import pack
from custody.replay import replay
from custody.stories.told import terms
from custody.terms import Audience, ControlKind, HitState, LapseNoun, PartyState, Role
from tests.actions.scenes import Scene, done
from tests.screening.lists import take_in

DAY = dt.timedelta(days=1)
OTHERS = [{"Name": "QUITE ANOTHER HOUSE"}]


def asked(scene: Scene, now: dt.datetime | None = None, **changes: Any) -> Any:
    """Return what the rule says, at a time, of a subcontract to Harbour that is being put up."""
    wanted = terms(scene.cast, "harbour", "Checks 检查", amount=None, **changes)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    ruling = hops.preview_request(
        lan, project=scene.project, parent=None, terms=wanted, now=now or timezone.now()
    )
    (found,) = [f for f in ruling.judgement.findings if f.code == "FOR-04"]
    return found


def why(found: Any) -> str:
    shown = found.inputs["why"].shown
    return str(shown.en)


def test_a_site_without_a_list_is_told_so_and_not_warned(scene: Scene) -> None:
    found = asked(scene)
    assert (str(found.outcome), found.problems) == ("not_applicable", ())
    assert found.note.en == "This site keeps no list of barred parties, so nobody was held against one."


def test_it_warns_until_all_were_screened_and_again_after_a_month_without(scene: Scene) -> None:
    take_in(OTHERS)
    assert list(asked(scene).problems) == ["look"] and "never held" in why(asked(scene))
    screening.run_due()
    assert str(asked(scene).outcome) == "pass"
    assert str(asked(scene, timezone.now() + 30 * DAY).outcome) == "pass"
    stale = asked(scene, timezone.now() + 31 * DAY)
    assert list(stale.problems) == ["look"] and "last held against every list on" in why(stale)


def test_a_second_source_counts_alone_and_a_newer_list_waits_for_the_worker(scene: Scene) -> None:
    take_in(OTHERS)
    screening.run_due()
    take_in([*OTHERS, {"Name": "ONE MORE HOUSE"}])
    assert str(asked(scene).outcome) == "pass", "held against the list of before, which is not old"
    take_in([{"Name": "A THIRD HOUSE"}], source="city.gov/barred")
    found = asked(scene)
    assert list(found.problems) == ["look"] and "every list" in why(found)


def test_an_old_list_is_said_though_it_was_screened_today(scene: Scene) -> None:
    take_in(OTHERS)
    screening.run_due()
    m.Screening.objects.update(screened_at=timezone.now() + 80 * DAY)
    assert str(asked(scene, timezone.now() + 90 * DAY).outcome) == "pass"
    found = asked(scene, timezone.now() + 91 * DAY)
    assert list(found.problems) == ["look"] and "came in on" in why(found)


def test_a_likeness_warns_until_somebody_judges_it_and_then_bars_by_hop_01_alone(scene: Scene) -> None:
    harbour = m.Party.objects.get(id=scene.cast.party("harbour"))
    take_in([*OTHERS, {"Name": harbour.name.upper()}])
    screening.run_due()
    hit = m.ScreeningHit.objects.get(party=harbour)
    found = asked(scene)
    assert list(found.problems) == ["look"] and "looks like a barred party" in why(found)
    assert found.inputs["party"].value == str(harbour.id) and found.inputs["to_look_at"].value == 1
    screening.judge(scene.cast.actor("heng"), hit=hit.id, verdict=HitState.DIFFERENT, reason="Another city")
    assert str(asked(scene).outcome) == "pass"


def test_an_outside_reader_learns_neither_of_whom_nor_what_it_is(scene: Scene) -> None:
    harbour = m.Party.objects.get(id=scene.cast.party("harbour"))
    take_in([*OTHERS, {"Name": harbour.name.upper()}])
    screening.run_due()
    narrowed = asked(scene).for_audience(Audience.ALL, str(harbour.id))
    said = narrowed.remedy_for(Audience.ALL, str(harbour.id), {str(harbour.id): harbour.name})
    assert {"party", "why", "to_look_at", "examined"}.isdisjoint(narrowed.inputs)
    assert harbour.name not in said.en and "looks like" not in said.en and "相似" not in said.zh


def test_who_pays_and_who_controls_is_asked_for_and_locked(scene: Scene) -> None:
    take_in(OTHERS)
    screening.run_due()
    annex = scene.cast.party("annex")
    m.Screening.objects.filter(party=annex).delete()
    assert str(asked(scene).outcome) == "pass"
    assert list(asked(scene, payer=annex).problems) == ["look"]
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    paid = terms(scene.cast, "harbour", "Drone flights 航摄", amount=None, payer=annex)
    hop = done(hops.request(lan, project=scene.project.id, parent=None, terms=paid))
    decision = m.Decision.objects.get(entry=hop.entry)
    (found,) = [f for f in decision.findings if f["code"] == "FOR-04"]
    assert found["problems"] == ["look"] and found["inputs"]["party"]["value"] == str(annex)
    assert replay(decision, pack(scene.project.regime)).verdict == "same"
    day = scene.cast.today
    assert annex in gather.with_controllers((), day, [hop.id])
    other = replace(amending.terms_of(hop), payer=scene.cast.party("westgate"))
    assert amending.amend(lan, hop=hop.id, terms=other, reason="Paid by another").state == "held"
    assert {d.table for d in compare(rebuild())} == {"custody_screening"}, "but for what was taken away above"


def test_a_controller_that_is_closed_is_not_looked_for(scene: Scene) -> None:
    take_in(OTHERS)
    screening.run_due()
    annex = scene.cast.party("annex")
    harbour = scene.cast.party("harbour")
    registers.record_control(Actor.setup(), party=harbour, controller=annex, kind=ControlKind.OWNER)
    m.Screening.objects.filter(party=annex).delete()
    assert list(asked(scene).problems) == ["look"]
    parties.set_state(Actor.setup(), party=annex, state=PartyState.CLOSED, reason="Wound up")
    assert str(asked(scene).outcome) == "pass"


def test_the_night_says_once_which_subcontract_is_not_screened_any_more(scene: Scene) -> None:
    take_in(OTHERS)
    screening.run_due()
    rechecking.run(timezone.now() + 2 * DAY)
    assert not m.Lapse.objects.open().filter(code="FOR-04").exists()
    rechecking.run(timezone.now() + 33 * DAY)
    found = m.Lapse.objects.open().filter(code="FOR-04", noun=LapseNoun.HOP)
    assert {lapse.object for lapse in found} == set(
        m.Hop.objects.filter(state="active").values_list("id", flat=True)
    )
    told = m.Lapse.objects.filter(code="FOR-04").count()
    rechecking.run(timezone.now() + 34 * DAY)
    assert m.Lapse.objects.filter(code="FOR-04").count() == told, "not every night"
