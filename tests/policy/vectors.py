"""Golden vectors: what each published rule version said of its examples, kept for ever.

`python -m tests.policy.vectors` writes the vectors of versions that have none and enters their digests in
`published.json`; beside them, in `told.jsonl`, what else a version says: when it is asked, its parameters
where a pack sets none, and who may see which of its inputs. It never rewrites one: a change that alters an
old answer needs a new version of the rule. (`--rewrite NAME` is for a version that was not released yet.)
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from custody.policy.engine import decide, essence
from custody.policy.facts import Facts
from custody.policy.regime import Pack
from custody.policy.rule import Input, published
from custody.terms import Audience
from tests.policy.examples import EXAMPLES, Example
from tests.policy.packs import pack

FOLDER = Path(__file__).parents[1] / "vectors" / "policy"
TABLE = FOLDER / "published.json"
TOLD = FOLDER / "told.jsonl"  # a line for each version: .gitattributes joins those of two authors


def path(rule: str) -> Path:
    return FOLDER / f"{rule}.json"


def digest(rule: str) -> str:
    return hashlib.sha256(path(rule).read_bytes()).hexdigest()


def table() -> dict[str, str]:
    return json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}


def vector(example: Example) -> dict[str, Any]:
    used, full = pack(example.regime), example.facts
    decision = decide(example.verb, full, used, [example.rule])
    read = {key: full.groups[key] for key in sorted(full._read)}  # what the rule looked at is all it needs
    assert decide(example.verb, Facts(read), used, [example.rule]) == decision
    return {
        "name": example.name,
        "verb": example.verb.value,
        "pack": used.sha256,
        "facts": Facts(read).to_json(),
        "outcome": decision.outcome.value,
        "finding": essence(decision.findings[0]),
    }


def write(rule: str) -> None:
    examples: dict[tuple[str, tuple[str, ...]], Example] = {}
    for example in EXAMPLES:
        if example.rule == rule:
            examples.setdefault((example.outcome, example.problems), example)
    lines = [json.dumps(vector(e), ensure_ascii=False, sort_keys=True) for e in examples.values()]
    path(rule).write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    for example in examples.values():
        used = pack(example.regime)
        (FOLDER / "packs").mkdir(exist_ok=True)
        (FOLDER / "packs" / f"{used.sha256}.json").write_text(used.text, "utf-8")


@cache
def pack_of(sha256: str) -> Pack:
    """The pack that vectors were made with."""
    return Pack.from_text((FOLDER / "packs" / f"{sha256}.json").read_text("utf-8"))


def told_before() -> dict[str, Any]:
    return dict(map(json.loads, TOLD.read_text("utf-8").splitlines())) if TOLD.exists() else {}


def told(rule: str) -> dict[str, Any]:
    """What a version says besides its answers, with its inputs as its vectors have them."""
    version = published().named(rule)
    seen: dict[str, set[str]] = {}
    verbs = {verb.value: verb for verb in version.verbs}
    for stored in json.loads(path(rule).read_text("utf-8")):
        used = pack_of(stored["pack"])
        made = decide(verbs[stored["verb"]], Facts.from_json(stored["facts"]), used, [rule])
        for name, given in made.findings[0].inputs.items():
            seen.setdefault(name, set()).add(_seen_by(given))
    return {
        "verbs": sorted(verb.value for verb in version.verbs),
        "parameters": json.loads(version.params.model_construct().model_dump_json()),
        "seen by": {name: sorted(seen[name]) for name in sorted(seen)},
    }


def _seen_by(given: Input) -> str:
    everyone = given.audience is Audience.ALL
    return "everyone" if everyone else " ".join(("the project's side", *sorted(given.owners)))


def main(arguments: list[str]) -> None:
    rewritten = set(arguments[1:]) if arguments[:1] == ["--rewrite"] else set()
    entered, said = table(), told_before()
    for rule in published().all():
        if rule.name in rewritten or rule.name not in entered:
            write(rule.name)
            entered[rule.name] = digest(rule.name)
        if rule.name in rewritten or rule.name not in said:
            said[rule.name] = told(rule.name)
    TOLD.write_text("".join(json.dumps(one) + "\n" for one in sorted(said.items())), "utf-8")
    TABLE.write_text(json.dumps(entered, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
