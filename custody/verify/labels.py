"""What facts, and the records that they are of, are called in the sentences of a verdict."""

from __future__ import annotations

from custody.fields import field_name
from custody.terms import Text

from .found import printable

NAMES: dict[str, Text] = {
    "agreed": Text("Votes on the override", "特批表决"),
    "airspace_from": Text("Airspace from", "空域起始日"),
    "airspace_to": Text("Airspace until", "空域截止日"),
    "approval": Text("Approval", "审批"),
    "approved_on": Text("Approved on", "批准日期"),
    "approved_sha256": Text("SHA-256 of what was approved", "获批内容的 SHA-256"),
    "asked_for": Text("Party that asks", "申请单位"),
    "business": Text("Listed business", "业务类别"),
    "by": Text("Referred by", "转交人"),
    "choice": Text("Choice of the vote", "表决意见"),
    "classified_by": Text("Classified by", "定密单位"),
    "clauses": Text("Clauses agreed", "已约定条款"),
    "clean_record": Text("No leak or conviction", "无泄密或处罚记录"),
    "client_party": Text("Client", "委托方"),
    "collected_on": Text("Collected on", "采集日期"),
    "conditions": Text("Conditions", "批准条件"),
    "conditions_on": Text("Day of the statement on conditions", "条件声明日期"),
    "consents": Text("Consents", "书面同意"),
    "contract_signed": Text("Contract signed on", "合同签订日期"),
    "contract_value": Text("Contract value", "合同金额"),
    "controllers": Text("Who owns or controls it", "控制关系"),
    "count": Text("Count", "数量"),
    "custodian_party": Text("Holder", "保管单位"),
    "custodian_person": Text("Person who holds it", "保管人"),
    "delegations": Text("Delegation", "表决委托"),
    "delegator": Text("Officer who delegated", "委托人"),
    "depth": Text("Depth", "层级"),
    "document_sha256": Text("SHA-256 of the paper", "文件 SHA-256"),
    "due": Text("Due", "期限"),
    "entry": Text("Entry that set it", "所依据的记录"),
    "equipment": Text("Equipment", "设备"),
    "established_on": Text("Established on", "成立日期"),
    "given_on": Text("Given on", "出具日期"),
    "giver_signed": Text("Signed by the giver", "发包方签署日期"),
    "has_airspace": Text("Airspace approval", "空域批准"),
    "has_basis": Text("Basis named", "已载明定密依据"),
    "has_certificate": Text("Operating certificate", "运营合格证"),
    "has_licence": Text("Licence of the operator", "操控员执照"),
    "has_release_condition": Text("Condition of release", "解密条件"),
    "has_work_permit": Text("Surveyor's permit", "测绘作业证"),
    "held_by": Text("Held by incidents", "事件管控"),
    "holder": Text("Holder", "保管单位"),
    "hop": Text("Subcontract", "分包"),
    "hop_sha256": Text("SHA-256 of the subcontract", "分包内容的 SHA-256"),
    "host": Text("Host", "接待单位"),
    "id": Text("Identifier", "标识符"),
    "inspected_on": Text("Last self-inspection", "最近自查日期"),
    "is_installation": Text("Runs Holdfast", "运行本系统"),
    "item": Text("Item", "成果"),
    "kind": Text("Kind", "类型"),
    "limits": Text("Limits of use", "使用限定"),
    "memberships": Text("Roles", "角色"),
    "method": Text("Method", "方式"),
    "need_to_know": Text("Need-to-know list", "知悉范围"),
    "needed": Text("Votes needed", "所需票数"),
    "number": Text("Number", "编号"),
    "numbered": Text("Copies numbered", "已编号副本数"),
    "offered_in": Text("Open handoff", "待签收的移交"),
    "on_behalf_of": Text("In whose place", "代替的审批人"),
    "operator": Text("Operator", "操控员"),
    "owner_party": Text("Owner", "所有单位"),
    "parties": Text("Parties of the voter", "表决人所属单位"),
    "party": Text("Party", "单位"),
    "payer": Text("Who pays", "付款方"),
    "performer": Text("Who performs the work", "作业单位"),
    "permit": Text("Permit", "许可"),
    "person": Text("Person", "人员"),
    "prc_staff": Text("Staff are PRC nationals", "人员均为中国公民"),
    "problems": Text("What the rule says", "规则所指问题"),
    "project": Text("Project", "项目"),
    "qualification_grade": Text("Grade asked for", "要求的资质等级"),
    "qualification_type": Text("Certificate asked for", "要求的资质类别"),
    "qualifications": Text("Certificates", "资质"),
    "receiver_signed": Text("Signed by the receiver", "承接方签署日期"),
    "recorded_by": Text("Recorded by", "登记人"),
    "referrals": Text("Referrals", "转交"),
    "regime": Text("Regime", "监管制度"),
    "registered": Text("Registered", "已登记"),
    "registration": Text("Registration", "登记号"),
    "reported_on": Text("Reported on", "报告日期"),
    "requested_by": Text("Requested by", "申请人"),
    "role": Text("Role", "角色"),
    "rule": Text("Rule", "规则"),
    "set_on": Text("Set on", "提出日期"),
    "siblings": Text("Subcontracts beside it", "同级分包"),
    "subject_id": Text("What it is on", "审批对象"),
    "subject_kind": Text("Kind of what it is on", "审批对象类型"),
    "subject_sha256": Text("SHA-256 of the subject", "申请内容的 SHA-256"),
    "to": Text("Referred to", "转交对象"),
    "ultimate_client_party": Text("Ultimate client", "最终委托方"),
    "unit": Text("Unit", "作业单位"),
    "until": Text("Until", "截止日期"),
    "uplink": Text("Sends live", "实时外传"),
    "uses": Text("Number of uses", "使用次数"),
    "verified_by": Text("Verified by", "核验人"),
    "verified_on": Text("Verified on", "核验日期"),
    "visitors": Text("Visitors", "来访人员"),
    "votes": Text("Votes", "表决"),
}
"""Facts that have no name among the fields of records, or another one there."""

NOUNS: dict[str, Text] = {
    "project": Text("the project", "本项目"),
    "installation": Text("the system that Holdfast runs on", "本系统所在设备"),
    "party": Text("party {id}", "单位 {id}"),
    "hop": Text("subcontract {id}", "分包 {id}"),
    "approval": Text("approval {id}", "审批 {id}"),
    "override": Text("override {id}", "特批 {id}"),
    "copy": Text("copy {id}", "副本 {id}"),
    "item": Text("item {id}", "成果 {id}"),
    "person": Text("person {id}", "人员 {id}"),
    "system": Text("system {id}", "系统 {id}"),
    "equipment": Text("equipment {id}", "设备 {id}"),
    "permit": Text("field permit {id}", "外业采集许可 {id}"),
    "collection": Text("collection {id}", "外业采集 {id}"),
    "visit": Text("visit {id}", "来访 {id}"),
    "destruction": Text("destruction {id}", "销毁 {id}"),
    "copypermit": Text("copy permit {id}", "复制许可 {id}"),
}
_ANY = Text("{id}", "{id}")
_WHOLE = Text("Members", "组成项")


def name_of(path: str) -> Text:
    """Return what the fact at the end of a path is called; of an empty one, all of a group."""
    name = path.rpartition(".")[2]
    return (NAMES.get(name) or field_name(name)) if name else _WHOLE


def noun_of(key: str) -> Text:
    """Return what a group is called, by the name under which it is stored."""
    noun, _, id = printable(key).partition(":")
    text = NOUNS.get(noun, _ANY)
    return Text(text.en.format(id=id or noun), text.zh.format(id=id or noun))
