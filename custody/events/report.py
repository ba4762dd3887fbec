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


@event("report.issued", 2, Text(en="A custody report was issued.", zh="监管链报告已出具。"))
class ReportIssuedStamped:
    """As before, with whose word the time of its seal is, as its first page says it; authority and moment
    are empty where no authority stamped."""

    report: str = keep()
    project: str = keep()
    sha256: str = keep()
    length: int = keep()
    log_size: int = keep()
    seal_time: str = keep()
    stamped_by: str = keep()
    stamped_at: str = keep()


@event(
    "report.stamped",
    1,
    Text(en="A time authority stamped an issued report.", zh="时间戳机构为已出具的报告加盖时间戳。"),
)
class ReportStamped:
    """A time stamp (RFC 3161, DER, base64) of the SHA-256 of the whole file, for a seal without one; with its
    proof this is the receipt beside the PDF from then on."""

    report: str = keep()
    project: str = keep()
    sha256: str = keep()
    length: int = keep()
    token: str = keep()
    stamped_by: str = keep()
    stamped_at: str = keep()
