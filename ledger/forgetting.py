"""The journal's part of an erasure: the sealer takes erased texts out of the files that hold them.

The row in ``ledger_forgetting`` was written with the erasure and goes only after the file was replaced, so a
kill anywhere leaves the work to the next pass. An entry that is not published yet waits: its journal file
will be written without the text, or is rewritten then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from ledger import journal, keys
from ledger.errors import DisagreementError
from ledger.store import Store

_AT_ONCE = 1000


def forget(
    db: psycopg.Connection[Any],
    store: Store,
    keys_folder: Path,
    step: Callable[[str], None] = lambda name: None,
) -> int:
    """Take erased texts of published entries out of the journal; return how many texts went.

    Raises DisagreementError when no journal file holds a published entry.
    """
    rows = db.execute(
        # OFFSET 0 has each order looked up by itself. Joined as a whole, and with no statistics of a table
        # that is nearly always empty, the planner goes through the index of a million entries each round.
        """SELECT i.idx, f.entry_id FROM public.ledger_forgetting f
            CROSS JOIN LATERAL (
                SELECT l.idx FROM public.ledger_logindex l WHERE l.entry_id = f.entry_id OFFSET 0) i
            WHERE i.idx < (SELECT coalesce(max(c.size), 0) FROM public.ledger_checkpoint c)
            ORDER BY i.idx LIMIT %s""",
        [_AT_ONCE],
    ).fetchall()
    if not rows:
        return 0
    key = keys.journal_key(keys_folder)
    store.sweep("journal")
    orders = dict(
        db.execute(
            """SELECT digest, erased_by::text FROM public.ledger_disclosure
                WHERE entry_id = ANY(%s) AND text IS NULL""",
            [[entry for _, entry in rows]],
        ).fetchall()
    )
    count = 0
    for (start, end), entries in _by_file(store, rows).items():
        step("forget")
        count += journal.erase(store, key, start, end, orders)
        step("forgotten")
        db.execute("DELETE FROM public.ledger_forgetting WHERE entry_id = ANY(%s)", [entries])
    return count


def _by_file(store: Store, rows: list[tuple[int, UUID]]) -> dict[tuple[int, int], list[UUID]]:
    found: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    ranges = journal.ranges(store)
    for index, entry in rows:
        holders = [held for held in ranges if held[0] <= index < held[1]]
        if not holders:
            raise DisagreementError("journal", expected=f"a file that holds entry {index}", got="none")
        found[holders[0]].append(entry)
    return found
