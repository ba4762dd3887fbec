"""What is asked when something that was given is taken back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .fields import Day, Paragraph
from .registers import Register


class EndForm(Register):
    """Why it is done."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )


class EndMembershipForm(EndForm):
    """The last day of a role, and why it ends."""

    ends = Day(
        label=_("Last day"),
        help_text=_("The role still counts on this day. Leave empty to end it at once."),
        required=False,
    )
    field_order = ("ends", "reason")
