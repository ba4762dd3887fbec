"""`python -m custody.verify REPORT.pdf [--receipt F] --trust DIR`: judge a custody report offline.

Needs neither server, database, network nor Django; a bundle or a receipt alone can be given in place of the
report. The trust folder (`policy`, `log.vkey`, `ca.pem`) must come by another channel than the report.

Exit codes: 0 good, 1 bad, 2 could not tell, or not all of it (and for wrong usage).
"""

from .found import Line, Part, Verdict
from .report import verify_evidence, verify_file, verify_issue, verify_report

__all__ = ["Line", "Part", "Verdict", "verify_evidence", "verify_file", "verify_issue", "verify_report"]
