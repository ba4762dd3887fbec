"""Parties are held against the newest list of each source; a person judges, and the verdict lasts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from custody import models as m
from custody.actions import parties, screening
from custody.actions.base import ActionError, Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.stories.cast import Cast
from custody.terms import HitState, NameKind, PartyState
from ledger import api as ledger
from tests.screening.lists import listed_and_screened, take_in

LISTED = "LAKE-SIDE MAPPING, L.T.D."


def as_told() -> None:
    assert list(compare(rebuild())) == []


def hits(party: Any) -> list[tuple[str, int, HitState]]:
    return [(h.by, h.score, h.state) for h in m.ScreeningHit.objects.filter(party=party)]


def test_a_party_on_the_list_is_a_hit_with_list_line_and_score_and_is_not_barred(cast: Cast) -> None:
    barred = take_in([{"Name": "QUITE ANOTHER HOUSE"}, {"Name": LISTED}])
    lakeside = cast.party("lakeside")
    done = screening.screen(cast.actor("mei"), parties=[lakeside])
    [hit] = m.ScreeningHit.objects.filter(party=lakeside)
    assert (hit.by, hit.score, hit.line, hit.barred_list) == ("name", 97, 3, barred)
    said = ledger.read(done.entry).values
    assert said["kind"] == "party.screened/1" and said["found"] == 1 and said["rows"] == 2
    assert LISTED not in str(said["hits"])
    assert m.Party.objects.get(id=lakeside).state is PartyState.ACTIVE
    as_told()


def test_a_number_is_found_whatever_the_names_are(cast: Cast) -> None:
    take_in([{"Name": "QUITE ANOTHER HOUSE", "CAGE": "1ABC5"}])
    annex = cast.party("annex")
    parties.add_identifier(cast.actor("an"), party=annex, scheme="CAGE", value="1abc5")
    screening.screen(cast.actor("an"), parties=[annex])
    assert hits(annex) == [("CAGE", 100, HitState.OPEN)]


def test_a_former_name_is_screened_too(cast: Cast) -> None:
    take_in([{"Name": "HUPAN CEHUI"}])
    lakeside = cast.party("lakeside")
    name = parties.add_name(
        cast.actor("an"), party=lakeside, kind=NameKind.SPELLING, name="Hupan Cehui", language="zh-Latn"
    ).object
    screening.screen(cast.actor("an"), parties=[lakeside])
    assert hits(lakeside) == [(str(name.id), 100, HitState.OPEN)]


def test_a_line_that_is_no_longer_or_not_yet_in_force_is_no_hit(cast: Cast) -> None:
    take_in(
        [
            {"Name": "LAKESIDE MAPPING LTD", "Termination_Date": "01/02/2021"},
            {"Name": "LAKESIDE MAPPING LTD", "Active_Date": "01/02/2199"},
        ]
    )
    screening.screen(cast.actor("an"), parties=[cast.party("lakeside")])
    assert hits(cast.party("lakeside")) == []
    assert m.Screening.objects.get().found == 0


def test_judged_the_same_bars_the_party_and_says_which_line(cast: Cast) -> None:
    hit = listed_and_screened(cast.party("lakeside"))
    screening.judge(cast.actor("heng"), hit=hit.id, verdict=HitState.SAME, reason="Same address")
    hit.refresh_from_db()
    assert (hit.state, hit.judged_by_id) == (HitState.SAME, cast.people["heng"].id)
    assert m.Party.objects.get(id=cast.party("lakeside")).state is PartyState.BARRED
    kept = m.Correction.objects.get(noun="party", object=cast.party("lakeside"))
    assert kept.reason == "sam.gov/exclusions, barred.csv, line 2: Same address"
    as_told()


def test_judged_not_the_same_stays_so_in_the_next_list_and_bars_nobody(cast: Cast) -> None:
    lakeside = cast.party("lakeside")
    hit = listed_and_screened(lakeside)
    screening.judge(cast.actor("an"), hit=hit.id, verdict=HitState.DIFFERENT, reason="Another country")
    name = m.Party.objects.get(id=lakeside).name.upper()
    newer = take_in([{"Name": "ONE MORE HOUSE"}, {"Name": "ANOTHER ONE"}, {"Name": name}])
    screening.screen(Actor.setup(), parties=[lakeside])
    hit.refresh_from_db()
    assert (hit.barred_list, hit.line, hit.state) == (newer, 4, HitState.DIFFERENT)
    assert m.ScreeningHit.objects.filter(party=lakeside).count() == 1
    assert m.Party.objects.get(id=lakeside).state is PartyState.ACTIVE
    as_told()


def test_a_verdict_needs_a_reason_and_cannot_be_given_twice(cast: Cast) -> None:
    hit = listed_and_screened(cast.party("lakeside"))
    for verdict, reason in ((HitState.OPEN, "r"), (HitState.SAME, " ")):
        with pytest.raises(ActionError):
            screening.judge(cast.actor("an"), hit=hit.id, verdict=verdict, reason=reason)
    screening.judge(cast.actor("an"), hit=hit.id, verdict=HitState.DIFFERENT, reason="r")
    with pytest.raises(ActionError, match="already"):
        screening.judge(cast.actor("heng"), hit=hit.id, verdict=HitState.DIFFERENT, reason="r")
    screening.judge(cast.actor("heng"), hit=hit.id, verdict=HitState.SAME, reason="The register says so")
    assert m.Party.objects.get(id=cast.party("lakeside")).state is PartyState.BARRED


def test_what_is_due_is_screened_once_and_again_after_a_change_a_new_list_or_a_week(cast: Cast) -> None:
    assert screening.run_due() == 0  # no list, nothing to hold anybody against
    take_in([{"Name": "QUITE ANOTHER HOUSE"}])
    everybody = m.Party.objects.count()
    assert screening.run_due() == everybody == m.Screening.objects.count()
    assert screening.run_due() == 0
    parties.add_name(
        cast.actor("an"), party=cast.party("annex"), kind=NameKind.ALIAS, name="QUITE ANOTHER HOUSE"
    )
    assert screening.due(m.Screening.objects.first().screened_at) == [cast.party("annex")]  # type: ignore[union-attr]
    assert screening.run_due() == 1
    assert hits(cast.party("annex"))[0][1:] == (100, HitState.OPEN)
    take_in([{"Name": "ONE MORE HOUSE"}])
    assert screening.run_due() == everybody
    later = m.Screening.objects.latest("screened_at").screened_at + screening.FRESH + dt.timedelta(seconds=1)
    assert len(screening.due(later)) == everybody
    parties.set_state(cast.actor("an"), party=cast.party("annex"), state=PartyState.CLOSED, reason="Gone")
    assert len(screening.due(later)) == everybody - 1
    as_told()


def test_a_list_of_another_source_is_screened_beside_and_finds_aliases_and_other_numbers(
    signed_in_cast: Cast, tmp_path: Path
) -> None:
    cast = signed_in_cast
    take_in([{"Name": "QUITE ANOTHER HOUSE"}])
    path = tmp_path / "city.csv"
    path.write_text("name,aliases,uscc\n北山勘察院,Northfield Annex Archive,\n某单位,,91110000600037341L\n")
    call_command("import_barred_list", str(path), source="city.gov/barred")
    annex, lakeside = cast.party("annex"), cast.party("lakeside")
    parties.add_identifier(cast.actor("an"), party=lakeside, scheme="USCC", value="91110000600037341L")
    screening.screen(Actor.setup(), parties=[annex, lakeside])
    assert hits(annex) == [("name", 100, HitState.OPEN)]
    assert hits(lakeside) == [("USCC", 100, HitState.OPEN)]
    assert m.Screening.objects.filter(party=annex).count() == 2
    for taken in ("sam.gov/exclusions", "City", ""):
        with pytest.raises(CommandError):
            call_command("import_barred_list", str(path), source=taken)
    as_told()


def test_without_a_list_whoever_asks_is_told(cast: Cast) -> None:
    with pytest.raises(ActionError, match="No list"):
        screening.screen(cast.actor("an"), parties=[cast.party("annex")])
