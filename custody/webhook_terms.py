"""Words of webhooks: what becomes of one, of what it sends, and why a try did not arrive."""

from __future__ import annotations

from custody.word import Word


class WebhookState(Word):
    """Life of a webhook."""

    IN_FORCE = "in_force", "Sends", "发送中"
    ENDED = "ended", "Sends no more", "已停止发送"


class WebhookEnd(Word):
    """Why a webhook sends no more."""

    ENDED = "ended", "Ended by a person", "由人员终止"
    GONE = "gone", "Its receiver answered 410: gone", "接收方答复410，已不再接收"


class DeliveryState(Word):
    """What became of one message."""

    WAITING = "waiting", "Waits for a try", "待发送"
    ARRIVED = "arrived", "Arrived", "已送达"
    GIVEN_UP = "given_up", "Given up", "已放弃"


class DeliveryFault(Word):
    """Why the last try did not arrive. Nothing that the receiver said is among it."""

    STATUS = "status", "The receiver answered with another status", "接收方答复了其他状态码"
    REDIRECT = "redirect", "The receiver wanted to send it elsewhere", "接收方要求转往他处"
    GONE = "gone", "The receiver answered 410: gone", "接收方答复410，已不再接收"
    NAME = "name", "No address is known for the host", "无法解析主机地址"
    ADDRESS = "address", "The host leads to an address that is not allowed", "主机指向不允许的地址"
    NOT_LISTED = "not_listed", "The host is not on the operator's list", "主机不在运维方允许的名单内"
    TLS = "tls", "The certificate of the host does not hold", "主机证书不可信"
    TIME = "time", "The receiver took too long", "接收方响应超时"
    CONNECTION = "connection", "The connection failed", "连接失败"
    SECRET = "secret", "The secret is lost: make a new one", "密钥已失，请重新生成"
    ENDED = "ended", "The webhook was ended", "该回调已终止"
    OURS = "ours", "An error of this site; it stands in its log", "本站发生错误，见日志"
