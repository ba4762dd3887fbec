"""Events of an approval after it was granted: suspended, the suspension lifted, what it is about amended."""

from custody.terms import Text

from .kind import event, keep


@event("approval.suspended", 1, Text(en="The approval was suspended.", zh="批准被暂停。"))
class ApprovalSuspended:
    """An officer stops a granted approval for a time; meanwhile nothing passes the hop or those below it."""

    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event("approval.lifted", 1, Text(en="The suspension of the approval was lifted.", zh="批准的暂停被解除。"))
class ApprovalLifted:
    """An officer lets a suspended approval count again as it was granted."""

    approval: str = keep()
    hop: str = keep()
    person: str = keep()
    corrects: str = keep()
    reason: str = keep()


@event("hop.amended", 1, Text(en="A subcontract was amended.", zh="变更分包。"))
class HopAmended:
    """A subcontract is put up again in other terms. ``superseded`` is the request or approval that ends with
    it, ``approval`` the new request, bound to the new subject's SHA-256. ``share`` and ``amount`` stand as
    they do in the subject, changed or not."""

    hop: str = keep()
    approval: str = keep()
    superseded: str | None = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, str | bool | list[str] | None] = keep()
    new: dict[str, str | bool | list[str] | None] = keep()
    share: str | None = keep()
    amount: str | None = keep()
    level: str = keep()
    starts: str = keep()
    ends: str | None = keep()
    subject_sha256: str = keep()
    requested_by: str = keep()
    decide_by: str | None = keep()
    needed: int = keep()
    reason: str = keep()
