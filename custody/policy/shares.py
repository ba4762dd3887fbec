"""What share of the work above a subcontract passes on; rules HOP-03 and HOP-04 ask it alike."""

from __future__ import annotations

from decimal import Decimal

from custody.policy.facts import Hop, Project, known

WHOLE = Decimal(100)


def base_of(above: Hop | Project) -> Decimal | None:
    """Return the amount that a share is taken of: of the contract, or of the subcontract above."""
    return above.contract_value if isinstance(above, Project) else above.amount


def share_of(hop: Hop, base: Decimal | None) -> Decimal:
    """Return the per cent passed on: the share stated, or what the amounts give if that is larger.

    Raises Missing when no share is stated.
    """
    share = known(hop.share, "the share of the work passed on", "分包比例", f"hop:{hop.id}")
    by_amount = round(hop.amount * WHOLE / base, 2) if hop.amount is not None and base else share
    return max(share, by_amount)
