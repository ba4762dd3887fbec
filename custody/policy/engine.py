"""The one ``decide()``: panel, submit, accept, nightly re-check and replay all call it.

- Every rule of the verb runs, and everything that is wrong is listed, not only the first.
- A rule that lacks a fact, or breaks down, answers "cannot tell"; for a barring rule that bars the act.
- A new decision uses the newest version of each rule; a replay uses the versions that the decision lists.
- A rule that is broken bars nothing where its pack lets it be overridden and an override covers it; what it
  says is listed all the same.
- A rule that the regime turned off is listed with the reason, so that silence is never taken for a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from custody.policy.facts import Facts, FactsError, Json, Missing, word
from custody.policy.overriding import covering
from custody.policy.regime import Pack, Params, RuleSetting
from custody.policy.rule import BLOCK, WARN, Answer, Input, Rule, published, rendered
from custody.terms import Audience, BasisStatus, DecisionOutcome, FindingOutcome, Text, Verb

_MISSING = Text(
    "Holdfast does not know {missing}. Record it, then try again.", "系统中没有{missing}。请登记后重试。"
)
_MISSING_BARS_NOTHING = Text(
    "Holdfast does not know {missing}, so this cannot be judged. It bars nothing; record it once it is "
    "known.",
    "系统中没有{missing}，本规则无法判断，但不影响操作。获知后请登记。",
)
FINAL = frozenset({"HOP-02", "HOP-05"})
"""Rules that no paper, approval or certificate mends: the tier, or an individual, is itself what may not
be."""
_FINAL_SAYS = Text(
    "This alone does not help: {0} refuses it in any case, so begin there.",
    "仅此不能解决：{0}在任何情况下均不允许，请先按该规则处理。",
)
_CRASHED = Text(
    "This rule could not read its facts, so the act is held back. Report it to the administrator.",
    "本规则无法读取所需事实，操作已暂缓。请报告管理员。",
)


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a finding rests, and how far that was checked."""

    source: Text
    article: Text | None
    status: BasisStatus


@dataclass(frozen=True, slots=True)
class Overridden:
    """By what a broken rule bars nothing: the override, the entry that set it last, and its last day."""

    override: str
    entry: str | None
    until: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule version says; ``remedies`` are templates over ``inputs``, filled for each reader."""

    code: str
    version: int
    severity: FindingOutcome
    outcome: FindingOutcome
    title: Text
    problems: tuple[str, ...] = ()
    remedies: tuple[Text, ...] = ()
    note: Text | None = None
    inputs: Mapping[str, Input] = field(default_factory=dict)
    basis: tuple[Basis, ...] = ()
    overridden: Overridden | None = None

    @property
    def bars(self) -> bool:
        """Return whether this finding alone refuses the act."""
        unsure = self.outcome is FindingOutcome.CANNOT_TELL and self.severity is BLOCK
        return self.outcome is BLOCK or unsure

    @property
    def remedy(self) -> Text | None:
        """Return the remedy as the project's side reads it, without names; None when nothing is wrong."""
        return self.remedy_for()

    def remedy_for(
        self,
        audience: Audience = Audience.INTERNAL,
        party: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Text | None:
        """Return the remedy for a reader; ``names`` puts that reader's names to ids of parties and such."""
        texts = [rendered(t, self.inputs, audience, party, names or {}) for t in self.remedies]
        if not texts:
            return None
        return Text(" ".join(t.en for t in texts), "".join(t.zh for t in texts))

    def for_audience(self, audience: Audience, party: str | None = None) -> Finding:
        """Return the finding as a reader may have it: inputs that are not theirs are gone.

        What is filled into the remedy goes with them, so the result is safe to hand out whole.
        """
        inputs = {name: given for name, given in self.inputs.items() if given.visible(audience, party)}
        return Finding(
            self.code, self.version, self.severity, self.outcome, self.title, self.problems, self.remedies,
            self.note, inputs, self.basis, self.overridden,
        )  # fmt: skip

    def to_json(self) -> dict[str, Json]:
        """Return the stored form."""
        by = self.overridden
        return {
            **({"overridden": {"override": by.override, "entry": by.entry, "until": by.until}} if by else {}),
            "code": self.code,
            "version": self.version,
            "severity": str(self.severity),
            "outcome": str(self.outcome),
            "title": _text(self.title),
            "problems": list(self.problems),
            "remedies": [_text(t) for t in self.remedies],
            "note": _text(self.note),
            "inputs": {name: _input(given) for name, given in sorted(self.inputs.items())},
            "basis": [
                {"source": _text(b.source), "article": _text(b.article), "status": str(b.status)}
                for b in self.basis
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Finding:
        """Read the stored form. Raises KeyError, TypeError or ValueError when it is not one."""
        members = "code version severity outcome title problems remedies note inputs basis"
        by = value.get("overridden")
        _members(value, f"{members} overridden" if by is not None else members)
        if by is not None:
            _members(by, "override entry until")
        return cls(
            str(value["code"]),
            int(value["version"]),
            word(FindingOutcome, value["severity"]),
            word(FindingOutcome, value["outcome"]),
            _read_text(value["title"]),
            tuple(map(str, value["problems"])),
            tuple(_read_text(t) for t in value["remedies"]),
            _read_text(value["note"]) if value["note"] else None,
            {name: _read_input(given) for name, given in value["inputs"].items()},
            tuple(
                Basis(
                    _read_text(b["source"]),
                    _read_text(b["article"]) if b["article"] else None,
                    word(BasisStatus, b["status"]),
                )
                for b in value["basis"]
            ),
            Overridden(str(by["override"]), by["entry"], str(by["until"])) if by is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """All findings on one set of facts, with what is needed to take it again."""

    verb: Verb
    outcome: DecisionOutcome
    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    facts_schema: int
    pack_sha256: str

    @property
    def allowed(self) -> bool:
        """Return whether the act may go on."""
        return self.outcome is DecisionOutcome.ALLOW

    @property
    def barring(self) -> tuple[Finding, ...]:
        """Return the findings that refuse the act."""
        return tuple(f for f in self.findings if f.bars)

    def for_audience(self, audience: Audience, party: str | None = None) -> Decision:
        """Return the decision as a reader may have it."""
        findings = tuple(f.for_audience(audience, party) for f in self.findings)
        return Decision(self.verb, self.outcome, findings, self.rules, self.facts_schema, self.pack_sha256)

    def to_json(self) -> dict[str, Json]:
        """Return the stored form."""
        return {
            "verb": str(self.verb),
            "outcome": str(self.outcome),
            "findings": [f.to_json() for f in self.findings],
            "rules": list(self.rules),
            "facts_schema": self.facts_schema,
            "pack_sha256": self.pack_sha256,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Decision:
        """Read the stored form. Raises KeyError, TypeError or ValueError when it is not one."""
        _members(value, "verb outcome findings rules facts_schema pack_sha256")
        return cls(
            word(Verb, value["verb"]),
            word(DecisionOutcome, value["outcome"]),
            tuple(Finding.from_json(f) for f in value["findings"]),
            tuple(map(str, value["rules"])),
            int(value["facts_schema"]),
            str(value["pack_sha256"]),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a replay found otherwise than stored."""

    where: str  # a rule such as ``HND-01@1``, or outcome, rules, pack, facts
    what: str  # the member that differs
    stored: Json
    now: Json


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer of a replay: same, or everything that differs."""

    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Return whether the decision came out as stored."""
        return not self.differences


def decide(verb: Verb, facts: Facts, pack: Pack, rules: Iterable[str] | None = None) -> Decision:
    """Run all rules of ``verb``; ``rules`` names exact versions (``HND-01@1``) for a replay.

    Raises KeyError for a version that was never published, ValueError when facts and pack are of different
    regimes or the facts are about another verb.
    """
    _same_subject(verb, facts, pack)
    registry = published()
    chosen = (
        [r for r in registry.newest() if verb in r.verbs]
        if rules is None
        else [registry.named(name) for name in rules]
    )
    sha256 = pack.sha256
    findings = _without_detours([_run(r, facts, pack, sha256) for r in chosen])
    ran = any(f.outcome is not FindingOutcome.NOT_APPLICABLE for f in findings)
    allow = ran and not any(f.bars for f in findings)
    return Decision(
        verb,
        DecisionOutcome.ALLOW if allow else DecisionOutcome.REFUSE,
        findings,
        tuple(r.name for r in chosen),
        facts.schema,
        sha256,
    )


def replay(stored: Decision, facts: Facts, pack: Pack) -> Replay:
    """Take a stored decision again from its facts and pack, with the rule versions it lists.

    Compared are outcomes, problems, input values and basis; the wording may have been mended since.
    """
    differences: list[Difference] = []
    if stored.pack_sha256 != pack.sha256:
        differences.append(Difference("pack", "sha256", stored.pack_sha256, pack.sha256))
    if stored.facts_schema != facts.schema:
        differences.append(Difference("facts", "schema", stored.facts_schema, facts.schema))
    try:
        now = decide(stored.verb, facts, pack, stored.rules)
    except (KeyError, ValueError) as error:
        return Replay((*differences, Difference("rules", "run", list(stored.rules), str(error))))
    if stored.outcome is not now.outcome:
        differences.append(Difference("outcome", "outcome", str(stored.outcome), str(now.outcome)))
    before = {f"{f.code}@{f.version}": essence(f) for f in stored.findings}
    after = {f"{f.code}@{f.version}": essence(f) for f in now.findings}
    for name in sorted(before.keys() | after.keys()):
        was, is_ = before.get(name, {}), after.get(name, {})
        differences += [
            Difference(name, member, was.get(member), is_.get(member))
            for member in sorted(was.keys() | is_.keys())
            if was.get(member) != is_.get(member)
        ]
    return Replay(tuple(differences))


def essence(finding: Finding) -> dict[str, Json]:
    """Return what a finding says, apart from its wording: the part that must replay exactly."""
    by = finding.overridden
    return {
        **({"overridden": [by.override, by.entry, by.until]} if by else {}),
        "severity": str(finding.severity),
        "outcome": str(finding.outcome),
        "problems": list(finding.problems),
        "inputs": {name: given.value for name, given in sorted(finding.inputs.items())},
        "basis": [
            [b.source.en, b.article.en if b.article else None, str(b.status)] for b in finding.basis
        ],
    }  # fmt: skip


def _same_subject(verb: Verb, facts: Facts, pack: Pack) -> None:
    # Only what can be read is compared: what cannot be is "cannot tell" in every rule that needs it.
    try:
        if facts.act.verb != verb.value:
            raise ValueError(f"the facts are about {facts.act.verb}, not {verb}")
        if facts.project.regime != pack.id:
            raise ValueError(f"the project is under {facts.project.regime}, the pack is {pack.id}")
    except (Missing, FactsError):
        return


def _without_detours(findings: list[Finding]) -> tuple[Finding, ...]:
    """Add to what refuses that its own step does not help, where something else refuses for good."""
    final = [f.code for f in findings if f.outcome is BLOCK and f.code in FINAL]
    if not final:
        return tuple(findings)
    first = Text(_FINAL_SAYS.en.format(" and ".join(final)), _FINAL_SAYS.zh.format("和".join(final)))
    return tuple(
        replace(f, remedies=(*f.remedies, first)) if f.bars and f.code not in FINAL else f for f in findings
    )


def _run(rule: Rule, facts: Facts, pack: Pack, sha256: str) -> Finding:
    setting = pack.rules.get(rule.code)
    if setting is not None and not setting.enabled:
        reason = setting.off_reason.text if setting.off_reason else None
        return Finding(
            rule.code, rule.version, rule.severity, FindingOutcome.NOT_APPLICABLE, rule.title, note=reason
        )
    answer = Answer()
    basis = _basis(setting, (rule.code, sha256)) if setting is not None else ()
    try:
        if setting is None:
            raise LookupError(f"{rule.code} is not in pack {pack.id}")
        rule.body(facts, pack, _params(rule, setting, sha256), answer)
    except Missing as missing:
        answer.tell("missing", missing.what.en, shown=missing.what, everyone=True)
        said = _MISSING if rule.severity is BLOCK else _MISSING_BARS_NOTHING
        return _finding(rule, basis, answer, FindingOutcome.CANNOT_TELL, (said,))
    except Exception:  # any breakdown of a rule bars the act: fail closed
        return _finding(rule, basis, answer, FindingOutcome.CANNOT_TELL, (_CRASHED,))
    if answer.problems:
        barred = rule.severity is BLOCK and BLOCK in answer.problems.values()
        remedies = tuple(_remedy(rule, setting, problem) for problem in answer.problems)
        found = _finding(rule, basis, answer, BLOCK if barred else WARN, remedies)
        by = covering(rule.code, found.problems, found.inputs, facts, setting) if barred else None
        if by is None:
            return found
        under = Overridden(by.id, by.entry, by.until.isoformat())
        return replace(found, outcome=FindingOutcome.OVERRIDDEN, overridden=under)
    outcome = FindingOutcome.NOT_APPLICABLE if answer.note else FindingOutcome.PASS
    return _finding(rule, basis, answer, outcome, ())


# What a rule rests on is read once per rule and pack; each with the problems that it is narrowed to.
_BASES: dict[tuple[str, str], tuple[tuple[frozenset[str], Basis], ...]] = {}


def _basis(setting: RuleSetting, key: tuple[str, str]) -> tuple[tuple[frozenset[str], Basis], ...]:
    found = _BASES.get(key)
    if found is None:
        found = _BASES[key] = tuple(
            (frozenset(c.problems), Basis(c.source.text, c.article.text if c.article else None, c.status))
            for c in setting.cite
        )
    return found


def _finding(rule: Rule, rests: tuple[tuple[frozenset[str], Basis], ...], answer: Answer,
             outcome: FindingOutcome, remedies: tuple[Text, ...]) -> Finding:  # fmt: skip
    if outcome is FindingOutcome.NOT_APPLICABLE:
        rests = ()  # no article is shown where it does not apply
    elif answer.problems and outcome is not FindingOutcome.CANNOT_TELL:
        rests = tuple(one for one in rests if not one[0] or one[0] & answer.problems.keys())
    basis = tuple(one for _, one in rests)
    return Finding(
        rule.code, rule.version, rule.severity, outcome, rule.title, tuple(answer.problems), remedies,
        answer.note, answer.inputs, basis,
    )  # fmt: skip


def _remedy(rule: Rule, setting: RuleSetting, problem: str) -> Text:
    override = setting.remedy.get(problem)
    return override.text if override else rule.remedies[problem]


# Parameters are read once per rule version and pack; both never change.
_PARAMS: dict[tuple[str, int, str], Params] = {}


def _params(rule: Rule, setting: RuleSetting, sha256: str) -> Params:
    key = (rule.code, rule.version, sha256)
    found = _PARAMS.get(key)
    if found is None:
        found = _PARAMS[key] = rule.params.model_validate(setting.params)
    return found


def _text(text: Text | None) -> dict[str, Json] | None:
    return {"en": text.en, "zh": text.zh} if text else None


def _read_text(value: Mapping[str, Any]) -> Text:
    _members(value, "en zh")
    return Text(str(value["en"]), str(value["zh"]))


def _input(given: Input) -> dict[str, Json]:
    return {
        "value": given.value,
        "shown": _text(given.shown),
        "refers": given.refers,
        "audience": str(given.audience),
        "owners": list(given.owners),
    }


def _read_input(value: Mapping[str, Any]) -> Input:
    _members(value, "value shown refers audience owners")
    return Input(
        cast(Json, value["value"]),
        _read_text(value["shown"]) if value["shown"] else None,
        str(value["refers"]),
        word(Audience, value["audience"]),
        tuple(map(str, value["owners"])),
    )


def _members(value: Mapping[str, Any], names: str) -> None:
    if set(value) != set(names.split()):
        raise ValueError(f"unknown or missing members: {sorted(set(value) ^ set(names.split()))}")
