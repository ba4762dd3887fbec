"""What rests on a certificate is found whole and no more, and what bars is what the rule says bars."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from custody import models as m
from custody import recall
from custody.policy.engine import decide
from custody.stories import cast as people
from custody.terms import HopState, QualificationState
from tests.actions.scenes import Scene, passed_down
from tests.policy.examples.table import NATIONAL, OFFER, held
from tests.policy.packs import pack
from tests.policy.world import TODAY, World, certificate

DAY = dt.timedelta(days=1)
S = QualificationState


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    return acts_stage


def harbours(scene: Scene) -> m.Qualification:
    return m.Qualification.objects.get(party=scene.cast.party("harbour"))


def ids(rows: object) -> set[object]:
    return set(rows.values_list("id", flat=True))  # type: ignore[attr-defined]


def test_hops_in_force_open_offers_and_copies_of_the_holder_rest_on_it(scene: Scene) -> None:
    taken = passed_down(scene)
    found = recall.resting(harbours(scene))
    assert ids(found.hops) == {scene.second.id}, "the one that waits for a decision is not in force"
    assert ids(found.offers) == {scene.handoff.id}
    assert ids(found.copies) == set(taken.lines.values_list("copy_id", flat=True))
    assert found.owners() == {scene.project.owner_party_id}


def test_what_is_in_projects_of_another_type_does_not_rest_on_it(scene: Scene) -> None:
    passed_down(scene)
    m.Project.objects.filter(id=scene.project.id).update(qualification_type="cmmc", regime="us_cui")
    found = recall.resting(harbours(scene))
    assert not (ids(found.hops) | ids(found.offers) | ids(found.copies)) and found.owners() == set()


def test_a_project_that_names_no_type_needs_the_only_one_of_its_regime(scene: Scene) -> None:
    m.Project.objects.filter(id=scene.project.id).update(qualification_type="")
    assert scene.project.id in ids(recall.needing("survey"))
    assert scene.project.id not in ids(recall.needing("cmmc"))


def test_what_ended_rests_on_nothing(scene: Scene) -> None:
    m.Hop.objects.filter(id=scene.second.id).update(state=HopState.REVOKED)
    assert ids(recall.resting(harbours(scene)).hops) == set()


def test_a_reader_is_shown_what_that_reader_may_see(scene: Scene) -> None:
    passed_down(scene)
    users = {
        key: m.User.objects.create_user(key, None, scene.cast.people[key]) for key in ("mei", "bo", "yu")
    }
    found = recall.resting(harbours(scene))
    whole = found.visible_to(users["mei"])
    assert (whole.hops.count(), whole.offers.count(), whole.copies.count()) == (1, 1, 1)
    m.Membership.objects.filter(person=scene.cast.people["bo"]).update(
        party=scene.cast.party("annex"), ends=None
    )
    other = found.visible_to(m.User.objects.get(username="bo"))
    assert (other.hops.count(), other.offers.count(), other.copies.count()) == (0, 0, 0)


STANDINGS = [
    (state, ended)
    for state in (S.VERIFIED, S.SUBMITTED, S.SUSPENDED, S.DOWNGRADED, S.REVOKED)
    for ended in (False, True)
]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_holder_is_barred_in_the_list_exactly_when_the_rule_bars(scene: Scene, count: int) -> None:
    """Every combination of up to two certificates, by the query and by QUA-04."""
    m.Qualification.objects.all().delete()
    copy, today = scene.kept, TODAY
    told = set()
    for standings in itertools.product(STANDINGS, repeat=count):
        m.Qualification.objects.all().delete()
        papers = []
        for number, (state, ended) in enumerate(standings):
            last = today - DAY if ended else today
            papers.append(certificate(60 + number, state=str(state), valid_to=last))
            m.Qualification.objects.create(
                entry=m.new_id(),
                party_id=copy.custodian_party_id,
                type="survey",
                grade="A",
                number=f"R-{number}",
                issuer="I",
                valid_from=today - 900 * DAY,
                valid_to=last,
                state=state,
                recorded_by=scene.cast.people["mei"],
                verified_by=scene.cast.people["heng"],
                verified_on=today,
            )
        facts = held(*papers)(World(OFFER, NATIONAL)).facts()
        (finding,) = decide(OFFER, facts, pack(NATIONAL), ["QUA-04@1"]).findings
        rows = m.Copy.objects.filter(recall.without_paper(today), id=copy.id)
        assert rows.exists() is finding.bars, standings
        told.add(finding.bars)
    assert told == ({False} if count == 0 else {False, True})


def test_over_a_listed_business_everything_rests_on_the_secrecy_certificate_too(scene: Scene) -> None:
    taken = passed_down(scene)
    paper = people.qualify(scene.cast, scene.cast.party("harbour"), "B", "SECRET")
    m.Qualification.objects.filter(id=paper.id).update(type="secrecy")
    paper.refresh_from_db()
    none = recall.resting(paper)
    assert not (ids(none.hops) | ids(none.offers) | ids(none.copies)), "the work is no listed business"
    m.Hop.objects.filter(id=scene.second.id).update(business=["copying"])
    found = recall.resting(paper)
    assert ids(found.hops) == {scene.second.id} and ids(found.offers) == {scene.handoff.id}
    assert ids(found.copies) == set(taken.lines.values_list("copy_id", flat=True))
    assert not m.Copy.objects.filter(recall.without_paper(TODAY)).exists()
    m.Qualification.objects.filter(id=paper.id).update(state=S.SUSPENDED)
    without = m.Copy.objects.filter(recall.without_paper(TODAY))
    assert ids(without) == ids(found.copies), "and nobody else's"
