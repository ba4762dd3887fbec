"""The ledger alone is enough to say what the tables must hold, and an edited row is found by name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from custody import models as m
from custody.actions import registers
from custody.actions.base import Actor
from custody.apply import APPLIES, rebuild
from custody.compare import compare
from custody.events import KINDS
from custody.stories import cast as people
from custody.stories import plays
from custody.terms import ControlKind

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sam_subawards.json"


@pytest.fixture
def played(signed_in_cast: people.Cast) -> people.Cast:
    project = people.open_project(signed_in_cast, "LH-1", "Lanhe")
    for story in plays.STORIES:
        story(signed_in_cast, project)
    return signed_in_cast


def test_every_published_kind_says_what_it_does_to_rows() -> None:
    assert set(KINDS) <= set(APPLIES)


def test_the_six_stories_rebuilt_from_the_ledger_are_what_the_tables_say(played: people.Cast) -> None:
    state = rebuild()
    assert list(compare(state)) == []
    for model in (m.Party, m.Person, m.Hop, m.Approval, m.Vote, m.Copy, m.Handoff, m.Refusal, m.Decision):
        assert len(state.rows[model]) == model._default_manager.count() > 0


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.exists(), reason="the folder of real records is not beside the project")
def test_an_import_rebuilt_from_the_ledger_is_what_the_tables_say(signed_in_cast: people.Cast) -> None:
    call_command("import_sam_subawards", str(DATA))
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        (m.Qualification, "grade", "Z"),
        (m.Copy, "custodian_party_id", None),
        (m.Hop, "state", "revoked"),
        (m.Party, "country", "XB"),
        (m.System, "levels", {"cn_surveying": "juemi"}),
    ],
)
def test_an_edited_row_is_found_by_table_and_column(
    played: people.Cast, model: type[m.Row], column: str, value: object
) -> None:
    row = model._default_manager.order_by("-id").first()
    assert row is not None
    if value is None:
        value = played.party("office")
    model._default_manager.filter(id=row.id).update(**{column: value})
    assert [(d.table, d.id, d.column) for d in compare(rebuild())] == [
        (model._meta.db_table, str(row.id), column)
    ]


def test_a_deleted_row_is_found(played: people.Cast) -> None:
    m.PartyControl.objects.all().delete()
    assert {(d.table, d.column, d.database) for d in compare(rebuild())} == {
        ("custody_partycontrol", "*", False)
    }


def test_an_added_row_is_found(played: people.Cast) -> None:
    jing = played.people["jing"]
    grant = m.Grant.objects.create(
        person=jing, project=m.Project.objects.get(), starts="2026-01-01", ends="2030-01-01", entry=m.new_id()
    )
    assert [(d.table, d.id, d.ledger) for d in compare(rebuild())] == [
        ("custody_grant", str(grant.id), False)
    ]


@pytest.mark.parametrize("share", ["100", "100.00", "50", "10", "33.30"])
def test_a_share_in_whole_tens_is_what_the_ledger_says(played: people.Cast, share: str) -> None:
    registers.record_control(
        Actor.setup(), party=played.party("westgate"), controller=played.party("annex"),
        kind=ControlKind.OWNER, share=Decimal(share),
    )  # fmt: skip
    assert list(compare(rebuild())) == []
