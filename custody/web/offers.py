"""Offering copies: the guided form, and what fills it in at once: an earlier handoff, a saved set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from custody import models as m
from custody import regimes
from custody.actions import handoffs, kept
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.deciding import Ruling
from custody.terms import CopyState, Leg, ProjectState, Role, Verb

from . import drafts, judged
from .base import UNKNOWN_STEP, actor_of, heads, language, screen, signed_in, told_in, visible_or_404, words
from .forms.fields import Line
from .forms.handoff import HandoffForm, Way
from .guided import Guided
from .names import party_name, project_crumbs
from .patterns import Answer, Check, Choice, Link, Table

SAVE, DROP = "save_set", "drop_set"


_STILL = {
    "hop": gettext_lazy("subcontract"),
    "receiver_person": gettext_lazy("who receives"),
    "copies": gettext_lazy("copies"),
    "purpose": gettext_lazy("what they are for"),
    "channel": gettext_lazy("how they travel"),
    "system": gettext_lazy("where they are kept"),
    "due_back": gettext_lazy("return date"),
    "statement": gettext_lazy("what you state"),
}
_TRIED = (*_STILL, "second_carrier", "leg")  # the answers that a refused attempt keeps


class SetForm(forms.Form):
    """The name under which recipients are kept."""

    name = Line(
        label=gettext_lazy("Name of the set"),
        max_length=80,
        error_messages={"required": gettext_lazy("Give the set a name")},
    )


class OfferGuide(Guided[HandoffForm]):
    """Offering copies, with the rules beside it."""

    folder = leads_to = "handoff"
    verb = Verb.HANDOFF_OFFER.value
    do = gettext_lazy("Offer the copies")
    heading: Any = gettext_lazy("Offer a handoff")
    turn: Leg | None = None
    """Where the copies go when not down a subcontract."""

    @cached_property
    def hops(self) -> Sequence[m.Hop | Way]:
        """The hops of this project over which the actor may offer."""
        actor = actor_of(self.request)
        rows = m.Hop.objects.visible_to(self.request.user).filter(project=self.project)
        return [
            h
            for h in rows.select_related("from_party", "to_party").order_by("path")
            if actor.can("handoff.offer", owner=self.project.owner_party_id, sender=h.from_party_id)
        ]

    @property
    def by_id(self) -> dict[str, m.Hop | Way]:
        """The same by their ids as text."""
        return {str(h.id): h for h in self.hops}

    def form(self, data: QueryDict | None, files: Any = None) -> HandoffForm:
        """Return the offer form; ``?hop=`` chooses beforehand."""
        hop = self.asked_hop
        if not hop and len(self.hops) == 1:
            hop = str(self.hops[0].id)
        return HandoffForm(
            data,
            files,
            user=self.request.user,
            project=self.project,
            hops=self.hops,
            hop=hop,
            url=self.request.path,
            turn=self.turn,
        )

    @property
    def asked_hop(self) -> str:
        """The hop that the address names; empty for none, or for one that is not theirs."""
        asked = self.request.GET.get("hop", "")
        return asked if asked in self.by_id else ""

    def takes_up(self, draft: drafts.Answers) -> bool:
        """Return whether the address asks for no other hop than the draft's."""
        return self.asked_hop in ("", draft.get("hop"))

    def suggested(self) -> drafts.Answers | None:
        """Return the answers of the handoff ``?like=``, the set ``?set=`` or the own refused attempt
        ``?refused=``; foreign ids are as if absent."""
        return self._suggested[1] if self._suggested else None

    def filled_from(self, form: HandoffForm) -> str:
        """Say what the form was filled in from, and what of it is still empty."""
        name = self._suggested[0] if self._suggested else ""
        empty = [words for f, words in _STILL.items() if f in form.fields and not form.initial.get(f)]
        if not empty:
            return _("Filled in from “%(name)s”. Check it, then go on.") % {"name": name}
        what = ("、" if language().startswith("zh") else ", ").join(map(str, empty))
        return _("Filled in from “%(name)s”. Still to do: %(what)s.") % {"name": name, "what": what}

    @cached_property
    def _suggested(self) -> tuple[str, drafts.Answers] | None:
        """Return what the answers come from, in words, and the answers."""
        asked = self.request.GET
        if (like := drafts.uuid_or_none(asked.get("like", ""))) and (
            handoff := self._past().filter(id=like).first()
        ):
            return handoff.number, self._like(handoff)
        if (chosen := drafts.uuid_or_none(asked.get("set", ""))) and (
            row := self._sets().filter(id=chosen).first()
        ):
            return row.name, _recipients(row)
        if (refused := drafts.uuid_or_none(asked.get("refused", ""))) and (
            tried := self._refused().filter(id=refused).first()
        ):
            return _("the refused attempt"), self._tried(tried.attempt)
        return None

    def _tried(self, attempt: dict[str, Any]) -> drafts.Answers:
        """Return a refused attempt as answers."""
        return {n: attempt.get(n) or "" for n in _TRIED}

    def page_of(self, place: str) -> str:
        """Return the address at which the draft of another place is open: that of its own form."""
        pages = {"": "handoff_new", Leg.RETURN: "handoff_back", Leg.INTERNAL: "handoff_inside"}
        # A draft of an older make may name none of them.
        own = reverse(pages.get(place, "handoff_new"), args=[self.project.id])
        return f"{own}?draft={drafts.OPEN}"

    def _past(self) -> Any:
        rows = m.Handoff.objects.visible_to(self.request.user)
        return rows.filter(project=self.project, hop__in=[h.id for h in self.hops])

    def _sets(self) -> Any:
        rows = m.RecipientSet.objects.visible_to(self.request.user)
        return rows.filter(project=self.project)

    def _refused(self) -> Any:
        rows = m.Refusal.objects.visible_to(self.request.user).filter(project=self.project)
        return rows.filter(verb=Verb.HANDOFF_OFFER, attempted_by=signed_in(self.request).person_id)

    def _like(self, handoff: m.Handoff) -> drafts.Answers:
        """Return an earlier handoff as answers: as long a loan from today; copies that are back, ticked."""
        regime = self.project.regime
        today, then = regimes.today(regime, timezone.now()), regimes.today(regime, handoff.offered_at)
        back = m.Copy.objects.filter(
            lines__handoff=handoff, custodian_party=handoff.sender_party_id, state=CopyState.HELD
        )
        due = today + (handoff.due_back - then) if handoff.due_back else None
        return {
            **_recipients(handoff),
            "second_carrier": str(handoff.second_carrier_id or ""),
            "leg": str(handoff.leg or ""),
            "copies": [str(id) for id in back.values_list("id", flat=True)],
            "due_back": due.isoformat() if due else "",
        }

    def aside(self, step: str) -> HttpResponse | None:
        """Save the checked answers as a set, or delete one."""
        request = self.request
        if step == DROP:
            if chosen := drafts.uuid_or_none(request.POST.get("set", "")):
                kept.drop_set(signed_in(request), recipients=chosen)
            return redirect(request.path)
        if step != SAVE:
            return None
        form = self.form(request.POST)
        if not form.is_valid():
            return self._fill_in(form, status=422)
        sets, given = SetForm(request.POST), form.cleaned_data
        saved = save(
            request,
            sets,
            hop=UUID(given["hop"]),
            receiver_person=UUID(given["receiver_person"]),
            system=UUID(given["system"]),
            channel=given["channel"],
            purpose=given["purpose"],
        )
        return self.check(form, self.judge(form), sets=sets, saved=saved, status=200 if saved else 422)

    def refresh(self, form: HandoffForm) -> None:
        """Fit receivers, systems and copies to the hop."""
        form.fit()

    def judge(self, form: HandoffForm) -> Ruling | None:
        """Run the rules once hop, receiver, system and copies are known: before, they would all say no."""
        offer = form.offer()
        return handoffs.preview(actor_of(self.request), offer, timezone.now()) if offer else None

    def _rules(self, form: HandoffForm) -> dict[str, Any]:
        return {**super()._rules(form), "chosen": len(form.chosen_copies())}

    def lines(self, form: HandoffForm, ruling: Ruling) -> list[Check]:
        """Name in the findings what the person has just chosen."""
        hop = self.by_id[form.cleaned_data["hop"]]
        given = form.cleaned_data
        person = m.Person.objects.get(id=given["receiver_person"])
        system = m.System.objects.get(id=given["system"])
        known = {str(person.id): person.name, str(system.id): system.name}
        if second := given.get("second_carrier"):
            known[second] = m.Person.objects.get(id=second).name
        known[str(hop.to_party_id)] = words(party_name(hop.to_party))
        return judged.live(
            self.request, ruling, self.project, hop.from_party_id, hop.to_party_id, known=known
        )

    def answers(self, form: HandoffForm) -> list[Answer]:
        """Return the answers with ticked and typed copies as one line."""
        other = {form["codes"].id_for_label, form["file"].id_for_label}
        rows = [a for a in super().answers(form) if a.field not in other]
        codes = m.Copy.objects.filter(id__in=form.chosen_copies()).values_list("code", flat=True)
        label, place = form["copies"].label, f"{form['copies'].auto_id}_0"
        due = form["due_back"].id_for_label if "due_back" in form.fields else ""
        return [
            Answer(label, list(codes), place)
            if a.label == label
            else replace(a, value=a.value or _("No return date"))
            if a.field == due
            else a
            for a in rows
        ]

    def submit(self, form: HandoffForm) -> Outcome:
        """Offer the copies."""
        offer = form.offer()
        if offer is None:
            raise ActionError(UNKNOWN_STEP)
        outcome = handoffs.offer(actor_of(self.request), offer, submission=form.cleaned_data["submission"])
        if outcome.state == "done":
            count = len(offer.copies)
            told = ngettext(
                "%(number)s is offered to %(person)s: %(n)d copy.",
                "%(number)s is offered to %(person)s: %(n)d copies.",
                count,
            )
            person = dict(form.fields["receiver_person"].choices)[str(offer.receiver_person)]  # type: ignore[attr-defined]
            said = {"number": outcome.object.number, "n": count, "person": person}
            messages.success(self.request, told % said)
        return outcome

    def beside(self) -> dict[str, Any]:
        """Return what the form can be filled in from."""
        mine = self._past().filter(sender_person=signed_in(self.request).person_id)
        return {"repeat": mine.first(), "kept_sets": list(self._sets())}

    def checked(self, form: HandoffForm) -> dict[str, Any]:
        """Return remarks on the numbers, and the form that saves a set of these answers."""
        carried = [
            (f.html_name, value)
            for f in form
            for value in (f.value() if isinstance(f.value(), list) else [f.value()])
            if value is not None
        ]
        return {"notes": form.notes, "sets": SetForm(), "carried": carried, "save_step": SAVE}

    def context(self) -> dict[str, Any]:
        """Return crumbs and words."""
        return {
            "crumbs": project_crumbs(self.project),
            "heading": self.heading,
            "cancel": reverse("project", args=[self.project.id]),
            "url": self.request.path,
            "hops": self.hops,
            "project": self.project,
        }


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Offer copies over a hop of a project."""
    row = visible_or_404(m.Project.objects, request, project)
    guide = OfferGuide(request, row)
    if not guide.hops and not actor_of(request).can("handoff.offer", owner=row.owner_party_id):
        raise NotPermitted("handoff.offer")
    return guide.answer()


@screen()
def start(request: HttpRequest) -> HttpResponse:
    """Choose the project to hand over copies of; where there is only one, go on to its form."""
    actor = actor_of(request)
    hops = m.Hop.objects.visible_to(request.user).filter(project__state=ProjectState.OPEN)
    ends = hops.values_list("project", "project__owner_party", "from_party").distinct()
    ids = {
        project for project, owner, sender in ends if actor.can("handoff.offer", owner=owner, sender=sender)
    }
    if len(ids) == 1:
        return redirect("handoff_new", ids.pop())
    rows = m.Project.objects.filter(id__in=ids).order_by("code")
    body = [[Link(p.code, reverse("handoff_new", args=[p.id])), p.title] for p in rows]
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs"))],
        "heading": _("Of which project?"),
        "table": Table(
            heads(_("Project"), _("Title")), body, empty=_("There is no subcontract to hand over on")
        ),
    }
    return render(request, "handoff/start.html", context)


def start_button(request: HttpRequest) -> list[Choice]:
    """Return the button that begins a handoff, for whose roles hand copies over."""
    may = signed_in(request).roles() & {Role.MANAGER, Role.CUSTODIAN}
    return [Choice("", _("Hand over copies"), "primary", href=reverse("handoff_start"))] if may else []


def newest(request: HttpRequest, project: m.Project) -> m.Handoff | None:
    """Return the newest handoff that this reader offered in a project and may offer again."""
    row = (
        m.Handoff.objects.visible_to(request.user)
        .filter(project=project, sender_person=signed_in(request).person_id)
        .select_related("project")
        .first()
    )
    return row if row and again(request, row) else None


def again(request: HttpRequest, row: m.Handoff) -> str:
    """Return where the like of a handoff is offered; empty for who may not offer on its hop."""
    place = another(request, row)
    return f"{place.partition('?')[0]}?like={row.id}" if place else ""


def another(request: HttpRequest, row: m.Handoff) -> str:
    """Return where another handoff over the same hop is offered; empty for who may not offer on it."""
    down = row.hop_id is not None and row.leg is not Leg.RETURN
    allowed = (
        down
        and row.project.state is ProjectState.OPEN
        and actor_of(request).can(
            "handoff.offer", owner=row.project.owner_party_id, sender=row.sender_party_id
        )
    )
    return f"{reverse('handoff_new', args=[row.project_id])}?hop={row.hop_id}" if allowed else ""


def corrected(request: HttpRequest, row: m.Refusal) -> str:
    """Return where an own refused offer is filled in again; empty for any other and for who may not offer."""
    own = row.verb is Verb.HANDOFF_OFFER and row.attempted_by_id == signed_in(request).person_id
    project, hop, leg = row.project, row.hop, row.attempt.get("leg")
    if not own or project is None or project.state is not ProjectState.OPEN:
        return ""
    page, verb, sender = "handoff_new", "handoff.offer", hop.from_party_id if hop else None
    if hop is None:
        page, verb, sender = "handoff_inside", "handoff.move", row.to_party_id
    elif leg == Leg.RETURN:
        page, verb, sender = "handoff_back", "handoff.return", hop.to_party_id
    may = actor_of(request).can(verb, owner=project.owner_party_id, sender=sender)
    return f"{reverse(page, args=[project.id])}?refused={row.id}" if may else ""


def save(request: HttpRequest, form: SetForm, **answers: Any) -> m.RecipientSet | None:
    """Save a set for this user; None when its name is wrong, which the form then says."""
    if form.is_valid():
        with told_in(form):
            return kept.save_set(
                actor_of(request), signed_in(request), name=form.cleaned_data["name"], **answers
            )
    return None


def save_from(request: HttpRequest, row: m.Handoff, form: SetForm) -> bool:
    """Save the recipients of a handoff as a set, and say so on the next page."""
    saved = save(
        request,
        form,
        hop=row.hop_id,
        receiver_person=row.receiver_person_id,
        system=row.system_id,
        channel=row.channel,
        purpose=row.purpose,
    )
    if saved:
        messages.success(request, _("Saved as the set %(name)s.") % {"name": saved.name})
    return saved is not None


def _recipients(row: m.Handoff | m.RecipientSet) -> drafts.Answers:
    """Return the answers that a handoff and a set have in common."""
    return {
        "hop": str(row.hop_id),
        "receiver_person": str(row.receiver_person_id),
        "system": str(row.system_id),
        "channel": str(row.channel),
        "purpose": row.purpose,
    }
