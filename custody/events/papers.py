"""Events of the papers of a subcontract: consents from above, and the terms that flow down with the work."""

from custody.terms import Text

from .kind import event, keep


@event(
    "hop.consented",
    1,
    Text(en="A written consent to the subcontract was recorded.", zh="登记分包的书面同意。"),
)
class HopConsented:
    """The client or an authority consented to a subcontract in writing; of one kind the latest counts.

    ``consent_of`` is whose it is, ``reference`` the number of the paper, ``document_sha256`` that of the
    paper as a file.
    """

    consent: str = keep()
    hop: str = keep()
    consent_of: str = keep()
    reference: str = keep()
    given_on: str = keep()
    document_sha256: str | None = keep()
    recorded_by: str = keep()


@event(
    "hop.terms_agreed",
    1,
    Text(en="The terms that flow down to the subcontract were recorded.", zh="登记分包应承接的条款。"),
)
class HopTermsAgreed:
    """Which clauses giver and receiver agreed, and when each signed; the latest record counts."""

    agreement: str = keep()
    hop: str = keep()
    reference: str = keep()
    clauses: list[str] = keep()
    giver_signed_on: str | None = keep()
    receiver_signed_on: str | None = keep()
    document_sha256: str | None = keep()
    recorded_by: str = keep()
