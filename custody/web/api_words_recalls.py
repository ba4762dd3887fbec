"""What the API says of copies that are asked back, in Chinese."""

RECALLS = {
    "Copies asked back from a holder; of ``copies`` and ``outstanding`` those that the caller may see.":
        "要求一个保管方归还的副本；`copies`和`outstanding`仅列出调用方可见的副本。",
    "Ask the holders of all copies on the system to take them off it; answers the first request.":
        "要求保管方将本系统上的全部副本移出；返回第一条要求。",
    "Ask for all that the person holds to be handed over to somebody else; answers the first request.":
        "要求该人员保管的全部副本移交他人；返回第一条要求。",
}  # fmt: skip
