"""What the API says of custodian handovers, in Chinese."""

HANDOVERS = {
    "Custodian handovers: all that a person keeps is put on one list, counted together, and signed by three. "
    "The copies are counted, and looked for once more, as those of its stocktake.":
        "保管人交接：一人保管的全部副本列入一份清单，共同清点，三方签字。清点和复点按其清点（stocktake）进行。",
    "A handover; ``stocktake`` is the joint count, ``passed`` and ``stayed`` say how many copies did.":
        "保管人交接；stocktake 为共同清点，passed 和 stayed 为已移交和保留的份数。",
    "Who signed, as what, and when.": "签字人、签字身份和日期。",
    "Freeze the list of what a person keeps for a party, to be counted and handed over.":
        "锁定某人为某单位保管的副本清单，供清点和交接。",
    "Show what the three sign, as it stands now.": "显示三方签署文本的当前内容。",
    "Sign the text that was read, as one of the three; custody passes with the third signature.":
        "作为三方之一签署已核对的文本；第三方签字时保管责任转移。",
    "Give a handover up; nothing passes.": "中止交接，不转移任何副本。",
    "Lines of custodian handovers, one for each copy that the person kept.":
        "保管人交接记录，该人员保管的每份副本一条。",
    "What became of one copy: it passed by ``handoff``, or stayed, and why.":
        "一份副本的结果：经 handoff 移交，或予以保留及其原因。",
}  # fmt: skip
