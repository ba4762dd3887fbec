"""Words of time stamps: what a report says of when it was sealed."""

from __future__ import annotations

from custody.word import Word


class SealTime(Word):
    """Whose word the time of a report's seal is."""

    UNIT = "unit", "The unit's word", "单位自述"
    SILENT = "silent", "The unit's word; the time authority did not answer", "单位自述；时间戳机构未应答"
    OUTSIDE = "outside", "Time stamp of an outside authority", "外部机构时间戳"
    DEMO = "demo", "Time stamp of the demonstration", "演示时间戳"
    LATER = "later", "Time stamp that came later, in the receipt", "后补时间戳，见凭证"


STAMPED = (SealTime.OUTSIDE, SealTime.DEMO)
"""Those with a stamp in the seal itself."""
