"""What the judgement of an evidence file may say: one sentence per finding, in English and Chinese.

`{run}` and `{entry}` count from 1, as a reader counts.
"""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """The same statement in both languages, with named places to fill in."""

    en: str
    zh: str


OK = {
    "form": Sentence(
        "The file is complete and in its one canonical form, and its own hash fits.",
        "文件完整，为唯一的规范格式，自带摘要相符。",
    ),
    "checkpoint": Sentence(
        "The checkpoint is signed by the log {origin}, which the trust folder names. It covers {size} "
        "entries.",
        "检查点由信任文件夹所列日志 {origin} 签名，覆盖 {size} 条记录。",
    ),
    "quorum": Sentence(
        "The checkpoint is witnessed as the trust policy demands ({witnesses} witnesses).",
        "检查点已按信任策略的要求获得见证（见证方 {witnesses} 个）。",
    ),
    "quorum-none": Sentence(
        "The trust policy demands no witness ({witnesses} cosigned), so only the log itself vouches that "
        "everybody is shown the same log.",
        "信任策略不要求见证（会签 {witnesses} 个），因此各方所见日志是否一致仅凭日志自身担保。",
    ),
    "leaves": Sentence(
        "Every entry is written in the fixed layout, and no entry stands twice.",
        "每条记录均符合固定格式，且无重复记录。",
    ),
    "runs": Sentence(
        "Every run is complete from its first entry: no number is missing, each entry names the one before.",
        "每个序列自首条起完整：编号连续，每条记录均指向前一条。",
    ),
    "times": Sentence(
        "Recorded times never go back within a run.",
        "各序列内的记录时间从不倒退。",
    ),
    "heads": Sentence(
        "The last entry of every run is proven to be in the log under that checkpoint.",
        "每个序列的末条记录均已证明在该检查点之下的日志中。",
    ),
    "disclosures": Sentence(
        "Every disclosed value is the one that was recorded, and belongs to exactly one entry.",
        "每个披露值均与记录时一致，且仅属于一条记录。",
    ),
    "erasures": Sentence(
        "Every value called erased belongs to one entry, and the entry that ordered its erasure is here.",
        "每个标为已删除的值均属于一条记录，且命令删除该值的记录在本文件中。",
    ),
    "packs": Sentence(
        "Every rule pack enclosed has the hash under which it is named.",
        "所附各规则包的摘要均与其名称相符。",
    ),
}
"""Check -> what is said when it found nothing wrong."""

BAD = {
    "not-canonical": Sentence(
        "The file is not a canonical evidence file; it was changed, re-saved or damaged.",
        "文件不是规范的证据文件；它已被修改、另存或损坏。",
    ),
    "hash": Sentence(
        "The file's own hash does not fit its content; it was changed or damaged.",
        "文件自带摘要与内容不符；它已被修改或损坏。",
    ),
    "form-broken": Sentence(
        "The file does not have the members that an evidence file has.",
        "文件的组成与证据文件的规定不符。",
    ),
    "checkpoint-malformed": Sentence(
        "The checkpoint is not written as a signed checkpoint.",
        "检查点不符合签名检查点的格式。",
    ),
    "checkpoint-untrusted": Sentence(
        "The checkpoint is not signed by a log that the trust folder names, or a signature on it is false.",
        "检查点未由信任文件夹所列日志签名，或其上的签名无效。",
    ),
    "checkpoint-origin": Sentence(
        "The checkpoint belongs to another log than those that the trust folder names.",
        "检查点属于另一份日志，不是信任文件夹所列的日志。",
    ),
    "checkpoint-key": Sentence(
        "The checkpoint bears the name of the trusted log but was signed with another key.",
        "检查点使用受信任日志的名称，却由另一把密钥签名。",
    ),
    "quorum-unmet": Sentence(
        "The checkpoint is signed but not witnessed as the trust policy demands: {witnesses} cosigned.",
        "检查点已签名，但见证未达到信任策略的要求：仅 {witnesses} 个见证方会签。",
    ),
    "leaf-malformed": Sentence(
        "Entry {entry} of run {run} is not written in the fixed layout.",
        "第 {run} 个序列第 {entry} 条记录不符合固定格式。",
    ),
    "entry-twice": Sentence(
        "Entry {entry} of run {run} has the identifier of another entry.",
        "第 {run} 个序列第 {entry} 条记录与另一条记录的标识相同。",
    ),
    "stream-twice": Sentence(
        "Run {run} is a second run of a stream that already stands in the file.",
        "第 {run} 个序列与文件中已有的序列属于同一条流。",
    ),
    "run-stream": Sentence(
        "Entry {entry} of run {run} belongs to another stream.",
        "第 {run} 个序列第 {entry} 条记录属于另一条流。",
    ),
    "run-gap": Sentence(
        "Entry {entry} of run {run} does not have the number that follows; an entry is missing or was added.",
        "第 {run} 个序列第 {entry} 条记录编号不连续；有记录缺失或被添加。",
    ),
    "run-link": Sentence(
        "Entry {entry} of run {run} does not name the entry before it; one of the two was changed.",
        "第 {run} 个序列第 {entry} 条记录未指向前一条记录；两者之一已被修改。",
    ),
    "time-back": Sentence(
        "Entry {entry} of run {run} is recorded earlier than the entry before it.",
        "第 {run} 个序列第 {entry} 条记录的时间早于前一条。",
    ),
    "head-differs": Sentence(
        "The proof for run {run} is about another entry than the last one of the run.",
        "第 {run} 个序列的证明针对的不是该序列的末条记录。",
    ),
    "head-newer": Sentence(
        "Run {run} ends at place {place} of the log, but the checkpoint is older: it covers only {size} "
        "entries.",
        "第 {run} 个序列止于日志第 {place} 条，但检查点较旧，仅覆盖 {size} 条记录。",
    ),
    "head-unproven": Sentence(
        "The proof for run {run} does not lead to the signed checkpoint: the entry is not in that log.",
        "第 {run} 个序列的证明无法导出已签名的检查点：该记录不在该日志中。",
    ),
    "head-shared": Sentence(
        "The proofs for two runs name the same place in the log (run {run}).",
        "两个序列的证明指向日志中的同一位置（第 {run} 个序列）。",
    ),
    "disclosure-digest": Sentence(
        "A disclosed value was changed: it does not have the digest under which it stands.",
        "某个披露值已被修改：与其所列摘要不符。",
    ),
    "disclosure-malformed": Sentence(
        "A disclosed value is not written as a disclosure.",
        "某个披露值不符合披露格式。",
    ),
    "disclosure-orphan": Sentence(
        "A disclosed value does not belong to any entry of the file.",
        "某个披露值不属于文件中的任何记录。",
    ),
    "disclosure-shared": Sentence(
        "A disclosed value is claimed by more than one entry (entry {entry} of run {run}).",
        "某个披露值被多条记录引用（第 {run} 个序列第 {entry} 条）。",
    ),
    "disclosure-name-twice": Sentence(
        "Entry {entry} of run {run} gives the same field twice.",
        "第 {run} 个序列第 {entry} 条记录的同一字段出现两次。",
    ),
    "erased-disclosed": Sentence(
        "A value is called erased and is disclosed all the same.",
        "某个值标为已删除，却仍被披露。",
    ),
    "erased-orphan": Sentence(
        "A value called erased does not belong to exactly one entry of the file.",
        "某个标为已删除的值并非恰属于文件中的一条记录。",
    ),
    "erasure-not-ordered": Sentence(
        "A value is called erased, and the entry named as the order to erase does not order it.",
        "某个值标为已删除，但所指的记录并未命令删除该值。",
    ),
    "pack-hash": Sentence(
        "A rule pack enclosed does not have the hash under which it is named.",
        "所附某规则包的摘要与其名称不符。",
    ),
}
"""Code of a failure -> its sentence."""

UNKNOWN = {
    "heads-untrusted": Sentence(
        "Whether the runs are in the log cannot be told without a checkpoint to trust.",
        "没有可信的检查点，无法判断各序列是否在日志中。",
    ),
    "run-partial": Sentence(
        "Run {run} begins at number {first}, so nothing can be told of what stands before it.",
        "第 {run} 个序列自编号 {first} 起，其之前的内容无法判断。",
    ),
    "erasure-hidden": Sentence(
        "The entry that ordered an erasure does not show what it erases, so the erasure cannot be checked.",
        "删除命令所在的记录未披露其删除的内容，该项删除无法核对。",
    ),
    "erasure-absent": Sentence(
        "The entry that ordered an erasure is not in the file, so the erasure cannot be checked.",
        "删除命令所在的记录不在文件中，该项删除无法核对。",
    ),
}
"""Code of what could not be judged -> its sentence."""

MORE = Sentence("{count} more of the same kind ({code}).", "同类问题另有 {count} 处（{code}）。")

LIMITS = (
    Sentence(
        "Not proved by any file: what was never recorded, and whether what people stated is true.",
        "任何文件都不能证明：从未记录之事，以及当事人所述是否属实。",
    ),
    Sentence(
        "Not judged by this command: whether who ordered an erasure was entitled to, and whether the "
        "rule packs and copy keys enclosed are those that the entries refer to.",
        "本命令未判断：命令删除者是否有权删除，以及所附规则包和副本密钥是否即各记录所引用者。",
    ),
    Sentence(
        "Not proved by this file: that no later entries exist, and that nobody was shown another log. "
        "A monitor or witnesses exclude these.",
        "本文件不能证明：之后没有新记录，以及未向他人出示另一份日志。这须由监测方或见证方排除。",
    ),
)
"""What a good verdict still leaves open."""
