"""FOR-04: who stands in the chain was held against the lists of barred parties lately.

That a party is barred is what HOP-01 asks; this rule asks whether anybody would know. Three things were
weighed when it was made:

- A score bars nobody: a likeness becomes a bar only by the verdict of a person, so none of this bars.
- A site that keeps no list is told so with each decision, in the note that the rule has nothing to judge, and
  not warned: a warning on every act, which nobody concerned can mend, is one that people learn to pass over.
  A house whose law asks it to keep a list sets ``list_needed``.
- A party does not read what it was suspected of. So all ways in which screening can be wanting are one
  problem, and which it is, and of whom, is told to the project's side alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Facts, Party, known
from custody.policy.regime import Pack, Params, lower, lower_level, switched_on
from custody.policy.rule import Answer, day_text, rule
from custody.policy.rules.legs import BACK, INSIDE
from custody.terms import FindingOutcome, Leg, PartyState, Text

_DAYS = Annotated[int, Field(ge=1, le=3660)]


class Screened(Params):
    """For how many days a screening counts, and a list from the day it came in, None: without end; whether a
    list must be kept at all; from which level this is asked, None: at none."""

    days: _DAYS | None = None
    list_days: _DAYS | None = None
    list_needed: bool = False
    from_level: str | None = None
    tighten = {"days": lower, "list_days": lower, "list_needed": switched_on, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


_UNJUDGED = Text(
    "it looks like a barred party, and nobody has judged that; judge it on the party's page",
    "与禁入名单的相似命中尚未判定，请在该单位页面作出判定",
)
_NEVER = Text(
    "it was never held against every list that is kept; screen it from its page",
    "尚未与全部现有名单比对，请在该单位页面执行筛查",
)
_STALE = Text(
    "it was last held against every list on {0}, and a screening counts for {1} days; screen it from its "
    "page",
    "最近一次与全部名单比对是{0}，筛查结果{1}天内有效，请在该单位页面重新筛查",
)
_OLD = Text(
    "the list that it was held against came in on {0}, and a list counts for {1} days; have a newer one "
    "imported",
    "所比对的名单于{0}导入，名单{1}天内有效，请导入新的名单",
)
_GRAVEST_FIRST = (_UNJUDGED, _NEVER, _STALE, _OLD)


@rule(
    "FOR-04",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Screened,
    severity=FindingOutcome.WARN,
    title=Text(
        "The parties of the chain were held against the lists of barred parties lately",
        "链上各单位近期均已与禁入名单比对",
    ),
    remedies={
        "look": Text(
            "Look at the screening of {party} first: {why}. Parties of the chain to look at: {to_look_at}.",
            "请先核查{party}的筛查情况：{why}。链上需核查的单位共{to_look_at}个。",
        ),
        "no_list": Text(
            "This site keeps no list of barred parties. Have the administrator import one.",
            "本系统没有禁入名单，请由管理员导入。",
        ),
    },
)
def for_04(facts: Facts, pack: Pack, params: Screened, answer: Answer) -> None:
    """From a level on, clients, everyone on the path, who pays and receives, and all who control them were
    held against a list of each source, not too long ago; the list was not too old; no likeness is unjudged.

    The owner of the project is not asked for, nor is a party that is closed. Both last days are still in
    time. It bars nothing: a party that was judged to be on a list is barred, and HOP-01 says so. Where no
    list is kept there is nothing to judge, unless the house asks for one. It is not asked of copies that go
    back or stay within one party, and asked every night of each subcontract in force.
    """
    leg = subject.leg(facts)
    if leg is Leg.RETURN:
        return answer.not_applicable(BACK.en, BACK.zh)
    if subject.inside(facts):
        return answer.not_applicable(INSIDE.en, INSIDE.zh)
    level = subject.level(facts, pack)
    if params.from_level is None or level.rank < pack.rank(params.from_level):
        return answer.not_applicable("At this level no screening is asked for.", "该密级不要求筛查。")
    recipient = subject.recipient(facts)
    lists = known(
        facts.party(recipient).lists, "which lists of barred parties are kept", "现有的禁入名单", recipient
    )
    answer.tell("lists", lists, everyone=True)
    if not lists:
        if params.list_needed:
            return answer.warn("no_list")
        return answer.not_applicable(
            "This site keeps no list of barred parties, so nobody was held against one.",
            "本系统没有禁入名单，未作筛查。",
        )
    found: list[Wanting] = []
    examined = 0
    for party in _chain(facts):
        examined += 1
        wanting = _wanting(party, params, facts.act.today)
        if wanting is not None:
            found.append(wanting)
    answer.tell("examined", examined)
    answer.tell("to_look_at", len(found))
    if found:
        first = min(found, key=lambda one: _GRAVEST_FIRST.index(one.what))
        answer.tell("party", first.party, refers="party")
        answer.tell("why", first.why.en, shown=first.why)
        answer.warn("look")
    return None


class Wanting(NamedTuple):
    """What is wanting in the screening of a party, and since which day, which counts for how many days."""

    party: str
    what: Text
    day: date | None = None
    days: int | None = None

    @property
    def why(self) -> Text:
        """Return it as it is said."""
        shown = Text("", "") if self.day is None else day_text(self.day)
        return Text(self.what.en.format(shown.en, self.days), self.what.zh.format(shown.zh, self.days))


def _wanting(party: Party, params: Screened, today: date) -> Wanting | None:
    """Return what is wanting first; None where nothing is."""
    at = f"party:{party.id}"
    if known(party.hits_open, "which likenesses are not judged yet", "尚未判定的相似命中", at):
        return Wanting(party.id, _UNJUDGED)
    if known(party.unscreened, "which lists a party was held against", "单位已比对的名单", at):
        return Wanting(party.id, _NEVER)
    on = known(party.screened_on, "when a party was screened last", "单位最近一次筛查日期", at)
    if params.days is not None and today > on + timedelta(days=params.days):
        return Wanting(party.id, _STALE, on, params.days)
    came = known(
        party.listed_on, "when the list came in that it was held against", "所比对名单的导入日期", at
    )
    if params.list_days is not None and today > came + timedelta(days=params.list_days):
        return Wanting(party.id, _OLD, came, params.list_days)
    return None


def _chain(facts: Facts) -> Iterator[Party]:
    """Each party once that is asked for, the recipient first; controllers follow the controlled."""
    project = facts.project
    waiting = [
        known(project.client_party, "the client", "委托方", "project"),
        known(project.ultimate_client_party, "the ultimate client", "最终委托方", "project"),
    ]
    for hop in subject.path(facts):
        waiting += [party for party in (hop.payer, hop.from_party, hop.to_party) if party is not None]
    if subject.is_handoff(facts):
        waiting.append(subject.sender(facts))
    waiting.append(subject.recipient(facts))
    seen = {project.owner_party}
    while waiting:
        id = waiting.pop()
        if id in seen:
            continue
        seen.add(id)
        party = facts.party(id)
        if party.state != PartyState.CLOSED.value:
            yield party
        waiting += [control.party for control in reversed(party.controllers)]
