"""HOP-06 and HOP-07: consents from above are there in writing, and what must flow down is agreed and signed.

Both papers may come after the request, so at the request they are named and bar nothing; no officer can
approve without them, and nothing is handed over along a path on which one is lacking.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from custody.policy import subject
from custody.policy.facts import Consent, Facts, Hop, known, word
from custody.policy.regime import Clause, Pack, Params, lower_level
from custody.policy.rule import Answer, rule
from custody.policy.rules.hops import ROOT, VERBS
from custody.terms import ConsentKind, Text, Verb


class Asked(Params):
    """From which level of a subcontract whose written consent is asked for; None for never."""

    client_from: str | None = None
    authority_from: str | None = None
    tighten = {"client_from": lower_level, "authority_from": lower_level}
    names_levels = ("client_from", "authority_from")


@rule(
    "HOP-06",
    1,
    verbs=VERBS,
    params=Asked,
    title=Text("The consents asked for are there in writing", "分包已取得所需的书面同意"),
    remedies={
        "lacking": Text(
            "No written consent is recorded from: {lacking}. Record number and day of the paper on the page "
            "of the subcontract.",
            "未登记以下方面的书面同意：{lacking}。请在分包页面登记文件编号和日期。",
        ),
        "soon": Text(
            "Before this can be approved, a written consent must be recorded from: {lacking}.",
            "批准之前须登记以下方面的书面同意：{lacking}。",
        ),
    },
)
def hop_06(facts: Facts, pack: Pack, params: Asked, answer: Answer) -> None:
    """Each hop of the path has the written consents that its level asks for.

    At its own request they may lack. Where the project's owner is its own client, no consent of the client
    is asked for.
    """
    path = subject.path(facts)
    if not path:
        return answer.not_applicable(*ROOT)
    project = facts.project
    from_levels = {ConsentKind.CLIENT: params.client_from, ConsentKind.AUTHORITY: params.authority_from}
    if project.client_party == project.owner_party:
        from_levels[ConsentKind.CLIENT] = None
    asked = False
    for hop, waits in _each(facts, path):
        kinds = [
            kind
            for kind, level in from_levels.items()
            if level is not None and pack.rank(hop.level) >= pack.rank(level)
        ]
        asked = asked or bool(kinds)
        given = known(hop.consents, "the written consents", "书面同意", f"hop:{hop.id}") if kinds else ()
        lacking = [kind for kind in kinds if not _given(given, kind, facts.act.today)]
        if lacking:
            names = [kind.text for kind in lacking]
            shown = Text(", ".join(n.en.lower() for n in names), "、".join(n.zh for n in names))
            answer.tell("lacking", map(str, lacking), shown=shown, own=[hop.from_party, hop.to_party])
            if waits:
                answer.warn("soon")
            else:
                answer.fail("lacking")
                return None
    if not asked:
        answer.not_applicable("No consent is asked for here.", "此处无需书面同意。")
    return None


def _given(consents: tuple[Consent, ...], kind: ConsentKind, today: date) -> bool:
    return any(word(ConsentKind, c.kind) is kind and c.given_on <= today for c in consents)


@rule(
    "HOP-07",
    1,
    verbs=VERBS,
    params=Params,
    title=Text(
        "The terms that must flow down are agreed and signed by both", "应承接的条款已由双方约定并签署"
    ),
    remedies={
        "missing": Text(
            "Missing: {clauses}. Have them agreed, and record the agreement on the page of the subcontract.",
            "缺少条款：{clauses}。请补充约定，并在分包页面登记协议。",
        ),
        "unsigned": Text(
            "The agreement is not signed by: {unsigned}. Record the day of the signature on the page of the "
            "subcontract.",
            "协议尚缺以下一方的签署：{unsigned}。请在分包页面登记签署日期。",
        ),
        "soon": Text(
            "Before this can be approved, both sides must have agreed and signed: {clauses}.",
            "批准之前，双方须约定并签署：{clauses}。",
        ),
    },
)
def hop_07(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each hop of the path carries every clause that its level asks for, signed by giver and receiver.

    Which clauses, and from which level on, stands in the pack. At its own request they may lack.
    """
    path = subject.path(facts)
    if not path:
        return answer.not_applicable(*ROOT)
    asked = False
    for hop, waits in _each(facts, path):
        clauses = [
            c for c in pack.clauses
            if c.from_level is None or pack.rank(hop.level) >= pack.rank(c.from_level)
        ]  # fmt: skip
        if not clauses:
            continue
        asked, own = True, [hop.from_party, hop.to_party]
        agreed = known(hop.clauses, "the clauses agreed", "已约定的条款", f"hop:{hop.id}")
        missing = [c for c in clauses if c.id not in agreed]
        sides = {
            Text("giving party", "发包方"): hop.giver_signed,
            Text("receiving party", "承接方"): hop.receiver_signed,
        }
        unsigned = [side for side, day in sides.items() if day is None or day > facts.act.today]
        if waits:
            if missing or unsigned:
                _tell(answer, missing or clauses, own)
                answer.warn("soon")
            continue
        if missing:
            _tell(answer, missing, own)
            answer.fail("missing")
        if unsigned:
            shown = Text(", ".join(s.en for s in unsigned), "、".join(s.zh for s in unsigned))
            answer.tell("unsigned", [s.en for s in unsigned], shown=shown, own=own)
            answer.fail("unsigned")
        if missing or unsigned:
            return None
    if not asked:
        answer.not_applicable("No clause must flow down here.", "此处没有须承接的条款。")
    return None


def _tell(answer: Answer, clauses: list[Clause], own: list[str]) -> None:
    texts = [clause.text for clause in clauses]
    shown = Text("; ".join(t.en for t in texts), "；".join(t.zh for t in texts))
    answer.tell("clauses", [clause.id for clause in clauses], shown=shown, own=own)


def _each(facts: Facts, path: tuple[Hop, ...]) -> Iterator[tuple[Hop, bool]]:
    """Yield the hops of the path, and whether the papers of each may still come: those of one asked for."""
    for hop in path:
        yield hop, facts.act.verb == Verb.HOP_REQUEST.value and hop.id == facts.act.hop
