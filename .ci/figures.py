"""Turn a JUnit file of pytest into a table: what each test counted (`record_property`) and how long it took.

python .ci/figures.py RESULTS.xml TABLE.md PART COMMIT
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from xml.etree import ElementTree

HEAD = """# Full figures: {part}

Printed by `.ci/nightly` at {commit}: {where}; {outcome}.
PostgreSQL of the tests runs without fsync; times are of the whole test.

| test | counted | seconds |
|---|---|---:|
"""


def rows(results: Path) -> list[str]:
    """Return a line for each test that counted something, in the order of their names."""
    found = []
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 - pytest wrote it
        counted = [f"{p.get('name')} {p.get('value')}" for p in case.iter("property")]
        if counted:
            name = f"{case.get('classname', '').removeprefix('tests.')}: {case.get('name', '')}"
            failed = case.find("failure") is not None or case.find("error") is not None
            said = ("**FAILED** " if failed else "") + ", ".join(counted)
            found.append(f"| {name.replace('_', ' ')} | {said} | {float(case.get('time', 0)):.1f} |")
    return sorted(found)


def outcome(results: Path) -> str:
    """Return how many tests passed, failed and were skipped, and how long all took."""
    suites = list(ElementTree.parse(results).iter("testsuite"))  # noqa: S314 - pytest wrote it
    count = {
        name: sum(int(s.get(name, 0)) for s in suites) for name in ("tests", "failures", "errors", "skipped")
    }
    bad = count["failures"] + count["errors"]
    seconds = sum(float(s.get("time", 0)) for s in suites)
    told = f"{count['tests'] - bad - count['skipped']} passed, {bad} failed, {count['skipped']} skipped"
    return f"{told} in {seconds:.0f} s"


def main() -> int:
    """Write the table; 1 when no test counted anything, for then the full run did not happen. Cases count
    nothing: how many there were stands above."""
    results, table = map(Path, sys.argv[1:3])
    part, commit = sys.argv[3:]
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = rows(results)
    head = HEAD.format(part=part, commit=commit, where=where, outcome=outcome(results))
    table.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return 0 if lines or part == "cases" else 1


if __name__ == "__main__":
    sys.exit(main())
