"""A request in short, for who must decide on it now: what is asked, what speaks against it, what follows from
either answer, and what is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import models as m
from custody import regimes, siblings
from custody.actions import against as standing_against
from custody.actions import deciders
from custody.actions.deciding import Ruling
from custody.terms import Stance, Text

from . import incidents
from .base import words
from .names import level_name, party_name, qualification_name
from .patterns import Check, Fact, Link


def facts(
    user: Any,
    row: m.Approval,
    ruling: Ruling,
    checks: Sequence[Check],
    alike: Sequence[Any],
    files: Sequence[Any],
) -> list[Fact]:
    """Return the lines of the summary for one reader. ``checks`` and ``files`` are those of the page,
    ``alike`` what the request looks like."""
    return [
        Fact(_("What is asked"), _asked(row), note=_terms(row)),
        Fact(_("Client"), _clients(row.hop.project)),
        Fact(_("What the receiving party holds"), _papers(user, row.hop)),
        Fact(_("Incidents of the receiving party"), _incidents(user, row.hop)),
        Fact(_("Papers to look at"), _files(files)),
        Fact(_("What speaks against it"), _against(user, row, checks, alike)),
        *_besides(user, row.hop),
        *_in_place_of(ruling),
        Fact(_("If you approve"), _approved(row, ruling)),
        Fact(
            _("If you refuse"),
            _(
                "The request ends, and nothing is handed over by it. It can be asked for again in other "
                "terms."
            ),
        ),
        Fact(
            _("What you sign"),
            _(
                "That you decide on this request as it stands now, with the checks as this page shows them. "
                "Your name, the time and your reason stay in the ledger."
            ),
        ),
    ]


def _asked(row: m.Approval) -> str:
    hop = row.hop
    said = {
        "giver": words(party_name(hop.from_party)),
        "party": words(party_name(hop.to_party)),
        "work": hop.scope.splitlines()[0][:120] if hop.scope else "–",
        "level": words(level_name(row.level, hop.project.regime)),
        "starts": row.starts.isoformat(),
        "who": row.requested_by.name,
    }
    if row.ends is None:
        return (
            _(
                "%(who)s asks that %(giver)s pass “%(work)s” on to %(party)s, up to %(level)s, from "
                "%(starts)s without an end."
            )
            % said
        )
    said["ends"] = row.ends.isoformat()
    return (
        _(
            "%(who)s asks that %(giver)s pass “%(work)s” on to %(party)s, up to %(level)s, from "
            "%(starts)s to %(ends)s."
        )
        % said
    )


def _terms(row: m.Approval) -> str:
    """Return how much of the work it is, since when it waits, and until when it is to be decided."""
    hop, said = row.hop, []
    if hop.share is not None:
        said.append(f"{hop.share} %")
    if hop.amount is not None:
        said.append(f"{hop.amount:,.2f} {hop.currency}".strip())
    said.append(_("Asked for on %(day)s") % {"day": timezone.localdate(row.created_at).isoformat()})
    if row.decide_by is not None:
        said.append(_("to be decided by %(day)s") % {"day": row.decide_by.isoformat()})
    return " · ".join(said)


def _files(files: Sequence[Any]) -> str:
    if files:
        return ngettext("%(n)d file, shown below", "%(n)d files, shown below", len(files)) % {"n": len(files)}
    return _("No file is attached: what is recorded of papers is all there is to read here")


def _besides(user: Any, hop: m.Hop) -> list[Fact]:
    """Return what else of the same work the receiving party has, each a way to it."""
    if not siblings.may_see(user, hop):
        return []
    parts = siblings.of(hop).filter(to_party=hop.to_party_id).order_by("starts", "id")
    shown = [
        Link(f"{p.scope.splitlines()[0][:80] or '–'} ({'?' if p.share is None else p.share} %)", _page(p))
        for p in parts[:5]
    ]
    return [Fact(_("The same party has besides"), shown)] if shown else []


def _page(hop: m.Hop) -> str:
    return reverse("hop", args=[hop.id])


def _clients(project: m.Project) -> Any:
    """Return who ordered the work, up to the last client that is known."""
    orderers = [project.ultimate_client_party, project.client_party]
    return [party_name(p) for p in dict.fromkeys(orderers) if p] or _("No client is recorded")


def _papers(user: Any, hop: m.Hop) -> Any:
    """Return the certificates of the receiving party, with who compared each with its issuer."""
    rows = m.Qualification.objects.visible_to(user).filter(party=hop.to_party_id)
    return [_paper(q) for q in rows.select_related("verified_by")] or _("No certificate is recorded")


def _incidents(user: Any, hop: m.Hop) -> str:
    """Return how many incidents of the receiving party are open or have ended; the page lists them."""
    open_, ended = incidents.counted(user, hop.to_party_id)
    if not open_ and not ended:
        return _("None that you may see")
    return _("%(open)d open, %(ended)d ended; listed below") % {"open": open_, "ended": ended}


def _paper(row: m.Qualification) -> Text:
    name, state = qualification_name(row.type, row.grade), row.state.text
    what = {"no": row.number, "until": row.valid_to.isoformat()}
    if row.verified_by is None or row.verified_on is None:
        return Text(
            "{name}, no. {no}, until {until}: {state}".format(name=name.en, state=state.en, **what),
            "{name}，编号{no}，有效期至{until}：{state}".format(name=name.zh, state=state.zh, **what),
        )
    what |= {"who": row.verified_by.name, "on": row.verified_on.isoformat()}
    return Text(
        "{name}, no. {no}, until {until}: {state}; checked by {who} on {on}".format(
            name=name.en, state=state.en, **what
        ),
        "{name}，编号{no}，有效期至{until}：{state}；{who}于{on}核实".format(
            name=name.zh, state=state.zh, **what
        ),
    )


def _against(user: Any, row: m.Approval, checks: Sequence[Check], alike: Sequence[Any]) -> list[Text | str]:
    """Return what bars or warns, incidents, likenesses, and names that look barred; or that nothing does."""
    said: list[Text | str] = []
    for tone, en, zh in (
        ("bad", "Bars it", "阻止"),
        ("warn", "Warning", "警告"),
    ):
        said += [
            Text(f"{en}: {_said(check).en} ({check.code})", f"{zh}：{_said(check).zh}（{check.code}）")
            for check in checks
            if check.tone == tone
        ]
    if open_ := incidents.counted(user, row.hop.to_party_id)[0]:
        said.append(
            ngettext(
                "%(n)d incident of the receiving party has not ended: read it below",
                "%(n)d incidents of the receiving party have not ended: read them below",
                open_,
            )
            % {"n": open_}
        )
    today = regimes.today(row.hop.project.regime, timezone.now())
    if row.starts < today:
        day = row.starts.isoformat()
        said.append(
            _("The first day, %(day)s, has passed: an approval counts from the decision on, not back to it")
            % {"day": day}
        )
    if alike:
        said.append(_("Looks like other work of this project"))
    hits = m.ScreeningHit.objects.filter(party=row.hop.to_party_id, state="open").count()
    if hits:
        said.append(_("The receiving party looks like a barred party; nobody has judged that yet"))
    for o in standing_against.opinions(row):
        if o.stance is not Stance.IN_FAVOUR:
            told = (
                _("%(who)s asks for changes or papers first: “%(reason)s” (%(code)s)")
                if o.stance is Stance.CHANGES
                else _("%(who)s advises against it: “%(reason)s” (%(code)s)")
            )
            said.append(told % {"who": o.person.name, "reason": o.reason, "code": o.code})
    return said or [_("Nothing that the rules and the register know")]


def opposing(codes: Sequence[str], checks: Sequence[Check]) -> list[Fact]:
    """Return what an approval passes over, by the code that its reason must name: what a rule says is wrong,
    or an opinion by its code alone, since its words stand above."""
    said = {check.code: _said(check) for check in checks}
    return [Fact(code, said.get(code) or _("An opinion against it")) for code in codes]


def _said(check: Check) -> Text:
    """Return what is wrong by the rule: its remedy tells; the title is what should be so."""
    said = check.remedy or check.sentence
    return said if isinstance(said, Text) else Text(str(said), str(said))


def _in_place_of(ruling: Ruling) -> list[Fact]:
    by = ruling.facts.act.delegation
    row = m.Delegation.objects.filter(id=by).select_related("delegator").first() if by else None
    return [Fact(_("You vote in the place of"), row.delegator.name)] if row else []


def _approved(row: m.Approval, ruling: Ruling) -> str:
    """Return what follows from an approval by this reader now."""
    if not ruling.allowed:
        return _("You cannot: a check bars it.")
    act = ruling.facts.act
    behind = {UUID(act.actor_person)} if act.actor_person else set()
    if act.delegation:
        behind.add(m.Delegation.objects.get(id=act.delegation).delegator_id)
    if deciders.completes(row, behind):
        level = words(level_name(row.level, row.hop.project.regime))
        return _(
            "It counts at once: %(party)s may be handed copies up to %(level)s. It can be suspended or taken "
            "back later."
        ) % {
            "level": level,
            "party": words(party_name(row.hop.to_party)),
        }
    return _("Your approval is kept, and the request waits for another officer.")
