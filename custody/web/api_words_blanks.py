"""What the API says of receipts on paper, in Chinese; :mod:`custody.web.api_words` has the rest."""

BLANKS: dict[str, str] = {
    "A numbered blank receipt; forms printed together have one `block`.":
        "带编号的空白回执；同批印制的 `block` 相同。",
    "Numbered blank receipts for handoffs on paper, each accounted for.":
        "用于纸质移交的空白回执，逐号核销。",
    "Number a block of blank receipts. Answers with the first; the others have its `block`.":
        "为一批空白回执编号。返回首份；其余的 `block` 与之相同。",
    "Give out a form and those that follow it in its block.": "发放该份及同批中其后的空白回执。",
    "Say that a form is spoiled: it can never be used.": "登记作废：不得再使用。",
    "Say that an issued form is missing.": "登记已领用的空白回执缺失。",
    "Say that a missing form was found: it stands as issued again.":
        "登记缺失的空白回执已找到，恢复为已领用。",
    "That a handoff took place on paper: when as the paper says, and whether the rules allowed it.":
        "纸质移交：纸质回执所载时间，以及是否符合规则。",
    "Handoffs that took place on paper and were entered later.": "以纸质方式办理、事后补录的移交。",
    "Enter a handoff that took place on paper; what a rule bars is recorded as done without leave. The "
    "receiver confirms it by accepting the handoff.":
        "补录纸质移交；不符合规则的记为未经许可。接收方通过签收该移交予以确认。",
    "Say what was done about a handoff that took place without leave.": "记录未经许可的移交的处理结果。",
}  # fmt: skip
