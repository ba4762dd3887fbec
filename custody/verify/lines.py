"""A verdict in three lines, for who reads no further: unchanged since sealing, borne out by the ledger,
issued."""

from __future__ import annotations

from typing import Literal, NamedTuple

from custody.terms import Text

from .found import State, Verdict, printable, worst


class Said(NamedTuple):
    """One of the three lines; "none" where this kind of file has nothing of it to judge."""

    state: State | Literal["none"]
    text: Text


_SEAL: dict[State, Text] = {
    "ok": Text(
        "Unchanged since it was sealed by {signer}, which gives the time as {at}.",
        "自 {signer} 封印以来未被改动；封印方自述时间：{at}。",
    ),
    "bad": Text(
        "Not as it was sealed, or not sealed by the unit that it names: do not rely on this file.",
        "与封印时不一致，或并非由其所称单位封印：请勿采信本文件。",
    ),
    "unknown": Text(
        "Whether it is unchanged since it was sealed was not judged.", "封印后是否被改动：未能判断。"
    ),
}
_LEDGER: dict[State, Text] = {
    "ok": Text("What it says follows from the ledger and its rules.", "其内容可由账本及其规则得出。"),
    "bad": Text(
        "What it says does not follow from the ledger and its rules.", "其内容不能由账本及其规则得出。"
    ),
    "unknown": Text(
        "Nothing contradicts the ledger and its rules, but not all of it could be judged.",
        "未发现与账本及其规则不符之处，但有内容无法判断。",
    ),
}
_ISSUE: dict[State, Text] = {
    "ok": Text("The ledger holds the record of its issue.", "账本中有其出具记录。"),
    "bad": Text(
        "The receipt is not one of this file's issue by the ledger.", "所附凭证不是账本出具本文件的凭证。"
    ),
    "unknown": Text(
        "Whether it was issued was not judged: that takes its receipt and a trust folder.",
        "是否正式出具：未能判断，须有凭证和信任文件夹。",
    ),
}
_NO_SEAL = Text("A file of this kind carries no seal.", "此类文件不带封印。")
_NO_CONTENT = Text(
    "A receipt alone says only which report was issued, not what stands in it.",
    "单独的凭证只说明出具了哪份报告，不说明其内容。",
)
_NO_ISSUE = Text("A file of this kind is not issued by an entry of its own.", "此类文件没有单独的出具记录。")
_LINES = (
    (("seal",), _SEAL, _NO_SEAL),
    (("asked", "evidence", "decisions", "pages"), _LEDGER, _NO_CONTENT),
    (("issue",), _ISSUE, _NO_ISSUE),
)


def three_lines(verdict: Verdict) -> tuple[Said, ...]:
    """Return the three lines; none for what is no file of ours."""
    states = {part.name: part.state for part in verdict.parts}
    if "file" in states:
        return ()
    signer, at = (printable(verdict.about.get(name, "")) for name in ("signer", "sealed_at"))
    places = {"signer": signer, "at": at.replace("T", " ").replace("+00:00", " UTC")}
    return tuple(_line(states, *line, places=places) for line in _LINES)


def _line(
    states: dict[str, State],
    names: tuple[str, ...],
    words: dict[State, Text],
    none: Text,
    *,
    places: dict[str, str],
) -> Said:
    found = [states[name] for name in names if name in states]
    if not found:
        return Said("none", none)
    state = worst(found)
    return Said(state, Text(words[state].en.format(**places), words[state].zh.format(**places)))
