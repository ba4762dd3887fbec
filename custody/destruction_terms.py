"""The enumerated words of the destruction of copies; these too are had from :mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class DestructionMethod(Word):
    """How copies are destroyed; what no regime takes is there too, so that nobody names another way."""

    SHRED = "shred", "Shredding", "碎纸"
    PULP = "pulp", "Pulping", "化浆"
    BURN = "burn", "Incineration", "焚毁"
    CRUSH = "crush", "Crushing of the medium", "介质物理粉碎"
    DEGAUSS = "degauss", "Degaussing", "消磁"
    ERASE = "erase", "Overwriting or cryptographic erasure", "覆写或密钥擦除"
    OTHER = "other", "Another way", "其他方式"


class DestructionUnit(Word):
    """Who may destroy: whoever holds the copies, the owner of the project, or a unit with a certificate."""

    HOLDER = "holder", "Who holds the copies", "保管单位"
    OWNER = "owner", "Owner of the project", "项目所有方"
    LICENSED = "licensed", "Unit certified for the destruction", "具备销毁资质的单位"


class DestructionState(Word):
    """Life of a destruction batch; its copies are marked from the request until it ends."""

    REQUESTED = "requested", "Awaiting approval", "待审批"
    APPROVED = "approved", "Approved, to be destroyed", "已批准，待销毁"
    DESTROYED = "destroyed", "Destroyed, certificate to come", "已销毁，待出具证明"
    CERTIFIED = "certified", "Destroyed and certified", "已销毁并有证明"
    REFUSED = "refused", "Not approved", "未批准"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
    FAILED = "failed", "Failed, copies kept", "未能销毁，副本仍在"
