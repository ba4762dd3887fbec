"""Words on the terminal, in the language of the person in front of it."""

from __future__ import annotations

import os


def words(en: str, zh: str) -> str:
    """Return `zh` when the terminal's locale is Chinese, else `en`."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return zh if locale.lower().startswith("zh") else en
