"""Sweeps: making a list, bringing its result in, and settling what was found where no copy is registered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import models as m
from custody.actions import sweeps as actions
from custody.actions.base import done_before
from custody.filters import StrayFilter, SweepFilter
from custody.models.sweep import UNSETTLED
from custody.sweep.files import MOST_BYTES
from custody.transitions import STRAY, move

from . import entries, incidents
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .forms.fields import Paragraph
from .listing import List, Listed, Shown
from .names import level_name, project_crumbs
from .patterns import Choice, Fact, Link, Section, Table

HOW = {
    "report": _l("Reported to the security officer; the search goes on"),
    "remove": _l("It was removed from there"),
    "allow": _l("It lies there rightly"),
}
COMMAND = "python -m custody.sweep FOLDER --list sweep-list.json"


class SweepTable(Listed):
    """Results that were brought in, the newest first."""

    related = ("system", "imported_by")
    at = Shown(_l("Brought in"), lambda s: Link(s.created_at, reverse("sweep", args=[s.id])), "created_at")
    system = Shown(_l("System"), lambda s: s.system.name, "system__name")
    folder = Shown(_l("Folder"), lambda s: s.folder, "folder")
    files = Shown(_l("Files"), lambda s: s.files, "files")
    strays = Shown(_l("Found where none is registered"), lambda s: s.strays.count())
    by = Shown(_l("By"), lambda s: s.imported_by.name, "imported_by__name", first=False)


class StrayTable(Listed):
    """Files that were found where no copy is registered."""

    related = ("item__project", "system")
    path = Shown(_l("File"), lambda s: Link(s.path, reverse("stray", args=[s.id])), "path")
    item = Shown(_l("Item"), lambda s: s.item.codename, "item__codename")
    system = Shown(_l("System"), lambda s: s.system.name, "system__name")
    at = Shown(_l("Found on"), lambda s: s.created_at, "created_at")
    state = Shown(_l("State"), lambda s: s.state, "state")
    project = Shown(_l("Project"), lambda s: s.item.project.code, "item__project__code", first=False)


SWEEPS = List(
    "sweeps", _l("Sweeps of computers"), SweepFilter, SweepTable, _l("No result was brought in yet.")
)
STRAYS = List("strays", _l("Files where no copy is registered"), StrayFilter, StrayTable, _l("No file fits."))


def button(request: HttpRequest) -> list[Choice]:
    """Return the way to the sweeps, for the house."""
    may = actor_of(request).can("sweep.list")
    return [Choice("", _("Sweeps of computers"), href=reverse("sweeps"))] if may else []


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the results that were brought in."""
    actor = actor_of(request)
    choices = []
    if actor.can("sweep.import"):
        choices.append(Choice("", _("Bring in a result"), "primary", href=reverse("sweep_new")))
    if actor.can("sweep.list"):
        choices.append(Choice("", _("Make a sweep list"), "plain", href=reverse("sweep_list_new")))
    return SWEEPS.answer(request, m.Sweep.objects.visible_to(request.user), choices=choices)


@screen()
def strays(request: HttpRequest) -> HttpResponse:
    """List the files that were found where no copy is registered."""
    return STRAYS.answer(request, m.Stray.objects.visible_to(request.user))


@screen("GET", "POST")
def list_new(request: HttpRequest) -> HttpResponse:
    """Make a list; it holds nothing that can be read without the files themselves."""
    actor = actor_of(request)
    actor.require("sweep.list")
    if request.method == "POST":
        return redirect("sweep_list", actions.make_list(actor, submission=token_of(request)).object.id)
    context = {
        "crumbs": [Link(_("Sweeps of computers"), reverse("sweeps"))],
        "heading": _("Make a sweep list"),
        "lead": _(
            "A small file that you carry to the computer. It tells whether a file is a registered item, and "
            "nothing about the items."
        ),
        "form": forms.Form(request.POST or None),
        "choices": [Choice("do", _("Make a sweep list"), "primary", "step")],
        "cancel": reverse("sweeps"),
    }
    return render(request, "party/act.html", context)


@screen()
def list_detail(request: HttpRequest, listing: UUID) -> HttpResponse:
    """Show what to do with a list, and give it."""
    row = visible_or_404(m.SweepList.objects.select_related("made_by"), request, listing)
    context = {
        "crumbs": [Link(_("Sweeps of computers"), reverse("sweeps"))],
        "heading": _("Sweep list"),
        "lead": _(
            "Carry the list and the program to the computer, run the command there, bring the result back."
        ),
        "facts": [
            Fact(_("Command"), COMMAND, mono=True),
            Fact(_("Items on it"), row.items),
            Fact(_("Made"), row.created_at, note=row.made_by.name),
        ],
        "choices": [
            Choice("", _("Download the list"), "primary", href=reverse("sweep_list_file", args=[row.id])),
            Choice("", _("Bring in a result"), "plain", href=reverse("sweep_new")),
        ],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "sweep/detail.html", context)


@screen()
def list_file(request: HttpRequest, listing: UUID) -> HttpResponse:
    """Give a list as a file."""
    row = visible_or_404(m.SweepList.objects, request, listing)
    return entries.download(actions.listing(row).written(), "sweep-list.json", "application/json")


class ResultForm(forms.Form):
    """A result, and the system that was swept."""

    system: Any = forms.ModelChoiceField(
        None,
        label=_l("Which system was swept?"),
        empty_label="—",
        error_messages={
            "required": _l("Choose the system"), "invalid_choice": _l("Choose one of these systems"),
        },
    )  # fmt: skip
    result = forms.FileField(
        label=_l("Result of the sweep"),
        help_text=_l("The file that the command wrote, such as sweep-list.result."),
        max_length=200,
        error_messages={"required": _l("Choose the file"), "empty": _l("The file is empty")},
    )

    def __init__(self, data: Any, files: Any, user: Any) -> None:
        """Offer the systems that this user sees."""
        super().__init__(data, files)
        field: Any = self.fields["system"]
        field.queryset = m.System.objects.visible_to(user).order_by("name")

    def clean_result(self) -> bytes:
        """Read the file, if it is not too large."""
        file = self.cleaned_data["result"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large for the result of a sweep"))
        return bytes(file.read())


@screen("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Bring in the result of a sweep."""
    actor = actor_of(request)
    actor.require("sweep.import")
    token = token_of(request)
    if request.method == "POST" and token and (done := done_before(actor, token, "sweep.import")):
        return redirect("sweep", done.object.id)
    posted = request.method == "POST"
    form = ResultForm(request.POST if posted else None, request.FILES if posted else None, signed_in(request))
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = form.cleaned_data
            outcome = actions.bring_in(
                actor, system=given["system"].id, raw=given["result"], submission=token
            )
            return redirect("sweep", outcome.object.id)
    context = {
        "crumbs": [Link(_("Sweeps of computers"), reverse("sweeps"))],
        "heading": _("Bring in a result"),
        "form": form,
        "choices": [Choice("do", _("Bring it in"), "primary", "step")],
        "cancel": reverse("sweeps"),
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


@screen()
def detail(request: HttpRequest, sweep: UUID) -> HttpResponse:
    """Show a result: how much was looked at, what was found, what could not be read."""
    row = visible_or_404(m.Sweep.objects.select_related("system", "imported_by"), request, sweep)
    found = m.Stray.objects.visible_to(request.user).filter(sweep=row)
    unread = Table(
        heads(_("File"), _("Why")),
        [[u["path"], u["why"]] for u in row.unread],
        empty=_("Everything was read."),
    )
    context = {
        "crumbs": [Link(_("Sweeps of computers"), reverse("sweeps"))],
        "heading": _("Sweep of %(system)s") % {"system": row.system.name},
        "facts": [
            Fact(_("Folder"), row.folder, mono=True),
            Fact(_("Files"), row.files),
            Fact(_("Began, by that computer's clock"), row.began_at),
            Fact(_("Ended, by that computer's clock"), row.ended_at),
            Fact(_("Found where a copy is registered"), row.registered),
            Fact(_("Found where none is registered"), found.count()),
            Fact(_("Of items whose hash was put right since"), row.unknown),
            Fact(_("Could not be read"), row.unread_count),
            Fact(_("Links, not followed"), row.links),
            Fact(_("Brought in"), row.created_at, note=row.imported_by.name),
            Fact(_("SHA-256 of the file"), row.sha256, mono=True),
        ],
        "alarm": _to_settle(found.filter(state__in=UNSETTLED).count()),
        "sections": [
            Section(_("Found where none is registered"), StrayTable.short(found)),
            Section(_("Could not be read"), unread),
        ],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "sweep/detail.html", context)


def _to_settle(n: int) -> str:
    """Return what a reader of a result must not overlook; nothing once each file of it is settled."""
    said = ngettext(
        "%(n)d file lies where no copy is registered, and nobody has settled it: open it below",
        "%(n)d files lie where no copy is registered, and nobody has settled them: open each below",
        n,
    )
    return said % {"n": n} if n else ""


class SettleForm(forms.Form):
    """What became of a file that a sweep found."""

    how = forms.ChoiceField(
        label=_l("What became of it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Say what became of it")},
    )
    resolution = Paragraph(label=_l("What was done?"), error_messages={"required": _l("Say what was done")})
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Stray) -> None:
        """Offer what may still be said of it."""
        super().__init__(data, initial={"seen": row.entry})
        self.fields["how"].choices = [  # type: ignore[attr-defined]
            (how, label) for how, label in HOW.items() if (row.state, how) in STRAY
        ]


@screen("GET", "POST")
def stray(request: HttpRequest, stray: UUID) -> HttpResponse:
    """Show a file that was found, and say what became of it."""
    rows = m.Stray.objects.select_related("item__project", "system", "settled_by")
    row = visible_or_404(rows, request, stray)
    project, actor, verb = row.item.project, actor_of(request), "stray.settle"
    posted, token = request.method == "POST", token_of(request)
    may = actor.can(verb, owner=project.owner_party_id)
    if posted:
        actor.require(verb, owner=project.owner_party_id)
        if token and done_before(actor, token, verb):
            return redirect("stray", row.id)
        if row.state not in UNSETTLED:
            move(STRAY, row.state, "remove")
    form = SettleForm(request.POST if posted else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            actions.settle(replace(actor, expects=given.pop("seen")), stray=row.id, **given)
            return redirect("stray", row.id)
    open_, asked = row.state in UNSETTLED, {"stray": str(row.id)}
    context = {
        "crumbs": [*project_crumbs(project), Link(_("Files where no copy is registered"), reverse("strays"))],
        "heading": _("Found where no copy is registered"),
        "state": row.state,
        "facts": [
            Fact(_("File"), row.path, mono=True),
            Fact(_("Item"), row.item.codename, href=reverse("item", args=[row.item_id])),
            Fact(_("Classification"), level_name(row.item.level, project.regime)),
            Fact(_("System"), row.system.name),
            Fact(_("Found on"), row.created_at),
            Fact(
                _("What was done"), row.resolution or None, note=row.settled_by.name if row.settled_by else ""
            ),
        ],
        "alarm": _("A file of this item lies where no copy of it is registered") if open_ else "",
        "next": _("Report it as an incident, have it taken away from there, then say what became of it."),
        "ways": incidents.button(request, project, "", "primary", **asked) if open_ else [],
        "form": form if form.errors or (may and open_) else None,
        "choices": [Choice("do", _("Record it"), "primary", "step")],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "sweep/stray.html", context, status=422 if form.errors else 200)
