"""What the API says of items and their proposals, in Chinese; :mod:`custody.web.api_words` has the rest."""

CHINESE: dict[str, str] = {
    "A proposal about an item. ``values`` are what its columns would be, ``was`` what stood before of those "
    "that were changed; of items that it was made from those are listed that the caller may see.":
        "成果拟办意见；``values``为拟定的各项内容，``was``为所变更各项的原内容。来源成果仅列出调用者有权查看的。",
    "Proposals about items: made by one, determined by an officer who did not make them.":
        "成果拟办意见：由一人提出，由提出人以外的审批人确定。",
    "Determine exactly the proposal that has this digest: the item stands so at once.":
        "确定与该摘要完全一致的拟办意见，成果随即按此执行。",
    "Send a proposal back: nothing of the item changes.": "退回拟办意见，成果不作变更。",
    "Take a proposal back that waits: nothing of the item changes.": "收回待确定的拟办意见，成果不作变更。",
    "Propose how the item is classified, another level, that it is declassified or withdrawn. It waits for "
    "an officer who did not propose it.":
        "就成果的定密、变更密级、解密或撤回提出拟办意见，由提出人以外的审批人确定。",
    "Ask the holders of all copies of the item to give them back.": "要求该成果全部副本的持有单位归还副本。",
    "Put a wrong codename right; another level than was determined is proposed.":
        "更正错误的代号；变更已确定的密级须提出拟办意见。",
    "Register an item, and propose how it is classified. 409 when the rules refuse it; that is recorded.":
        "登记成果并提出定密意见。规则不允许时返回409，并予以记录。",
    "Number new copies of the item. 409 when the rules refuse, as one does until its classification is "
    "determined.":
        "对该成果的新副本编号。规则不允许时返回409，例如密级尚未确定。",
    "Record a review of the item's level; to change the level, propose another one.":
        "登记密级审核结果；变更密级须另行提出拟办意见。",
    "Put down what carries a copy: its medium and number, the seal, its own hash, where it belongs.":
        "登记副本的载体：介质及编号、封签、自身哈希值、应存放处。",
}  # fmt: skip
