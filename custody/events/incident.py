"""Events of incidents: reported, moved on, copies and parties held and released, put right."""

from custody.terms import Audience, Text

from .kind import Value, event, keep


@event(
    "incident.reported",
    1,
    Text(en="Incident {number} was reported.", zh="已报告事件{number}。"),
    Audience.INTERNAL,
)
class IncidentReported:
    """Something happened, or may have; the clock of ``hours`` hours runs from the time of this entry.

    ``noticed_at`` is what the reporter claims. No copies, party or person: it is not known which. ``hours``
    is None where the rule pack (``pack_sha256``) sets no clock.
    """

    incident: str = keep()
    number: str = keep()
    serial: int = keep()
    project: str = keep()
    what: str = keep()
    noticed_at: str = keep()
    copies: list[str] = keep()
    party: str | None = keep()
    person: str | None = keep()
    reported_by: str = keep()
    reported_for: str = keep()
    hours: int | None = keep()
    pack_sha256: str = keep()


@event(
    "incident.reported",
    2,
    Text(en="Incident {number} was reported.", zh="已报告事件{number}。"),
    Audience.INTERNAL,
)
class IncidentReportedKnowing:
    """The same; ``seen_since`` are copies that the reporter knew to have been counted or received after
    ``noticed_at``, and stands by it."""

    incident: str = keep()
    number: str = keep()
    serial: int = keep()
    project: str = keep()
    what: str = keep()
    noticed_at: str = keep()
    copies: list[str] = keep()
    party: str | None = keep()
    person: str | None = keep()
    reported_by: str = keep()
    reported_for: str = keep()
    hours: int | None = keep()
    pack_sha256: str = keep()
    seen_since: list[str] = keep()


@event(
    "incident.triaged",
    1,
    Text(en="Incident {number} is being assessed.", zh="事件{number}正在研判。"),
    Audience.INTERNAL,
)
class IncidentTriaged:
    """Somebody who answers for the project has taken it up."""

    incident: str = keep()
    number: str = keep()
    note: str = keep()
    person: str = keep()


@event(
    "incident.contained",
    1,
    Text(en="Incident {number} was contained.", zh="事件{number}已采取控制措施。"),
    Audience.INTERNAL,
)
class IncidentContained:
    """What was done so that it goes no further; ``state``: one that has come further stays there."""

    incident: str = keep()
    number: str = keep()
    state: str = keep()
    note: str = keep()
    person: str = keep()


@event(
    "incident.notified",
    1,
    Text(
        en="{authority} was notified of incident {number}, under {reference}.",
        zh="已向{authority}报告事件{number}，编号{reference}。",
    ),
    Audience.INTERNAL,
)
class IncidentNotified:
    """An authority was told; ``notified_at`` is when that was done, as claimed. What counts is the time of
    the entry. ``stops``: it is the first, which ends the clock."""

    incident: str = keep()
    number: str = keep()
    state: str = keep()
    stops: bool = keep()
    authority: str = keep()
    reference: str = keep()
    notified_at: str = keep()
    person: str = keep()


@event(
    "incident.investigating",
    1,
    Text(en="Incident {number} is being investigated.", zh="事件{number}正在调查。"),
    Audience.INTERNAL,
)
class IncidentInvestigating:
    """Who looks into it, and how."""

    incident: str = keep()
    number: str = keep()
    note: str = keep()
    person: str = keep()


@event(
    "incident.closed",
    1,
    Text(en="Incident {number} was closed.", zh="事件{number}已结案。"),
    Audience.INTERNAL,
)
class IncidentClosed:
    """What was found, and what followed for whom."""

    incident: str = keep()
    number: str = keep()
    findings: str = keep()
    sanctions: str = keep()
    person: str = keep()


@event(
    "incident.dismissed",
    1,
    Text(en="Incident {number} was a false alarm.", zh="事件{number}属误报。"),
    Audience.INTERNAL,
)
class IncidentDismissed:
    """There was nothing; the clock ends here where no authority was notified before (``stops``)."""

    incident: str = keep()
    number: str = keep()
    stops: bool = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "incident.held",
    1,
    Text(en="Copies or parties are frozen by incident {number}.", zh="事件{number}已对副本或单位实施管控。"),
    Audience.INTERNAL,
)
class IncidentHeld:
    """Nothing moves these copies, and no new work or copies go to or come from these parties, until an
    officer releases them. ``holds``: one for each, with its copy or its party."""

    incident: str = keep()
    number: str = keep()
    project: str = keep()
    holds: list[dict[str, str | None]] = keep()
    copies: list[str] = keep()
    parties: list[str] = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "incident.released",
    1,
    Text(en="What incident {number} held was released.", zh="事件{number}的管控已解除。"),
    Audience.INTERNAL,
)
class IncidentReleased:
    """An officer lets copies or parties go again."""

    incident: str = keep()
    number: str = keep()
    holds: list[str] = keep()
    copies: list[str] = keep()
    parties: list[str] = keep()
    reason: str = keep()
    person: str = keep()


@event(
    "incident.corrected",
    1,
    Text(
        en="The report of incident {number} was corrected.",
        zh="事件{number}的报告已更正。",
    ),
    Audience.INTERNAL,
)
class IncidentCorrected:
    """What was reported is put right; the clock does not move. ``corrects`` names the entry before."""

    incident: str = keep()
    number: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
