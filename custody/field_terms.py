"""The enumerated words of field collection; all others, and these too, are had from :mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class Datum(Word):
    """To what coordinates refer; those that are not taken are there too, so that nobody names another one."""

    WGS = "wgs", "WGS 84", "WGS 84坐标系"
    CGCS = "cgcs", "CGCS2000", "CGCS2000（2000国家大地坐标系）"
    GCJ = "gcj", "GCJ-02 (offset)", "GCJ-02（经偏移）"
    BD = "bd", "BD-09 (offset)", "BD-09（经偏移）"
    OTHER = "other", "Another datum, or projected", "其他坐标系或投影坐标"


class EquipmentKind(Word):
    """With what ground is surveyed; a micro drone needs no operating certificate."""

    DRONE = "drone", "Drone", "无人机"
    DRONE_MICRO = "drone_micro", "Micro drone", "微型无人机"
    VEHICLE = "vehicle", "Survey vehicle", "采集车辆"
    LOGGER = "logger", "GNSS logger", "卫星定位记录仪"
    PHONE = "phone", "Phone app", "手机应用"


class Payment(Word):
    """How field work is paid; what points abroad is there to be said and flagged (rule FLD-02)."""

    UNPAID = "unpaid", "Not paid apart", "不另付报酬"
    DOMESTIC = "domestic", "From an account in the country", "境内账户支付"
    ABROAD = "abroad", "From abroad", "境外支付"
    CRYPTO = "crypto", "In crypto currency", "加密货币支付"


class PermitState(Word):
    """Life of a field permit; it expires by its last day, without an entry."""

    DRAFT = "draft", "Draft", "草稿"
    SUBMITTED = "submitted", "Awaiting approval", "待审批"
    APPROVED = "approved", "Approved", "已批准"
    ACTIVE = "active", "In use", "使用中"
    USED = "used", "Used up", "已使用完毕"
    EXPIRED = "expired", "Expired", "已过期"
    REVOKED = "revoked", "Revoked", "已撤销"


class CollectionState(Word):
    """Life of one flight or field day."""

    PLANNED = "planned", "Planned", "已计划"
    DONE = "done", "Done, output to be registered", "已采集，成果待登记"
    REGISTERED = "registered", "Output registered, to be reviewed", "成果已登记，待审查"
    REVIEWED = "reviewed", "Output reviewed", "成果已审查"
