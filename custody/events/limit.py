"""Events of how often and until when an approval may be used."""

from custody.terms import Text

from .kind import event, keep


@event(
    "approval.limited", 1, Text(en="An officer limited the use of the approval.", zh="审批人限定批准的使用。")
)
class ApprovalLimited:
    """A limit set with a vote: at most `uses` handoffs over the subcontract, none after `until`;
    null: free."""

    limit: str = keep()
    approval: str = keep()
    hop: str = keep()
    vote: str = keep()
    uses: int | None = keep()
    until: str | None = keep()
    person: str = keep()
