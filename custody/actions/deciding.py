"""Running the rules for an act, and keeping what they said: the same for panel, submit and accept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import gather, locks, regimes
from custody.events.hop import AttemptRefused
from custody.models import Decision, Project, Refusal, new_id
from custody.policy import engine
from custody.policy import facts as f
from custody.policy.facts import Facts
from custody.terms import Verb

from . import attempts
from .base import Act, Actor, Outcome


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules said, with the facts they said it on."""

    verb: Verb
    facts: Facts
    judgement: engine.Decision

    @property
    def allowed(self) -> bool:
        """Return whether the act may go ahead."""
        return self.judgement.allowed


def blank_act(verb: Verb, today: dt.date, actor: Actor, **known: Any) -> f.Act:
    """Return an act as rules are told it, of which only what is named is known; it is not about copies."""
    told: dict[str, Any] = {
        "verb": str(verb),
        "today": today,
        "actor_person": str(actor.person) if actor.person else None,
        "hop": None,
        "approval": None,
        "handoff": None,
        "sender_party": None,
        "receiver_party": None,
        "receiver_person": None,
        "offered_by": None,
        "system": None,
        "copies": (),
        "level": None,
        "due_back": None,
        "has_purpose": True,
        "channel": None,
        "second_carrier": None,
        "entry": None,
    }
    return f.Act(**{**told, **known})


def rule(verb: Verb, question: gather.Question) -> Ruling:
    """Gather the facts of a question and run every rule. Records nothing.

    Raises locks.Unlocked when a party came into the picture after the act had locked its parties, PackLost
    when the text of the pack in force is gone.
    """
    facts = gather.facts(question)
    locks.check("party", gather.gathered_parties(facts))
    pack = regimes.pack(question.project.regime, question.act.today)
    return Ruling(verb, facts, engine.decide(verb, facts, pack))


def keep(ruling: Ruling, project: Project | None, decision_id: UUID, entry: UUID) -> Decision:
    """Save a decision beside the entry that carries it."""
    decision = kept(ruling, project, decision_id, entry)
    decision.save(force_insert=True)
    return decision


def kept(ruling: Ruling, project: Project | None, decision_id: UUID, entry: UUID) -> Decision:
    """Return a decision for the entry that carries it, yet to be saved."""
    judgement = ruling.judgement
    return Decision(
        id=decision_id,
        entry=entry,
        verb=ruling.verb,
        project=project,
        outcome=judgement.outcome,
        rules=list(judgement.rules),
        facts_schema=judgement.facts_schema,
        pack_sha256=judgement.pack_sha256,
        findings=[f.to_json() for f in judgement.findings],
    )


def carried(ruling: Ruling, decision_id: UUID) -> dict[str, Any]:
    """Return the keyword arguments by which an event carries its decision and facts."""
    return {"decision": {"id": str(decision_id), **ruling.judgement.to_json()}, "facts": ruling.facts}


def refuse(
    act: Act,
    ruling: Ruling,
    *,
    about: str,
    project: Project | None,
    attempt: Mapping[str, Any],
    submission: UUID,
    hop: UUID | None = None,
    parent_hop: UUID | None = None,
    to_party: UUID | None = None,
    on_behalf_of: UUID | None = None,
) -> Outcome:
    """Record a blocked attempt. ``project`` is None when the project itself was refused.

    After 30 in an hour by screen or API the attempt is counted, one entry stands for all of that hour, and
    the act ends in TooManyRefusals once that is committed.
    """
    person = act.actor.human()
    if attempts.too_many(act):
        pause = attempts.turn_away(act, person)
        return Outcome("refused", pause.entry, pause)
    return turned_down(
        act, ruling, about=about, project=project, attempt=attempt, submission=submission, hop=hop,
        parent_hop=parent_hop, to_party=to_party, on_behalf_of=on_behalf_of,
    )  # fmt: skip


def turned_down(
    act: Act,
    ruling: Ruling,
    *,
    about: str,
    project: Project | None,
    attempt: Mapping[str, Any],
    submission: UUID,
    hop: UUID | None = None,
    parent_hop: UUID | None = None,
    to_party: UUID | None = None,
    on_behalf_of: UUID | None = None,
) -> Outcome:
    """Record a blocked attempt, however many there were in this hour: as :func:`refuse` does, or as a part of
    an act that goes on."""
    person = act.actor.human()
    decision_id, refusal_id = new_id(), new_id()
    entry = act.record(
        AttemptRefused(
            refusal=str(refusal_id),
            verb=str(ruling.verb),
            person=str(person),
            attempt=dict(attempt),
        ),
        about,
        on_behalf_of=on_behalf_of,
        **carried(ruling, decision_id),
    )
    decision = keep(ruling, project, decision_id, entry)
    refusal = Refusal.objects.create(
        id=refusal_id,
        entry=entry,
        verb=ruling.verb,
        project=project,
        hop_id=hop,
        parent_hop_id=parent_hop,
        to_party_id=to_party,
        attempted_by_id=person,
        attempted_at=act.now,
        decision=decision,
        attempt=dict(attempt),
        submission=submission,
    )
    return Outcome("refused", entry, refusal, decision)
