"""Numbers that people read aloud and write on labels, with a check character.

The check character is ISO/IEC 7064 MOD 37,36 over the letters and digits, so that any one wrong character is
noticed, and all but some four in a thousand swaps of neighbours (the standard's hybrid systems miss a few).
"""

from __future__ import annotations

import unicodedata

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(text: str) -> str:
    """Return the ISO/IEC 7064 MOD 37,36 check character of upper-case letters and digits; the rest is
    skipped."""
    modulus = len(_ALPHABET)
    carry = modulus
    for character in text:
        if character not in _ALPHABET:
            continue
        carry = (carry + _ALPHABET.index(character)) % modulus or modulus
        carry = carry * 2 % (modulus + 1)
    return _ALPHABET[(modulus + 1 - carry) % modulus]


def copy_code(serial: int) -> str:
    """Return a copy's code such as ``HF-000123-X``."""
    return _with_check(f"HF-{serial:06d}")


def handoff_number(serial: int) -> str:
    """Return a handoff's number such as ``HO-000007-3``."""
    return _with_check(f"HO-{serial:06d}")


def blank_number(serial: int) -> str:
    """Return a blank receipt's number such as ``BR-000012-F``."""
    return _with_check(f"BR-{serial:06d}")


def is_valid(code: str) -> bool:
    """Return whether a typed code carries the right check character."""
    stem, dash, check = code.rpartition("-")
    return bool(dash) and len(check) == 1 and check_character(stem) == check


def normalise(typed: str) -> str:
    """Return what a person typed or scanned as a code: full-width folded, upper case, spaces dropped; of the
    address that a label's QR code holds, the code at its end."""
    typed = typed.rpartition("/")[2]
    return "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("—", "-").replace("–", "-")


def _with_check(stem: str) -> str:
    return f"{stem}-{check_character(stem)}"
