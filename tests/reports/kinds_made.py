"""Reports of every kind on one project with all stories played, in both languages; made once per process."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from custody.terms import ReportKind
from tests.reports.made import Delivered, _deliver, play


@dataclass(frozen=True)
class Kinds:
    """What was delivered, by kind and language; the copy that one of them is about, and the trust folder."""

    made: Mapping[tuple[str, str], Delivered]
    copy: str
    """Code of the copy."""
    others: frozenset[str]
    """What may not be told of: codes of the other copies, names of who never had this one."""
    trust: Path
    keys: Path

    def get(self, kind: ReportKind, language: str = "en") -> Delivered:
        """Return a report."""
        return self.made[str(kind), language]


_MADE: list[Kinds] = []


@pytest.fixture
def kinds(committed_cast: Any, tmp_path_factory: pytest.TempPathFactory) -> Kinds:
    """Reports of every kind; made once per test process, then only read."""
    if not _MADE:
        _MADE.append(_make(committed_cast, tmp_path_factory.mktemp("kinds")))
    return _MADE[0]


def _make(cast: Any, folder: Path) -> Kinds:
    from django.conf import settings

    from custody import models as m
    from custody.stories import cast as people
    from tests.actions.test_overrides import asked, vote, young

    project = play(cast)
    counted = _counted(cast, project)
    young(cast)
    people.must(vote(cast, asked(cast, project), "qiao"), "done")
    copies = m.Copy.objects.filter(item__project=project)
    copy = copies.filter(lines__handoff__state="accepted").order_by("code")[0]
    about: dict[ReportKind, dict[str, Any]] = {
        ReportKind.COPY: {"copy": copy.id},
        ReportKind.OFFICER: {"person": cast.people["heng"].id},
        ReportKind.REFUSALS: {"starts": cast.today - timedelta(days=1), "ends": cast.today},
        ReportKind.INSPECTION: {},
        ReportKind.PARTY: {"party": cast.parties["lakeside"].id},
        ReportKind.STOCKTAKE: {"stocktake": counted},
        ReportKind.DESTRUCTION: {"destruction": _batch(cast, project)},
    }
    made = {
        (str(kind), language[:2]): _deliver(cast, project, language, kind=kind, **said)
        for kind, said in about.items()
        for language in ("en", "zh-hans")
    }
    shutil.copytree(settings.TRUST_DIR, folder / "trust")
    shutil.copytree(settings.KEYS_DIR, folder / "keys")
    return Kinds(made, copy.code, _others(copy), folder / "trust", folder / "keys")


def _batch(cast: Any, project: Any) -> Any:
    """Return a batch of three copies on two carriers that was signed for, destroyed and certified, after one
    attempt while its custodian was under a legal hold; beside it one that waits."""
    from types import SimpleNamespace

    from custody.actions import carriers, destructions, holds
    from custody.stories import cast as people
    from custody.stories import destruction
    from custody.terms import Medium
    from tests.actions import test_signing_destructions as signing
    from tests.actions.scenes import done
    from tests.actions.test_signing import answer
    from tests.actions.test_signing_keys import confirmed
    from tests.authenticator import Key

    copies = people.make_copies(cast, project, "SHEET-9", 4)
    carrier = carriers.Carrier(Medium.PAPER, medium_serial="2026-0917", seal_number="S-881")
    done(carriers.describe(cast.actor("mei"), copy=copies[0].id, carrier=carrier, reason="Bound 装订"))
    desk: Any = SimpleNamespace(cast=cast)
    held = {"person": cast.people["yu"].id, "ordered_by": "Court 法院"}
    holds.hold(cast.actor("an"), reason="Case 7 第7号", **held)
    wanted = destruction.asked(cast, copies[:3])
    assert destructions.request(cast.actor("yu"), project=project.id, asked=wanted).state == "refused"
    holds.lift(cast.actor("an"), reason="Case 7 closed 第7号已结", **held)
    row, key = destruction.requested(cast, project, copies[:3]), Key()
    confirmed(desk, "heng", key)
    text = signing.text_of(desk, row)
    done(signing.approve(desk, row, "heng", text, answer(key, text)))
    row.refresh_from_db()
    done(destructions.record_done(cast.actor("yu"), destruction=row.id, done=destruction.done(cast, row)))
    done(
        destructions.certify(
            cast.actor("yu"), destruction=row.id, certificate_number="销〔2026〕9号",
            certified_on=cast.today, certificate_sha256="b" * 64,
        )
    )  # fmt: skip
    destruction.requested(cast, project, copies[3:])
    return row.id


def _counted(cast: Any, project: Any) -> Any:
    """Return a stocktake of four copies: one damaged, one seen in the second count alone, one that left
    meanwhile and one that stays missing, besides a label of nobody; its differences but one are settled."""
    from custody import models as m
    from custody import record
    from custody.actions import handoffs, scanning, stocktaking
    from custody.stories import cast as people
    from custody.terms import Channel, SecondPerson
    from tests.actions.scenes import done

    mei, yu = cast.actor("mei"), cast.actor("yu")
    first, second, third, fourth = people.make_copies(cast, project, "COUNT-4", 4)
    asked = stocktaking.Asked(
        party=cast.party("northfield"), counter=cast.people["mei"].id, second=cast.people["yu"].id,
        second_as=SecondPerson.COUNTER, project=project.id,
    )  # fmt: skip
    row = done(stocktaking.open_stocktake(mei, asked=asked))
    rest = set(row.lines.values_list("code", flat=True)) - {c.code for c in (first, second, third, fourth)}
    scanning.count(mei, stocktake=row.id, codes=[*sorted(rest), "BOX 12/2019"])
    scanning.count(yu, stocktake=row.id, codes=[first.code], damaged=True)
    over = {"from_party": cast.party("northfield"), "to_party": cast.party("westgate"), "state": "active"}
    hop = m.Hop.objects.filter(project=project, **over).latest("created_at")
    deal = handoffs.Offer(
        hop=hop.id, copies=[fourth.id], receiver_person=cast.people["tao"].id, purpose="Scanning 扫描",
        channel=Channel.IN_PERSON, system=cast.systems["westgate_room"].id,
    )  # fmt: skip
    done(handoffs.accept(cast.actor("tao"), handoff=done(handoffs.offer(mei, deal)).id))
    stocktaking.recount(mei, stocktake=row.id)
    scanning.count(yu, stocktake=row.id, codes=[second.code])
    row.refresh_from_db()
    text = record.digest_of_text(stocktaking.statement(row, stocktaking.result(row)))
    done(stocktaking.close(yu, stocktake=row.id, statement_sha256=text))
    for code, how, why in (
        (first.code, "put_right", "New cover 换封面"),
        (third.code, "report", "Case 4 第4号"),
    ):
        line = row.lines.get(code=code)
        done(stocktaking.settle(mei, line=line.id, how=how, resolution=why))
    return row.id


def _others(copy: Any) -> frozenset[str]:
    """Return codes of all other copies, and names of the parties that never had this one."""
    from custody import models as m

    had = {copy.custodian_party_id, copy.item.project.owner_party_id}
    for handoff in m.Handoff.objects.filter(lines__copy=copy):
        had |= {handoff.sender_party_id, handoff.receiver_party_id}
    names = {
        name
        for party in m.Party.objects.exclude(id__in=had)
        for name in (party.name, party.other_name)
        if name
    }
    return frozenset({*m.Copy.objects.exclude(id=copy.id).values_list("code", flat=True), *names})
