"""What the fields of a record are called where a correction says their old and new values. Pure."""

from __future__ import annotations

from custody.terms import Text

FIELDS: dict[str, Text] = {
    "accreditation": Text("Accreditation paper", "测评审批文号"),
    "amount": Text("Amount", "金额"),
    "awarded_on": Text("Awarded on", "发包日期"),
    "categories": Text("Categories of work", "业务范围"),
    "citizenships": Text("Citizenships", "国籍"),
    "client_consent": Text("Client consented in writing", "委托方书面同意"),
    "codename": Text("Codename", "代号"),
    "country": Text("Country", "国家"),
    "currency": Text("Currency", "币种"),
    "due_back": Text("Return by", "归还期限"),
    "ends": Text("Last day", "止日"),
    "from_party": Text("Given by", "发包方"),
    "grade": Text("Grade", "等级"),
    "inventory_number": Text("Inventory or seal number", "资产编号或封签号"),
    "issuer": Text("Issued by", "发证机关"),
    "keeps_core": Text("Giver keeps the core", "发包方保留核心工作"),
    "leaves_on": Text("Last day", "离岗日期"),
    "level": Text("Classification", "密级"),
    "levels": Text("Accredited levels", "认定密级"),
    "name": Text("Name", "名称"),
    "network": Text("Network", "联网情况"),
    "number": Text("Number", "证书号"),
    "other_name": Text("Other name", "其他名称"),
    "parent": Text("Subcontract above", "上级分包"),
    "post": Text("Post", "岗位"),
    "provision": Text("Whose device", "设备归属"),
    "scope": Text("Work", "工作内容"),
    "share": Text("Share of the contract", "占合同比例"),
    "starts": Text("First day", "起日"),
    "state": Text("State", "状态"),
    "tested_by": Text("Tested by", "检测单位"),
    "tested_on": Text("Tested on", "检测日期"),
    "to_party": Text("Receiving party", "承接方"),
    "trained_on": Text("Last trained on", "最近培训日期"),
    "training_evidence": Text("Evidence of the training", "培训证明"),
    "type": Text("Kind of certificate", "资质类别"),
    "undertaking_evidence": Text("Where the undertaking is kept", "承诺书存放处"),
    "undertaking_on": Text("Undertaking signed on", "承诺书签署日期"),
    "valid_from": Text("Valid from", "有效期起"),
    "valid_to": Text("Valid until", "有效期止"),
    "vetted_from": Text("Vetting valid from", "审查有效期起"),
    "vetted_to": Text("Vetting valid until", "审查有效期止"),
    "vetting": Text("Vetting class", "涉密等级"),
    "vetting_evidence": Text("Evidence of the vetting", "审查依据"),
}


def field_name(name: str) -> Text:
    """Return what a field is called; an unknown one stands for itself."""
    return FIELDS.get(name, Text(name, name))
