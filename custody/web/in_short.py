"""A request in short, for who must decide on it now: what is asked, what speaks against it, what follows from
either answer, and what is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody import regimes
from custody.actions import deciders
from custody.actions.deciding import Ruling
from custody.terms import Text

from .base import words
from .names import level_name, party_name
from .patterns import Check, Fact


def facts(row: m.Approval, ruling: Ruling, checks: Sequence[Check], alike: Sequence[Any]) -> list[Fact]:
    """Return the lines of the summary. ``checks`` are those of the page, ``alike`` what the request looks
    like."""
    return [
        Fact(_("What is asked"), _asked(row)),
        Fact(_("What speaks against it"), _against(row, checks, alike)),
        *_in_place_of(ruling),
        Fact(_("If you approve"), _approved(row, ruling)),
        Fact(
            _("If you refuse"),
            _("The request ends, and nothing is handed over by it. It can be put up again in other terms."),
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


def _against(row: m.Approval, checks: Sequence[Check], alike: Sequence[Any]) -> list[Text | str]:
    """Return what bars, what warns, what it looks like, and names that look barred; or that nothing does."""
    said: list[Text | str] = []
    for tone, en, zh in (
        ("bad", "Not met, bars it", "不符合，阻止"),
        ("warn", "Not met, warns", "不符合，警告"),
    ):
        said += [
            Text(f"{en}: {_said(check).en} ({check.code})", f"{zh}：{_said(check).zh}（{check.code}）")
            for check in checks
            if check.tone == tone
        ]
    today = regimes.today(row.hop.project.regime, timezone.now())
    if row.starts < today:
        day = row.starts.isoformat()
        said.append(_("The first day, %(day)s, lies before this decision") % {"day": day})
    if alike:
        said.append(_("Looks like other work of this project"))
    hits = m.ScreeningHit.objects.filter(party=row.hop.to_party_id, state="open").count()
    if hits:
        said.append(_("The receiving party looks like a barred party; nobody has judged that yet"))
    opposed = [opinion for opinion in row.opinions.all() if str(opinion.stance) == "against"]
    said += [
        _("%(who)s advises against it: “%(reason)s” (%(code)s)")
        % {"who": o.person.name, "reason": o.reason, "code": o.code}
        for o in opposed
    ]
    return said or [_("Nothing that the rules and the register know")]


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
