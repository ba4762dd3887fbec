"""What the API says of objections of regulators, in Chinese."""

OBJECTIONS = {
    "Objections of regulators; lodged at `projects/{id}/objections`.":
        "监管人员的整改要求；在 `projects/{id}/objections` 提出。",
    "An objection of a regulator; `answer` and `remark` are the last of either side, `late` is of the "
    "answer.":
        "监管整改要求；`answer` 和 `remark` 为双方最近一次内容，`late` 表示答复逾期。",
    "Lodge an objection to the project, as a regulator with leave to read it.":
        "由获准查阅项目的监管人员提出整改要求。",
    "Answer an objection for the owner of the project; a late answer is taken, and told to be late.":
        "由项目归属单位答复整改要求；逾期答复仍予接收并注明逾期。",
    "Accept the answer to an objection: nothing more is asked for.": "认可对整改要求的答复，不再要求其他。",
    "Send the answer to an objection back, with the day by which another is due.":
        "退回对整改要求的答复，并规定重新答复的期限。",
    "Withdraw an objection that was made in error; that it was made stays.":
        "撤回误提的整改要求；提出记录予以保留。",
}  # fmt: skip
