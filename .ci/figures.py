"""Turn a JUnit file of pytest into a table: what each test counted (`record_property`) and how long it took.

python .ci/figures.py RESULTS.xml TABLE.md
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from xml.etree import ElementTree

HEAD = """# Full figures

Printed by `.ci/nightly`: {where}. PostgreSQL of the tests runs without fsync; times are of the whole test.

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


def main() -> int:
    """Write the table; 1 when no test counted anything, for then the full run did not happen."""
    results, table = map(Path, sys.argv[1:])
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = rows(results)
    table.write_text(HEAD.format(where=where) + "\n".join(lines) + "\n", encoding="utf-8")
    return 0 if lines else 1


if __name__ == "__main__":
    sys.exit(main())
