"""Receipts on paper as the tests fill them in: printed, issued, signed, entered."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from custody import models as m
from custody.actions import blanks, files, on_paper
from custody.actions.base import Actor, Outcome
from custody.actions.handoffs import Offer
from custody.evidence.store import Received
from custody.stories import cast as people
from custody.terms import Channel
from tests.evidence.made import pdf

LONG = dt.timedelta(days=40)


def scan(words: str = "Signed by both") -> Received:
    """Return a scan that lies sealed and that nothing names yet."""
    incoming = files.begin()
    incoming.write(pdf(1, words))
    return incoming.finish()


def printed(cast: people.Cast, project: m.Project | None, count: int = 3) -> list[m.BlankReceipt]:
    """Print a block; return its forms in the order of their numbers."""
    row = blanks.print_block(cast.actor("mei"), count=count, project=project.id if project else None).object
    return list(m.BlankReceipt.objects.filter(block=row.block).order_by("number"))


def issued(
    cast: people.Cast, project: m.Project | None, to: str = "yu", party: str = "northfield", count: int = 1
) -> list[m.BlankReceipt]:
    """Print forms and give them to somebody, an hour ago as the tables and the tests have it."""
    forms = printed(cast, project, count)
    done = blanks.issue(
        cast.actor("mei"), form=forms[0].id, person=cast.people[to].id, party=cast.party(party), count=count
    )
    assert done.state == "done"
    return list(m.BlankReceipt.objects.filter(block=forms[0].block).order_by("number"))


def offer(cast: people.Cast, hop: m.Hop, copies: list[m.Copy], to: str, system: str, **more: Any) -> Offer:
    """Return what stands on the paper, as an offer."""
    asked: dict[str, Any] = {
        "hop": hop.id,
        "copies": [copy.id for copy in copies],
        "receiver_person": cast.people[to].id,
        "purpose": "Scanning 扫描",
        "channel": Channel.IN_PERSON,
        "system": cast.systems[system].id,
    }
    return Offer(**{**asked, **more})


def entered(
    actor: Actor,
    made: Offer,
    form: str,
    by: UUID,
    *,
    at: dt.datetime | None = None,
    reason: str = "The line was cut 断网",
    file: Received | None = None,
) -> Outcome:
    """Enter what took place on paper."""
    return on_paper.enter(
        actor,
        offer=made,
        form=form,
        handed_over_by=by,
        took_place_at=at or timezone.now(),
        reason=reason,
        file=file or scan(),
    )
