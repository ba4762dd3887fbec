"""Consents from above and terms that flow down: recorded with the request or later, and asked for in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from custody import models as m
from custody.actions import hops, papers
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.papers import Agreed, ConsentPaper
from custody.apply import rebuild
from custody.compare import compare
from custody.stored import judgement
from custody.stories import cast as people
from custody.stories.told import agreed, approve, approved_hop, ask, consent, offer
from custody.terms import ConsentKind, VoteChoice
from custody.transitions import NotNow
from ledger.models import Entry

LACKING: dict[str, Any] = {"consents": [], "agreed": None, "client_consent": None}


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    """A project in Zhejiang: the client consents, and three clauses flow down."""
    return people.open_project(cast, "PA-1", "Papers 文件")


def asked(cast: people.Cast, project: m.Project, **papers: Any) -> Outcome:
    held = ask(cast, project, "mei", "westgate", "Scanning 扫描", **{**LACKING, **papers})
    assert held.state == "held", codes(held)
    return held


def codes(outcome: Outcome) -> list[str]:
    return [f.code for f in judgement(outcome.decision).barring]


def problems(outcome: Outcome) -> dict[str, tuple[str, ...]]:
    decision = m.Decision.objects.get(entry=outcome.entry)
    return {f.code: f.problems for f in judgement(decision).findings if f.problems}


def test_a_request_without_papers_is_held_and_says_what_must_come(
    cast: people.Cast, project: m.Project
) -> None:
    held = asked(cast, project)
    assert problems(held) == {"HOP-06": ("soon",), "HOP-07": ("soon",)}
    vote = approve(cast, held.decision)
    assert (vote.state, codes(vote)) == ("refused", ["HOP-06", "HOP-07"])
    remedies = {f.code: f.remedy for f in judgement(vote.decision).barring}
    told = remedies["HOP-07"]
    assert told is not None and "confidentiality agreement" in told.en and "第42条" in told.zh
    assert hops.vote(
        cast.actor("heng"), approval=held.decision.id, choice=VoteChoice.DENY, reason="No papers"
    ).state == "done"  # fmt: skip


def test_papers_that_come_later_open_the_way(cast: people.Cast, project: m.Project) -> None:
    held, mei = asked(cast, project), cast.actor("mei")
    hop = held.object.id
    entries = Entry.objects.count()
    paper: m.Consent = papers.record_consent(mei, hop=hop, paper=consent(cast)).object
    assert codes(approve(cast, held.decision)) == ["HOP-07"]
    papers.record_terms(mei, hop=hop, agreed=replace(agreed(cast), receiver_signed_on=None))
    assert problems(approve(cast, held.decision))["HOP-07"] == ("unsigned",)
    papers.record_terms(mei, hop=hop, agreed=agreed(cast))
    assert approve(cast, held.decision).state == "done"
    assert (paper.kind, paper.reference) == (ConsentKind.CLIENT, consent(cast).reference)
    assert Entry.objects.count() == entries + 6
    assert m.Agreement.objects.filter(hop=hop).count() == 2


def test_papers_that_come_with_the_request_are_recorded_with_it(
    cast: people.Cast, project: m.Project
) -> None:
    held = asked(cast, project, consents=[consent(cast)], agreed=agreed(cast))
    assert problems(held) == {}
    hop = m.Hop.objects.get(id=held.object.id)
    assert hop.client_consent is True
    assert m.Consent.objects.get(hop=hop).given_on == cast.today - dt.timedelta(days=6)
    assert set(m.Agreement.objects.get(hop=hop).clauses) == {"confidentiality", "no-transfer", "oversight"}
    assert approve(cast, held.decision).state == "done"


def test_no_copy_passes_a_subcontract_whose_terms_were_taken_back(
    cast: people.Cast, project: m.Project
) -> None:
    hop = approved_hop(cast, project, "westgate", "Scanning 扫描")
    copies = people.make_copies(cast, project, "PA-A", 2)
    assert offer(cast, hop, copies[:1], "tao", "westgate_room").state == "done"
    fewer = replace(agreed(cast), clauses=["confidentiality"], reference="BM-2026-08")
    papers.record_terms(cast.actor("mei"), hop=hop.id, agreed=fewer)
    refused = offer(cast, hop, copies[1:], "tao", "westgate_room")
    assert codes(refused) == ["HOP-07"] and problems(refused)["HOP-07"] == ("missing",)


@pytest.mark.parametrize(
    ("paper", "about"),
    [
        ({"reference": "  "}, "reference"),
        ({"reference": "x" * 201}, "reference"),
        ({"document_sha256": "A" * 64}, "document_sha256"),
        ({"document_sha256": "0" * 63}, "document_sha256"),
        ({"given_on": dt.date(2199, 1, 1)}, "given_on"),
    ],
)
def test_a_consent_that_cannot_be_meant_is_refused_and_nothing_is_recorded(
    cast: people.Cast, project: m.Project, paper: dict[str, Any], about: str
) -> None:
    held, entries = asked(cast, project), Entry.objects.count()
    bad = replace(consent(cast), **paper)
    with pytest.raises(ActionError) as told:
        papers.record_consent(cast.actor("mei"), hop=held.object.id, paper=bad)
    assert told.value.about == about
    with pytest.raises(ActionError):
        asked(cast, project, consents=[bad])
    assert Entry.objects.count() == entries and not m.Consent.objects.exists()


def test_terms_that_cannot_be_meant_are_refused(cast: people.Cast, project: m.Project) -> None:
    held, mei, sound = asked(cast, project), cast.actor("mei"), agreed(cast)
    ahead = cast.today + dt.timedelta(days=3)
    for bad, about in (
        (replace(sound, clauses=["dd-254"]), "clauses"),
        (replace(sound, reference=""), "reference"),
        (replace(sound, giver_signed_on=ahead), "giver_signed_on"),
        (replace(sound, receiver_signed_on=ahead), "receiver_signed_on"),
        (replace(sound, document_sha256="x"), "document_sha256"),
    ):
        with pytest.raises(ActionError) as told:
            papers.record_terms(mei, hop=held.object.id, agreed=bad)
        assert told.value.about == about
    assert not m.Agreement.objects.exists()


def test_a_paper_is_recorded_once_and_a_newer_one_of_its_kind_takes_its_place(
    cast: people.Cast, project: m.Project
) -> None:
    hop, mei = asked(cast, project).object.id, cast.actor("mei")
    papers.record_consent(mei, hop=hop, paper=consent(cast))
    with pytest.raises(ActionError, match="already"):
        papers.record_consent(mei, hop=hop, paper=consent(cast))
    papers.record_consent(mei, hop=hop, paper=replace(consent(cast), reference="〔2026〕19号"))
    assert m.Consent.objects.filter(hop=hop).count() == 2
    papers.record_terms(mei, hop=hop, agreed=agreed(cast))
    with pytest.raises(ActionError, match="already"):
        papers.record_terms(mei, hop=hop, agreed=agreed(cast))


def test_the_client_cannot_have_refused_and_consented(cast: people.Cast, project: m.Project) -> None:
    with pytest.raises(ActionError) as told:
        asked(cast, project, consents=[consent(cast)], client_consent=False)
    assert told.value.about == "client_consent"
    with pytest.raises(ActionError) as told:
        asked(cast, project, consents=[consent(cast), consent(cast)])
    assert told.value.about == "consents"


def test_nothing_is_recorded_for_what_was_refused_and_by_who_may_not(
    cast: people.Cast, project: m.Project
) -> None:
    held = asked(cast, project)
    for who in ("tao", "heng", "yu", "an", "lan"):
        with pytest.raises(NotPermitted):
            papers.record_consent(cast.actor(who), hop=held.object.id, paper=consent(cast))
        with pytest.raises(NotPermitted):
            papers.record_terms(cast.actor(who), hop=held.object.id, agreed=agreed(cast))
    hops.vote(cast.actor("heng"), approval=held.decision.id, choice=VoteChoice.DENY, reason="No")
    with pytest.raises(NotNow):
        papers.record_consent(cast.actor("mei"), hop=held.object.id, paper=consent(cast))
    with pytest.raises(NotNow):
        papers.record_terms(cast.actor("mei"), hop=held.object.id, agreed=agreed(cast))
    assert not m.Consent.objects.exists() and not m.Agreement.objects.exists()


def test_who_votes_is_asked_again_when_a_paper_came_in_between(cast: people.Cast, project: m.Project) -> None:
    held = asked(cast, project, consents=[consent(cast)], agreed=agreed(cast))
    officer, approval = cast.actor("heng"), held.decision
    ruling = hops.preview_vote(officer, approval, approval.created_at)
    shown = hops.statement(approval, ruling, VoteChoice.APPROVE, officer.human())
    papers.record_terms(cast.actor("mei"), hop=held.object.id, agreed=Agreed((), "BM-2026-09"))
    from custody.record import digest_of_text

    with pytest.raises(ActionError, match="facts have changed"):
        hops.vote(
            officer, approval=approval.id, choice=VoteChoice.APPROVE, reason="In order",
            statement_sha256=digest_of_text(shown),
        )  # fmt: skip


def test_an_authority_is_asked_where_the_pack_says_so_and_the_owner_is_not_its_own_client() -> None:
    from custody.policy.engine import decide
    from custody.terms import Verb
    from tests.policy.examples.papers import consent as given
    from tests.policy.packs import overlaid
    from tests.policy.world import HOP1, World

    house = overlaid(
        "id: house_both\nversion: '1'\nextends: cn_surveying_zhejiang\nlabel: {en: House, zh: 内部}\n"
        "effective: 2026-01-01\nrules:\n  HOP-06: {params: {authority_from: mimi}}\n",
        over="cn_surveying_zhejiang",
    )
    world = World(Verb.HOP_APPROVE, "house_both")
    (lacks,) = decide(Verb.HOP_APPROVE, world.facts(), house, ["HOP-06@1"]).findings
    assert lacks.problems == ("lacking",) and lacks.inputs["lacking"].value == ["authority"]
    world.change(f"hop:{HOP1}", consents=(given(), given("authority")))
    (has,) = decide(Verb.HOP_APPROVE, world.facts(), house, ["HOP-06@1"]).findings
    assert has.outcome.value == "pass"


def test_the_papers_are_rebuilt_from_the_ledger_alone(cast: people.Cast, project: m.Project) -> None:
    hop = approved_hop(cast, project, "westgate", "Scanning 扫描")
    digest = "a" * 64
    papers.record_consent(
        cast.actor("mei"),
        hop=hop.id,
        paper=ConsentPaper(ConsentKind.AUTHORITY, "〔2026〕3号", cast.today, digest),
    )
    papers.record_terms(
        cast.actor("mei"), hop=hop.id, agreed=Agreed(["oversight"], "BM-2", None, cast.today, digest)
    )
    assert list(compare(rebuild())) == []
    m.Hop.objects.filter(id=hop.id).update(scope="Other")
    assert list(compare(rebuild())) != []
