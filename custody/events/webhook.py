"""Events of webhooks: what a party has sent out by itself, and where to."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "webhook.added",
    1,
    Text(en="A webhook was added that sends to {address}.", zh="新增回调，发送至{address}。"),
    Audience.INTERNAL,
)
class WebhookAdded:
    """From now on a party's address is told that there are notices of these kinds; never what is in them."""

    webhook: str = keep()
    party: str = keep()
    address: str = keep()
    kinds: list[str] = keep()


@event(
    "webhook.rekeyed",
    1,
    Text(en="A webhook was given another secret.", zh="更换回调密钥。"),
    Audience.INTERNAL,
)
class WebhookRekeyed:
    """Its messages are signed with another secret, and for some time with the one before as well."""

    webhook: str = keep()
    rekeyed_at: str = keep()


@event("webhook.ended", 1, Text(en="A webhook was ended.", zh="终止回调。"), Audience.INTERNAL)
class WebhookEnded:
    """It sends no more: for the given reason, or because its receiver said that it is gone."""

    webhook: str = keep()
    how: str = keep()
    reason: str = keep()
    ended_at: str = keep()
