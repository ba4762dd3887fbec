"""The lot: what the page for regulators says is what is drawn, and nothing of it can be steered."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from custody import codes, lot

PAGE = Path(__file__).parents[1] / "docs" / "regulator.md"
ROOT = "5f" * 32
WORD = "seven grey herons wait"
CODES = [codes.copy_code(n) for n in range(1, 21)]


def test_the_worked_example_for_regulators_comes_out_as_it_stands_there() -> None:
    page = PAGE.read_text("utf-8")
    told = dict(re.findall(r"^    (size|root|word|copies|sealed|population) +(.+)$", page, re.MULTILINE))
    ranked = re.findall(r"^    ([0-9a-f]{64})  (HF-\d{6}-.)$", page, re.MULTILINE)
    first, last = told["copies"].split(" to ")
    there = [code for code in CODES if first <= code <= last]
    assert len(ranked) == len(there) > 3
    # By hand, as the page says it, and not by the module that it tells of.
    by_hand = sorted(
        (hashlib.sha256("\n".join(
            ["holdfast/sample/1", told["size"], told["root"], told["word"], code, ""]
        ).encode()).hexdigest(), code)
        for code in there
    )  # fmt: skip
    assert ranked == by_hand
    assert told["sealed"] == hashlib.sha256(told["word"].encode()).hexdigest() == lot.sealed(told["word"])
    assert told["population"] == lot.population(there)
    drawn = lot.draw(there, 3, size=int(told["size"]), root=told["root"], word=told["word"])
    assert drawn == [code for _rank, code in ranked[:3]]
    assert f"are drawn: {', '.join(drawn)}" in page


def test_another_root_size_or_word_draws_others() -> None:
    drawn = lot.draw(CODES, 5, size=44, root=ROOT, word=WORD)
    assert len(drawn) == 5 and set(drawn) <= set(CODES)
    others = [
        lot.draw(CODES, 5, size=45, root=ROOT, word=WORD),
        lot.draw(CODES, 5, size=44, root="5e" + ROOT[2:], word=WORD),
        lot.draw(CODES, 5, size=44, root=ROOT, word=WORD + "s"),
    ]
    assert all(other != drawn for other in others)


@given(st.sets(st.sampled_from(CODES), min_size=1), st.integers(1, 30))
def test_which_others_are_there_changes_the_order_of_none(there: set[str], count: int) -> None:
    """Whoever adds or takes away copies does not choose among those that stay."""
    whole = lot.draw(CODES, len(CODES), size=9, root=ROOT, word=WORD)
    drawn = lot.draw(there, count, size=9, root=ROOT, word=WORD)
    assert drawn == [code for code in whole if code in there][:count]
    assert lot.draw(sorted(there, reverse=True), count, size=9, root=ROOT, word=WORD) == drawn


def test_it_is_even() -> None:
    """Over many words each copy comes first about as often as any other."""
    first = [lot.draw(CODES, 1, size=7, root=ROOT, word=f"{WORD} {n}")[0] for n in range(4000)]
    assert all(140 < first.count(code) < 265 for code in CODES)


def test_a_short_word_is_refused_and_says_why() -> None:
    assert lot.fault(WORD) is None
    for bad in ("seven", "x" * 201, " " + WORD, WORD + "\n", "seven grey\x00herons wait"):
        fault = lot.fault(bad)
        assert fault is not None and fault.zh
