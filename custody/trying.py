"""Rules on trial: what they would say of an act, or of facts that are otherwise. Nothing is recorded.

Real things are judged as if whoever asks did the act, with the facts that the act itself would gather. Who
does not see the project whole tries invented cases only: an answer about things that one may not see would
tell of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from custody import models as m
from custody import regimes
from custody.actions import handoffs, hops
from custody.actions.base import ActionError, Actor
from custody.actions.deciding import Ruling
from custody.actions.subjects import Terms
from custody.policy import engine, sample
from custody.policy.editing import Member, changed
from custody.policy.facts import Facts, FactsError
from custody.policy.regime import Pack
from custody.terms import Channel, Text, Verb

REAL = (Verb.HOP_REQUEST, Verb.HOP_APPROVE, Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT)
"""Acts that are tried on real things; every act is on invented ones."""
COPIES = 200
CHANGES = 400


@dataclass(frozen=True, slots=True)
class Case:
    """What a trial is about: an act, and the real things it would touch; without a project none is real."""

    verb: Verb
    regime: str = ""
    project: m.Project | None = None
    approval: m.Approval | None = None
    handoff: m.Handoff | None = None
    hop: m.Hop | None = None
    to_party: m.Party | None = None
    copies: Sequence[m.Copy] = ()
    person: m.Person | None = None
    system: m.System | None = None
    channel: Channel = Channel.IN_PERSON
    due_back: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules say. ``facts`` are those before any change, ``done`` the changes that made a
    difference."""

    facts: Facts
    pack: Pack
    judgement: engine.Decision
    done: Sequence[tuple[Member, str]] = ()


def projects(user: Any) -> Any:
    """Return the projects on whose things a user may try rules: those seen whole."""
    return m.Project.objects.whole_for(user)


def may_change(user: Any, case: Case) -> bool:
    """Return whether a user may see the facts themselves: of an invented case, or as a reader of all parties
    and people."""
    return case.project is None or bool(user.sees_all_parties)


def run(actor: Actor, case: Case, now: dt.datetime, changes: Mapping[str, str] | None = None) -> Trial:
    """Run all rules of an act. Records nothing.

    Raises ActionError for a case that lacks something, and for a change that does not fit.
    """
    if len(changes or {}) > CHANGES:
        raise ActionError(
            Text(f"At most {CHANGES} facts can be changed.", f"最多可更改{CHANGES}项。"), "changes"
        )
    if case.project is None:
        pack = regimes.pack(case.regime)
        facts = sample.facts(case.verb, pack, regimes.today(case.regime, now))
        first = Trial(facts, pack, engine.decide(case.verb, facts, pack))
    else:
        ruling = _ruling(actor, case, now)
        pack = regimes.pack(case.project.regime, ruling.facts.act.today)
        first = Trial(ruling.facts, pack, ruling.judgement)
    return _again(first, case.verb, changes) if changes else first


def given(verb: Verb, regime: str, facts: Any) -> Trial:
    """Run all rules of an act on facts that a program brings whole. Raises ActionError for what are none."""
    try:
        read = Facts.from_json(facts)
        pack = regimes.pack(regime)
        return Trial(read, pack, engine.decide(verb, read, pack))
    except (FactsError, ValueError) as error:
        raise _unfit(error, "facts") from error


def _again(first: Trial, verb: Verb, changes: Mapping[str, str]) -> Trial:
    try:
        facts, done = changed(first.facts, first.pack, changes)
        return replace(first, judgement=engine.decide(verb, facts, first.pack), done=done)
    except (FactsError, ValueError) as error:
        raise _unfit(error, "changes") from error


def _unfit(error: Exception, about: str) -> ActionError:
    said = str(error)[:300]
    return ActionError(Text(f"This does not fit: {said}", f"内容不符合要求：{said}"), about)


def _lacks(about: str) -> ActionError:
    return ActionError(Text("Choose what it is about.", "请选择所涉对象。"), about)


def _ruling(actor: Actor, case: Case, now: dt.datetime) -> Ruling:
    if case.verb is Verb.HOP_APPROVE:
        if case.approval is None:
            raise _lacks("approval")
        return hops.preview_vote(actor, case.approval, now)
    if case.verb is Verb.HANDOFF_ACCEPT:
        if case.handoff is None:
            raise _lacks("handoff")
        return handoffs.preview_accept(actor, case.handoff, now)
    if case.verb is Verb.HOP_REQUEST:
        return _requested(actor, case, now)
    if case.verb is Verb.HANDOFF_OFFER:
        return _offered(actor, case, now)
    raise ActionError(
        Text("This act is tried on an invented case only.", "此操作只能以虚拟情形试算。"), "verb"
    )


def _requested(actor: Actor, case: Case, now: dt.datetime) -> Ruling:
    project, parent = case.project, case.hop
    if project is None or case.to_party is None:
        raise _lacks("to_party")
    if case.to_party.id == (parent.to_party_id if parent else project.owner_party_id):
        raise ActionError(Text("A party cannot subcontract to itself.", "单位不能向自身分包。"), "to_party")
    above = parent or project
    terms = Terms(
        to_party=case.to_party.id,
        scope="-",
        level=above.level,
        categories=above.categories,
        starts=regimes.today(project.regime, now),
        ends=parent.ends if parent else None,
    )
    return hops.preview_request(actor, project=project, parent=parent, terms=terms, now=now)


def _offered(actor: Actor, case: Case, now: dt.datetime) -> Ruling:
    if case.hop is None:
        raise _lacks("hop")
    if not 1 <= len(case.copies) <= COPIES:
        raise ActionError(Text("Choose 1 to 200 copies.", "请选择1至200份副本。"), "copies")
    if case.person is None:
        raise _lacks("person")
    if case.system is None:
        raise _lacks("system")
    offer = handoffs.Offer(
        hop=case.hop.id,
        copies=[copy.id for copy in case.copies],
        receiver_person=case.person.id,
        purpose="-",
        channel=case.channel,
        system=case.system.id,
        due_back=case.due_back,
    )
    return handoffs.preview(actor, offer, now)
