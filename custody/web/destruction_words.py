"""What the API says of the destruction of copies, in Chinese; :mod:`custody.web.api_words` has the rest."""

CHINESE: dict[str, str] = {
    "A batch of copies to be destroyed; ``holder`` gives them up, ``unit`` destroys them; ``signature`` is "
    "null unless the approval was signed with a passkey. Of copies and witnesses those are listed that the "
    "caller may see.":
        "一批待销毁的副本；``holder`` 为交出单位，``unit`` 为销毁单位；"
        "批准未以通行密钥签署的，``signature``为空。副本和监销人仅列出调用者有权查看的。",
    "Take the evidence file of your own signed approval of this destruction, to keep.":
        "下载本人签署的销毁批准的证据文件，自行保存。",
    "Destruction of copies: asked for by who holds them, approved by somebody who is not concerned.":
        "副本销毁：由保管单位申请，由无利害关系的人员审批。",
    "Ask for a destruction; the copies cannot be offered from then on.": "申请销毁；此后副本不得移交。",
    "Approve exactly the destruction that has this digest. A program signs nothing: where the house counts "
    "signed approvals only, it cannot.":
        "批准与该摘要完全一致的销毁申请。程序不能签署：仅认可经签名的批准时，不得由程序批准。",
    "Do not approve: the copies are free again.": "不予批准：副本恢复在管。",
    "Take a batch back of which nothing was destroyed.": "撤回尚未销毁的批次。",
    "Record that an approved destruction came to nothing.": "登记已批准的销毁未能实施。",
    "Record that the copies were destroyed: custody of them ends.": "登记副本已销毁：保管责任终止。",
    "Record the certificate of a destruction.": "登记销毁证明。",
}  # fmt: skip
