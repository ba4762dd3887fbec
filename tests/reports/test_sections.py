"""What the sections say of the six stories, and that each file of the folder is one section."""

from __future__ import annotations

import re
from pathlib import Path

from custody.chain import Node
from custody.reports import sections
from custody.reports.account import Account
from custody.reports.blocks import (
    Block,
    Bullets,
    Facts,
    Figure,
    Findings,
    Flag,
    Lines,
    Note,
    Table,
    Timeline,
    say,
)
from custody.reports.kinds import KINDS
from custody.terms import CopyState, HopState, ReportKind, Text
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import Delivered, Unit


def account_of(made: Delivered, unit: Unit) -> Account:
    return Account.of(verify_bundle(made.evidence, trust.load(unit.trust)), made.report)


def blocks_of(account: Account, order: int) -> list[Block]:
    return next(s for s in sections.all_sections() if s.order == order).blocks(account)


def spoken(value: object, language: str = "en") -> str:
    """Return all words of a block or value, joined."""
    if isinstance(value, Flag):
        return say(value.words, language)
    if isinstance(value, Lines):
        return " ".join(spoken(v, language) for v in value.values)
    if isinstance(value, (list, tuple)):
        return " ".join(spoken(v, language) for v in value)
    if isinstance(value, Text):
        return value.get(language)
    if hasattr(value, "__dataclass_fields__"):
        return " ".join(spoken(getattr(value, name), language) for name in value.__dataclass_fields__)
    return str(value)


def test_each_file_is_one_section_in_its_own_place() -> None:
    folder = Path(sections.__file__).parent
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    found = sections.all_sections()
    assert len(found) == len(files)
    assert [s.order for s in found] == sorted({s.order for s in found})
    assert {s.name for s in found} == {path.stem for path in files}
    assert {s.name for s in found if s.title is None} == {
        "cover",
        "copy_cover",
        "destruction_cover",
        "inspection_cover",
        "officer_cover",
        "party_cover",
        "refusals_cover",
        "stocktake_cover",
    }


def test_each_kind_has_one_cover_and_no_section_is_in_none() -> None:
    names = {s.name for s in sections.all_sections()}
    covers = {s.name for s in sections.all_sections() if s.title is None}
    assert set(KINDS) == set(ReportKind)
    assert {name for kind in KINDS.values() for name in kind.sections} == names
    assert [len(kind.sections & covers) for kind in KINDS.values()] == [1] * len(KINDS)


def test_the_cover_says_what_was_checked_what_is_wrong_who_must_act_and_what_is_not_proved(
    unit: Unit,
) -> None:
    blocks = blocks_of(account_of(unit.english, unit), 10)
    words = spoken(blocks)
    assert isinstance(blocks[0], Facts)
    assert "Refused attempts: 14" in words
    assert (
        "Confirmed by password alone, not signed: 6 (votes on subcontracts 5, results of stocktakes 1)"
        in words
    )
    assert "not checked against their source" in words
    assert "Regulator: look into the refused attempts" in words
    assert "sealed, not witnessed" in words
    note = next(block for block in blocks if isinstance(block, Note))
    for open_question in (
        "never recorded",
        "what people stated",
        "imported",
        "forked stream",
        "neither is a signature",
    ):
        assert open_question in spoken(note), open_question


def test_a_project_in_order_has_nothing_wrong_but_its_unsigned_votes(unit: Unit) -> None:
    blocks = blocks_of(account_of(unit.other, unit), 10)
    wrong = [block for block in blocks if isinstance(block, Bullets)][1]
    assert [spoken(item) for item in wrong.items if "Refused" in spoken(item)] == []
    assert "Nobody, as recorded." in spoken(blocks)


def test_the_chain_shows_each_hop_once_and_blocked_attempts_beside(unit: Unit) -> None:
    account = account_of(unit.english, unit)
    figure = next(block for block in blocks_of(account, 30) if isinstance(block, Figure))
    nodes: list[Node] = list(figure.nodes)
    assert len([n for n in nodes if not n.blocked]) == len(account.hops) + 1
    assert {h.state for h in account.hops.values()} == {HopState.ACTIVE}
    codes = {code for n in nodes if n.blocked for code in n.note.split(", ")}
    assert {"QUA-01", "HOP-05", "FOR-01", "SYS-01", "HND-01"} <= codes
    ids = {n.id for n in nodes}
    assert all(n.parent in ids for n in nodes if n.parent)
    told = [int(n) for box in nodes for n in re.findall(r"· ([0-9]+) cop(?:y|ies)$", box.state)]
    parties = {str(h.get("to_party")) for h in account.hops.values()} | {
        str(account.project.get("owner_party"))
    }
    there = [c for c in account.copies.values() if c.state is not CopyState.DESTROYED]
    assert sum(told) == sum(c.holder_party in parties for c in there) > 1, "each copy in one box"


def test_the_timeline_leaves_no_entry_of_the_project_out(unit: Unit) -> None:
    account = account_of(unit.english, unit)
    timeline = next(block for block in blocks_of(account, 40) if isinstance(block, Timeline))
    assert len(timeline.moments) == dict(account.runs)[account.stream]
    words = spoken(timeline)
    assert "林梅 Lin Mei" in words
    assert "Northfield Survey Institute → Westgate Data Processing Co." in words
    assert 'An officer voted "Approve".' in words
    assert "name not in this evidence" not in words


def test_refusals_carry_rule_basis_status_remedy_and_the_missing_reason(unit: Unit) -> None:
    account = account_of(unit.chinese, unit)
    blocks = blocks_of(account, 50)
    found = [item for block in blocks if isinstance(block, Findings) for item in block.items]
    assert {item.code for item in found} >= {"QUA-01", "FOR-01", "SYS-01", "HOP-01", "HND-01"}
    words = spoken(blocks, "zh")
    assert "处理办法" in words
    assert "已核对原文" in words
    assert "未核对原文" in words
    assert "未作说明" in words


def test_identical_refusals_stand_together_with_the_persons_reason(unit: Unit) -> None:
    account = account_of(unit.english, unit)
    twice = account.refusals[0]
    before = len(blocks_of(account, 50))
    account.refusals.append(twice)
    account.reasons[twice.get("refusal")] = type(twice)(
        "x", 0, 0, twice.at, {"kind": "refusal.explained/1", "reason": "I was told to."}, True
    )
    blocks = blocks_of(account, 50)
    assert len(blocks) == before
    assert "I was told to." in spoken(blocks)


def test_holdings_count_every_copy_once_where_the_entries_put_it(unit: Unit) -> None:
    account = account_of(unit.english, unit)
    totals, each = [block for block in blocks_of(account, 60) if isinstance(block, Table)]
    assert sum(int(str(row[1])) for row in totals.rows) == len(account.copies) == len(each.rows) == 8
    by_name = {spoken(row[0]): row[1] for row in totals.rows}
    assert by_name == {
        "Northfield Survey Institute": 4, "Lakeside Mapping Ltd": 1, "Westgate Data Processing Co.": 3,
    }  # fmt: skip


def test_password_votes_are_printed_as_not_signed(unit: Unit) -> None:
    votes = spoken(blocks_of(account_of(unit.english, unit), 70))
    assert votes.count("Password only: not signed") == 5
    assert "Password only: not signed" in votes


def test_the_proof_names_origin_size_root_and_the_exact_command(unit: Unit) -> None:
    account = account_of(unit.english, unit)
    words = spoken(blocks_of(account, 100))
    for part in (account.origin, f"{account.size:,}", "python -m custody.verify REPORT.pdf --receipt"):
        assert part in words


def test_doubts_are_left_out_where_there_are_none(unit: Unit) -> None:
    assert blocks_of(account_of(unit.english, unit), 90) == []
