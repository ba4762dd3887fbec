"""What the API says of copies that are asked back, and of what came without valid paper, in Chinese."""

RECALLS = {
    "Copies asked back from a holder; of ``copies`` and ``outstanding`` those that the caller may see.":
        "要求一个保管方归还的副本；`copies`和`outstanding`仅列出调用方可见的副本。",
    "Ask the holders of all copies on the system to take them off it; answers the first request.":
        "要求保管方将本系统上的全部副本移出；返回第一条要求。",
    "Ask for all that the person holds to be handed over to somebody else; answers the first request.":
        "要求该人员保管的全部副本移交他人；返回第一条要求。",
    "What a party received, and one reason why it had no valid paper; `known_at` is when it could be known. "
    "`handoff` is null for copies taken over from an old register; `findings` is empty for an officer's "
    "advice.":
        "一个单位接收的内容及其手续无效的一项原因；`known_at`为最早可知悉的时间。由旧登记簿接收的，`handoff`为空；"
        "属审批人员意见的，`findings`为空。",
    "What was received without valid paper; as it was known at a moment by `?known_at=`.":
        "无有效手续接收的内容；用`?known_at=`查询某一时刻所知的情况。",
}  # fmt: skip
