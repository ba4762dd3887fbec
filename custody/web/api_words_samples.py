"""What the API says of random samples, in Chinese."""

SAMPLES = {
    "Random samples that regulators draw; asked for at `projects/{id}/samples`.":
        "监管人员的随机抽样；在 `projects/{id}/samples` 提出。",
    "A random sample; `ledger_size`, `root` and `word` are those that decided it, once it is drawn.":
        "随机抽样；抽取后，`ledger_size`、`root` 和 `word` 为决定结果的检查点规模、根哈希和密语。",
    "Ask for a random sample of the project's copies, as a regulator with leave to read it.":
        "由获准查阅项目的监管人员提出随机抽样。",
    "Tell the word, and draw from the first checkpoint that covers the request.":
        "公开密语，并依首个涵盖该申请的检查点抽取。",
    "Enter how copies were found; entered again, the later counts.":
        "填写查验情况；重复填写的，以后一次为准。",
    "Close a sample of which each copy was entered.": "各副本均已填写后结束抽样。",
    "Withdraw a sample that was not drawn; that it was asked for stays.":
        "撤回尚未抽取的抽样；提出记录予以保留。",
    "Copies of random samples, in the order in which they were drawn.": "随机抽样的副本，按抽取顺序排列。",
    "One copy that was drawn: where and with whom it was by the record, and how it was found.":
        "抽取的一份副本：账载存放处和保管人，以及查验情况。",
}  # fmt: skip
