"""`python -m custody.verify REPORT.pdf [--receipt F] --trust DIR`: judge a custody report offline.

A folder of them is judged into one table (:mod:`.many`), with a trust book of many units (:mod:`.book`), and
held against what an earlier visit saw (:mod:`.since`). Needs neither server, database, network nor Django; a
bundle or a receipt alone can be given in place of the report. The trust folder (`policy`, `log.vkey`,
`ca.pem`) must come by another channel than the report.

Exit codes: 0 good, 1 bad, 2 could not tell, or not all of it (and for wrong usage).
"""

from .found import Line, Part, Verdict
from .lines import three_lines
from .report import verify_evidence, verify_file, verify_issue, verify_report

__all__ = [
    "Line",
    "Part",
    "Verdict",
    "three_lines",
    "verify_evidence",
    "verify_file",
    "verify_issue",
    "verify_report",
]
