"""How many requests one process of the web server answers at a time, and how many may wait their turn.

Beyond that the caller is told at once to come later (:mod:`custody.web.room`): an answer that comes when
nobody waits for it any more looks like a request that was lost, and is sent again.
"""

ANSWERED = 8
WAITING = 12
SECONDS = 5.0  # that a request waits for its turn at most
SPARE = 4  # threads that tell the others so
