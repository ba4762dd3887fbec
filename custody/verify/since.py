"""What an earlier report showed, held against a later one: nothing of it may have changed or gone.

Each file proves its own runs to be in the log under a signed checkpoint. Where both show a stream, the later
one must hold every entry of the earlier one, byte for byte, at the same number. What only one of them shows
is not compared here; a monitor that follows the log compares everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from custody.terms import Text
from ledger.tlog.verify import Verdict as Judged

from .found import SHOWN, Part

TITLE = Text("Since the last visit", "与上次检查相比")
KEPT = Text(
    "Every entry that the earlier files show of {streams} streams stands here unchanged: {entries}. {new} "
    "entries came after them.",
    "早先文件所示 {streams} 个序列中的每条记录在本文件中均未改变：共 {entries} 条。其后新增 {new} 条。",
)
CHANGED = Text(
    "Entry number {seq} of a stream is another one than in the earlier file. The past was rewritten.",
    "某序列第 {seq} 条记录与早先文件中的不同。历史记录已被改写。",
)
SHORTER = Text(
    "A stream ends here at number {last}; the earlier file shows it up to {seq}, and its ledger was smaller.",
    "某序列在本文件中止于第 {last} 条；早先文件显示至第 {seq} 条，而当时账本规模更小。",
)
OLDER = Text(
    "This file comes from a smaller ledger than the earlier one ({size} entries, {past} then): it is the "
    "older of the two, and only what both show was compared.",
    "本文件所依据的账本规模小于早先文件（{size} 条，彼时为 {past} 条）：本文件更早，仅比较了两者共有的内容。",
)
FORK = Text(
    "Two signed checkpoints of {size} entries have different contents: the unit has shown two histories. "
    "Keep both files.",
    "同为 {size} 条记录的两个已签名检查点内容不同：该单位出示了两份历史。请保留两个文件。",
)
NOTHING = Text(
    "The earlier files show no stream that this one shows, so nothing was compared.",
    "早先文件与本文件没有共同的序列，因此未作比较。",
)
NO_LOG = Text("No earlier file is of this ledger.", "早先文件中没有出自本账本的文件。")
NOT_GOOD = Text(
    "The evidence of this file is not good, so it was not compared with earlier ones.",
    "本文件的证据未通过核对，因此未与早先文件比较。",
)

Heads = dict[int, bytes]
"""Size of a checkpoint -> the root that was signed for it."""


@dataclass(slots=True)
class Past:
    """What good files of before show of each ledger."""

    streams: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=dict)
    """(origin, stream) -> number -> hash of its leaf."""
    heads: dict[str, Heads] = field(default_factory=dict)

    def take(self, judged: Judged) -> bool:
        """Add what a file shows; False where its evidence is not good."""
        if judged.state == "bad" or judged.trusted is None or judged.bundle is None:
            return False
        checkpoint = judged.trusted.checkpoint
        self.heads.setdefault(checkpoint.origin, {})[checkpoint.size] = checkpoint.root
        for stream, hashes in runs(judged):
            self.streams.setdefault((checkpoint.origin, stream), {}).update(hashes)
        return True


def runs(judged: Judged) -> Iterable[tuple[str, dict[int, bytes]]]:
    """Return what a file shows of each stream: number -> hash of its leaf."""
    entries = iter(judged.entries)
    for run in judged.bundle.runs if judged.bundle else ():
        yield run.stream, {seq: next(entries).hash for seq in range(run.first, run.last + 1)}


def compare(judged: Judged, past: Past) -> Part:
    """Hold a later file against what was shown before."""
    part = Part("since", TITLE)
    if judged.state == "bad" or judged.trusted is None:
        part.add("unknown", NOT_GOOD)
        return part
    checkpoint = judged.trusted.checkpoint
    heads = past.heads.get(checkpoint.origin, {})
    if not heads:
        part.add("unknown", NO_LOG)
        return part
    if heads.get(checkpoint.size, checkpoint.root) != checkpoint.root:
        part.add("bad", FORK, size=checkpoint.size)
    newest = max(heads)
    if newest > checkpoint.size:
        part.add("unknown", OLDER, size=checkpoint.size, past=newest)
    shared = {
        stream: (hashes, before)
        for stream, hashes in runs(judged)
        if (before := past.streams.get((checkpoint.origin, stream)))
    }
    if not shared:
        part.add("unknown", NOTHING)
        return part
    wrong = _differences(part, shared, older=newest > checkpoint.size)
    if not wrong:
        same = sum(len(hashes.keys() & before.keys()) for hashes, before in shared.values())
        new = sum(len(hashes.keys() - before.keys()) for hashes, before in shared.values())
        part.add("ok", KEPT, streams=len(shared), entries=same, new=new)
    return part


def _differences(
    part: Part, shared: Mapping[str, tuple[Mapping[int, bytes], Mapping[int, bytes]]], *, older: bool
) -> int:
    wrong = 0
    for stream, (hashes, before) in shared.items():
        for seq in sorted(hashes.keys() & before.keys()):
            if hashes[seq] != before[seq]:
                wrong += 1
                if wrong <= SHOWN:
                    part.add("bad", CHANGED, stream, seq=seq)
                break  # what follows is linked to it, and differs as well
        if max(hashes) < max(before) and not older:
            wrong += 1
            part.add("bad", SHORTER, stream, last=max(hashes), seq=max(before))
    return wrong
