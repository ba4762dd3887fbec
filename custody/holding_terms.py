"""Words about who had a copy."""

from __future__ import annotations

from custody.word import Word


class Had(Word):
    """What somebody had of a copy: custody of it until the next one has, or one reading on site."""

    KEPT = "kept", "Held it", "保管"
    READ = "read", "Read it on site", "现场查阅"
