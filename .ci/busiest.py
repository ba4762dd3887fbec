"""Print the files in which most seconds of a run went by, with how many tests each has: where to shorten it.

python .ci/busiest.py RESULTS.xml [HOW_MANY]
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def main() -> None:
    """Print the table."""
    seconds: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for case in ElementTree.parse(Path(sys.argv[1])).iter("testcase"):  # noqa: S314 - pytest wrote it
        name = str(case.get("classname"))
        seconds[name] += float(case.get("time", 0))  # type: ignore[assignment]
        tests[name] += 1
    print(f"{sum(seconds.values()):.0f} s in {len(seconds)} files, set-ups too; the busiest:")
    for name, spent in seconds.most_common(int(sys.argv[2]) if len(sys.argv) > 2 else 40):
        print(f"{spent:7.0f} s {tests[name]:6} tests  {name}")


if __name__ == "__main__":
    main()
