"""What the API says of old registers, in Chinese; a part of :mod:`custody.web.api_words`."""

from __future__ import annotations

OPENING: dict[str, str] = {
    "An old register; `mapping` tells for each field its column, counted from 0 among `headings`.":
        "旧登记簿；`mapping` 为各字段对应的列，在 `headings` 中自0计数。",
    "Old registers of paper that are taken over.": "接收的纸质旧登记簿。",
    "Read an old register as a dry run: nothing of it is entered.": "试读旧登记簿：不登记任何内容。",
    "Say which column tells what; every line is judged anew.": "指定各列含义，重新核对每一行。",
    "Call a register off of which nothing is entered.": "取消尚未登记的旧登记簿。",
    "Enter every line that can be read; what breaks a rule becomes a finding that is due on a day.":
        "登记所有可读取的行；不符合规则之处列为有期限的问题。",
    "A rule that would have barred what was taken over: of an item, of copies with one holder, or of a "
    "subcontract.": "接收内容不符合的规则：针对某项成果、某一保管人所持副本，或某项分包。",
    "Say of taken-over subcontracts whether they are as on the paper; two people compare each.":
        "记录所接收分包与纸质是否一致；每项由两人核对。",
    "Where a subcontract stood in an old register, and which approval the paper names: what a paper says.":
        "分包在旧登记簿中的位置，以及纸质所载批准；仅为纸质所载内容。",
    "Subcontracts that were taken over from old registers, each a request that officers decide anew.":
        "由旧登记簿接收的分包，每项均为待审批人重新决定的申请。",
    "Confirm what a signed stocktake saw, in which two people counted.":
        "确认两人共同清点并签字的清点所见副本。",
    "Close the taking over: each finding is settled, or has somebody and a day.":
        "结束接收：各项问题均已处理，或已指定处理人和期限。",
    "What breaks a rule of what stood on paper.": "旧登记簿所载内容中不符合规则之处。",
    "Say what was done about a finding.": "记录问题的处理情况。",
    "Name who sees to a finding, and by when.": "指定问题的处理人及期限。",
    "A line of an old register; `problems` name field, value and reason.":
        "旧登记簿的一行；`problems` 列出字段、内容和原因。",
    "Lines of old registers, as they were read and judged.": "旧登记簿各行的读取与核对结果。",
}  # fmt: skip
