"""The readers on real records. Counts only: nothing of the records stands here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.importers.sam_exclusions import Exclusion, read, screen
from custody.importers.sam_subawards import DoubtCode, Totals, parse

pytestmark = pytest.mark.real_data
Find = Callable[[str], Path]
SUBAWARDS, EXCLUSIONS = "sam_subawards.json", "SAM_Exclusions_Public_Extract_20049.ZIP"


def test_the_real_answer_gives_6_contracts_35_parties_and_44_hops(real_file: Find) -> None:
    found = parse(real_file(SUBAWARDS))
    assert found.rejected == ()
    assert found.totals == Totals(
        records=48,
        rejected=0,
        exact_duplicates=3,
        merged=1,
        hops=44,
        subawards=38,
        contracts=6,
        parties=35,
        primes=5,
        subs=30,
    )


def test_every_trap_of_the_real_answer_is_a_doubt(real_file: Find) -> None:
    found = parse(real_file(SUBAWARDS))
    assert Counter(doubt.code for doubt in found.doubts) == {
        DoubtCode.SUB_FOREIGN: 1,
        DoubtCode.SUB_BEFORE_PRIME: 1,
        DoubtCode.FILED_LATE: 21,
        DoubtCode.TWO_SPELLINGS: 4,
        DoubtCode.TWO_IDENTIFIERS: 1,
        DoubtCode.REPORT_CONFLICT: 1,
        DoubtCode.SUB_OVER_PRIME: 9,
        DoubtCode.SUBS_OVER_PRIME: 3,
        # not in the list of traps, but in the file
        DoubtCode.SUBAWARD_AGAIN: 3,
        DoubtCode.PARENT_DIFFERS: 2,
        DoubtCode.ALIAS_SHARED: 1,
        DoubtCode.FIELD_VARIANT: 2,
    }
    by_code = {doubt.code: doubt for doubt in found.doubts}
    assert by_code[DoubtCode.SUB_FOREIGN].values["country"] == ("KR",)
    assert by_code[DoubtCode.REPORT_CONFLICT].values["times"] == 5
    assert by_code[DoubtCode.REPORT_CONFLICT].values["on_contract"] is True
    late = [doubt.values["days_late"] for doubt in found.doubts if doubt.code is DoubtCode.FILED_LATE]
    assert max(days for days in late if isinstance(days, int)) == 1398


def test_the_order_of_the_real_records_changes_nothing(real_file: Find) -> None:
    import json

    records = json.loads(real_file(SUBAWARDS).read_bytes())
    found = parse(real_file(SUBAWARDS))
    for seed in range(5):
        random.Random(seed).shuffle(records)
        other = parse(json.dumps({"data": records}).encode())
        assert (other.contracts, other.parties, other.hops) == (found.contracts, found.parties, found.hops)


def test_the_real_extract_is_read_whole(real_file: Find) -> None:
    path = real_file(EXCLUSIONS)
    rows = list(read(path))
    taken = [row for row in rows if isinstance(row, Exclusion)]
    assert (len(taken), len(rows) - len(taken)) == (9991, 0)
    assert sum(row.repaired for row in taken) == 7
    assert sum(row.terminates is None for row in taken) == 8987
    assert len({row.key for row in taken}) == 9991


def test_no_real_party_is_on_the_real_list_and_a_listed_one_is_found(real_file: Find) -> None:
    parties = parse(real_file(SUBAWARDS)).parties
    rows = [row for row in read(real_file(EXCLUSIONS)) if isinstance(row, Exclusion)]
    assert screen(parties, rows) == []

    class Listed:
        key = "listed"
        identifiers = (rows[4000].uei.lower(),)
        names = (rows[5000].name.lower().replace(" ", "  "),)

    assert {(m.by, m.exclusion.line) for m in screen([Listed()], rows)} >= {
        ("uei", rows[4000].line),
        ("name", rows[5000].line),
    }
