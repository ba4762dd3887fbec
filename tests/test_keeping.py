"""While the keeping period of a regime runs an erasure is refused, and told from which day it may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import translation

from custody import models as m
from custody import regimes
from custody.actions import erasing, hops, registers
from custody.actions.base import ActionError, Actor
from custody.actions.reading import read_ledger
from custody.apply import rebuild
from custody.compare import compare
from custody.policy import shipped
from custody.stories import cast as people
from custody.stories.told import terms
from custody.terms import PartyKind
from ledger import api
from tests.databases import Database, Databases
from tests.erasures import CANARY, NUMBER, USER, WHY, copied, hand_over, played
from tests.ledger.scenes import seal

DO: dict[str, Any] = {"really": True, "reason": "r", "ordered_by": "Guo An"}
CUI: dict[str, Any] = {
    "qualification_type": "",
    "qualification_grade": "",
    "categories": [],
    "currency": "USD",
}


def _projects(cast: people.Cast) -> None:
    """Zanzimoor reads a project under us_cui; the pilot is refused one; somebody reads what binds nobody."""
    setup = Actor.setup()
    yard = registers.register_party(
        setup, kind=PartyKind.ORGANISATION, name="Pike Yard Inc.", country="US"
    ).object.id
    american = {"owner_party": yard, "client_party": yard, "ultimate_client_party": yard}
    opened = {
        code: people.open_project(cast, code, code, regime=regime, level=level, **american, **CUI)
        for code, regime, level in (
            ("CUI-1", "us_cui", "cui"),
            ("FCI-1", "us_cui", "fci"),
            ("GEN-1", "generic", "confidential"),
        )
    }
    days: dict[str, Any] = {"starts": cast.today, "ends": cast.today + dt.timedelta(days=5)}
    canary = m.Person.objects.get(staff_number=NUMBER)
    registers.give_grant(setup, person=canary.id, project=opened["CUI-1"].id, **days)
    free = registers.register_person(setup, name="Free", staff_number="FREE-1").object
    for code in ("FCI-1", "GEN-1"):
        registers.give_grant(setup, person=free.id, project=opened[code].id, **days)
    hand_over(cast, people.open_project(cast, "SEC-1", "Secret"))
    people.must(
        hops.request(
            cast.actor("mei"),
            project=opened["CUI-1"].id,
            parent=None,
            terms=terms(cast, "pilot", "Flying", level="cui", categories=[], agreed=None),
            decide_by=cast.today,
        ),
        "refused",
    )


@pytest.fixture(scope="module")
def scene(
    databases: Databases, django_db_setup: Database, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Database]:
    """Projects under several regimes, sealed."""
    with played(databases, django_db_blocker, tmp_path_factory.mktemp("keeping"), _projects) as made:
        yield made


@pytest.fixture(autouse=True)
def here(scene: Database, databases: Databases, database_committed: Database) -> Iterator[Database]:
    """A copy of the scene in use."""
    with copied(scene, databases, database_committed) as copy:
        yield copy


def person(number: str = NUMBER) -> UUID:
    return m.Person.objects.get(staff_number=number).id


def project(code: str) -> m.Project:
    return m.Project.objects.get(code=code)


def named_on(code: str, id: UUID) -> dt.date:
    """The day, in New York, of the last entry of a project that names somebody."""
    at = [e.at for e in api.run(project(code).stream) if str(id) in str(dict(e.values))]
    return max(at).astimezone(ZoneInfo("America/New_York")).date()


def five_years_on(day: dt.date) -> dt.date:
    return dt.date(day.year + 5, day.month, day.day) + dt.timedelta(days=1)


def refusals() -> list[dict[str, Any]]:
    return [dict(e.values) for e in api.run("system") if e.values["kind"] == "erasure.too_early/1"]


def entry_with(stream: str, **values: Any) -> UUID:
    (found,) = [e.id for e in api.run(stream) if all(e.values.get(n) == v for n, v in values.items())]
    return found


def test_a_person_named_in_a_project_is_kept_until_its_regime_lets_go(
    capsys: pytest.CaptureFixture[str],
) -> None:
    last = named_on("CUI-1", person())
    words = f"5 years.*22 CFR 122.5 .unverified.*15 CFR 762.6.*The earliest day.*{five_years_on(last)}"
    with pytest.raises(CommandError, match=words):
        call_command("erase_person", NUMBER)
    assert refusals() == []  # nobody ordered it yet
    with pytest.raises(CommandError, match=words):
        call_command("erase_person", NUMBER, *WHY)
    zh = f"美国受控非密信息.*保存5年.*22 CFR 122.5（未核对原文）.*最早可删除日期为{five_years_on(last)}"
    with translation.override("zh-hans"), pytest.raises(CommandError, match=zh):
        call_command("erase_person", NUMBER)
    (told,) = refusals()
    expected = {
        "person": str(person()),
        "project": str(project("CUI-1").id),
        "regime": "us_cui",
        "pack_sha256": shipped.pack("us_cui").sha256,
        "counted_from": last.isoformat(),
        "free_from": five_years_on(last).isoformat(),
        "entry_asked": "",
        "names": [],
        "ordered_by": "Guo An",
    }
    assert {name: told[name] for name in expected} == expected
    assert "22 CFR 122.5" in told["basis"]["zh"]
    assert m.Person.objects.get(staff_number=NUMBER).name == CANARY
    assert list(compare(rebuild())) == []


def test_one_field_that_belongs_to_no_project_is_kept_as_its_person_is() -> None:
    sign_in = entry_with("system", username=USER)
    with pytest.raises(ActionError, match=r"22 CFR 122\.5"):
        erasing.erase_fields(sign_in, ["username"], **DO)
    (told,) = refusals()
    assert (told["person"], told["entry_asked"], told["names"]) == (str(person()), str(sign_in), ["username"])
    assert m.User.objects.get(person=person()).username == USER


@pytest.mark.parametrize(("days_early", "erased"), [(1, False), (0, True)])
def test_on_the_day_told_it_is_erased_and_the_day_before_it_is_not(
    days_early: int, erased: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = five_years_on(named_on("CUI-1", person())) - dt.timedelta(days=days_early)
    noon = dt.datetime.combine(free, dt.time(17), dt.UTC)  # in New York
    monkeypatch.setattr(erasing, "database_now", lambda using: noon)
    if erased:
        erasing.erase_person(person(), **DO)
    else:
        with pytest.raises(ActionError, match="earliest"):
            erasing.erase_person(person(), **DO)
    assert m.Person.objects.filter(name=CANARY).exists() is not erased


def test_who_is_named_only_where_no_period_binds_is_erased() -> None:
    erasing.erase_person(person("FREE-1"), **DO)
    assert m.Person.objects.filter(name="Free").count() == 0
    assert refusals() == []


def test_of_several_projects_the_strictest_regime_keeps() -> None:
    days: dict[str, Any] = {"starts": people.today(), "ends": people.today()}
    registers.give_grant(Actor.setup(), person=person(), project=project("SEC-1").id, **days)
    seal()
    with pytest.raises(ActionError, match=r"SEC-1 is under China.*no end is named.*Art\. 47") as caught:
        erasing.erase_person(person(), **DO)
    assert "未规定终止时间：《中华人民共和国测绘法》（2017年）第47条" in caught.value.text.zh
    (told,) = refusals()
    assert (told["regime"], told["free_from"]) == ("cn_surveying_zhejiang", None)


def test_a_value_in_a_project_is_kept_by_the_regime_of_that_project_alone() -> None:
    tao = person("WG-001")
    facts = f"facts/person:{tao}"
    with pytest.raises(ActionError, match="SEC-1"):
        erasing.erase_person(tao, **DO)
    for code, kept in (("T-1", False), ("SEC-1", True)):
        entry = next(e.id for e in api.run(project(code).stream) if facts in e.values)
        if kept:
            with pytest.raises(ActionError, match="SEC-1"):
                erasing.erase_fields(entry, [facts], **DO)
        else:
            assert erasing.erase_fields(entry, [facts], **DO).entry


def test_the_name_of_an_individual_party_is_kept_while_a_project_names_it() -> None:
    pilot = m.Party.objects.get(other_name="任一飞")
    entry = next(e.id for e in api.run(f"party:{pilot.id}") if "individual_name" in e.values)
    with pytest.raises(ActionError, match="CUI-1 is under United States"):
        erasing.erase_fields(entry, ["individual_name"], **DO)
    (told,) = refusals()
    assert (told["person"], told["names"]) == (None, ["individual_name"])


def test_under_a_regime_that_is_not_known_here_nothing_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped.pack("us_cui")
    monkeypatch.delitem(shipped._BUILT, "us_cui")
    monkeypatch.setattr(regimes, "versions", lambda name: ())
    with pytest.raises(ActionError, match="regime of project CUI-1 is not known here"):
        erasing.erase_person(person(), **DO)
    assert m.Person.objects.get(staff_number=NUMBER).name == CANARY


def test_it_counts_from_the_last_entry_that_names_the_person() -> None:
    for number, code, last in (
        (NUMBER, "CUI-1", "grant.given/2"),
        ("NF-003", "SEC-1", None),
        ("NF-002", "SEC-1", "handoff.accepted/1"),  # its facts name who approved
    ):
        id = str(project(code).id)
        reading = read_ledger("eraser", {str(person(number))}, lambda entry: ())
        kinds = [e.values["kind"] for e in api.run(project(code).stream) if e.at == reading.named.get(id)]
        assert kinds == ([last] if last else [])
        assert len(api.run(project(code).stream)) > 1


def reads(work: Any, table: str = "ledger_entry") -> list[str]:
    """The statements of the eraser that read a table, while some work is done."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'FROM "{table}"' in sql:
            found.append(sql)
        return execute(sql, params, many, context)

    with connections["eraser"].execute_wrapper(note):
        work()
    return found


def test_an_erasure_reads_the_ledger_once_and_what_it_costs_does_not_grow_with_repeats() -> None:
    setup = Actor.setup()
    more = [
        registers.register_person(setup, name=f"Extra {n}", staff_number=f"E-{n}").object.id
        for n in range(12)
    ]
    seal()
    streams = len(api.streams())
    for id in (person("FREE-1"), *more[:2]):
        done = reads(lambda id=id: erasing.erase_person(id, **DO))
        assert len(done) == streams + 1  # every stream, and the order that was just written
        seal()
    assert len(reads(lambda: erasing.erase_person(more[2], **DO), "custody_handoff")) == 1
    seal()
    entry = entry_with("system", staff_number="E-7")
    done = reads(lambda: erasing.erase_fields(entry, ["name"], **DO))
    assert len(done) == streams + 2  # and the entry that was asked about
    assert m.Person.objects.get(staff_number="E-7").name == "[erased 已删除]"
    assert list(compare(rebuild())) == []
