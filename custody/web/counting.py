"""Counting copies whose custody a restore left in doubt."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import counting
from custody.actions.base import Actor

from .base import actor_of, screen, told_in, visible_or_404
from .forms.counting import CountForm
from .names import project_crumbs
from .patterns import Choice


def may_confirm(actor: Actor, copy: m.Copy, project: m.Project) -> bool:
    """Return whether this actor may say that a copy in doubt was seen."""
    return actor.can("copy.confirm", owner=project.owner_party_id, holder=copy.custodian_party_id)


def button(request: HttpRequest, copy: m.Copy) -> list[Choice]:
    """Return the button that leads from a copy in doubt to its count."""
    project = copy.item.project
    if (
        not copy.unconfirmed
        or counting.on_paper_only(copy)
        or not may_confirm(actor_of(request), copy, project)
    ):
        return []
    return [
        Choice("", _("Confirm after counting"), "primary", href=f"{address(project)}?copy={copy.id}"),
    ]


def address(project: m.Project) -> str:
    """Return where copies of a project are confirmed."""
    return reverse("copies_confirm", args=[project.id])


@screen("GET", "POST")
def confirm(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask which copies in doubt were seen, at most 200 at a time, and record it."""
    row = visible_or_404(m.Project.objects, request, project)
    actor = actor_of(request)
    seen = m.Copy.objects.visible_to(request.user).filter(item__project=row, unconfirmed__isnull=False)
    related = seen.exclude(taken_over__entry=F("unconfirmed")).order_by("code")
    related = related.select_related("item", "custodian_party", "custodian_person", "system")
    rows = [copy for copy in related if may_confirm(actor, copy, row)][: counting.COPIES_PER_COUNT]
    if not rows:
        actor.require("copy.confirm", owner=row.owner_party_id)
    form = CountForm(request.POST if request.method == "POST" else None, rows, [request.GET.get("copy", "")])
    if form.is_bound and form.is_valid():
        with told_in(form):
            ids = [UUID(id) for id in form.cleaned_data["copies"]]
            counting.confirm(actor, copies=ids, how=form.cleaned_data["how"])
            return redirect("copy", ids[0]) if len(ids) == 1 else redirect("project", row.id)
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Confirm copies after counting"),
        "lead": _("Since a restore nobody can be sure where these copies are. Count them, then confirm."),
        "form": form,
        "submit": _("Confirm these copies"),
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
