"""The catalogue people read is the rule book that runs."""

from __future__ import annotations

from pathlib import Path

from custody.policy.catalogue import page
from custody.policy.regime import Params
from custody.policy.rule import published

RULES_MD = Path(__file__).parents[2] / "docs" / "rules.md"


def test_docs_rules_md_is_current() -> None:
    assert RULES_MD.read_text("utf-8") == page(), "run: python -m custody.policy.catalogue > docs/rules.md"


def test_every_parameter_says_which_way_is_tighter() -> None:
    for rule in published().all():
        assert set(rule.params.model_fields) == set(rule.params.tighten), rule.name
        assert set(rule.params.names_levels) <= set(rule.params.model_fields)
        assert issubclass(rule.params, Params)


def test_the_rules_that_were_released_are_all_there() -> None:
    assert [rule.code for rule in published().newest()] == [
        "APR-01",
        "APR-02",
        "APR-03",
        "APR-04",
        "APR-05",
        "APR-06",
        "APR-07",
        "APR-08",
        "APR-09",
        "CLS-01",
        "CLS-02",
        "CLS-03",
        "CLS-04",
        "CPY-01",
        "CPY-02",
        "CTR-01",
        "DSP-01",
        "FLD-01",
        "FLD-02",
        "FOR-01",
        "FOR-02",
        "FOR-03",
        "FOR-04",
        "HLD-01",
        "HND-01",
        "HND-02",
        "HND-03",
        "HND-04",
        "HND-05",
        "HND-06",
        "HND-09",
        "HOP-01",
        "HOP-02",
        "HOP-03",
        "HOP-04",
        "HOP-05",
        "HOP-06",
        "HOP-07",
        "HOP-08",
        "HOP-09",
        "HOP-10",
        "HOP-11",
        "INC-01",
        "INV-01",
        "QUA-01",
        "QUA-02",
        "QUA-03",
        "QUA-04",
        "QUA-05",
        "QUA-06",
        "QUA-07",
        "QUA-08",
        "QUA-09",
        "SIL-01",
        "SUB-01",
        "SYS-01",
        "SYS-02",
    ]
