"""What the members of facts are called in the form of a trial. Words of records and inputs serve first."""

from __future__ import annotations

from custody.fields import FIELDS
from custody.policy.editing import Member
from custody.terms import Text

from .inputs import INPUTS

GROUPS: dict[str, Text] = {
    "act": Text("What is done", "本次操作"),
    "project": Text("The project", "项目"),
    "installation": Text("This installation", "本系统"),
    "party": Text("Party", "单位"),
    "hop": Text("Subcontract", "分包"),
    "approval": Text("Approval", "审批"),
    "copy": Text("Copy", "副本"),
    "item": Text("Item", "成果"),
    "person": Text("Person", "人员"),
    "system": Text("System", "系统"),
}
_MEMBERS: dict[str, Text] = {
    "changed": Text("Terms changed since approved", "获批后变更的内容"),
    "channel": Text("How the copies travel", "传递方式"),
    "choice": Text("Vote", "表决"),
    "clauses": Text("Clauses agreed", "约定条款"),
    "clean_record": Text("No leak and no conviction", "无泄密、无违法犯罪记录"),
    "conditions": Text("Condition", "条件"),
    "conditions_on": Text("Statement on the conditions made on", "承接条件声明日期"),
    "consents": Text("Written consent", "书面同意"),
    "contract_signed": Text("Contract signed on", "合同签订日期"),
    "contract_value": Text("Value of the contract", "合同金额"),
    "controllers": Text("Owner or controller", "所有人或控制人"),
    "delegations": Text("Vote in other hands", "委托表决"),
    "due": Text("To be met by", "落实期限"),
    "given_on": Text("Given on", "出具日期"),
    "giver_signed": Text("Giving party signed on", "发包方签署日期"),
    "has_basis": Text("A basis is named", "已写明定密依据"),
    "has_purpose": Text("A purpose is stated", "已写明用途"),
    "has_release_condition": Text("A condition for release is set", "已写明解密条件"),
    "kind": Text("Kind", "类型"),
    "memberships": Text("Role", "角色"),
    "needed": Text("Officers who must approve", "须同意的审批人数"),
    "qualification_grade": Text("Grade that the contract asks", "合同要求等级"),
    "qualification_type": Text("Kind of certificate", "资质类别"),
    "qualifications": Text("Certificate", "资质证书"),
    "receiver_signed": Text("Receiving party signed on", "承接方签署日期"),
    "registered": Text("Registered", "已登记"),
    "registered_on": Text("Registered on", "登记日期"),
    "role": Text("Role", "角色"),
    "set_on": Text("Set on", "提出日期"),
    "today": Text("Today", "今天"),
    "type": Text("Kind", "类型"),
    "verified_on": Text("Verified on", "核验日期"),
    "votes": Text("Vote", "表决"),
}


def group_name(group: str) -> Text:
    """Return what a kind of group is called; ``group`` is its name in the facts."""
    noun = group.partition(":")[0]
    return GROUPS.get(noun, Text(noun, noun))


def member_name(member: Member) -> Text:
    """Return what a member is called, with its place in a list: "Certificate 1: Grade"."""
    parts: list[Text] = []
    for name in member.names:
        if isinstance(name, int):
            of = parts.pop()
            parts.append(Text(f"{of.en} {name + 1}", f"{of.zh}{name + 1}"))
        else:
            parts.append(_single(name))
    return Text(": ".join(p.en for p in parts), "：".join(p.zh for p in parts))


def _single(name: str) -> Text:
    found = _MEMBERS.get(name) or FIELDS.get(name) or INPUTS.get(name)
    if found is None:
        return Text(name, name)
    return Text(found.en[:1].upper() + found.en[1:], found.zh)
