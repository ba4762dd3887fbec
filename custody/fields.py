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
    "level": Text("Classification", "密级"),
    "levels": Text("Accredited levels", "认定密级"),
    "name": Text("Name", "名称"),
    "network": Text("Network", "联网情况"),
    "number": Text("Number", "证书号"),
    "other_name": Text("Other name", "其他名称"),
    "parent": Text("Subcontract above", "上级分包"),
    "provision": Text("Whose device", "设备归属"),
    "scope": Text("Work", "工作内容"),
    "share": Text("Share of the contract", "占合同比例"),
    "starts": Text("First day", "起日"),
    "state": Text("State", "状态"),
    "tested_by": Text("Tested by", "检测单位"),
    "tested_on": Text("Tested on", "检测日期"),
    "to_party": Text("Receiving party", "承接方"),
    "type": Text("Kind of certificate", "资质类别"),
    "valid_from": Text("Valid from", "有效期起"),
    "valid_to": Text("Valid until", "有效期止"),
}


def field_name(name: str) -> Text:
    """Return what a field is called; an unknown one stands for itself."""
    return FIELDS.get(name, Text(name, name))
