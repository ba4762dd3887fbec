"""Words about who had a copy."""

from __future__ import annotations

from custody.word import Word


class Had(Word):
    """What somebody had of a copy: custody of it until the next one has, one reading on site, or
    that nobody has it any more."""

    KEPT = "kept", "Held it", "保管"
    READ = "read", "Read it on site", "现场查阅"
    GONE = "destroyed", "Held it until it was destroyed", "保管至销毁"
