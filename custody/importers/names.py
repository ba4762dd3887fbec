"""When two spellings of an organisation's name count as the same.

Compatibility forms (full-width letters, ligatures) and letter case are folded, punctuation and white space
count as one space, "&" reads as "and". The legal form stays: "Acme LLC" and "Acme Inc" are two firms. Accents
stay too: leaving them out would join names that their owners tell apart. This is exact matching; likeness is
for a person to judge.
"""

from __future__ import annotations

import unicodedata


def fold(name: str) -> str:
    """Return the form of a name by which it is compared; empty when nothing of it can be compared.

    Full stops and apostrophes vanish ("L.L.C." is "LLC", "O'Hara" is "OHara"); other punctuation separates.
    Folding twice gives the same as folding once.
    """
    # Twice, because folding the case of a compatibility character can give one that is not in normal form.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).casefold()
    words = "".join(_as_compared(c) for c in text).split()
    return unicodedata.normalize("NFKC", " ".join(words))


def _as_compared(character: str) -> str:
    if character in ".'\u2018\u2019\u02bc`":
        return ""
    if character == "&":
        return " and "
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphens and direction marks are not seen, so they must not tell names apart
        return ""
    return " " if category[0] in "PZC" else character
