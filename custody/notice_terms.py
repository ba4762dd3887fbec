"""Words of notices and mail."""

from __future__ import annotations

from custody.word import Word


class NoticeKind(Word):
    """What a notice tells a person; the same words, with a count, are all that a mail says."""

    OFFER_TO_ANSWER = "offer_to_answer", "Offer waits for an answer", "有移交待答复"
    OFFER_ANSWERED = "offer_answered", "Offer was answered", "移交已获答复"
    OFFER_LAPSED = "offer_lapsed", "Offer lapsed: nobody answered in time", "移交逾期无人答复，已失效"
    COPIES_LATE = "copies_late", "Copies on the way are late", "在途副本逾期未送达"
    RETURN_DUE = "return_due", "Copies are due back", "副本到期应归还"
    COPIES_RECALLED = "copies_recalled", "Copies are asked back", "要求归还副本"
    CERTIFICATE_STOPPED = "certificate_stopped", "Certificate no longer counts", "资质证书不再予以认可"
    CERTIFICATE_EXPIRING = "certificate_expiring", "Certificate runs out", "资质证书即将到期"
    INSPECTION_DUE = "inspection_due", "Yearly self-inspection is due", "年度自查到期"
    STOCKTAKE_DUE = "stocktake_due", "Stocktake is due", "清点到期"
    DIFFERENCES_OPEN = "differences_open", "Stocktake found differences", "清点发现差异"
    HANDOVER_NAMED = "handover_named", "You are named in a custodian handover", "您参与一次保管人交接"
    RULE_TURNED = "rule_turned", "A rule does not hold any more", "有规则不再符合"
    REVIEW_DUE = "review_due", "Level is to be reviewed", "密级到期应审核"
    SUBMISSION_DUE = "submission_due", "Results are to be submitted", "成果到期应汇交"
    APPROVAL_TO_DECIDE = "approval_to_decide", "Request waits for a decision", "有申请待审批"
    CHANGES_ASKED = "changes_asked", "Changes or papers are asked for", "申请须先行补正"
    APPROVAL_DECIDED = "approval_decided", "Request was decided", "申请已作出决定"
    PERMIT_TO_DECIDE = "permit_to_decide", "Field permit waits for a decision", "有外业采集许可待审批"
    COPYING_TO_DECIDE = "copying_to_decide", "Copy permit waits for a decision", "有复制许可待审批"
    DESTRUCTION_TO_DECIDE = "destruction_to_decide", "Destruction waits for a decision", "有副本销毁待审批"
    ITEM_TO_DETERMINE = "item_to_determine", "Classification waits to be determined", "有密级待确定"
    ITEM_DECIDED = (
        "item_decided",
        "Your proposal about an item was decided",
        "您就成果提出的拟办意见已作出决定",
    )
    ITEM_CHANGED = (
        "item_changed",
        "An item of which you hold copies has another level, or was declassified or withdrawn",
        "您持有副本的成果已变更密级、解密或撤回",
    )
    OUTPUT_DUE = "output_due", "Output of a collection is due", "外业采集成果到期应登记"
    COLLECTED_WITHOUT_LEAVE = (
        "collected_without_leave",
        "Collected without leave",
        "未经许可的外业采集",
    )
    INCIDENT_REPORTED = "incident_reported", "An incident was reported", "有事件报告"
    INCIDENT_HALF = "incident_half", "Incident: half of the time to notify has gone", "事件报告时限已过半"
    INCIDENT_MOST = "incident_most", "Incident: four fifths of the time have gone", "事件报告时限已过五分之四"
    INCIDENT_LATE = "incident_late", "Incident: the time to notify is over", "事件报告时限已到"
    OBJECTION_LODGED = (
        "objection_lodged",
        "A regulator objects: an answer is due",
        "监管人员提出整改要求，须答复",
    )
    OBJECTION_ANSWERED = "objection_answered", "Your objection was answered", "您提出的整改要求已获答复"
    OBJECTION_RETURNED = (
        "objection_returned",
        "A regulator sent an answer back: another is due",
        "整改答复被监管人员退回，须重新答复",
    )
    OBJECTION_DUE = "objection_due", "An answer to a regulator is due", "对监管人员的答复到期"
    FACTOR_ADDED = (
        "factor_added",
        "Somebody can now sign in as you with this",
        "您的账号新增了一种登录验证方式",
    )
    IDENTITY_TO_CONFIRM = (
        "identity_to_confirm",
        "An account at the sign-in provider waits to be confirmed",
        "有统一身份认证账号的关联待确认",
    )
    IDENTITY_PROPOSED = (
        "identity_proposed",
        "An account at the sign-in provider is to sign in as you",
        "有人申请将统一身份认证账号关联到您的账号",
    )
    PIN_SET = (
        "pin_set",
        "A counter PIN was set that signs as you at counters",
        "您的账号已设置可在柜台签收的PIN码",
    )
    SLIP_TO_CONFIRM = "slip_to_confirm", "A slip for a sign-in waits to be confirmed", "有登录凭条待确认"
    SLIP_ASKED = "slip_asked", "A slip was asked for that opens your sign-in", "有人为您的账号申请了登录凭条"
    SLIP_USED = "slip_used", "A slip was used for your sign-in", "您的账号已使用登录凭条"
    WEBHOOK_FAILED = (
        "webhook_failed",
        "A webhook does not arrive any more",
        "有回调消息无法送达",
    )
    REPORT_READY = "report_ready", "Report is ready", "报告已完成"
    REPORT_FAILED = "report_failed", "Report failed", "报告生成失败"


class MailRhythm(Word):
    """How often a person wants a mail about unread notices."""

    OFF = "off", "No mail", "不发送"
    DAILY = "daily", "Once a day, when there is something new", "每天一封（有新通知时）"
