"""What the oracle says of an act: what forbids it, and where the notes are silent."""

from __future__ import annotations

from dataclasses import dataclass, field

RANK = {"gongkai": 0, "neibu": 5, "mimi": 10, "jimi": 20, "juemi": 30}
SECRET = RANK["mimi"]
CODES = frozenset(
    [
        "QUA-01",
        "QUA-02",
        "QUA-03",
        "QUA-04",
        "QUA-06",
        "QUA-07",
        "QUA-08",
        "HOP-01",
        "HOP-02",
        "HOP-03",
        "HOP-04",
        "HOP-05",
        "HOP-06",
        "HOP-07",
        "HOP-08",
        "APR-01",
        "APR-02",
        "APR-03",
        "APR-04",
        "APR-05",
        "APR-06",
        "APR-07",
        "CLS-01",
        "CLS-02",
        "CPY-01",
        "CPY-02",
        "HND-01",
        "HND-02",
        "HND-04",
        "INC-01",
        "INV-01",
        "SYS-01",
        "SYS-02",
        "FOR-01",
        "FOR-02",
    ]
)


@dataclass
class Verdict:
    """What is forbidden, by row of the notes, and where the notes are silent."""

    forbidden: dict[str, str] = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)

    def no(self, codes: str, why: str) -> None:
        self.forbidden.setdefault(codes, why)

    def silent(self, *codes: str) -> None:
        self.unsaid.update(codes)

    @property
    def expected(self) -> set[str]:
        """Codes that may bar."""
        return {code for codes in self.forbidden for code in codes.split("|")} | self.unsaid


def secret(level: str) -> bool:
    return RANK[level] >= SECRET
