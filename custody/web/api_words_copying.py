"""What the API says of copy permits, in Chinese; :mod:`custody.web.api_words` has the rest."""

CHINESE: dict[str, str] = {
    "A copy permit; ``asked_for`` is the party that asks, ``copy`` the one that copies are made from, null "
    "for the original. Of the copies made those are listed that the caller may see.":
        "复制许可；``asked_for``为申请单位，``copy``为所依据的副本，null表示原件。已制作的副本仅列出调用者有权查看的。",
    "Leave to make more copies of an item: asked for by one, approved by another, used up by numbering.":
        "增加副本的许可：由一人申请、另一人审批，副本编号后即用完。",
    "Ask for leave to make more copies of an item.": "申请增加某项成果的副本。",
    "Approve exactly the copy permit that has this digest.": "批准与该摘要完全一致的复制许可。",
    "Do not approve a copy permit.": "不予批准复制许可。",
    "Take a copy permit back under which no copy was made.": "撤回尚未使用的复制许可。",
}  # fmt: skip
