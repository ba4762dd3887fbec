"""Drawing by lot, so that anybody can draw again and nobody can steer it.

Two people could want to: the unit, which keeps the ledger, and the regulator, who draws. So two things decide
that neither has alone. The regulator thinks of a word and has its SHA-256 recorded first. Then the ledger
signs the first checkpoint that covers that entry: the unit does not know the word yet, and the regulator
cannot know the root. Only then the word is told. The copies are ranked by

    SHA-256( "holdfast/sample/1" LF size LF root LF word LF copy number LF )

with the size in decimal, the root in lower-case hex, all as UTF-8, and the lowest are drawn. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from custody.word import Text

TAG = "holdfast/sample/1"
SHORTEST, LONGEST = 20, 200
"""Characters of a word: a short one could be found from its SHA-256 by trying."""


def fault(word: str) -> Text | None:
    """Return why a word cannot be taken; None where it can."""
    if not SHORTEST <= len(word) <= LONGEST:
        return Text(
            f"The word has {SHORTEST} to {LONGEST} characters: a shorter one can be found from its SHA-256.",
            f"密语须为{SHORTEST}至{LONGEST}个字符：过短可由其SHA-256推出。",
        )
    if word != word.strip() or not word.isprintable():
        return Text("The word stands on one line, without blanks around it.", "密语须为一行，首尾无空格。")
    return None


def sealed(word: str) -> str:
    """Return the SHA-256 under which a word is recorded before it is told, in hex."""
    return hashlib.sha256(word.encode()).hexdigest()


def population(codes: Iterable[str]) -> str:
    """Return the SHA-256 of the copy numbers that are drawn from: each on a line, in order."""
    return hashlib.sha256("".join(f"{code}\n" for code in sorted(codes)).encode()).hexdigest()


def rank(code: str, size: int, root: str, word: str) -> str:
    """Return by what a copy is ranked, in hex; the lowest are drawn."""
    return hashlib.sha256(f"{TAG}\n{size}\n{root}\n{word}\n{code}\n".encode()).hexdigest()


def draw(codes: Iterable[str], count: int, *, size: int, root: str, word: str) -> list[str]:
    """Return the copy numbers that are drawn, the first drawn first."""
    return sorted(set(codes), key=lambda code: (rank(code, size, root, word), code))[:count]
