"""Events of evidence files: attached to what they show, looked at, given up."""

from custody.terms import Audience, Text

from .kind import event, keep, personal


@event("file.attached", 1, Text(en="A file was attached as evidence.", zh="上传佐证文件。"))
class FileAttached:
    """A file shows a paper. ``evidence_of`` says which kind of paper, ``subject`` which record.

    ``media_type`` was told from the first bytes. The file lies encrypted outside the database; its name is
    not kept.
    """

    file: str = keep()
    evidence_of: str = keep()
    subject: str = keep()
    sha256: str = keep()
    length: int = keep()
    media_type: str = keep()
    attached_by: str = keep()


@event(
    "file.read",
    1,
    Text(en="An evidence file was looked at.", zh="查阅佐证文件。"),
    Audience.INTERNAL,
)
class FileRead:
    """Somebody took a file away, or opened one page of it large (``page``, from 1; null: the whole file)."""

    file: str = keep()
    page: int | None = keep()


@event("file.erased", 1, Text(en="An evidence file was erased.", zh="佐证文件已被删除。"))
class FileErased:
    """The key of a file was deleted, so that it opens no more; its SHA-256 stays."""

    file: str = keep()
    reason: str = keep()
    ordered_by: str = personal()
