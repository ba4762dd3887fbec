"""Tests of custody.importers.sam_subawards: what is created, merged and doubted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from custody.importers.sam_subawards import Doubt, DoubtCode, Parsed, parse
from custody.terms import Text
from tests.importers.made_up import OTHER_SUB, PRIME, SUB, as_file, numbered, record


def parsed(*records: Any) -> Parsed:
    return parse(as_file(list(records)))


def doubts(found: Parsed, code: DoubtCode) -> list[Doubt]:
    return [doubt for doubt in found.doubts if doubt.code is code]


def only(found: Parsed, code: DoubtCode) -> Doubt:
    """The one doubt of the file, which must be of this kind."""
    assert [str(doubt.code) for doubt in found.doubts] == [str(code)]
    return found.doubts[0]


def test_a_sound_report_gives_one_contract_two_parties_one_hop_and_no_doubt() -> None:
    found = parsed(record())
    (contract,), (prime, sub), (hop,) = found.contracts, found.parties, found.hops
    assert (contract.piid, contract.value, contract.signed) == ("TEST24F0001", "100000.00", "2024-01-10")
    assert (contract.agency, contract.prime_uei) == ("TEST AGENCY", PRIME)
    assert (prime.uei, prime.name, prime.is_prime, prime.is_sub) == (
        PRIME,
        "ALPHA SURVEYS, INC.",
        True,
        False,
    )
    assert (sub.uei, sub.country, sub.city, sub.is_sub) == (SUB, "US", "springfield", True)
    assert sub.business_types == (("2X", "For-Profit Organization"), ("8W", ""))
    assert sub.naics == (("541370", "SURVEYING AND MAPPING"),)
    assert (hop.report_number, hop.report_id, hop.subaward_number) == ("report-0001", "1001", "PO-1")
    assert (hop.amount, hop.awarded, hop.submitted, hop.due) == (
        "40000.00", "2024-02-20", "2024-03-15", "2024-03-31",
    )  # fmt: skip
    assert found.doubts == found.rejected == ()


@pytest.mark.parametrize("key", ["data", "results", "published", "Data"])
def test_an_answer_of_the_service_reads_like_the_bare_list(key: str) -> None:
    answer = {"totalPages": 1, "totalRecords": 1, "pageNumber": 0, "nextPageLink": None, key: [record()]}
    assert parse(as_file(answer)) == parsed(record())


def test_a_page_of_a_longer_answer_is_told() -> None:
    page = {"totalPages": 5, "totalRecords": 116, "pageNumber": 2, "data": [record()]}
    doubt = only(parse(as_file(page)), DoubtCode.PAGE_INCOMPLETE)
    assert "page 3 of 5; the service has 116" in doubt.sentence.en
    assert "共 5 页" in doubt.sentence.zh


def test_a_path_and_its_bytes_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(b"\xef\xbb\xbf" + as_file([record()]))
    assert parse(path) == parse(str(path)) == parsed(record())


def test_exact_duplicates_are_merged_counted_and_told() -> None:
    found = parsed(record(), record(), record())
    assert (found.totals.records, found.totals.exact_duplicates, found.totals.merged) == (3, 2, 0)
    assert len(found.hops) == 1
    doubt = only(found, DoubtCode.REPORT_REPEATED)
    assert (doubt.values["times"], doubt.records) == (3, (1, 2, 3))


def test_a_field_under_another_name_is_read_and_told() -> None:
    other = record()
    other["PIID"] = other.pop("piid")
    other["subTopPayEmployee"] = other.pop("subContractorTopPayEmployee")
    found = parsed(other)
    assert found.contracts[0].piid == "TEST24F0001"
    told = doubts(found, DoubtCode.FIELD_VARIANT)
    assert [(doubt.values["field"], doubt.values["written"]) for doubt in told] == [
        ("piid", "PIID"),
        ("subContractorTopPayEmployee", "subTopPayEmployee"),
    ]


def test_copies_that_name_the_contract_under_different_fields_are_one_report_and_a_doubt() -> None:
    other = record()
    other["PIID"] = other.pop("piid")
    found = parsed(record(), other, record())
    assert (found.totals.hops, found.totals.exact_duplicates, found.totals.merged) == (1, 1, 1)
    (doubt,) = doubts(found, DoubtCode.REPORT_CONFLICT)
    assert doubt.values["fields"] == ("PIID", "piid")
    assert doubt.values["on_contract"] is True and doubt.values["same_when_read"] is True
    assert "records 1, 2, 3" in doubt.sentence.en and "the contract" in doubt.sentence.en


def test_a_report_number_under_two_contracts_is_one_hop_from_the_last_filing_and_a_doubt() -> None:
    moved = record(
        primeContractKey="CONT_AWD_TEST24F0002_9700_-NONE-_-NONE-",
        piid="TEST24F0002",
        submittedDate="2024-03-20",
    )
    found = parsed(moved, record())
    assert [hop.contract_key for hop in found.hops] == [moved["primeContractKey"]]
    assert [contract.piid for contract in found.contracts] == ["TEST24F0002"]
    doubt = only(found, DoubtCode.REPORT_CONFLICT)
    assert doubt.values["same_when_read"] is False and doubt.values["on_contract"] is True
    assert "filed last is taken" in doubt.sentence.en


def test_a_foreign_subcontractor_is_told_once_however_many_reports_name_it() -> None:
    doubt = only(parsed(numbered(1, country="KOR"), numbered(2, country="KR")), DoubtCode.SUB_FOREIGN)
    assert (doubt.about, doubt.subject, doubt.values["country"]) == ("party", SUB, ("KR",))


@pytest.mark.parametrize("code", ["USA", "US", "PRI", "GU"])
def test_the_united_states_and_its_territories_are_not_foreign(code: str) -> None:
    assert parsed(record(country=code)).doubts == ()


@pytest.mark.parametrize("code", [None, "", "XX"])
def test_a_country_that_nobody_can_tell_is_doubted(code: str | None) -> None:
    only(parsed(record(country=code)), DoubtCode.COUNTRY_UNKNOWN)


def test_reports_that_place_a_party_in_two_countries_are_told() -> None:
    found = parsed(numbered(1, country="USA"), numbered(2, country="CAN", submittedDate="2024-03-16"))
    assert [d.subject for d in doubts(found, DoubtCode.COUNTRY_DIFFERS)] == [SUB]
    assert found.parties[1].country == "CA"


def test_a_subcontract_dated_before_its_contract_was_signed_is_told() -> None:
    doubt = only(parsed(record(baseAwardDateSigned="2024-02-21")), DoubtCode.SUB_BEFORE_PRIME)
    assert doubt.values["signed"] == "2024-02-21"
    assert parsed(record(baseAwardDateSigned="2024-02-20")).doubts == ()


@pytest.mark.parametrize(
    ("awarded", "submitted", "days"),
    [
        ("2024-01-31", "2024-02-29", 0),
        ("2024-01-31", "2024-03-01", 1),
        ("2023-12-01", "2024-01-31", 0),
        ("2023-12-01", "2024-02-01", 1),
        ("2020-01-15", "2024-01-15", 1416),
    ],
)
def test_a_report_is_due_at_the_end_of_the_month_after_the_award(
    awarded: str, submitted: str, days: int
) -> None:
    found = parsed(record(subAwardDate=awarded, submittedDate=submitted, baseAwardDateSigned="2019-01-01"))
    assert [doubt.values["days_late"] for doubt in found.doubts] == ([days] if days else [])


def test_a_report_filed_before_the_award_is_told() -> None:
    only(parsed(record(submittedDate="2024-02-19")), DoubtCode.FILED_BEFORE_AWARD)


def test_one_identifier_under_two_spellings_is_one_party_and_a_doubt() -> None:
    other = numbered(3, subEntityLegalBusinessName="BRAVO MAPS, L.L.C.", subAwardAmount="1")
    found = parsed(numbered(1), numbered(2), other)
    assert found.parties[1].name == "BRAVO MAPS LLC"
    assert found.parties[1].spellings == ("BRAVO MAPS LLC", "BRAVO MAPS, L.L.C.")
    doubt = only(found, DoubtCode.TWO_SPELLINGS)
    assert (doubt.subject, doubt.values["same_but_for_punctuation"]) == (SUB, True)


def test_one_name_with_two_identifiers_stays_two_parties_and_is_told() -> None:
    found = parsed(
        numbered(1), numbered(2, subEntityUei=OTHER_SUB, subEntityLegalBusinessName="Bravo Maps, LLC")
    )
    assert [party.uei for party in found.parties] == [PRIME, SUB, OTHER_SUB]
    doubt = only(found, DoubtCode.TWO_IDENTIFIERS)
    assert (doubt.subject, doubt.values["identifiers"]) == ("bravo maps llc", (SUB, OTHER_SUB))


def test_a_subcontract_larger_than_its_contract_is_told_and_so_is_the_sum() -> None:
    found = parsed(record(subAwardAmount="100000.01"))
    assert {doubt.code for doubt in found.doubts} == {DoubtCode.SUB_OVER_PRIME, DoubtCode.SUBS_OVER_PRIME}
    assert parsed(record(subAwardAmount="100000")).doubts == ()


def test_subcontracts_that_sum_to_more_than_the_contract_are_told() -> None:
    doubt = only(parsed(*(numbered(n, subAwardAmount="40000") for n in (1, 2, 3))), DoubtCode.SUBS_OVER_PRIME)
    assert (doubt.values["total"], doubt.values["contract_value"]) == ("120000.00", "100000.00")


def test_one_subcontract_in_several_reports_stays_several_hops_and_the_sum_is_told_both_ways() -> None:
    found = parsed(
        numbered(1, subAwardNumber="PO-9", subAwardAmount="60000"),
        numbered(2, subAwardNumber="PO-9", subAwardAmount="70000", submittedDate="2024-03-20"),
    )
    assert (found.totals.hops, found.totals.subawards) == (2, 1)
    again, over = doubts(found, DoubtCode.SUBAWARD_AGAIN), doubts(found, DoubtCode.SUBS_OVER_PRIME)
    assert again[0].values["amounts"] == ("60000.00", "70000.00")
    assert (over[0].values["total"], over[0].values["each_once"]) == ("130000.00", "70000.00")


def test_a_trade_name_of_one_party_is_taken_and_one_of_several_is_told_instead() -> None:
    one = parsed(numbered(1, subEntityDoingBusinessAsName="BRAVO"))
    assert one.parties[1].aliases == ("BRAVO",) and one.doubts == ()
    shared = parsed(
        numbered(1, subEntityDoingBusinessAsName="ALPHA"),
        numbered(
            2,
            subEntityDoingBusinessAsName="Alpha",
            subEntityUei=OTHER_SUB,
            subEntityLegalBusinessName="CHARLIE INC",
        ),
    )
    assert [party.aliases for party in shared.parties] == [(), (), ()]
    assert only(shared, DoubtCode.ALIAS_SHARED).values["parties"] == (SUB, OTHER_SUB)


def test_the_parent_is_taken_from_the_last_report_and_a_change_is_told() -> None:
    found = parsed(
        numbered(1, subParentUei=SUB, subEntityParentLegalBusinessName="BRAVO MAPS LLC"),
        numbered(2, subParentUei="PRNT1TESTPPP", submittedDate="2024-03-16"),
    )
    assert (found.parties[1].parent_uei, found.parties[1].parent_name) == ("PRNT1TESTPPP", None)
    only(found, DoubtCode.PARENT_DIFFERS)


def test_a_party_that_names_itself_as_parent_has_none() -> None:
    found = parsed(record(subParentUei=SUB, subEntityParentLegalBusinessName="BRAVO MAPS LLC"))
    assert (found.parties[1].parent_uei, found.parties[1].parent_name, found.doubts) == (None, None, ())


def test_reports_that_differ_on_a_contract_are_told_with_both_values() -> None:
    found = parsed(numbered(1), numbered(2, totalContractValue="90000", submittedDate="2024-03-16"))
    assert found.contracts[0].value == "90000.00"
    assert only(found, DoubtCode.CONTRACT_CONFLICT).values["value"] == ("100000.00", "90000.00")


def test_a_contract_without_date_or_value_is_told_because_nothing_can_be_compared() -> None:
    found = parsed(record(baseAwardDateSigned=None, totalContractValue=None))
    assert only(found, DoubtCode.CONTRACT_LACKS).values["fields"] == ("signed", "value")


def test_a_party_that_is_its_own_subcontractor_is_told() -> None:
    own = record(subEntityUei=PRIME, subEntityLegalBusinessName="ALPHA SURVEYS, INC.")
    only(parsed(own), DoubtCode.SUB_IS_PRIME)


def test_every_kind_of_doubt_has_a_sentence() -> None:
    from custody.importers.sam_subaward_words import SENTENCES

    assert set(SENTENCES) == set(DoubtCode)
    assert all(sentence.en.isascii() or "“" in sentence.en for sentence in SENTENCES.values())
    assert all(any("一" <= c <= "鿿" for c in sentence.zh) for sentence in SENTENCES.values())


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1.2345678E7", "12345678.00"), (58660.5, "58660.50"), ("0", "0.00"), ("007.10", "7.10"), (12, "12.00")],
)
def test_amounts_are_read_as_the_service_writes_them(written: Any, expected: str) -> None:
    assert parsed(record(subAwardAmount=written, totalContractValue="9.9E7")).hops[0].amount == expected


def test_the_pay_of_officers_is_never_carried_on() -> None:
    pay = [{"fullname": "A. Made-up", "salary": "123456"}]
    assert "123456" not in repr(parsed(record(subContractorTopPayEmployee=pay)))


def test_the_place_of_a_doubt_is_told_in_runs_and_never_cut_inside_a_number() -> None:
    def place(*records: int, longest: int = 100) -> str:
        return Doubt(DoubtCode.FILED_LATE, "file", "", Text("", ""), {}, records).place(longest)

    assert place() == "file"
    assert place(7) == "records 7"
    assert place(4, 5, 6, 8, 11, 10, 4) == "records 4-6, 8, 10-11"
    assert place(*range(1, 400, 2), longest=30) == "records 1, 3, 5, 7, 9, 11, ..."
