"""Which papers files may show."""

from custody.terms import Word


class EvidenceOf(Word):
    """Which paper a file shows."""

    QUALIFICATION = "qualification", "Certificate", "资质证书"
    CONSENT = "consent", "Written consent", "书面同意"
    AGREEMENT = "agreement", "Agreement on the terms", "条款协议"
    CONDITION = "condition", "Proof that a condition is met", "条件落实材料"
    VETTING = "vetting", "Vetting of a person", "人员审查材料"
    TRAINING = "training", "Secrecy training of a person", "人员保密培训材料"
    UNDERTAKING = "undertaking", "Undertaking of a person", "人员保密承诺书"
    LEAVING = "leaving", "Paper on a person's leaving", "人员离岗材料"
    STATEMENT = "statement", "Statement on the conditions of a contractor", "承接涉密业务条件声明"
    INSPECTION = "inspection", "Yearly self-inspection", "年度自查材料"
    INCIDENT = "incident", "Evidence of an incident", "事件材料"
    OBJECTION = "objection", "Answer to a regulator's objection", "整改答复材料"
    AIRSPACE = "airspace", "Airspace approval", "空域批准"
    DESTRUCTION = "destruction", "Certificate of destruction", "销毁证明"
    ON_PAPER = "on_paper", "Receipt on paper", "纸质移交回执"
    PRINTED = "printed_register", "Stamped printed register", "盖章登记簿"
    TICKED = "tick_sheet", "Ticked sheet of a random sample", "已填写的抽样查验单"
    SHEET = "receipt_sheet", "Receipt signed before a witness", "见证签收单"
