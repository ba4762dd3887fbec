"""The evidence answers the question whole, and holds nothing of other projects or unconcerned persons."""

from __future__ import annotations

from uuid import UUID

import pytest

from custody.events import KINDS
from custody.reports import evidence
from ledger import trust
from ledger.tlog.leaf import tag
from ledger.tlog.verify import Entry, Verdict, verify_bundle
from tests.reports import made
from tests.reports.made import Unit


def judged(unit: Unit) -> Verdict:
    return verify_bundle(unit.english.evidence, trust.load(unit.trust))


def kinds(verdict: Verdict, name: str) -> list[Entry]:
    return [e for e in verdict.entries if str(e.values.get("kind")).startswith(name + "/")]


def test_it_holds_the_project_its_parties_their_controllers_and_the_system_and_no_other_project(
    unit: Unit,
) -> None:
    verdict = judged(unit)
    streams = {str(e.values.get("about")) for e in verdict.entries}
    assert [s for s in streams if s.startswith("project:")] == [f"project:{unit.stories}"]
    assert "system" in streams
    names = {
        e.values.get("name") or e.values.get("individual_name") for e in kinds(verdict, "party.registered")
    }
    assert {"Northfield Survey Institute", "Meridian Research Inc.", "Ren Yifei"} <= names
    assert "Provincial Surveying Supervision Office" not in names
    assert len(kinds(verdict, "project.opened")) == 1


def test_it_carries_every_pack_that_a_decision_was_taken_under_and_the_copies_keys(unit: Unit) -> None:
    verdict = judged(unit)
    assert verdict.bundle is not None
    used = {e.values["decision"]["pack_sha256"] for e in verdict.entries if "decision" in e.values}  # type: ignore[index,call-overload]
    assert used == set(verdict.bundle.packs)
    minted = [str(c["copy"]) for e in kinds(verdict, "copies.minted") for c in e.values["copies"]]  # type: ignore[union-attr,index,call-overload]
    assert sorted(minted) == sorted(verdict.bundle.tag_keys)
    accepted = kinds(verdict, "handoff.accepted")[0]
    copy = accepted.values["copies"][0]  # type: ignore[index]
    assert tag(verdict.bundle.tag_keys[str(copy)], accepted.leaf.id) in accepted.leaf.tags


def test_names_of_persons_whom_nothing_mentions_are_withheld(unit: Unit) -> None:
    verdict = judged(unit)
    named = {e.values.get("name") for e in kinds(verdict, "person.registered")}
    assert "林梅 Lin Mei" in named  # she acts
    assert "孙乔 Sun Qiao" not in named  # an officer who never voted here
    assert verdict.counts.withheld > 0
    assert verdict.state == "ok"


@pytest.mark.django_db(transaction=True)
def test_a_question_that_no_checkpoint_covers_yet_has_no_evidence(
    committed_cast: object, settings: object
) -> None:
    from custody.models import Report
    from custody.reports.evidence import collect
    from custody.stories import plays
    from ledger.errors import NotSealedError

    project = made.play(committed_cast, "LH-1", plays.in_order)
    made.seal_all()
    report: UUID = made.request(committed_cast, project)
    entry = Report.objects.get(id=report).requested_entry
    with pytest.raises(NotSealedError):
        collect(entry, settings.TRUST_DIR)  # type: ignore[attr-defined]
    made.seal_all()
    assert collect(entry, settings.TRUST_DIR).verdict.state == "ok"  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_a_party_that_came_in_after_the_question_is_in_the_evidence(
    committed_cast: object, settings: object
) -> None:
    from custody.models import Report
    from custody.reports.evidence import collect
    from custody.stories import plays
    from custody.stories.told import ask

    project = made.play(committed_cast, "LH-1", plays.in_order)
    report = made.request(committed_cast, project)
    ask(committed_cast, project, "mei", "meridian", "Late 后来")  # type: ignore[arg-type]
    made.seal_all()
    entry = Report.objects.get(id=report).requested_entry
    found = collect(entry, settings.TRUST_DIR)  # type: ignore[attr-defined]
    assert "Meridian Research Inc." in {e.values.get("name") for e in found.verdict.entries}


@pytest.mark.django_db(transaction=True)
def test_a_pack_that_somebody_put_in_force_is_judged_by_its_day(
    committed_cast: object, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that counts goes with the evidence; one whose day has not come is named as a fault, by whatever way
    a site came to decide by it."""
    from custody import regimes
    from custody.models import Report
    from custody.reports.evidence import collect
    from custody.stories import plays
    from custody.stories.told import ask
    from custody.verify import verify_evidence
    from tests.packs import activate, zhejiang

    now = activate(zhejiang("2026.12", ('"40"', '"39"'))).object
    swaps = (('"40"', '"38"'), ("effective: 2024-09-01", "effective: 2199-01-01"))
    later = activate(zhejiang("2026.13", *swaps)).object
    project = made.play(committed_cast, "LH-1", plays.in_order)
    for reach_ahead in (False, True):
        if reach_ahead:
            future = regimes.versions(later.name)[0]
            monkeypatch.setattr(regimes, "pack", lambda name, day=None, of=future: of.pack())
            ask(committed_cast, project, "mei", "meridian", "Ahead 提前")  # type: ignore[arg-type]
            monkeypatch.undo()
        report = made.request(committed_cast, project)
        made.seal_all()
        entry = Report.objects.get(id=report).requested_entry
        found = collect(entry, settings.TRUST_DIR)  # type: ignore[attr-defined]
        assert found.verdict.bundle is not None
        assert now.sha256 in found.verdict.bundle.packs
        assert (later.sha256 in found.verdict.bundle.packs) is reach_ahead
        verdict = verify_evidence(found.raw, settings.TRUST_DIR)  # type: ignore[attr-defined]
        told = [line.text.en for part in verdict.parts for line in part.lines if line.state == "bad"]
        assert bool(told) is reach_ahead
        assert all("did not count yet on the day of the act" in line for line in told)


PERSONAL = {name.partition("/")[0] for name, kind in KINDS.items() if kind.personal}
SHOWN = {"person.held", "person.hold_lifted", "person.erased"}  # why the house may not erase, or did


def test_a_kind_about_a_person_is_withheld_where_nothing_else_names_them() -> None:
    about = {name for name in PERSONAL if name.partition(".")[0] in {"person", "undertaking", "sign_in"}}
    assert about - SHOWN == evidence._ABOUT_A_PERSON
