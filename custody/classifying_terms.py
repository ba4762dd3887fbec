"""Words of how items are classified; they too are had from :mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class ItemState(Word):
    """Standing of a data item. Until somebody else has determined its classification it is only proposed."""

    PROPOSED = "proposed", "Classification proposed", "拟定密级，待确定"
    REGISTERED = "registered", "Registered", "已登记"
    RECLASSIFIED = "reclassified", "Classification changed", "已变更密级"
    DECLASSIFIED = "declassified", "Declassified", "已解密"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"


class BasisKind(Word):
    """Whether an item was classified on its own, or after what it was made from."""

    ORIGINAL = "original", "Classified first", "原始定密"
    DERIVATIVE = "derivative", "Classified by derivation", "派生定密"


class Marking(Word):
    """Whether an item bears its level and period."""

    MARKED = "marked", "Marked", "已标志"
    UNMARKED = "unmarked", "Not marked", "未标志"


class ReviewOutcome(Word):
    """What came of a review of an item's level."""

    KEPT = "kept", "Level kept", "维持密级"
    TO_CHANGE = "to_change", "Level is to be changed", "应变更密级"


class Subject(Word):
    """What an item tells of that makes it sensitive, beside its level; no rule reads it."""

    RESOURCES = "resources", "Natural resources", "自然资源"
    ENERGY = "energy", "Energy", "能源"
    DEFENCE = "defence", "Defence", "国防军工"
    ECOSYSTEMS = "ecosystems", "Ecosystems", "生态环境"
    WATER = "water", "Water", "水利"
    TRANSPORT = "transport", "Transport", "交通运输"
    COMMUNICATIONS = "communications", "Communications", "通信网络"
    BORDERS = "borders", "Borders and islands", "边界与海岛"
    PUBLIC_SAFETY = "public_safety", "Public safety", "公共安全"
    OTHER = "other", "Other", "其他"


class ProposalKind(Word):
    """What a proposal about an item would do."""

    CLASSIFY = "classify", "Classify", "定密"
    RECLASSIFY = "reclassify", "Change the level", "变更密级"
    DECLASSIFY = "declassify", "Declassify", "解密"
    WITHDRAW = "withdraw", "Withdraw the item", "撤回成果"


class ProposalState(Word):
    """Life of a proposal: one proposes, another determines."""

    PROPOSED = "proposed", "Awaiting determination", "待确定"
    DETERMINED = "determined", "Determined", "已确定"
    RETURNED = "returned", "Sent back", "已退回"
    TAKEN_BACK = "taken_back", "Taken back", "已收回"
