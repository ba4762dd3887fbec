"""Each of the published stories ends blocked or exposed, in ledger and screen; the sixth passes."""

from __future__ import annotations

import pytest

from custody.models import Approval, Collection, Handoff, Refusal
from custody.stories import cast as people
from custody.stories import plays
from custody.stories.told import Story


@pytest.mark.parametrize("story", plays.STORIES, ids=lambda s: s.__name__)
def test_each_story_ends_as_it_should(cast: people.Cast, story: Story) -> None:
    told = story(cast, people.open_project(cast, "LH-1", "Lanhe"))
    assert [(a.what.en, a.barring) for a in told.attempts if not a.as_expected] == []
    recorded = [a for a in told.attempts if isinstance(a.outcome.object, Collection)]
    assert Refusal.objects.count() == sum(bool(a.stopped_by) for a in told.attempts if a not in recorded)
    assert Collection.objects.against_rules().count() == len(recorded)


def test_the_demo_leaves_a_request_and_an_offer_waiting(cast: people.Cast) -> None:
    plays.left_waiting(cast, people.open_project(cast, "LH-1", "Lanhe"))
    assert Approval.objects.get(state="requested").hop.to_party_id == cast.party("lakeside")
    assert Handoff.objects.get(state="offered").receiver_person_id == cast.people["tao"].id
