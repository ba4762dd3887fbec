"""What a subcontract is called by its state."""

from __future__ import annotations

from custody import models as m
from custody.terms import HopState
from custody.web.names import hop_state


def test_a_subcontract_from_a_file_is_not_said_to_await_what_nobody_asked_for() -> None:
    asked = m.Hop(state=HopState.REQUESTED)
    taken = m.Hop(state=HopState.REQUESTED, source_key="sam_subawards|1")
    decided = m.Hop(state=HopState.ACTIVE, source_key="sam_subawards|1")
    assert hop_state(asked).en == "Awaiting approval"
    assert hop_state(taken).en == "Taken over, not approved yet"
    assert hop_state(decided).en == "Approved"
