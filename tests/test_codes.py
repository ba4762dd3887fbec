"""Numbers that people read aloud: any one wrong character is noticed, and nearly any swap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custody.codes import check_character, copy_code, handoff_number, is_valid, normalise

serials = st.integers(0, 10**9)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_published_numbers_of_this_standard_have_their_check_character() -> None:
    assert check_character("A12425GABC1234002") == "M"  # Global Release Identifier, IFPI's own example
    assert check_character("000000003A8D0000") == "Z"  # ISAN 0000-0000-3A8D-0000-Z


@given(serials)
def test_a_code_is_valid_as_it_is_made(serial: int) -> None:
    assert is_valid(copy_code(serial)) and is_valid(handoff_number(serial))


@given(serials, st.data())
def test_one_wrong_character_is_noticed(serial: int, data: st.DataObject) -> None:
    code = copy_code(serial)
    place = data.draw(st.sampled_from([i for i, c in enumerate(code) if c != "-"]))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))
    assert not is_valid(code[:place] + other + code[place + 1 :])


def test_of_a_thousand_swapped_neighbours_at_most_five_pass() -> None:
    swapped = [
        code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        for code in map(handoff_number, range(0, 1_000_000, 97))
        for i in range(len(code) - 1)
        if "-" not in code[i : i + 2] and code[i] != code[i + 1]
    ]
    missed = [code for code in swapped if is_valid(code)]
    assert 0 < len(missed) < len(swapped) * 0.005


@given(serials)
def test_what_a_person_types_is_read_as_the_code(serial: int) -> None:
    code = copy_code(serial)
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "－" for c in code)
    for typed in (code.lower(), f"  {code} ", wide, code.replace("-", "–"), code.replace("-", "—")):
        assert normalise(typed) == code


@given(st.text(max_size=40))
def test_any_text_at_all_is_answered(text: str) -> None:
    assert is_valid(normalise(text)) in (True, False)
