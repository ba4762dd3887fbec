"""Words of custodian handovers."""

from __future__ import annotations

from custody.word import Word


class HandoverState(Word):
    """Life of a handover from one custodian to the next: counted together, signed by three, then done at
    once."""

    COUNTING = "counting", "Being counted", "清点中"
    SIGNING = "signing", "Waiting for signatures", "待签字"
    DONE = "done", "Handed over", "已交接"
    ABANDONED = "abandoned", "Abandoned", "已中止"


class SignsAs(Word):
    """As what one of the three people of a handover signs; each signs once."""

    OUTGOING = "outgoing", "Hands over", "移交人"
    INCOMING = "incoming", "Takes over", "接收人"
    SUPERVISOR = "supervisor", "Supervises", "监交人"


class Stays(Word):
    """Why a copy has stayed with the person who hands over."""

    MISSING = "missing", "Not found in the count", "清点未见"
    NOT_COUNTED = "not_counted", "Came since, and was not counted", "之后收到，未经清点"
    NOT_FREE = "not_free", "Offered, disputed or marked for destruction", "正在移交、有争议或待销毁"
    IN_DOUBT = "in_doubt", "Its custody is in doubt", "保管情况存疑"
    UNSETTLED = "unsettled", "A finding on it is not settled", "有异常尚未处理"
    NO_PLACE = "no_place", "No place is recorded for it", "未登记存放处"
    REFUSED = "refused", "A rule bars it", "规则不允许"
