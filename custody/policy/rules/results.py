"""SUB-01: results that were accepted are submitted to the authority in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from custody.policy.calendar import months_later
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params, higher, lower
from custody.policy.rule import WARN, Answer, rule
from custody.terms import Text, Verb


class Submission(Params):
    """Within how many calendar months after their acceptance results are submitted, and how many days before
    the last of them that is said."""

    months: Annotated[int, Field(ge=1, le=120)] | None = None
    warn_days: Annotated[int, Field(ge=0, le=366)] = 30
    tighten = {"months": lower, "warn_days": higher}


@rule(
    "SUB-01",
    1,
    verbs={Verb.PROJECT_CLOSE},
    params=Submission,
    severity=WARN,
    title=Text("Accepted results are submitted to the authority in time", "验收后的成果按期汇交"),
    remedies={
        "soon": Text(
            "The results were accepted on {accepted_on}. Submit them to the authority by {due}, and record "
            "that on the project's page.",
            "成果已于{accepted_on}验收，最迟应于{due}汇交。请办理汇交并在项目页面登记。",
        ),
        "overdue": Text(
            "The results were accepted on {accepted_on} and were to be submitted by {due}. Submit them now, "
            "and record that on the project's page.",
            "成果已于{accepted_on}验收，汇交期限为{due}，现已逾期。请立即汇交并在项目页面登记。",
        ),
    },
)
def sub_01(facts: Facts, pack: Pack, params: Submission, answer: Answer) -> None:
    """Results that were accepted are submitted by the same day some months on, or by the last day of that
    month where it has no such day; the last day is in time.

    It bars nothing: closing a project asks it, and it is watched every night of each project of which results
    were accepted and not submitted. Results that were submitted late are not held against the project for
    ever: both days stand on its page and in its report.
    """
    project = facts.project
    own = [project.owner_party]
    if project.accepted_on is None:
        return answer.not_applicable("No acceptance of results is recorded.", "尚未登记成果验收。")
    months = known(params.months, "within how many months results are submitted", "成果汇交期限", "pack")
    due = months_later(project.accepted_on, months)
    answer.tell("accepted_on", project.accepted_on, own=own)
    answer.tell("due", due, own=own)
    answer.tell("submitted_on", project.submitted_on, own=own)
    if project.submitted_on is not None:
        return None
    if facts.act.today > due:
        answer.warn("overdue")
    elif facts.act.today >= due - timedelta(days=params.warn_days):
        answer.warn("soon")
    return None
