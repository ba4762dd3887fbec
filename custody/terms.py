"""Every enumerated word of Holdfast, with what a person reads for it.

A word is the same in table, action, event, screen, API and report: these values are stored, signed and
published, so a value is never renamed once released. Labels may be reworded freely.
"""

from __future__ import annotations

from custody.advice_terms import ConditionState as ConditionState
from custody.advice_terms import ConditionType as ConditionType
from custody.advice_terms import DelegationState as DelegationState
from custody.advice_terms import OverrideState as OverrideState
from custody.advice_terms import Stance as Stance
from custody.blank_terms import BlankState as BlankState
from custody.blank_terms import PaperState as PaperState
from custody.blank_terms import ReceiptSheetState as ReceiptSheetState
from custody.carrier_terms import Medium as Medium
from custody.check_terms import CheckKind as CheckKind
from custody.check_terms import CheckVerdict as CheckVerdict
from custody.check_terms import LapseEnd as LapseEnd
from custody.check_terms import LapseNoun as LapseNoun
from custody.classifying_terms import BasisKind as BasisKind
from custody.classifying_terms import ItemState as ItemState
from custody.classifying_terms import Marking as Marking
from custody.classifying_terms import ProposalKind as ProposalKind
from custody.classifying_terms import ProposalState as ProposalState
from custody.classifying_terms import ReviewOutcome as ReviewOutcome
from custody.classifying_terms import Subject as Subject
from custody.copying_terms import CopyPermitState as CopyPermitState
from custody.destruction_terms import DestructionMethod as DestructionMethod
from custody.destruction_terms import DestructionState as DestructionState
from custody.destruction_terms import DestructionUnit as DestructionUnit
from custody.factor_terms import SIGNED as SIGNED
from custody.factor_terms import FactorDoubt as FactorDoubt
from custody.factor_terms import FactorEnd as FactorEnd
from custody.factor_terms import FactorKind as FactorKind
from custody.factor_terms import FirstPassword as FirstPassword
from custody.factor_terms import IdentityDoubt as IdentityDoubt
from custody.factor_terms import IdentityEnd as IdentityEnd
from custody.factor_terms import IdentityState as IdentityState
from custody.factor_terms import KeyForm as KeyForm
from custody.factor_terms import PinEnd as PinEnd
from custody.factor_terms import SessionEnd as SessionEnd
from custody.factor_terms import SignedType as SignedType
from custody.factor_terms import SigningKeyEnd as SigningKeyEnd
from custody.factor_terms import SigningKeyState as SigningKeyState
from custody.factor_terms import SignInMeans as SignInMeans
from custody.factor_terms import SignInThen as SignInThen
from custody.factor_terms import SignOffDoubt as SignOffDoubt
from custody.factor_terms import SlipDoubt as SlipDoubt
from custody.factor_terms import SlipEnd as SlipEnd
from custody.factor_terms import SlipHalf as SlipHalf
from custody.factor_terms import SlipPurpose as SlipPurpose
from custody.factor_terms import SlipState as SlipState
from custody.factor_terms import VoteMethod as VoteMethod
from custody.field_terms import CollectionState as CollectionState
from custody.field_terms import Datum as Datum
from custody.field_terms import EquipmentKind as EquipmentKind
from custody.field_terms import Payment as Payment
from custody.field_terms import PermitState as PermitState
from custody.handover_terms import HandoverState as HandoverState
from custody.handover_terms import SignsAs as SignsAs
from custody.handover_terms import Stays as Stays
from custody.holding_terms import Had as Had
from custody.incident_terms import IncidentState as IncidentState
from custody.look_terms import Looked as Looked
from custody.notice_terms import MailRhythm as MailRhythm
from custody.notice_terms import NoticeKind as NoticeKind
from custody.objection_terms import ObjectionState as ObjectionState
from custody.opening_terms import LineState as LineState
from custody.opening_terms import PaperMatch as PaperMatch
from custody.opening_terms import RegisterField as RegisterField
from custody.opening_terms import RegisterKind as RegisterKind
from custody.opening_terms import RegisterState as RegisterState
from custody.opening_terms import Settled as Settled
from custody.print_terms import PrintedKind as PrintedKind
from custody.sample_terms import SampleFound as SampleFound
from custody.sample_terms import SampleState as SampleState
from custody.stocktake_terms import Counted as Counted
from custody.stocktake_terms import Difference as Difference
from custody.stocktake_terms import Scanned as Scanned
from custody.stocktake_terms import SecondPerson as SecondPerson
from custody.stocktake_terms import StocktakeState as StocktakeState
from custody.sweep_terms import StrayState as StrayState
from custody.visit_terms import VisitKind as VisitKind
from custody.visit_terms import VisitState as VisitState
from custody.webhook_terms import DeliveryFault as DeliveryFault
from custody.webhook_terms import DeliveryState as DeliveryState
from custody.webhook_terms import WebhookEnd as WebhookEnd
from custody.webhook_terms import WebhookState as WebhookState
from custody.word import Text as Text
from custody.word import Word as Word


class Role(Word):
    """What a membership lets a person do for a party (DESIGN 1)."""

    MANAGER = "manager", "Project manager", "项目经理"
    OFFICER = "officer", "Approval officer", "审批人"
    RECIPIENT = "recipient", "Recipient", "接收人"
    CUSTODIAN = "custodian", "Custodian", "保管人"
    REGULATOR = "regulator", "Regulator", "监管人员"
    ADMINISTRATOR = "administrator", "Administrator", "管理员"


class PartyKind(Word):
    """What sort of party; only legal persons may stand in a hop (rule HOP-05)."""

    ORGANISATION = "organisation", "Organisation", "企业或组织"
    GOVERNMENT = "government", "Government unit", "机关单位"
    INDIVIDUAL = "individual", "Individual", "个人"


class PartyState(Word):
    """Standing of a party."""

    PROSPECT = "prospect", "Prospect", "待准入"
    ACTIVE = "active", "Active", "正常"
    WATCH = "watch", "Under watch", "重点关注"
    BARRED = "barred", "Barred", "禁入"
    CLOSED = "closed", "Closed", "已注销"


class NameKind(Word):
    """What else a party is called, beside its name and the one in the other script."""

    FORMER = "former", "Former name", "曾用名"
    ALIAS = "alias", "Also known as", "别名"
    TRADING = "trading", "Trading name", "商号"
    SPELLING = "spelling", "In another script or spelling", "其他文字或拼写"


class AddressKind(Word):
    """What an address of a party is for."""

    REGISTERED = "registered", "Registered address", "注册地址"
    POSTAL = "postal", "Postal address", "通信地址"


class HitState(Word):
    """Whether a party is who stands on a list of barred parties: a person judges."""

    OPEN = "open", "To be judged", "待判定"
    SAME = "same", "The same party", "同一单位"
    DIFFERENT = "different", "Not the same", "并非同一单位"


class ControlKind(Word):
    """How one party controls another; walked upwards by FOR-01."""

    OWNER = "owner", "Owner", "股东"
    CONTROLLER = "controller", "Controller", "实际控制人"


class QualificationState(Word):
    """Life of a certificate; only ``verified`` counts for a handoff.

    ``downgraded`` ends when somebody verifies the certificate at its lower grade; ``revoked`` never ends.
    """

    SUBMITTED = "submitted", "Recorded, not verified", "已登记，待核验"
    VERIFIED = "verified", "Verified", "已核验"
    REJECTED = "rejected", "Rejected", "核验未通过"
    SUSPENDED = "suspended", "Suspended", "已暂停"
    DOWNGRADED = "downgraded", "Downgraded, not verified at its lower grade", "已降级，待按新等级核验"
    REVOKED = "revoked", "Revoked", "已吊销"


class ProjectState(Word):
    """Standing of a project."""

    OPEN = "open", "Open", "进行中"
    CLOSED = "closed", "Closed", "已结束"


class SystemKind(Word):
    """What a registered system is."""

    COMPUTER = "computer", "Computer", "计算机"
    VAULT = "vault", "Vault", "保险柜或库房"
    MEDIUM = "medium", "Storage medium", "存储介质"
    SITE = "site", "Site", "场所"


class Network(Word):
    """How a system is connected."""

    NONE = "none", "Not connected", "不联网"
    CLASSIFIED = "classified", "Accredited classified network", "涉密网络"
    INTERNAL = "internal", "Internal network", "内部网络"
    INTERNET = "internet", "Connected to the internet", "连接互联网"


class Provision(Word):
    """Whose a system is in the hands of whoever uses it; data stays on what was issued (rule SYS-02)."""

    ISSUED = "issued", "Issued by its owner", "单位配发"
    PERSONAL = "personal", "Somebody's own", "个人自有"
    UNKNOWN = "unknown", "Not known", "未登记"


class SystemState(Word):
    """Standing of a system; only one in use takes copies."""

    ACTIVE = "active", "In use", "在用"
    FAILED = "failed", "Failed its test", "检测未通过"
    RETIRED = "retired", "Retired", "已停用"


class ResultOfTest(Word):
    """What a test of a system came to."""

    PASSED = "passed", "Passed", "通过"
    FAILED = "failed", "Failed", "未通过"


class VettingClass(Word):
    """How sensitive the post is that somebody was vetted for, the least sensitive first (SSL 43)."""

    GENERAL = "general", "General", "一般涉密"
    IMPORTANT = "important", "Important", "重要涉密"
    CORE = "core", "Core", "核心涉密"


class CopyState(Word):
    """Where a numbered copy stands; custody stays with the sender while offered, with the receiver while
    disputed, and ends with its destruction."""

    HELD = "held", "Held", "在管"
    OFFERED = "offered", "Offered", "移交中"
    DISPUTED = "disputed", "Receipt disputed", "签收有异议"
    MARKED = "marked_for_destruction", "Marked for destruction", "待销毁"
    DESTROYED = "destroyed", "Destroyed", "已销毁"


class HopState(Word):
    """Life of a subcontract hop; once the work is done copies only come back up it."""

    REQUESTED = "requested", "Awaiting approval", "待审批"
    ACTIVE = "active", "Approved", "已批准"
    SUSPENDED = "suspended", "Suspended", "已暂停"
    REJECTED = "rejected", "Not approved", "未批准"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
    REVOKED = "revoked", "Revoked", "已撤销"
    COMPLETED = "completed", "Work done", "已完工"
    CLOSING = "closing", "Being closed", "收尾中"
    CLOSED = "closed", "Closed", "已关闭"


class PaymentMeans(Word):
    """How a subcontract is paid (rule HOP-11)."""

    BANK = "bank", "Bank transfer", "银行转账"
    CASH = "cash", "Cash", "现金"
    CRYPTO = "crypto", "Crypto-currency", "虚拟货币"
    PLATFORM = "platform", "Payment platform", "支付平台"
    OTHER = "other", "Other means", "其他方式"


class ConsentKind(Word):
    """Whose written consent to a subcontract is meant (rule HOP-06)."""

    CLIENT = "client", "Client", "委托方"
    AUTHORITY = "authority", "Competent authority", "主管部门"


class ApprovalState(Word):
    """Life of an approval request; ``superseded`` when what it is about was amended."""

    REQUESTED = "requested", "Awaiting decision", "待审批"
    GRANTED = "granted", "Granted", "已批准"
    SUSPENDED = "suspended", "Suspended", "已暂停"
    DENIED = "denied", "Denied", "已否决"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
    REVOKED = "revoked", "Revoked", "已撤销"
    SUPERSEDED = "superseded", "Superseded by an amendment", "已被变更取代"


class RequestOutcome(Word):
    """What came of a request for approval, as the register of decisions tells it today; never stored."""

    WAITING = "waiting", "Waits for another officer", "待其他审批人表决"
    APPROVED = "approved", "Approved", "已批准"
    CONDITIONAL = "conditional", "Approved under conditions", "附条件批准"
    ENDED = "ended", "Approval has ended", "批准已到期"
    SUSPENDED = "suspended", "Suspended", "已暂停"
    DENIED = "denied", "Denied", "已否决"
    REVOKED = "revoked", "Revoked", "已撤销"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
    SUPERSEDED = "superseded", "Superseded by an amendment", "已被变更取代"


class VoteChoice(Word):
    """What an officer may say."""

    APPROVE = "approve", "Approve", "批准"
    AGAINST = "approve_against_advice", "Approve against advice", "知悉警告与异议，仍予批准"
    DENY = "deny", "Refuse", "不批准"

    @property
    def approves(self) -> bool:
        """Return whether it counts as an approval."""
        return self is not VoteChoice.DENY


class HandoffState(Word):
    """Life of a handoff; custody moves only at ``accepted`` (rule HND-03), and back only at ``undone``. Where
    copies were not in order, those that were are accepted and the others stay with the sender.

    ``mistaken``: the receiver says that it was accepted by mistake; the sender has not answered yet.
    """

    OFFERED = "offered", "Offered", "待签收"
    ACCEPTED = "accepted", "Accepted", "已签收"
    DECLINED = "declined", "Declined by recipient", "接收人拒收"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
    MISTAKEN = "mistaken", "Receipt disputed", "签收有异议"
    UNDONE = "undone", "Receipt undone", "签收已撤销"
    PARTLY = "accepted_in_part", "Accepted in part", "部分签收"
    LAPSED = "lapsed", "Lapsed", "逾期失效"
    LOST = "lost", "Lost on the way", "途中丢失"


class Leg(Word):
    """What a handoff is for its copies: on what terms they go, up or down a subcontract or over none.

    A handoff of before legs were stated has none; rules then judge it as one that goes down.
    """

    ISSUE = "issue", "Issue", "发放"
    LOAN = "loan", "Loan", "借用"
    TRANSFER = "transfer", "Transfer", "移交（不归还）"
    DESTRUCTION = "destruction", "For destruction", "送交销毁"
    INSPECTION = "inspection", "Inspection on site", "现场查阅"
    RETURN = "return", "Return", "归还"
    INTERNAL = "internal", "Within one party", "单位内部交接"


class Received(Word):
    """How a receiver found a copy that was not in order; it stays with the sender."""

    MISSING = "missing", "Missing", "缺失"
    DAMAGED = "damaged", "Damaged", "破损"
    SEAL_BROKEN = "seal_broken", "Seal broken", "封签破损"
    HASH_DIFFERS = "hash_differs", "Hash differs", "哈希值不符"


class DiscrepancyState(Word):
    """Life of a discrepancy: until it is settled, its copy cannot be offered."""

    OPEN = "open", "Open", "待查清"
    REPORTED = "reported", "Reported to the security officer", "已上报保密负责人"
    FOUND = "found", "Found in order", "已找到且完好"
    REPLACED = "replaced", "Replaced by a correction", "已更正"


class Channel(Word):
    """How copies travel; those that a regime refuses are there too, so that an attempt is refused by rule
    HND-04 and recorded instead of being written down as another way."""

    IN_PERSON = "in_person", "In person", "当面交接"
    COURIER_CLASSIFIED = "courier_classified", "Classified courier", "机要交通或机要通信"
    SYSTEM = "system", "Between accredited systems", "涉密系统内传输"
    POST = "post", "Ordinary post", "普通邮政"
    COURIER = "courier", "Ordinary courier", "普通快递"
    EMAIL = "email", "E-mail", "电子邮件"
    MESSAGING = "messaging", "Messaging app", "即时通信软件（微信、QQ等）"
    CLOUD = "cloud", "Cloud storage", "网盘或云存储"
    UPLOAD = "upload", "Upload to the internet", "互联网上传"


class Source(Word):
    """Where an entry came in."""

    SCREEN = "screen", "Screen", "页面"
    API = "api", "API", "接口"
    PAPER = "paper", "Paper", "纸质"
    IMPORT = "import", "Import", "导入"
    REGISTER = "register", "Old register", "旧登记簿"
    SYSTEM = "system", "Holdfast", "系统"


class ReportKind(Word):
    """What a custody report is about; ``custody.reports.kinds`` says what stands in each."""

    PROJECT = "project", "Project custody", "项目监管链"
    COPY = "copy", "Path of one copy", "单份副本流转"
    OFFICER = "officer", "Decisions of one officer", "单个审批人的决定"
    REFUSALS = "refusals", "Refusals and overrides of a period", "一段期间的拒绝与特批"
    PARTY = "party", "Dossier of one party", "单位档案"
    INSPECTION = "inspection", "Inspection by the 13 heads", "按十三项的检查报告"
    DESTRUCTION = "destruction", "Certificate of one destruction", "单批副本销毁证明"
    STOCKTAKE = "stocktake", "Result of one stocktake", "单次清点结果"


class ReportState(Word):
    """Life of a report request."""

    REQUESTED = "requested", "Queued", "排队中"
    BUILDING = "building", "Being built", "生成中"
    READY = "ready", "Ready", "已完成"
    FAILED = "failed", "Failed", "失败"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"


class ReportStep(Word):
    """How far the building of a report has come; what stands beside the bar."""

    SEALING = "waiting", "Waiting until the ledger is sealed", "等待账本固化"
    COLLECTING = "collecting", "Collecting and checking the evidence", "收集并核对证据"
    PRINTING = "printing", "Printing the pages", "排印页面"
    SIGNING = "sealing", "Sealing the file", "封印文件"
    RECORDING = "recording", "Recording the issue", "记录出具"
    ISSUED = "issued", "Issued", "已出具"


class FindingOutcome(Word):
    """What one rule says of the facts; ``cannot_tell`` counts as a block for a blocking rule.

    ``overridden``: the rule blocks, and an override that is in force covers it, so that it bars nothing.
    """

    PASS = "pass", "Passed", "通过"
    WARN = "warn", "Warning", "警告"
    OVERRIDDEN = "overridden", "Overridden", "已特批放行"
    BLOCK = "block", "Blocked", "阻止"
    NOT_APPLICABLE = "not_applicable", "Does not apply", "不适用"
    CANNOT_TELL = "cannot_tell", "Cannot tell", "无法判断"


class Weakness(Word):
    """Why a party received something without valid paper; computed, stored nowhere."""

    OVERRIDE = "override", "A rule was overridden", "规则经特批放行"
    AGAINST = "against_advice", "Approved against advice", "知悉警告与异议仍予批准"
    PAPER = "paper", "Handed over on paper without leave", "纸质移交且未经准许"
    REGISTER = "register", "Taken over from an old register with a finding", "由旧登记簿接收且有问题"
    CERTIFICATE = "certificate_void", "The certificate turned out void", "资质证书被认定无效"
    VERIFICATION = "verification", "The certificate was verified on wrong data", "资质核验所依据的登记有误"
    APPROVAL = "approval_void", "The approval turned out void", "批准被认定无效"


class DecisionOutcome(Word):
    """What all rules say together."""

    ALLOW = "allow", "Allowed", "允许"
    REFUSE = "refuse", "Refused", "拒绝"


class Verb(Word):
    """What is decided on by rules; the same word names the action, the permission row and the refusal."""

    PROJECT_OPEN = "project.open", "Opening of a project", "立项"
    ITEM_REGISTER = "item.register", "Registration of an item", "成果登记"
    HOP_REQUEST = "hop.request", "Subcontract request", "分包申请"
    HOP_APPROVE = "hop.approve", "Subcontract approval", "分包审批"
    COPY_MINT = "copy.mint", "Numbering of copies", "副本编号"
    COPY_PERMIT_REQUEST = "copy_permit.request", "Copy permit request", "复制许可申请"
    COPY_PERMIT_APPROVE = "copy_permit.approve", "Copy permit approval", "复制许可审批"
    HANDOFF_OFFER = "handoff.offer", "Handoff offer", "移交发起"
    HANDOFF_ACCEPT = "handoff.accept", "Handoff receipt", "移交签收"
    VISIT_REQUEST = "visit.request", "Visit request", "来访申请"
    HOP_COMPLETE = "hop.complete", "Completion of a subcontract", "分包完工"
    HOP_CLOSE = "hop.close", "Closing of a subcontract", "分包关闭"
    PROJECT_CLOSE = "project.close", "Closing of a project", "项目结束"
    PERMIT_SUBMIT = "permit.submit", "Field permit request", "外业采集许可申请"
    PERMIT_APPROVE = "permit.approve", "Field permit approval", "外业采集许可审批"
    COLLECTION_RECORD = "collection.record", "Record of a collection", "外业采集登记"
    DESTRUCTION_REQUEST = "destruction.request", "Request to destroy copies", "副本销毁申请"
    DESTRUCTION_APPROVE = "destruction.approve", "Approval of a destruction", "副本销毁审批"
    DESTRUCTION_RECORD = "destruction.record", "Record of a destruction", "副本销毁登记"


class Audience(Word):
    """Who may read a finding's input: everyone, or only the project's own staff, officers and regulators."""

    ALL = "all", "All parties", "各方"
    INTERNAL = "internal", "Project staff, officers, regulators", "项目方、审批人、监管人员"


class BasisStatus(Word):
    """How far a citation was checked against its source text."""

    VERIFIED = "verified", "Verified", "已核对原文"
    UNVERIFIED = "unverified", "Unverified", "未核对原文"
    POLICY = "policy", "House policy", "内部制度"


class Way(Word):
    """Which way a new version of a rule pack moves something."""

    TIGHTER = "tighter", "Tighter", "收紧"
    LOOSER = "looser", "Looser", "放宽"
    NEITHER = "neither", "Neither", "不涉宽严"
