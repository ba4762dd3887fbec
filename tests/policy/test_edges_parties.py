"""Where rules on certificates, shares and visits turn that no outcome shows: grades, words, what is told."""

from __future__ import annotations

import pytest

from custody.policy.facts import Missing
from custody.policy.regime import Coverage
from custody.policy.rules import qualifications
from custody.terms import Text
from tests.policy.examples.table import CUI, OFFER, cmmc
from tests.policy.packs import pack
from tests.policy.test_edges import inputs
from tests.policy.world import World, certificate

USED = pack(CUI)
(KIND,) = USED.main_types
L1, L2_SELF, L2_C3PAO, L3 = (grade.id for grade in KIND.grades)


def row(grade: str, prime: str | None = None) -> Coverage:
    return Coverage(type=KIND.id, level="cui", grade=grade, prime_grade=prime)


@pytest.mark.parametrize(
    ("prime", "rows", "needed"),
    [
        (None, (), L3),
        (L2_SELF, (), L2_SELF),
        (L2_SELF, (row(L1), row(L2_SELF, L2_SELF), row(L3, L3)), L2_SELF),
        (L2_SELF, (row(L1), row(L2_C3PAO, L3)), L1),
        (L2_SELF, (row(L2_C3PAO, L3), row(L2_SELF, L1)), L2_C3PAO),
        (None, (row(L1), row(L2_C3PAO, L3)), L2_C3PAO),
    ],
    ids=[
        "no row and no contract: the highest",
        "no row: what the contract asks",
        "the row of the contract's grade",
        "else the row for any contract",
        "else the strictest row",
        "no contract: the strictest row",
    ],
)
def test_the_grade_is_that_of_the_row_nearest_to_the_contract(
    prime: str | None, rows: tuple[Coverage, ...], needed: str
) -> None:
    used = USED.model_copy(update={"coverage": rows})
    facts = cmmc(prime, L1)(World(OFFER, CUI)).facts()
    assert qualifications._needed_grade(facts, used, KIND) == needed


def test_a_grade_that_the_regime_does_not_know_is_asked_for_again() -> None:
    with pytest.raises(Missing, match="party: a grade that this regime knows"):
        qualifications.covering_at(certificate(60, type=KIND.id, grade="L9"), KIND, L1, None)
    facts = cmmc("L9", L1)(World(OFFER, CUI)).facts()
    with pytest.raises(Missing, match="project: a grade that this regime knows"):
        qualifications._needed_grade(facts, USED, KIND)


def test_grades_and_categories_are_listed_by_their_names_in_both_languages() -> None:
    names = {"A": Text("grade A", "甲级"), "B": Text("grade B", "乙级")}
    assert qualifications.listed(["A", "B", "C"], names) == Text("grade A, grade B, C", "甲级、乙级、C")


def test_of_certificates_that_have_expired_the_latest_day_is_told() -> None:
    assert inputs("QUA-03@1", "two have expired, the later yesterday")["valid_to"] == "2026-11-20"


@pytest.mark.parametrize("rule", ["QUA-06@1", "QUA-06@2"])
def test_the_latest_verification_is_told(rule: str) -> None:
    name = "two certificates, one checked long ago and one lately"
    assert inputs(rule, name)["verified_on"] == "2026-09-01"


def test_of_two_tiers_that_pass_on_as_much_the_upper_one_is_told() -> None:
    told = inputs("HOP-04@1", "two tiers that pass on 40 % each")
    assert (told["sum"], told["others"]) == ("40", 1)


def test_of_a_foreign_visitor_the_foreign_countries_are_told_and_no_other() -> None:
    for name in ("a guest with a second citizenship", "a guest of another country alone"):
        assert inputs("FOR-03@1", name)["countries"] == ["KR"]
