"""Events of a project's results as a whole: accepted, submitted to an authority, and what was put right."""

from __future__ import annotations

from custody.terms import Audience, Text

from .kind import Value, event, keep


@event(
    "results.accepted",
    1,
    Text(
        en="The results were accepted on {accepted_on} ({acceptance_number}).",
        zh="成果于 {accepted_on} 通过验收（{acceptance_number}）。",
    ),
    Audience.INTERNAL,
)
class ResultsAccepted:
    """The results of a project were accepted; ``accepted_by`` is who did, ``acceptance_number`` that of the
    document that says so."""

    project: str = keep()
    accepted_on: str = keep()
    accepted_by: str = keep()
    acceptance_number: str = keep()


@event(
    "results.submitted",
    1,
    Text(
        en="The results were submitted to {submitted_to} on {submitted_on} ({submission_number}).",
        zh="成果于 {submitted_on} 向 {submitted_to} 汇交（{submission_number}）。",
    ),
    Audience.INTERNAL,
)
class ResultsSubmitted:
    """The results were submitted: to which authority, by whom, and the number under which it took them."""

    project: str = keep()
    submitted_on: str = keep()
    submitted_to: str = keep()
    submitted_by: str = keep()
    submission_number: str = keep()


@event(
    "results.corrected",
    1,
    Text(
        en="What is recorded of the acceptance and submission of the results was corrected.",
        zh="更正成果验收和汇交的登记信息。",
    ),
    Audience.INTERNAL,
)
class ResultsCorrected:
    """What is recorded of acceptance and submission was put right, or that they were recorded at all."""

    project: str = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
