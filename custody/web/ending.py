"""The end of a subcontract or project: work done, copies asked back, closed; and the page of a recall.

Each is filled in, checked beside what it stops and what is still out, then done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import out
from custody.actions import cascading
from custody.actions import ending as actions
from custody.actions.base import Actor, Outcome, done_before
from custody.terms import Verb
from custody.transitions import HOP, PROJECT

from . import asked_back, copies, handoffs, judged, recalls
from .base import actor_of, screen, signed_in, token_of, told_in, visible_or_404
from .forms.amendment import SeenReason
from .forms.ending import RecallForm
from .names import party_name, project_crumbs
from .patterns import Choice, Link, Section
from .patterns import answers as in_words
from .standing import hops, section


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, what it does, and the verb that rules judge; None: no rule is asked."""

    label: str | Promise
    lead: str | Promise
    do: Callable[[Actor, Any, Any], Outcome]
    judged: Verb | None = None
    form: type[SeenReason] = SeenReason


def _recall(actor: Actor, row: Any, form: Any) -> Outcome:
    of = {"hop": row.id} if isinstance(row, m.Hop) else {"project": row.id}
    given = form.cleaned_data
    return actions.recall(actor, **of, reason=given["reason"], due=given.get("due"))


RECALL = Step(
    recalls.ASK_BACK,
    recalls.LEAD,
    _recall,
    form=RecallForm,
)
STEPS: dict[str, dict[str, Step]] = {
    "hop": {
        "complete": Step(
            _l("The work is done"),
            _l("Nothing more goes down this subcontract. Copies come back up it; then it is closed."),
            lambda actor, row, form: actions.complete(actor, hop=row.id, reason=form.cleaned_data["reason"]),
            Verb.HOP_COMPLETE,
        ),
        "recall": RECALL,
        "close": Step(
            _l("Close the subcontract"),
            _l("It is closed for good, once no copy is out at it or below."),
            lambda actor, row, form: actions.close(actor, hop=row.id, reason=form.cleaned_data["reason"]),
            Verb.HOP_CLOSE,
        ),
    },
    "project": {
        "recall": RECALL,
        "close": Step(
            _l("Close the project"),
            _l("It is closed for good with all its subcontracts, once no copy is out."),
            lambda actor, row, form: actions.close_project(
                actor, project=row.id, reason=form.cleaned_data["reason"]
            ),
            Verb.PROJECT_CLOSE,
        ),
    },
}


def _noun(row: m.Hop | m.Project) -> str:
    return "hop" if isinstance(row, m.Hop) else "project"


def _may(actor: Actor, row: Any, step: str) -> bool:
    if isinstance(row, m.Hop):
        return actor.can(f"hop.{step}", owner=row.project.owner_party_id, sender=row.from_party_id)
    return actor.can(f"project.{step}", owner=row.owner_party_id)


def _out(row: Any) -> Any:
    return out.of_hop(row) if isinstance(row, m.Hop) else out.of_project(row)


def choices(request: HttpRequest, row: m.Hop | m.Project) -> list[Choice]:
    """Return what this reader may do now towards the end of a subcontract or project."""
    noun, actor = _noun(row), actor_of(request)
    table = HOP if noun == "hop" else PROJECT
    return [
        Choice("", step.label, href=reverse(f"{noun}_{name}", args=[row.id]))
        for name, step in STEPS[noun].items()
        if (row.state, name) in table and _may(actor, row, name)
        and (name != "recall" or _out(row).exists())
    ]  # fmt: skip


@screen("GET", "POST")
def change(request: HttpRequest, id: UUID, noun: str, name: str) -> HttpResponse:
    """Take a step towards the end: the reason, then what it stops and what is out, then it is done."""
    row = _row(request, noun, id)
    step, actor, page = STEPS[noun][name], actor_of(request), reverse(noun, args=[row.id])
    _require(actor, row, name)
    form: Any = step.form(request.POST if request.method == "POST" else None, row)
    asked, token = request.POST.get("step", ""), token_of(request)
    if asked in ("do", "recall") and token and done_before(actor, token, f"{noun}.{name}"):
        return redirect(page)
    project = row.project if noun == "hop" else row
    context: dict[str, Any] = {
        "crumbs": [
            *project_crumbs(project),
            *([Link(party_name(row.to_party), page)] if noun == "hop" else []),
        ],
        "heading": step.label,
        "lead": step.lead,
        "cancel": page,
        "form": form,
    }
    if form.is_bound and form.is_valid() and asked != "change":
        with told_in(form):
            if asked in ("do", "recall"):
                sure = replace(actor, expects=form.cleaned_data["seen"])
                done = (RECALL if asked == "recall" else step).do(sure, row, form)
                return redirect("refusal", done.object.id) if done.state == "refused" else redirect(page)
            checked = _checked(request, row, name, step, form)
            return render(request, "hop/ending.html", context | checked)
    context["choices"] = [Choice("check", _("Continue"), "primary", "step")]
    wrong = form.is_bound and bool(form.errors)
    return render(request, "correction/form.html", context, status=422 if wrong else 200)


def _row(request: HttpRequest, noun: str, id: UUID) -> Any:
    if noun == "hop":
        return visible_or_404(m.Hop.objects.select_related("project", "to_party"), request, id)
    return visible_or_404(m.Project.objects.all(), request, id)


def _require(actor: Actor, row: Any, name: str) -> None:
    if isinstance(row, m.Hop):
        actor.require(f"hop.{name}", owner=row.project.owner_party_id, sender=row.from_party_id)
    else:
        actor.require(f"project.{name}", owner=row.owner_party_id)


def _checked(request: HttpRequest, row: Any, name: str, step: Step, form: Any) -> dict[str, Any]:
    """Return what the page says before the step is taken; where it is refused, how to get there."""
    project = row.project if isinstance(row, m.Hop) else row
    ruling = actions.preview(actor_of(request), row, step.judged, timezone.now()) if step.judged else None
    allowed = ruling is None or ruling.allowed
    change_them = Choice("change", _("Change the answers"), "plain", "step")
    recall = Choice("recall", recalls.ASK_BACK, "primary", "step")
    may_recall = not allowed and _may(actor_of(request), row, "recall") and _out(row).exists()
    record = Choice("do", _("Record the refused attempt"), "plain", "step")
    return {
        "answers": in_words(form),
        "checks": judged.live(request, ruling, project, project.owner_party_id) if ruling else [],
        "sections": [part for part in _sections(request, row, name) if part.table],
        "choices": [Choice("do", step.label, "primary", "step"), change_them]
        if allowed
        else [*([recall] if may_recall else []), record, change_them],
    }


def _sections(request: HttpRequest, row: Any, name: str) -> list[Section]:
    user = signed_in(request)
    found = [out_section(request, row)]
    if name == "recall":
        return found
    if isinstance(row, m.Hop):
        there, reached = out.at_and_below(row), [hop.id for hop in cascading.would_reach(row, name)]
    else:
        there = m.Hop.objects.filter(project=row)
        reached = list(there.filter(state__in=out.NOT_CLOSED).values_list("id", flat=True))
    project = row.project_id if isinstance(row, m.Hop) else row.id
    page = reverse("project", args=[project])
    ended = m.Hop.objects.visible_to(user).filter(id__in=reached)
    open_ones = out.offers(there).visible_to(user)
    return [
        *found,
        section(_("Subcontracts below that end with it"), ended, hops, page),
        section(_("Open offers"), open_ones, handoffs.table, reverse("handoffs") + f"?project={project}"),
    ]


def out_section(request: HttpRequest, row: Any) -> Section:
    """Return the copies that are out, with who has each, as far as this reader may see them."""
    rows = copies.told(request, _out(row).visible_to(signed_in(request)))
    project = row.project_id if isinstance(row, m.Hop) else row.id
    return section(
        _("Copies that are out, and who has each"),
        rows,
        copies.table,
        reverse("copies") + f"?project={project}",
    )


def beside(request: HttpRequest, row: m.Hop | m.Project) -> list[Section]:
    """Return what the page of a subcontract or project says of copies that are out and were asked back."""
    user = signed_in(request)
    rows = m.Recall.objects.visible_to(user).filter(
        **({"hop": row} if isinstance(row, m.Hop) else {"project": row})
    )
    asked = Section(
        _("Copies asked back"),
        asked_back.table(user, rows.select_related(*asked_back.RELATED)),
    )
    return [part for part in (out_section(request, row), asked) if part.table and part.table.rows]
