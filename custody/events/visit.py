"""Events of visits, exchanges and joint research."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event(
    "visit.allowed",
    1,
    Text(en="A visit from {starts} to {ends} was allowed.", zh="允许 {starts} 至 {ends} 的来访。"),
    Audience.INTERNAL,
)
class VisitAllowed:
    """The rules let outsiders see data. ``people`` are registered persons; ``guests`` are not, each with
    name, citizenships and, where one is registered, the party for which they come."""

    visit: str = keep()
    project: str = keep()
    hop: str | None = keep()
    host: str = keep()
    visit_kind: str = keep()
    purpose: str = keep()
    level: str = keep()
    items: list[str] = keep()
    starts: str = keep()
    ends: str = keep()
    people: list[str] = keep()
    guests: list[dict[str, str | list[str] | None]] | None = personal()
    approval_reference: str = keep()
    approved_on: str | None = keep()
    requested_by: str = keep()


@event(
    "visit.ended",
    1,
    Text(en="A visit ended on {ended_on}.", zh="来访于 {ended_on} 结束。"),
    Audience.INTERNAL,
)
class VisitEnded:
    """The visitors left, or never came; the remark says what was seen."""

    visit: str = keep()
    ended_on: str = keep()
    remark: str = keep()
