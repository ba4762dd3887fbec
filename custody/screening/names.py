"""The forms in which names of parties are compared with one another.

`custody.importers.names.fold` folds what is the same sign written otherwise: full width, case, punctuation.
On top of that, for likeness alone:

- Latin letters lose their accents, Cyrillic ones are written in Latin.
- The legal form is set apart: "Acme Ltd", "Acme, LLC" and "ACME" are one name with three forms.
- A second form has its words in alphabetical order, so that "Maps Acme" is like "Acme Maps".
- Chinese characters stand together, whatever blanks or brackets stood between them.

Chinese characters are not turned into pinyin, nor traditional into simplified ones: a party is found under
either only when both stand in its names (`docs/screening.md`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from custody.importers.names import fold

# Legal forms as they stand after folding, by the kind that they are.
_FORMS: dict[str, tuple[str, ...]] = {
    "limited": ("ltd", "limited", "co ltd", "company limited", "company ltd", "co limited", "pty ltd",
                "pte ltd", "pvt ltd", "private limited", "sdn bhd", "有限公司", "有限责任公司"),
    "stock": ("plc", "ag", "jsc", "ojsc", "pjsc", "cjsc", "oao", "pao", "zao", "ao", "ab", "asa", "oyj",
              "co ltd by shares", "kk", "kabushiki kaisha", "tbk", "股份有限公司", "股份公司", "株式会社"),
    "corporation": ("inc", "incorporated", "corp", "corporation", "incorporation"),
    "llc": ("llc", "l l c", "llp", "lp", "lllp", "ooo", "fze", "fzco", "fz llc", "too"),
    "gmbh": ("gmbh", "ggmbh", "mbh", "gmbh co kg", "gmbh and co kg", "kg", "ug"),
    "sa": ("sa", "s a", "sas", "sarl", "s a r l", "srl", "s r l", "spa", "s p a", "sl", "s l", "ltda", "bv",
           "b v", "nv", "n v", "sp z o o", "sp zoo", "spzoo", "as", "a s", "aps", "oy", "kft", "doo", "d o o",
           "eood", "sro", "s r o"),
    "company": ("co", "company", "and co", "pt", "cv", "公司"),
}  # fmt: skip
_KIND_OF: dict[str, str] = {form: kind for kind, forms in _FORMS.items() for form in forms}
_LATIN_FORMS = sorted((f for f in _KIND_OF if f.isascii()), key=len, reverse=True)
_CHINESE_FORMS = sorted((f for f in _KIND_OF if not f.isascii()), key=len, reverse=True)
_LEADING = ("ooo", "oao", "pao", "zao", "ao", "too", "pt", "pjsc", "ojsc", "jsc")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BESIDE_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_SPELT = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
        **dict(zip("абвгдезийклмнопрстуфыэґіў", "abvgdeziiklmnoprstufyegiu", strict=True)),
        "ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
        "ю": "yu", "я": "ya", "є": "ye", "ї": "yi", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj",
        "џ": "dz",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A name as it is compared: in its own order, with its words in order, and its kind of legal form."""

    plain: str
    ordered: str
    legal: str
    """A key of the kinds of legal forms; empty where the name tells none."""


@lru_cache(maxsize=65536)
def form_of(name: str) -> Form:
    """Return the form of a name by which it is compared; empty when nothing of it can be.

    >>> form_of("ACME Maps (Holding) Co., Ltd.")
    Form(plain='acme maps holding', ordered='acme holding maps', legal='limited')
    """
    text = _BESIDE_CJK.sub("", _latin(fold(name)))
    core, legal = _without_form(text)
    return Form(core, " ".join(sorted(core.split())), legal)


def _latin(text: str) -> str:
    """Write Cyrillic in Latin and take accents off Latin letters; other scripts stay whole."""
    spelt = text.translate(_SPELT)
    return unicodedata.normalize("NFC", "".join(_bare(c) for c in spelt))


def _bare(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if parts[0].isascii() else character


def _without_form(text: str) -> tuple[str, str]:
    """Take the legal form off a folded name, from its end or its beginning; never all of it."""
    kind = ""
    for form in _CHINESE_FORMS:
        if text.endswith(form) and text not in _KIND_OF:
            text, kind = text[: -len(form)].rstrip(), _KIND_OF[form]
            break
    again = True
    while again:
        again = False
        for form in _LATIN_FORMS:
            if text.endswith(f" {form}"):
                text, kind, again = text[: -len(form) - 1], kind or _KIND_OF[form], True
                break
            if form in _LEADING and text.startswith(f"{form} "):
                text, kind, again = text[len(form) + 1 :], kind or _KIND_OF[form], True
                break
    return text, kind
