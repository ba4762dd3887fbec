"""Facts that are changed for a trial: one by one, by a path, and never the graph that they make."""

from __future__ import annotations

from datetime import date

import pytest

from custody.policy import editing, engine, sample, shipped
from custody.policy.facts import FactsError
from custody.policy.regime import Pack
from custody.terms import DecisionOutcome, FindingOutcome, Verb

TODAY = date(2026, 11, 21)
PACK = shipped.pack("cn_surveying_zhejiang")


def outcome(code: str, **changes: str) -> FindingOutcome:
    facts = sample.facts(Verb.HOP_APPROVE, PACK, TODAY)
    paths = {f"party:{sample.RECEIVER}/{name.replace('__', '/')}": text for name, text in changes.items()}
    after, done = editing.changed(facts, PACK, paths)
    assert len(done) == len(changes)
    found = engine.decide(Verb.HOP_APPROVE, after, PACK).findings
    return next(f.outcome for f in found if f.code == code)


_IN_THE_FIELD = (Verb.PERMIT_SUBMIT, Verb.PERMIT_APPROVE, Verb.COLLECTION_RECORD)
OFF = {
    "generic": _IN_THE_FIELD,
    "us_cui": (*_IN_THE_FIELD, Verb.COPY_PERMIT_REQUEST, Verb.COPY_PERMIT_APPROVE),
}
"""Where nothing is asked of an act, which is then not to be had: no rule can allow it."""


@pytest.mark.parametrize("pack", shipped.packs().values(), ids=lambda pack: pack.id)
@pytest.mark.parametrize("verb", list(Verb))
def test_the_invented_case_is_in_order_under_every_pack(pack: Pack, verb: Verb) -> None:
    decision = engine.decide(verb, sample.facts(verb, pack, TODAY), pack)
    if {f.outcome for f in decision.findings} == {FindingOutcome.NOT_APPLICABLE}:
        assert verb in OFF.get(pack.id, ()), "no rule of it is on"
        return
    assert decision.outcome is DecisionOutcome.ALLOW, [(f.code, f.problems) for f in decision.barring]


def test_a_changed_fact_changes_what_the_rule_says() -> None:
    assert outcome("FOR-01") is FindingOutcome.PASS
    assert outcome("FOR-01", country="US") is FindingOutcome.BLOCK
    assert outcome("FOR-01", country="") is FindingOutcome.CANNOT_TELL
    assert outcome("QUA-04", qualifications__0__state="revoked") is not FindingOutcome.PASS
    assert outcome("QUA-03", qualifications__0__valid_to="2026-01-01") is FindingOutcome.BLOCK


def test_every_member_that_is_offered_can_be_sent_back_as_it_stands_and_changes_nothing() -> None:
    facts = sample.facts(Verb.HANDOFF_OFFER, PACK, TODAY)
    same = {member.path: member.text for member in editing.members(facts)}
    after, done = editing.changed(facts, PACK, same)
    assert done == [] and after.to_json() == facts.to_json() and len(same) > 100


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("act/verb", "hop.request"),
        ("project/regime", "generic"),
        (f"party:{sample.RECEIVER}/id", sample.OWNER),
        (f"hop:{sample.HOP}/subject_sha256", "2" * 64),
        (f"hop:{sample.HOP}/approval", ""),
        (f"party:{sample.RECEIVER}/qualifications/9/state", "verified"),
        ("nothing", "x"),
        (f"hop:{sample.HOP}/level", "eaten"),
        (f"hop:{sample.HOP}/state", "eaten"),
        (f"hop:{sample.HOP}/starts", ""),
        (f"hop:{sample.HOP}/starts", "2026-13-01"),
        (f"hop:{sample.HOP}/share", "NaN"),
        (f"hop:{sample.HOP}/keeps_core", "maybe"),
        (f"approval:{sample.APPROVAL}/needed", "-1"),
        (f"party:{sample.RECEIVER}/country", "x" * 201),
    ],
)
def test_what_ties_the_facts_together_and_what_does_not_fit_is_an_error(path: str, text: str) -> None:
    with pytest.raises(FactsError, match=path.split("/", maxsplit=1)[0]):
        editing.changed(sample.facts(Verb.HOP_APPROVE, PACK, TODAY), PACK, {path: text})
