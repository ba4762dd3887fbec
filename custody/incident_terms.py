"""Words of incidents."""

from __future__ import annotations

from custody.word import Word


class IncidentState(Word):
    """Life of an incident; the clock to the authority ends at ``notified``, whenever that is done.

    ``false_alarm``: there was nothing to notify, and somebody says why.
    """

    REPORTED = "reported", "Reported", "已报告"
    TRIAGE = "triage", "Being assessed", "研判中"
    CONTAINED = "contained", "Contained", "已控制"
    NOTIFIED = "notified", "Authority notified", "已报主管部门"
    INVESTIGATING = "investigating", "Under investigation", "调查中"
    CLOSED = "closed", "Closed", "已结案"
    FALSE_ALARM = "false_alarm", "False alarm", "误报"
