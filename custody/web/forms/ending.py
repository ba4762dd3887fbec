"""Why copies are asked back, and until when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from custody import models as m

from .amendment import SeenReason
from .fields import Day


class RecallForm(SeenReason):
    """Why copies are asked back, and by which day."""

    due = Day(
        label=_("By which day are they to be back?"),
        required=False,
        help_text=_("In 14 days where you leave it empty."),
    )
    field_order = ("reason", "due", "seen")

    def __init__(self, data: Any, row: m.Row) -> None:
        """Take the record as it is shown now."""
        super().__init__(data, row)
        self.order_fields(self.field_order)
