"""Facts are exactly what was stored: nothing more, nothing less, nothing guessed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from custody.policy import subject
from custody.policy.engine import decide
from custody.policy.facts import (
    FACTS_SCHEMA,
    SCHEMAS,
    Act,
    Facts,
    FactsError,
    Hop,
    Missing,
    Project,
    System,
    key_of,
    noun_of,
)
from custody.terms import Leg, Text, Verb
from ledger.tlog.canonical import decode, encode
from tests.policy.examples import copying, destruction, field, visits
from tests.policy.packs import pack
from tests.policy.test_overriding import override
from tests.policy.world import (
    APPROVAL2,
    HOP1,
    HOP2,
    INSTALLATION,
    ITEM,
    QINGSHI,
    VAULT,
    World,
    certificate,
    item,
    party,
)


def stored() -> dict[str, Any]:
    return World(Verb.HANDOFF_ACCEPT).facts().to_json()


def test_facts_come_back_from_canonical_bytes_as_they_were() -> None:
    facts = World(Verb.HANDOFF_ACCEPT, "cn_surveying", tier=2).facts()
    again = Facts.from_json(decode(encode(facts.to_json())))  # type: ignore[arg-type]
    assert again == facts
    assert again.hop(HOP1) == facts.hop(HOP1)


@pytest.mark.parametrize(
    ("group", "member", "value"),
    [
        ("project", "contract_value", 1000000),
        ("project", "contract_value", "1e6"),
        ("project", "contract_value", "01"),
        ("project", "contract_value", "NaN"),
        ("project", "id", "A0000000-0000-0000-0000-000000000001"),
        ("project", "categories", "gis"),
        ("project", "categories", [1]),
        ("act", "today", "2026-11-31"),
        ("act", "today", "20261121"),
        ("act", "today", "2026-11-21T00:00:00Z"),
        ("act", "has_purpose", 1),
        ("act", "has_purpose", None),
        ("act", "verb", "handoff.steal"),
        (f"hop:{HOP1}", "depth", True),
        (f"hop:{HOP1}", "depth", "1"),
        (f"hop:{HOP1}", "state", "approved"),
        (f"hop:{HOP1}", "subject_sha256", "F" * 64),
        (f"party:{QINGSHI}", "qualifications", [{"id": QINGSHI}]),
        ("installation", "network", "wifi"),
    ],
)
def test_an_ill_typed_member_is_refused(group: str, member: str, value: object) -> None:
    facts = stored()
    facts["groups"][group][member] = value
    with pytest.raises(FactsError, match=member):
        Facts.from_json(facts)


def test_a_missing_or_unknown_member_is_refused() -> None:
    for change in (lambda g: g.pop("level"), lambda g: g.update(colour="red")):
        facts = stored()
        change(facts["groups"]["project"])
        with pytest.raises(FactsError, match="unknown or missing"):
            Facts.from_json(facts)


def test_a_group_under_the_wrong_name_is_refused() -> None:
    for wrong in (f"hop:{HOP2}", "hop", "hop:1", "horse", f"project:{HOP1}", f"system:{INSTALLATION}"):
        facts = stored()
        source = "installation" if wrong.startswith("system") else f"hop:{HOP1}"
        facts["groups"][wrong] = deepcopy(facts["groups"][source])
        with pytest.raises(FactsError):
            Facts.from_json(facts)


def test_another_schema_is_refused() -> None:
    wrong: tuple[Any, ...] = (0, max(SCHEMAS) + 1, True, "1", None, [])
    for schema in wrong:
        with pytest.raises(FactsError, match="schema"):
            Facts.from_json({**stored(), "schema": schema})
        with pytest.raises(FactsError, match="schema"):
            Facts({}, schema)


LATER = {
    "hop": (
        *("changed", "business", "performer"),
        *("siblings", "consents", "clauses", "giver_signed", "receiver_signed"),
        *("payer", "payer_country", "payment"),
    ),
    "approval": ("conditions", "referrals", "limits", "used", "decided_on"),
    "person": (
        *("vetting", "vetted_from", "vetted_to", "trained_on", "undertaking_on", "leaves_on"),
        *("need_to_know", "delegations"),
    ),
    "party": (
        *("established_on", "conditions_on", "clean_record", "prc_staff", "inspected_on"),
        *("overdue", "overdue_since", "held_by", "incidents_late"),
        *("holds", "held_since", "counted_on", "differences", "differences_since"),
        *("heap", "heap_km2", "heap_without_area"),
        *("lists", "unscreened", "screened_on", "listed_on", "hits_open"),
    ),
    "act": (
        *("channel", "second_carrier", "delegation", "item", "leg", "permit", "collection"),
        *("copies_out", "offers_open", "below_open", "requests_open", "visit", "destruction"),
        *("copy_permit", "count", "witness", "at_counter_of", "signed_with"),
    ),
    "copy": (
        *("came_over", "held_by", "last_event_on"),
        *("beside", "covered_by", "covered_until", "held_since", "person_has"),
    ),
    "project": ("state", "accepted_on", "submitted_on"),
    "system": ("inventory_number", "country", "provision"),
    "installation": ("inventory_number", "country", "provision"),
}


def under_the_first_schema() -> dict[str, Any]:
    """Return facts as they were stored before there were channels in them."""
    facts = stored()
    for key in [key for key in facts["groups"] if key.startswith("item:")]:
        del facts["groups"][key]
    for key, group in facts["groups"].items():
        for member in LATER.get(key.partition(":")[0], ()):
            del group[member]
        for vote in group.get("votes", ()):
            del vote["on_behalf_of"]
    return {**facts, "schema": 1}


def test_facts_of_the_first_schema_read_as_they_were_and_what_came_later_is_not_known() -> None:
    facts = Facts.from_json(under_the_first_schema())
    assert (facts.schema, facts.act.channel, facts.act.second_carrier) == (1, None, None)
    for system in (facts.installation, facts.system(str(facts.act.system))):
        assert (system.inventory_number, system.country, system.provision) == (None, None, None)
    assert facts.act.verb == Verb.HANDOFF_ACCEPT.value
    assert facts.to_json() == under_the_first_schema()


@pytest.mark.parametrize("member", ["channel", "second_carrier"])
def test_a_member_under_a_schema_that_does_not_know_it_is_refused(member: str) -> None:
    facts = under_the_first_schema()
    facts["groups"]["act"][member] = None
    with pytest.raises(FactsError, match=member):
        Facts.from_json(facts)
    facts = stored()
    del facts["groups"]["act"][member]
    with pytest.raises(FactsError, match=member):
        Facts.from_json(facts)


@pytest.mark.parametrize("schema", [1, 2])
def test_an_item_among_facts_of_a_schema_before_the_third_is_refused(schema: int) -> None:
    item = stored()["groups"][f"item:{ITEM}"]
    with pytest.raises(FactsError, match=f"schema {schema} knows no such group"):
        Facts.from_json({"schema": schema, "groups": {f"item:{ITEM}": item}})


@pytest.mark.parametrize("member", [("channel", "pigeon"), ("channel", 1), ("second_carrier", "Guan")])
def test_an_ill_typed_member_of_the_second_schema_is_refused(member: tuple[str, object]) -> None:
    facts = stored()
    facts["groups"]["act"][member[0]] = member[1]
    with pytest.raises(FactsError, match=member[0]):
        Facts.from_json(facts)


def test_an_absent_group_is_missing_and_named_in_both_languages() -> None:
    with pytest.raises(Missing) as caught:
        World(Verb.HANDOFF_OFFER).facts().approval(APPROVAL2)
    assert caught.value.what.en == "an approval" and caught.value.what.zh == "审批记录"


def test_a_hop_above_itself_is_an_error_and_not_an_endless_walk() -> None:
    world = World(Verb.HANDOFF_OFFER, "cn_surveying", tier=2).change(f"hop:{HOP1}", parent=HOP2)
    with pytest.raises(FactsError, match="above itself"):
        world.facts().path(HOP2)


def test_building_facts_refuses_a_float_and_two_groups_of_one_name() -> None:
    with pytest.raises(FactsError, match="valid_to"):
        Facts.of(party(QINGSHI, qualifications=(replace(certificate(1), valid_to="2027-02-30"),)))  # type: ignore[arg-type]
    with pytest.raises(FactsError, match="twice"):
        Facts.of(party(QINGSHI), party(QINGSHI))


def test_what_was_read_of_facts_before_is_no_part_of_them() -> None:
    asked, fresh = (Facts.from_json(World(Verb.HANDOFF_OFFER).facts().to_json()) for _ in range(2))
    assert asked.once("a question", lambda: 1) == 1
    assert asked.project is not None and asked.party(QINGSHI) is not None
    never = Facts(fresh.groups)
    assert asked == fresh == never
    assert repr(asked) == repr(fresh) == repr(never)


def of_noun(noun: str, schema: int = FACTS_SCHEMA) -> dict[str, Any]:
    """Return a group of a noun that the first schema does not know, under its name, as a schema stores it."""
    world = field.flown(World(Verb.COLLECTION_RECORD)).add(item(ITEM), override())
    groups = visits.comes(visits.GUEST)(world).add(copying.permit(), destruction.batch()).facts().groups
    key = next(key for key in groups if key.startswith(f"{noun}:"))
    since = {x.name: x.metadata.get("since", 1) for x in fields(noun_of(key))}
    return {key: {name: value for name, value in groups[key].items() if since[name] <= schema}}


@pytest.mark.parametrize(
    ("noun", "since"),
    [
        ("item", 3),
        ("override", 4),
        ("equipment", 4),
        ("permit", 4),
        ("collection", 4),
        ("visit", 4),
        ("destruction", 4),
        ("copypermit", 5),
    ],
)
def test_a_noun_is_read_from_the_schema_on_that_brought_it(noun: str, since: int) -> None:
    for schema in SCHEMAS:
        given: Any = {"schema": schema, "groups": of_noun(noun, schema)}
        if schema >= since:
            assert Facts.from_json(given).to_json() == given
        else:
            with pytest.raises(FactsError, match=f"schema {schema} knows no such group"):
                Facts.from_json(given)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ([], "expected the members"),
        (["schema", "groups"], "expected the members"),
        ({"schema": 9}, "expected the members"),
        ({"schema": 9, "groups": {}, "more": 1}, "expected the members"),
        ({"schema": 9, "groups": []}, "groups is not an object"),
        ({"schema": 9, "groups": {"act": "handoff"}}, "act: not an object"),
    ],
    ids=str,
)
def test_what_is_not_facts_is_refused_with_what_was_expected(value: Any, wrong: str) -> None:
    with pytest.raises(FactsError, match=wrong):
        Facts.from_json(value)


@pytest.mark.parametrize(
    "key", [f"act:{HOP1}", f"project:{HOP1}", "hop", "hop:", "hop:1", "horse", f"Hop:{HOP1}"]
)
def test_a_name_that_no_group_has_is_refused(key: str) -> None:
    with pytest.raises(FactsError, match="not the name of a group"):
        noun_of(key)


def test_a_group_is_named_by_its_noun_and_where_there_are_several_by_its_id() -> None:
    world = World(Verb.HANDOFF_OFFER)
    for key, kind in (("act", Act), ("project", Project), ("installation", System), (f"hop:{HOP1}", Hop)):
        assert noun_of(key) is kind and key_of(world._groups[key]) == key
    assert noun_of(f"system:{VAULT}") is System and key_of(world.facts().system(VAULT)) == f"system:{VAULT}"


def test_a_destination_may_be_the_installation_and_is_found_without_one() -> None:
    world = World(Verb.HANDOFF_OFFER)
    assert world.facts().system(INSTALLATION) == world.facts().installation
    assert world.drop("installation").facts().system(VAULT).id == VAULT
    with pytest.raises(Missing, match="system"):
        world.facts().system(INSTALLATION)


def test_the_same_facts_answer_for_another_act() -> None:
    world = World(Verb.HANDOFF_OFFER)
    facts = world.facts()
    read, later = facts.hop(HOP1), replace(facts.act, receiver_person=None)
    assert facts.act.receiver_person is not None
    again = facts.asked(later)
    assert again == World(Verb.HANDOFF_OFFER).change("act", receiver_person=None).facts()
    assert again.act == later and again.hop(HOP1) is read


def test_what_was_found_for_one_act_is_not_the_answer_for_another() -> None:
    facts = World(Verb.HANDOFF_OFFER, "cn_surveying", tier=2).facts()
    assert subject.leg(facts) is None and subject.copies(facts) and subject.path(facts)
    again = facts.asked(replace(facts.act, leg=Leg.RETURN.value, copies=(), hop=None))
    assert subject.leg(again) is Leg.RETURN and subject.path(again) == ()
    with pytest.raises(Missing):
        subject.copies(again)


def test_facts_gathered_and_the_same_read_back_are_judged_alike() -> None:
    gathered = World(Verb.HANDOFF_OFFER, "cn_surveying", tier=2).facts()
    national = pack("cn_surveying")
    read = Facts.from_json(decode(encode(gathered.to_json())))  # type: ignore[arg-type]
    assert decide(Verb.HANDOFF_OFFER, gathered, national) == decide(Verb.HANDOFF_OFFER, read, national)


def test_facts_never_change_and_do_not_show_twice_what_was_read_of_them() -> None:
    facts = World(Verb.HANDOFF_OFFER).facts()
    shown = repr(facts)
    assert facts.act.verb == Verb.HANDOFF_OFFER.value and repr(facts) == shown
    assert facts == World(Verb.HANDOFF_OFFER).facts()
    with pytest.raises(FrozenInstanceError):
        facts.schema = 3  # type: ignore[misc]


def test_what_is_missing_says_of_which_group_in_a_report_on_it() -> None:
    missing = Missing(Text("the share", "份额"), "hop:1")
    assert (str(missing), missing.group, missing.what.zh) == ("hop:1: the share", "hop:1", "份额")
