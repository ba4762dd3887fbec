"""Fields that all forms share: text that the ledger can carry, dates in reason, words as choices."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from custody.terms import Word

from ..base import language

# Characters that turn the direction of writing: they make a name read as another one.
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_FIRST, _LAST = dt.date(1949, 1, 1), dt.date(2199, 12, 31)


class Line(forms.CharField):
    """One line of text in Unicode NFC, without control or turning characters."""

    breaks = ""

    def __init__(self, *, max_length: int = 300, **kwargs: Any) -> None:
        """Take the length in characters."""
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the text in NFC with plain line ends."""
        text = super().to_python(value) or ""
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()

    def validate(self, value: str) -> None:
        """Refuse what cannot be read back as it was written."""
        super().validate(value)
        for sign in value:
            if sign in self.breaks:
                continue
            if sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn"):
                raise ValidationError(
                    _("This text holds a character that cannot be printed. Type it again by hand."),
                    "unprintable",
                )


class Paragraph(Line):
    """Several lines of text."""

    breaks = "\n\t"

    def __init__(self, *, rows: int = 3, max_length: int = 2000, **kwargs: Any) -> None:
        """Take the height of the box in lines."""
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


class Day(forms.DateField):
    """A calendar date, typed or picked; always ISO, whatever the language of the page."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what a DateField takes; the year must be one that a record can be about."""
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        messages = {
            "invalid": _("Write the date as year-month-day, for instance 2026-11-21"),
            **kwargs.pop("error_messages", {}),
        }
        limits = [
            MinValueValidator(_FIRST, _("This date lies too far back")),
            MaxValueValidator(_LAST, _("This date lies too far ahead")),
        ]
        super().__init__(error_messages=messages, validators=limits, **kwargs)


class WordChoice(forms.TypedChoiceField):
    """One word of an enumeration, in the language of the page."""

    def __init__(self, words: type[Word] | Iterable[Word], *, empty: bool = True, **kwargs: Any) -> None:
        """Take the enumeration; ``empty`` adds a line for no choice yet."""
        members = list(words)
        kind = type(members[0])
        first = [("", "—")] if empty else []
        choices = lambda: [*first, *((str(w), w.text.get(language())) for w in members)]  # noqa: E731
        super().__init__(choices=choices, coerce=kind, empty_value=None, **kwargs)


class YesNo(forms.TypedChoiceField):
    """Yes, no, or not known."""

    def __init__(self, **kwargs: Any) -> None:
        """Not known is what stands at first."""
        choices = [("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))]
        known = {"yes": True, "no": False}
        super().__init__(
            choices=choices,
            coerce=known.get,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            **kwargs,
        )


class ReasonForm(forms.Form):
    """A reason that goes into the ledger."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )


def void_from() -> Day:
    """Return the question from which day on a paper turned out not to have counted."""
    return Day(
        label=_("Since when did it not count? (only where it turned out so)"),
        help_text=_("What was handed over since is then listed as received without valid paper."),
        required=False,
    )


class RevokeForm(ReasonForm):
    """Why an approval is taken back, and from which day on it turned out not to have counted."""

    void_from = void_from()


class OwnWords(forms.Form):
    """What a person may say about an own attempt that the rules block."""

    reason = Paragraph(label=_("Why do you try? (optional; kept with the refusal)"), required=False, rows=2)


class HashInput(forms.TextInput):
    """A box for a SHA-256, and a file to take it from: read in the browser a piece at a time, never sent."""

    class Media:
        js: ClassVar = [forms.Script("hash.js", defer=True)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the box with the file below it, which stays hidden where scripts do not run."""
        box = super().render(name, value, attrs, renderer)
        return format_html(
            '{}<div data-hash="{}" data-unread="{}" hidden><label>{} <input type="file"></label>'
            ' <output class="soft"></output></div>',
            box,
            (attrs or {}).get("id", f"id_{name}"),
            _("This file cannot be read"),
            _("Take it from a file on this computer; the file is not sent"),
        )


class Hash(forms.RegexField):
    """A SHA-256 as 64 lower-case hexadecimal digits."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what a field takes."""
        kwargs.setdefault("widget", HashInput)
        messages = {
            "invalid": _("Give 64 lower-case hexadecimal digits"),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(r"^[0-9a-f]{64}$", error_messages=messages, **kwargs)
