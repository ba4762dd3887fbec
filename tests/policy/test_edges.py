"""Where rules turn that no example shows: which way a house may move them, words, numbers that are told."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from custody.policy import subject
from custody.policy.engine import Finding, decide
from custody.policy.regime import Coverage
from custody.policy.rule import Answer
from custody.policy.rules import approvals_changed, businesses, channels, classification, contractors, ending
from custody.policy.rules.approvals import votes_needed
from custody.terms import Channel, Text, Verb
from tests.policy.examples import EXAMPLES
from tests.policy.packs import pack
from tests.policy.world import BAIXI, ITEM, QINGSHI, SOURCE, World

RANKS = {"open": 0, "inner": 1, "secret": 2}
BY_HAND, COURIER, POST = Channel.IN_PERSON, Channel.COURIER_CLASSIFIED, Channel.POST


def finding_of(rule: str, name: str) -> Finding:
    """What a rule finds in an example."""
    (example,) = [e for e in EXAMPLES if (e.rule, e.name) == (rule, name)]
    (finding,) = decide(example.verb, example.facts, pack(example.regime), [rule]).findings
    return finding


def inputs(rule: str, name: str) -> dict[str, object]:
    """What it tells there."""
    return {key: given.value for key, given in finding_of(rule, name).inputs.items()}


def test_each_level_up_to_the_next_one_named_has_the_channels_of_the_last() -> None:
    open_at = {"inner": (BY_HAND, COURIER, POST), "secret": (BY_HAND,)}
    assert channels.allowed_at(open_at, 0, RANKS) == set(Channel)
    assert channels.allowed_at(open_at, 1, RANKS) == {BY_HAND, COURIER, POST}
    assert channels.allowed_at(open_at, 2, RANKS) == {BY_HAND}


def test_a_house_may_close_channels_at_any_level_and_open_none() -> None:
    old = {"inner": (BY_HAND, COURIER)}
    for new in (old, {"inner": (BY_HAND,)}, {**old, "secret": (COURIER,)}, {"open": (BY_HAND,)}):
        assert channels.fewer_at_each(old, new, RANKS) is True
    for new in ({"inner": (BY_HAND, POST)}, {"secret": (BY_HAND,)}, {**old, "secret": (POST,)}, {}):
        assert channels.fewer_at_each(old, new, RANKS) is False


def test_a_level_that_is_named_has_one_channel_at_least() -> None:
    one = channels.Channels.model_validate({"channels": {"secret": ["in_person"]}})
    assert one.channels == {"secret": (BY_HAND,)}
    with pytest.raises(ValidationError):
        channels.Channels.model_validate({"channels": {"secret": []}})


def test_channels_are_listed_as_people_say_it() -> None:
    one, two, three = (channels._listed(list(found)) for found in
                       ((BY_HAND,), (BY_HAND, COURIER), (BY_HAND, COURIER, POST)))  # fmt: skip
    names = [f"“{each.text.en}”" for each in (BY_HAND, COURIER, POST)]
    assert [one.en, two.en] == [names[0], f"{names[0]} or {names[1]}"]
    assert three.en == f"{names[0]}, {names[1]} or {names[2]}"
    names = [f"“{each.text.zh}”" for each in (BY_HAND, COURIER, POST)]
    assert [one.zh, two.zh] == [names[0], f"{names[0]}或{names[1]}"]
    assert three.zh == f"{names[0]}、{names[1]}或{names[2]}"
    assert channels._listed([]).en == ""


def test_a_house_may_add_conditions_and_ask_for_more_years_never_fewer() -> None:
    more, older = contractors._more, contractors._older
    assert more(("age",), ("age",), RANKS) is True and more(("age",), ("staff", "age"), RANKS) is True
    assert more(("age", "staff"), ("age",), RANKS) is False and more(("age",), ("staff",), RANKS) is False
    assert [older(None, new, RANKS) for new in (None, 1)] == [True, True]
    assert [older(2, new, RANKS) for new in (None, 1, 2, 3)] == [False, False, True, True]


def test_years_end_on_the_same_day_and_those_of_29_february_on_the_28th() -> None:
    assert contractors._years_on(date(2023, 5, 4), 3) == date(2026, 5, 4)
    assert contractors._years_on(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert contractors._years_on(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize(("years", "fits"), [(0, False), (1, True), (200, True), (201, False)])
def test_a_level_lasts_between_one_year_and_two_hundred(years: int, fits: bool) -> None:
    asked = {"max_years": {"secret": years}}
    if fits:
        assert classification.Asked.model_validate(asked).max_years == {"secret": years}
    else:
        with pytest.raises(ValidationError):
            classification.Asked.model_validate(asked)


def test_a_period_is_counted_from_a_day_wherever_a_level_may_last_so_long_at_most() -> None:
    world = World(Verb.COPY_MINT).change(f"item:{ITEM}", level="neibu", issued_on=None)
    lacking: dict[int | None, object] = {}
    for years in (None, 5):
        asked = {"period_from": "mimi", "max_years": {"neibu": years} if years else {}}
        answer = Answer()
        params = classification.Asked.model_validate(asked)
        classification.cls_01(world.facts(), pack("cn_surveying"), params, answer)
        lacking[years] = answer.inputs["unset"].value if answer.problems else []
    assert lacking == {None: [], 5: ["issued_on"]}


def test_what_is_not_set_of_an_item_is_listed_by_name_in_both_languages() -> None:
    remedy = finding_of("CLS-01@1", "neither a basis nor a marking").remedy
    basis, marking = classification._FIELDS["basis"], classification._FIELDS["marking"]
    assert remedy is not None
    assert f"{basis.en}; {marking.en}." in remedy.en and f"{basis.zh}；{marking.zh}。" in remedy.zh


def test_of_two_sources_as_high_the_nearer_one_is_named() -> None:
    told = inputs("CLS-02@1", "below its source, which was made from one as high")
    assert told["source"] == SOURCE


def test_whoever_stands_behind_a_client_is_a_controller_of_it_by_however_many_steps() -> None:
    for name in ("two steps behind the client", "the client's owner from abroad"):
        assert inputs("FOR-01@1", name)["via"] == "a controller of the client"
    assert inputs("FOR-01@1", "asked for: recipient from abroad")["via"] == "the subcontract chain"


def test_zones_are_open_until_their_authority_consents() -> None:
    names = ("the area meets a zone", "whose authority has consented", "one of two authorities has")
    assert [inputs("FLD-02@1", name)["zones_open"] for name in names] == [1, 0, 1]


def test_field_work_is_told_to_both_ends_of_its_own_subcontract_and_to_nobody_above() -> None:
    finding = finding_of("FLD-01@1", "work at the second tier")
    assert finding.inputs["ends"].owners == tuple(sorted((QINGSHI, BAIXI)))


def test_two_officers_are_asked_for_from_the_level_that_the_pack_names() -> None:
    used = pack("cn_surveying")
    assert [votes_needed(used, level) for level in ("gongkai", "jimi", "juemi")] == [1, 1, 2]
    assert votes_needed(used.model_copy(update={"rules": {}}), "juemi") == 1
    off = used.rules["APR-03"].model_copy(update={"enabled": False})
    assert votes_needed(used.model_copy(update={"rules": {"APR-03": off}}), "juemi") == 1
    lower = used.rules["APR-03"].model_copy(update={"params": {"votes": {"mimi": 3, "juemi": 2}}})
    more = used.model_copy(update={"rules": {"APR-03": lower}})
    assert [votes_needed(more, level) for level in ("neibu", "mimi", "juemi")] == [1, 3, 3]


def test_the_highest_grade_is_asked_where_the_table_says_none() -> None:
    used = pack("us_cui")
    (example,) = [e for e in EXAMPLES if (e.rule, e.name) == ("CTR-01@1", "US: reported a day late")]
    kind = next(k for k in used.qualification_types if len(k.grades) > 2)
    bare = used.model_copy(update={"coverage": ()})
    assert businesses._needed_grade(example.facts, bare, kind) == kind.grades[-1].id
    level = subject.level(example.facts, used).id
    rows = tuple(Coverage(type=kind.id, level=level, grade=grade.id) for grade in kind.grades[:2])
    twice = used.model_copy(update={"coverage": rows})
    assert businesses._needed_grade(example.facts, twice, kind) == kind.grades[1].id


@pytest.mark.parametrize("rule", ["APR-01@1", "APR-01@2"])
def test_the_request_decided_on_stands_one_tier_below_those_approved(rule: str) -> None:
    if rule == "APR-01@1":
        told = inputs(rule, "request already denied")
        assert (told["tier"], told["hops"]) == (1, 1)
    told = inputs(rule, "the first is granted, the second denied")
    assert (told["tier"], told["hops"]) == (2, 2)


@pytest.mark.parametrize("rule", ["APR-03@1", "APR-03@2"])
def test_of_the_votes_that_are_needed_those_given_are_told(rule: str) -> None:
    told = inputs(rule, "the second of two votes is being cast")
    assert (told["have"], told["needed"], told["tier"]) == (2, 2, 1)
    told = inputs(rule, "none was demanded and none given")
    assert (told["have"], told["needed"]) == (0, 1)


def test_a_house_may_only_have_more_end_below_and_earlier() -> None:
    each, first = ending._each_for_path, ending._first_for_each
    ways = [(old, new) for old in ("path", "each") for new in ("path", "each")]
    assert [each(*way, RANKS) for way in ways] == [True, True, False, True]
    ways = [(old, new) for old in ("each", "first") for new in ("each", "first")]
    assert [first(*way, RANKS) for way in ways] == [True, True, False, True]


def test_how_steps_reach_below_is_as_by_default_where_the_rule_is_off() -> None:
    used = pack("house_first")
    assert ending.endings(used).close == "first"
    off = used.rules["HOP-10"].model_copy(update={"enabled": False})
    for rules in ({}, {"HOP-10": off}):
        assert ending.endings(used.model_copy(update={"rules": rules})) == ending.Endings()


@pytest.mark.parametrize(
    ("verb", "asked", "problems"),
    [
        (Verb.HOP_COMPLETE, {"complete": "first"}, ["below"]),
        (Verb.HOP_COMPLETE, {"close": "first"}, []),
        (Verb.HOP_CLOSE, {"close": "first"}, ["below"]),
        (Verb.HOP_CLOSE, {"complete": "first"}, []),
    ],
    ids=str,
)
def test_each_step_asks_of_those_below_what_the_house_asks_for_that_step(
    verb: Verb, asked: dict[str, str], problems: list[str]
) -> None:
    world = World(verb).change("act", copies_out=0, offers_open=0, below_open=1, requests_open=0)
    answer = Answer()
    ending.hop_10(world.facts(), pack("cn_surveying"), ending.Endings.model_validate(asked), answer)
    assert list(answer.problems) == problems


def test_one_vote_at_least_is_needed_of_what_was_referred() -> None:
    assert inputs("APR-08@1", "whom it was referred to has approved, where none was demanded")["needed"] == 1


def test_what_was_changed_is_listed_by_its_name_in_both_languages() -> None:
    scope, level = (approvals_changed.TERMS[name] for name in ("scope", "level"))
    listed = approvals_changed._listed(("scope", "level", "else"))
    assert listed == Text(f"{scope.en}, {level.en}, else", f"{scope.zh}、{level.zh}、else")
