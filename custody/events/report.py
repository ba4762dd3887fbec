"""Events of custody reports."""

from custody.terms import Text

from .kind import event, keep


@event("report.requested", 1, Text(en="A custody report was requested.", zh="申请监管链报告。"))
class ReportRequested:
    """The question, and where each stream that answers it stood when it was asked."""

    report: str = keep()
    project: str = keep()
    language: str = keep()
    heads: dict[str, str] = keep()


@event("report.requested", 2, Text(en="A custody report was requested.", zh="申请监管链报告。"))
class ReportRequestedOf:
    """As before, with the kind of report and what it is about: which copy, person, party or days."""

    report: str = keep()
    project: str = keep()
    report_kind: str = keep()
    subject: dict[str, str] = keep()
    language: str = keep()
    heads: dict[str, str] = keep()


@event("report.issued", 1, Text(en="A custody report was issued.", zh="监管链报告已出具。"))
class ReportIssued:
    """The sealed file, by SHA-256 and length; with its proof this is the receipt beside the PDF."""

    report: str = keep()
    project: str = keep()
    sha256: str = keep()
    length: int = keep()
    log_size: int = keep()
