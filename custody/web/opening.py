"""Old registers: reading a file, naming its columns, the dry run field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import opening as actions
from custody.actions import opening_confirm, opening_enter
from custody.actions.base import done_before
from custody.filters import OpeningLineFilter, OpeningRegisterFilter
from custody.importers.register_columns import FIELDS
from custody.terms import LineState, ProjectState, RegisterField, RegisterState, Source, Text
from custody.transitions import REGISTER, move

from . import entries, opening_findings, opening_subcontracts
from .base import actor_of, heads, page_of, screen, token_of, told_in, visible_or_404
from .forms.opening import CloseForm, ColumnsForm, ConfirmForm, EnterForm, FileForm, WithdrawForm
from .listing import List, Listed, Shown
from .names import project_crumbs
from .opening_subcontracts import place
from .patterns import Choice, Fact, Link, Moment, Section, Table

FAULTS_SHOWN = 50
FINDINGS_SHOWN = 20
ON_PAPER = Text("Taken over, not yet confirmed", "由旧登记簿接收，尚未确认")


def of_copy(request: HttpRequest, copy: m.Copy) -> list[Fact]:
    """Return where a copy stood in an old register, and its number there, for who sees the copy."""
    taken = m.TakenOver.objects.select_related("register").filter(copy=copy).first()
    if taken is None:
        return []
    seen = m.OpeningRegister.objects.visible_to(request.user).filter(id=taken.register_id).exists()
    href = reverse("opening_register", args=[taken.register_id]) if seen else ""
    return [
        Fact(_("Old number"), taken.number),
        Fact(_("Taken over from the register"), place(taken), href=href, note=taken.since or ""),
    ]


def moment(copy: m.Copy) -> Moment | None:
    """Return the beginning of the way of a copy that was taken over: what was before, nobody saw here."""
    taken = m.TakenOver.objects.select_related("register").filter(copy=copy).first()
    if taken is None:
        return None
    told = place(taken)
    return Moment(
        copy.created_at,
        Text(
            f"Taken over from the register {told.en}; what was before is not recorded here",
            f"由登记簿{told.zh}接收；此前的经过本系统没有记录",
        ),
        source=Source.REGISTER,
    )


def problem_text(problem: dict[str, str]) -> Text:
    """Return a problem as one sentence: field, what is written there, why it cannot be taken."""
    field = RegisterField(problem["field"]).text
    value = problem["value"]
    en, zh = (f" “{value}”", f"“{value}”") if value.strip() else ("", "")
    return Text(f"{field.en}{en}: {problem['en']}", f"{field.zh}{zh}：{problem['zh']}")


class RegisterTable(Listed):
    """Old registers, the newest first."""

    related = ("project", "opened_by")
    kind = Shown(_l("What it tells of"), lambda r: r.kind, "kind", first=False)
    name = Shown(_l("Register"), lambda r: Link(r.name, reverse("opening_register", args=[r.id])), "name")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    lines = Shown(_l("Lines"), lambda r: r.lines_read, "lines_read")
    state = Shown(_l("State"), lambda r: r.state, "state")
    at = Shown(_l("Read on"), lambda r: r.created_at, "created_at")
    by = Shown(_l("By"), lambda r: r.opened_by.name, "opened_by__name", first=False)


class LineTable(Listed):
    """Lines of an old register, in its order."""

    related = ("register",)
    place = Shown(_l("No."), lambda o: o.place, "place")
    page = Shown(_l("Page"), lambda o: o.page or None, "page")
    line = Shown(_l("Line"), lambda o: o.line)
    number = Shown(_l("Old number"), lambda o: o.number or None, "number")
    state = Shown(_l("State"), lambda o: o.state, "state")
    problems = Shown(_l("What is wrong"), lambda o: [problem_text(p) for p in o.problems])
    cells = Shown(_l("As it was read"), lambda o: " | ".join(o.cells), first=False)


REGISTERS = List(
    "opening_registers",
    _l("Old registers"),
    OpeningRegisterFilter,
    RegisterTable,
    _l("No register was read."),
)
LINES = List("opening_lines", _l("Lines of old registers"), OpeningLineFilter, LineTable, _l("No line fits."))


def button(request: HttpRequest, project: m.Project) -> list[Choice]:
    """Return the way to the project's old registers, or to reading its first one."""
    if m.OpeningRegister.objects.visible_to(request.user).filter(project=project).exists():
        href = f"{reverse('opening_registers')}?project={project.id}"
        return [Choice("", _("Old registers"), href=href)]
    may = actor_of(request).can("register.open", owner=project.owner_party_id)
    if may and project.state is ProjectState.OPEN:
        return [Choice("", _("Take over an old register"), href=reverse("opening_new", args=[project.id]))]
    return []


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the old registers that this reader may see."""
    choices = []
    asked = request.GET.get("project", "")
    rows = m.Project.objects.visible_to(request.user).filter(id=asked) if _is_id(asked) else ()
    for project in rows:
        if actor_of(request).can("register.open", owner=project.owner_party_id):
            href = reverse("opening_new", args=[project.id])
            choices = [Choice("", _("Take over an old register"), "primary", href=href)]
    return REGISTERS.answer(request, m.OpeningRegister.objects.visible_to(request.user), choices=choices)


def _is_id(asked: str) -> bool:
    try:
        return bool(UUID(asked))
    except ValueError:
        return False


@screen()
def lines(request: HttpRequest) -> HttpResponse:
    """List the lines of old registers, to be narrowed and taken away as a file."""
    return LINES.answer(request, m.OpeningLine.objects.visible_to(request.user))


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Read the file of an old register as a dry run."""
    row = visible_or_404(m.Project.objects, request, project)
    actor, token = actor_of(request), token_of(request)
    actor.require("register.open", owner=row.owner_party_id)
    posted = request.method == "POST"
    if posted and token and (done := done_before(actor, token, "register.open")):
        return redirect("opening_register", done.object.id)
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_bound and form.is_valid():
        filename, content = form.cleaned_data["file"]
        with told_in(form):
            outcome = actions.open_register(
                actor,
                project=row.id,
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["name"],
                content=content,
                filename=filename,
            )
            return redirect("opening_register", outcome.object.id)
    context = {
        "crumbs": project_crumbs(row),
        "heading": _("Take over an old register"),
        "lead": _("Reading it enters nothing. You then see line by line what could be entered and what not."),
        "form": form,
        "choices": [Choice("do", _("Read it"), "primary", "step")],
        "cancel": reverse("project", args=[row.id]),
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _crumbs(row: m.OpeningRegister) -> list[Link]:
    here = f"{reverse('opening_registers')}?project={row.project_id}"
    return [*project_crumbs(row.project), Link(_("Old registers"), here)]


@screen()
def detail(request: HttpRequest, register: UUID) -> HttpResponse:
    """Show a register: how its columns are read, how many lines stand how, each fault by line and field."""
    row = visible_or_404(m.OpeningRegister.objects.select_related("project", "opened_by"), request, register)
    count = actions.counts(row)
    faulty = row.lines.filter(state__in=(LineState.FAULTY, LineState.DOUBLE)).order_by("place")
    page = page_of(request, faulty, FAULTS_SHOWN)
    all_lines = f"{reverse('opening_lines')}?register={row.id}"
    context = {
        "crumbs": _crumbs(row),
        "heading": row.name,
        "state": row.state,
        "lead": _("A dry run: nothing of this register is entered yet.")
        if row.state is RegisterState.READ
        else "",
        "facts": [
            Fact(_("Lines"), Link(str(row.lines_read), all_lines)),
            Fact(_("What it tells of"), row.kind),
            *(Fact(state.text, n) for state, n in count.items() if n),
            *([Fact(_("Copies not yet confirmed"), waiting)] if (waiting := _waiting(row)) else []),
            *([Fact(_("Findings are to be settled by"), row.due)] if row.due else []),
            Fact(_("Read on"), row.created_at, note=row.opened_by.name),
            Fact(_("SHA-256 of the file"), row.sha256, mono=True),
            *([Fact(_("Why it was called off"), row.reason)] if row.reason else []),
        ],
        "choices": _choices(request, row),
        "sections": [
            Section(_("Lines that cannot be entered"), _faults(list(page))),
            *opening_subcontracts.of_register(request, row),
            *_findings(request, row),
            Section(_("How its columns are read"), _columns(row)),
        ],
        "page": page,
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "opening/detail.html", context)


def _waiting(row: m.OpeningRegister) -> int:
    return int(opening_confirm.not_confirmed(row).count())


def _findings(request: HttpRequest, row: m.OpeningRegister) -> list[Section]:
    rows = m.OpeningFinding.objects.visible_to(request.user).filter(register=row)
    count = rows.count()
    if not count:
        return []
    href = f"{reverse('opening_findings')}?register={row.id}"
    table = opening_findings.FindingTable.short(rows.open()[:FINDINGS_SHOWN], _("Every finding is settled."))
    return [Section(_("What breaks a rule"), table, href=href, more=count > FINDINGS_SHOWN)]


def _faults(rows: list[m.OpeningLine]) -> Table:
    body = [
        [o.page or None, o.line, o.number or None,
         [problem_text(p) for p in o.problems] or o.state]
        for o in rows
    ]  # fmt: skip
    return Table(
        heads(_("Page"), _("Line"), _("Old number"), _("What is wrong")),
        body,
        empty=_("Every line can be entered."),
    )


def _columns(row: m.OpeningRegister) -> Table:
    body = [[field.text, _heading(row, row.mapping.get(str(field)))] for field in FIELDS[row.kind]]
    return Table(heads(_("What it tells"), _("Heading in the file")), body)


def _heading(row: m.OpeningRegister, column: int | None) -> str | None:
    if column is None:
        return None
    return row.headings[column] or _("Column %(n)s") % {"n": column + 1}


def _choices(request: HttpRequest, row: m.OpeningRegister) -> list[Choice]:
    actor, owner = actor_of(request), row.project.owner_party_id
    found = []
    waiting = opening_confirm.not_confirmed(row).exists()
    for verb, step in STEPS.items():
        if verb == "confirm" and not waiting:
            continue
        if (row.state, verb) in REGISTER and actor.can(f"register.{verb}", owner=owner):
            weight: Literal["plain", "danger"] = "danger" if step.weight == "danger" else "plain"
            href = reverse(f"opening_{verb}", args=[row.id])
            found.append(Choice("", step.label, weight, href=href))
    found += opening_subcontracts.choices(actor, row)
    if waiting and actor.can("stocktake.open", owner=owner):
        count = f"{reverse('stocktake_new')}?project={row.project_id}"
        found.insert(0, Choice("", _("Open an opening stocktake"), href=count))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """What may be done with a register on a page of its own."""

    label: Any
    lead: Any
    form: Callable[[Any, m.OpeningRegister], Any]
    do: Callable[..., Any]
    weight: Literal["primary", "plain", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "map": Step(
        _l("Name the columns, or judge again"),
        _l("Say which column tells what. Every line is judged anew, with all that was registered since."),
        ColumnsForm,
        actions.map_columns,
    ),
    "enter": Step(
        _l("Enter what can be read"),
        _l(
            "Every line that can be read becomes a copy that is taken over, not yet confirmed, or a request "
            "for a subcontract that officers decide anew. Lines with a fault are left out. What breaks a "
            "rule becomes a finding, to be settled by the day you give."
        ),
        EnterForm,
        opening_enter.enter,
    ),
    "confirm": Step(
        _l("Confirm by an opening stocktake"),
        _l(
            "Choose a signed stocktake in which two people counted. What they saw is confirmed; what they "
            "did not see stays a difference of the stocktake."
        ),
        ConfirmForm,
        opening_confirm.confirm,
    ),
    "close": Step(
        _l("Close the taking over"),
        _l("Each finding must be settled, or have somebody and a day. Nothing is entered from it any more."),
        CloseForm,
        opening_confirm.close,
    ),
    "withdraw": Step(
        _l("Call the register off"),
        _l("What was read of this register is forgotten. Its file may be read again."),
        WithdrawForm,
        actions.withdraw,
        "danger",
    ),
}


@screen("GET", "POST")
def act(request: HttpRequest, register: UUID, verb: str) -> HttpResponse:
    """Do one step with a register."""
    row = visible_or_404(m.OpeningRegister.objects.select_related("project"), request, register)
    step, actor, token = STEPS[verb], actor_of(request), token_of(request)
    page, name = reverse("opening_register", args=[row.id]), f"register.{verb}"
    actor.require(name, owner=row.project.owner_party_id)
    if request.method == "POST" and token and done_before(actor, token, name):
        return redirect(page)
    move(REGISTER, row.state, verb)
    form = step.form(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = form.given() if hasattr(form, "given") else dict(form.cleaned_data)
            seen = given.pop("seen", None) or form.cleaned_data["seen"]
            step.do(replace(actor, expects=seen), register=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [*_crumbs(row), Link(row.name, page)],
        "heading": step.label,
        "lead": step.lead,
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": page,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)
