"""What the full check may find, in both languages."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from ledger.tlog.errors import shown
from ledger.tlog.sentences import Sentence

MOST_KEPT = 1_000
"""So many faults are kept with their details; all are counted."""

WORDS = {
    "leaf": Sentence("A leaf is not in the fixed layout", "记录叶不符合固定格式"),
    "leaf-hash": Sentence("A leaf does not have the hash beside it", "记录叶与旁列的散列值不符"),
    "column": Sentence("A column does not say what the leaf says", "表列与记录叶内容不符"),
    "link": Sentence("An entry does not name the one before it", "记录未指向同一序列的前一条"),
    "sequence": Sentence("The numbers of a stream are not dense", "序列编号不连续"),
    "time": Sentence("A time goes back inside a stream", "同一序列内时间倒退"),
    "head": Sentence("The head of a stream is not its last entry", "序列末端与最后一条记录不符"),
    "index": Sentence("The log index is not dense, or points wrongly", "日志索引不连续或指向错误"),
    "queue": Sentence(
        "An entry is neither numbered nor waiting, or both", "记录既未编号也未待固化，或两者兼有"
    ),
    "disclosure": Sentence(
        "A value beside the log is not the one that was committed to", "日志旁的值与承诺的摘要不符"
    ),
    "erasure": Sentence(
        "A value was emptied without an entry that orders it", "值已清空，但没有相应的删除命令记录"
    ),
    "state": Sentence(
        "The state of the log is not what its entries give", "日志状态与各条记录推算的结果不符"
    ),
    "tile": Sentence("A tile is not what the entries give", "树块文件与记录推算的结果不符"),
    "bundle": Sentence("An entry bundle is not what the database holds", "记录包文件与数据库不符"),
    "missing": Sentence("A file of the log is missing", "日志文件缺失"),
    "stray": Sentence("A file does not belong to the log", "存在不属于日志的文件"),
    "checkpoint": Sentence("A checkpoint is not good", "检查点有误"),
    "cosignature": Sentence(
        "What a witness signed is not what is stored of it", "所存的见证签名与见证方签署的不符"
    ),
    "mark": Sentence("The mark is not good", "签名标记有误"),
    "journal": Sentence("The journal is not what the database says", "日志副本（journal）与数据库不符"),
}
"""Code -> what it means."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction. `where` names table and row or file; `expected` and `got` are short, printable."""

    code: str
    where: str
    expected: str = ""
    got: str = ""

    def text(self, lang: str = "en") -> str:
        """The fault as one line."""
        zh = lang == "zh"
        words = WORDS[self.code].zh if zh else WORDS[self.code].en
        parts = [(self.expected, "应为" if zh else "expected"), (self.got, "实为" if zh else "got")]
        middle = ("，" if zh else ", ").join(f"{word} {value}" for value, word in parts if value)
        line = f"{words}{'：' if zh else ': '}{self.where}"
        return f"{line}{'；' if zh else '; '}{middle}" if middle else line


@dataclass(slots=True)
class Found:
    """All that one check found. `unknown` says what could not be judged, `notes` what is worth knowing."""

    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)

    def fault(self, code: str, where: str, expected: object = "", got: object = "") -> None:
        """Note a fault; beyond the first thousand it is only counted."""
        self.counts[code] += 1
        if len(self.faults) < MOST_KEPT:
            self.faults.append(Fault(code, where, brief(expected), brief(got)))

    @property
    def state(self) -> str:
        """`bad` with a fault, `unknown` when something could not be judged, else `ok`."""
        return "bad" if self.counts else "unknown" if self.unknown else "ok"

    @property
    def total(self) -> int:
        """How many faults there are."""
        return self.counts.total()

    def reason(self) -> str:
        """One line for the freeze and for the record."""
        more = f" ({self.total - 1} more)" if self.total > 1 else ""
        return f"full check: {self.faults[0].text()}{more}" if self.faults else "full check: good"

    def as_json(self) -> dict[str, Any]:
        """The findings for programs."""
        return {
            "verdict": {"ok": "good"}.get(self.state, self.state),
            "faults": [asdict(fault) for fault in self.faults],
            "fault_counts": dict(self.counts),
            "unknown": self.unknown,
            "notes": self.notes,
            "checked": dict(self.checked),
        }


def brief(value: object) -> str:
    """A short, printable form: hashes by their first bytes, hostile text escaped."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        raw = bytes(value)
        return f"{raw[:8].hex()}…" if len(raw) > 8 else raw.hex() or "nothing"
    if value is None:
        return "nothing"
    text = str(value)
    return text if text.isprintable() and len(text) <= 90 else shown(text, 90)
