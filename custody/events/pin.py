"""Events of the PIN with which a person signs at somebody else's counter."""

from custody.terms import Audience, Text

from .kind import event, keep


@event("pin.set", 1, Text(en="A person set a counter PIN.", zh="人员设置柜台PIN码。"), Audience.INTERNAL)
class PinSet:
    """A PIN counts at counters from now on, in place of the one before. Nothing tells which."""

    pin: str = keep()
    user: str = keep()


@event("pin.ended", 1, Text(en="A counter PIN counts no more.", zh="柜台PIN码不再有效。"), Audience.INTERNAL)
class PinEnded:
    """A PIN ended: by its owner, by a newer one, or with what it belongs to."""

    pin: str = keep()
    user: str = keep()
    how: str = keep()
    ended_at: str = keep()
