"""Golden vectors: what each published rule version said of its examples, kept for ever.

`python -m tests.policy.vectors` writes the vectors of versions that have none and enters their digests in
`published.json`. It never rewrites one: a change that alters an old answer needs a new version of the rule.
(`--rewrite NAME` is for a version that was not released yet.)
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from custody.policy.engine import decide, essence
from custody.policy.facts import Facts
from custody.policy.rule import published
from tests.policy.examples import EXAMPLES, Example
from tests.policy.packs import pack

FOLDER = Path(__file__).parents[1] / "vectors" / "policy"
TABLE = FOLDER / "published.json"


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


def main(arguments: list[str]) -> None:
    rewritten = set(arguments[1:]) if arguments[:1] == ["--rewrite"] else set()
    entered = table()
    for rule in published().all():
        if rule.name in rewritten or rule.name not in entered:
            write(rule.name)
            entered[rule.name] = digest(rule.name)
    TABLE.write_text(json.dumps(entered, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
