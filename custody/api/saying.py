"""Texts in the language that a request asked for."""

from __future__ import annotations

from django.utils.translation import get_language

from custody.terms import Text


def say(text: Text) -> str:
    """Return a text in the language of the request."""
    return text.get(get_language() or "en")
