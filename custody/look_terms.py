"""Words of who looked at what."""

from __future__ import annotations

from custody.word import Word


class Looked(Word):
    """What somebody looked at that is another organisation's."""

    PROJECT = "project", "Project", "项目"
    HOP = "hop", "Subcontract", "分包"
    APPROVAL = "approval", "Approval", "审批"
    DECISION = "decision", "Decision", "判定"
    REFUSAL = "refusal", "Refused attempt", "被拒绝的操作"
    ITEM = "item", "Item", "成果"
    COPY = "copy", "Copy", "副本"
    HANDOFF = "handoff", "Handoff", "移交"
    DISCREPANCY = "discrepancy", "Discrepancy", "移交差异"
    COPYING = "copy_permit", "Copy permit", "复制许可"
    DESTRUCTION = "destruction", "Destruction", "销毁"
    STOCKTAKE = "stocktake", "Stocktake", "清点"
    HANDOVER = "handover", "Custodian handover", "保管人交接"
    RECALL = "recall", "Request to give back", "归还要求"
    INCIDENT = "incident", "Incident", "事件"
    OBJECTION = "objection", "Objection of a regulator", "监管整改要求"
    SAMPLE = "sample", "Random sample", "随机抽样"
    OVERRIDE = "override", "Override", "特批"
    PERMIT = "field_permit", "Field permit", "外业采集许可"
    COLLECTION = "collection", "Collection", "采集活动"
    VISIT = "visit", "Visit", "来访与交流"
    REGISTER = "register", "Old register", "旧登记簿"
    PRINTED = "register_print", "Printed register", "打印的登记簿"
    LAPSE = "lapse", "Finding of the re-check", "复核发现的问题"
    REPORT = "report", "Report", "报告"
    FORM = "blank_receipt", "Blank receipt", "空白回执"
    NEED = "need", "Need-to-know list", "知悉范围"
    PARTY = "party", "Party", "单位"
    QUALIFICATION = "qualification", "Certificate", "资质证书"
    SYSTEM = "system", "System", "系统"
    EQUIPMENT = "equipment", "Equipment", "设备"
    PERSON = "person", "Person", "人员"
    ROWS = "rows", "Rows in a list", "列表中的记录"
    FILE = "file", "Rows taken away as a file", "导出为文件的记录"
