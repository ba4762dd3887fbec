"""What an enumerated word is: a stored value with a label in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in the two languages of the product."""

    en: str
    zh: str

    def get(self, language: str) -> str:
        """Return the text for a language code such as ``en``, ``zh`` or ``zh-hans``; for ``both``, English
        and Chinese on one line."""
        if language == "both":
            return " / ".join(dict.fromkeys((self.en, self.zh)))
        return self.zh if language.lower().startswith("zh") else self.en


class Word(str, Enum):  # noqa: UP042 - the value is a word, the label stands beside it
    """An enumerated value that carries its label; compares and stores as its value."""

    text: Text

    def __new__(cls, value: str, en: str = "", zh: str = "") -> Word:
        """Make a member whose value is the stored word."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.text = Text(en, zh)
        return word

    def __str__(self) -> str:
        """Return the stored word."""
        return str(self.value)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return (value, English label) pairs, the shape of Django's ``choices``."""
        return [(str(w.value), w.text.en) for w in cls]
