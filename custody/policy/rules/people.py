"""HND-02: whoever receives needs to know it, is vetted and trained for it, and is bound by an undertaking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Copy, Facts, Person, known, word
from custody.policy.regime import Level, Pack, Params, lower_each, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Text, Verb, VettingClass

_RANK = {each: rank for rank, each in enumerate(VettingClass)}


def higher_class_each(
    old: Mapping[str, VettingClass], new: Mapping[str, VettingClass], ranks: Mapping[str, int]
) -> bool:
    """Allow classes per level to be added or raised, none to be dropped."""
    return all(level in new and _RANK[new[level]] >= _RANK[each] for level, each in old.items())


class Receiver(Params):
    """What is asked of the person who receives: the class of vetting and the age of the training at each
    level, and from which level on the rest."""

    need_to_know_from: str | None = None
    vetting: dict[str, VettingClass] = {}
    trained_from: str | None = None
    training_days: dict[str, int] = {}
    undertaking_from: str | None = None
    stays_from: str | None = None
    tighten = {
        "need_to_know_from": lower_level,
        "vetting": higher_class_each,
        "trained_from": lower_level,
        "training_days": lower_each,
        "undertaking_from": lower_level,
        "stays_from": lower_level,
    }
    names_levels: ClassVar[tuple[str, ...]] = (
        *("need_to_know_from", "vetting", "trained_from", "training_days", "undertaking_from"),
        "stays_from",
    )


@rule(
    "HND-02",
    1,
    verbs=subject.HANDOFFS,
    params=Receiver,
    title=Text(
        "The receiving person needs to know, is vetted, trained and bound",
        "接收人在知悉范围内，经审查、培训并签署承诺书",
    ),
    remedies={
        "unnamed": Text(
            "Copies of {level} go to a person who is named. Name who receives them.",
            "{level}副本须移交给指定人员。请指定接收人。",
        ),
        "need_to_know": Text(
            "{person} lacks a place on the need-to-know list of the items of {unlisted}. Have the owner put "
            "them on it by a written decision, or name another person.",
            "{person}不在{unlisted}所属成果的知悉范围内。请由所有方以书面决定列入，或另行指定接收人。",
        ),
        "vetting": Text(
            "{person} lacks a vetting of class “{needed}” or above. Have it done and recorded, or name "
            "another person.",
            "{person}未通过“{needed}”及以上等级的审查。请办理并登记，或另行指定接收人。",
        ),
        "vetting_ended": Text(
            "{person} lacks a vetting that counts today: it counts from {vetted_from} until {vetted_to}. "
            "Have it renewed and recorded, or name another person.",
            "{person}的审查目前不在有效期内：自{vetted_from}至{vetted_to}。请重新办理并登记，或另行指定接收人。",
        ),
        "training": Text(
            "{person} lacks a secrecy training. Have it taken and recorded, or name another person.",
            "{person}未参加保密培训。请完成培训并登记，或另行指定接收人。",
        ),
        "training_old": Text(
            "{person} lacks a secrecy training of the last {days} days: the last was on {trained_on}. Have "
            "it taken again and recorded, or name another person.",
            "{person}最近{days}天内未参加保密培训：上次于{trained_on}。请再次培训并登记，或另行指定接收人。",
        ),
        "undertaking": Text(
            "{person} lacks a signed undertaking. Have it signed and recorded, or name another person.",
            "{person}未签署保密承诺书。请签署并登记，或另行指定接收人。",
        ),
        "left": Text(
            "{person} left on {leaves_on} and lacks the right to receive. Name another person.",
            "{person}已于{leaves_on}离岗，无权接收。请另行指定接收人。",
        ),
        "leaving": Text(
            "{person} lacks the time to give the copies back: they leave on {leaves_on}. Set a day of return "
            "until then, or name another person.",
            "{person}将于{leaves_on}离岗，届时副本尚未归还。请将归还期限定在该日之前，或另行指定接收人。",
        ),
    },
)
def hnd_02(facts: Facts, pack: Pack, params: Receiver, answer: Answer) -> None:
    """As far as the level asks it, who receives is on the need-to-know list of every item, is vetted today
    for the level, trained, bound by an undertaking, and stays until the copies are due back.

    Who receives is the person named in an offer, and whoever signs on acceptance.
    """
    level = subject.level(facts, pack)
    if not _asked(pack, params, level):
        answer.not_applicable(
            "At this level nothing is asked of the person who receives.", "该密级对接收人无特别要求。"
        )
        return
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    act = facts.act
    accepting = act.verb == Verb.HANDOFF_ACCEPT.value
    receives = act.actor_person if accepting else act.receiver_person
    answer.tell("named", receives is not None, everyone=True)
    if receives is None:
        answer.fail("unnamed")
        return
    person = facts.person(receives)
    own = [subject.recipient(facts)]
    answer.tell("person", person.id, refers="person", own=own)
    listed = known(person.need_to_know, "the need-to-know lists", "知悉范围", f"person:{person.id}")
    secret = [c for c in subject.copies(facts) if _from(pack, params.need_to_know_from, pack.level(c.level))]
    _judge_need(secret, {each.item for each in listed}, answer, own)
    if needed := params.vetting.get(level.id):
        _judge_vetting(person, needed, act.today, answer, own)
    if level.id in params.training_days or _from(pack, params.trained_from, level):
        _judge_training(person, params.training_days.get(level.id), act.today, answer, own)
    if _from(pack, params.undertaking_from, level):
        answer.tell("undertaking_on", person.undertaking_on, own=own)
        if person.undertaking_on is None:
            answer.fail("undertaking")
    if _from(pack, params.stays_from, level):
        _judge_leaving(person, act.today, act.due_back, answer, own)


def _asked(pack: Pack, params: Receiver, level: Level) -> bool:
    begins = (params.need_to_know_from, params.trained_from, params.undertaking_from, params.stays_from)
    at_level = level.id in params.vetting or level.id in params.training_days
    return at_level or any(_from(pack, each, level) for each in begins)


def _from(pack: Pack, begins: str | None, level: Level) -> bool:
    return begins is not None and level.rank >= pack.rank(begins)


def _judge_need(copies: Iterable[Copy], listed: set[str], answer: Answer, own: list[str]) -> None:
    unlisted = [copy.number for copy in copies if copy.item not in listed]
    answer.tell("unlisted", unlisted, own=own)
    if unlisted:
        answer.fail("need_to_know")


def _judge_vetting(person: Person, needed: VettingClass, today: date, answer: Answer, own: list[str]) -> None:
    answer.tell("needed", needed.value, shown=needed.text, everyone=True)
    held = word(VettingClass, person.vetting) if person.vetting is not None else None
    answer.tell("vetting", held.value if held else None, shown=held.text if held else None, own=own)
    if held is None or _RANK[held] < _RANK[needed]:
        answer.fail("vetting")
        return
    starts, ends = person.vetted_from, person.vetted_to
    answer.tell("vetted_from", starts, own=own)
    answer.tell("vetted_to", ends, own=own)
    if starts is None or ends is None or not starts <= today <= ends:
        answer.fail("vetting_ended")


def _judge_training(person: Person, days: int | None, today: date, answer: Answer, own: list[str]) -> None:
    answer.tell("trained_on", person.trained_on, own=own)
    if person.trained_on is None:
        answer.fail("training")
    elif days is not None:
        answer.tell("days", days, everyone=True)
        if today > person.trained_on + timedelta(days=days):
            answer.fail("training_old")


def _judge_leaving(person: Person, today: date, due: date | None, answer: Answer, own: list[str]) -> None:
    leaves = person.leaves_on
    answer.tell(
        "leaves_on", leaves, shown=None if leaves else Text("no leaving recorded", "未登记离岗"), own=own
    )
    if leaves is None:
        return
    if leaves < today:
        answer.fail("left")
    elif due is None or due > leaves:
        answer.tell("due_back", due, everyone=True)
        answer.fail("leaving")
