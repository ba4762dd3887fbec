"""Do database, mark, published checkpoint and tiles tell one story?

Each may have been restored, copied, edited or lost on its own. The sealer asks before it numbers and again
before it signs; every function raises DisagreementError when two of them contradict each other, naming both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ledger.errors import DisagreementError
from ledger.store import Mark, Store
from ledger.tlog import merkle, tiles
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.checkpoint import parse as parse_checkpoint
from ledger.tlog.note import Signer, Verifier, open_note

_RESTORED = "An old copy of the database or of the log folder seems to have been restored."
_EDITED = "A file of the log was changed; compare it with a monitor's copy."
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class State:
    """The committed state of the log, with the newest checkpoint row."""

    origin: str | None
    size: int
    root: bytes
    edge: bytes
    epoch: int
    frozen: str | None
    signed_size: int | None
    signed_root: bytes | None
    pending: bool

    @property
    def unpublished(self) -> bool:
        """Whether entries are numbered that no checkpoint row covers."""
        return self.size > (self.signed_size or 0)

    @property
    def frontier(self) -> merkle.Frontier:
        """The right edge of the tree, checked against the root."""
        width = merkle.HASH_BYTES
        hashes = [self.edge[i : i + width] for i in range(0, len(self.edge), width)]
        frontier = merkle.Frontier.from_hashes(self.size, hashes)
        if frontier.root() != self.root:
            raise DisagreementError("log state", expected="the root of its right edge", got="another root")
        return frontier


def check_all(state: State, store: Store, signer: Signer, former: Sequence[Verifier] = ()) -> None:
    """Compare everything that an earlier pass left behind. `former`: keys that signed before, too."""
    mark = store.mark()
    note = published(store, signer, former)
    if mark is None and note is not None:
        raise DisagreementError("mark file", expected=f"one at size {note.size} or above", got="no file")
    check_mark(state, mark)
    if state.signed_size is None or state.signed_root is None:
        if note is not None and note.size != state.size:
            raise DisagreementError(
                "database", expected=f"the checkpoint of size {note.size}", got="none", todo=_RESTORED
            )
        return
    # The row follows the file: after a crash between them the file may be one checkpoint ahead.
    if note is None or note.size not in (state.signed_size, state.size):
        got = "no file" if note is None else f"size {note.size}"
        raise DisagreementError(
            "published checkpoint", expected=f"size {state.signed_size}", got=got, todo=_RESTORED
        )
    if note.root != (state.signed_root if note.size == state.signed_size else state.root):
        raise DisagreementError("published checkpoint", expected="the root in the database", got="another")
    check_edge(store, state.signed_size, state.signed_root)


def check_mark(state: State, mark: Mark | None) -> None:
    """The database must not be older than what was signed."""
    if mark is None:
        if state.signed_size is not None:
            raise DisagreementError("mark file", expected=f"one at size {state.signed_size}", got="no file")
        return
    if mark.origin != state.origin:
        raise DisagreementError("origin", expected=f"{mark.origin}, as in the mark", got=str(state.origin))
    if mark.size > state.size or mark.epoch > state.epoch:
        raise DisagreementError(
            "database",
            expected=f"size {mark.size} and epoch {mark.epoch} or above, as the mark says",
            got=f"size {state.size} and epoch {state.epoch}",
            todo=_RESTORED,
        )
    if mark.size < (state.signed_size or 0):
        raise DisagreementError(
            "mark file", expected=f"size {state.signed_size} or more", got=str(mark.size), todo=_RESTORED
        )
    if mark.size == state.size and mark.root != state.root:
        raise DisagreementError("root", expected=f"the one in the mark at size {mark.size}", got="another")


def check_extends(store: Store, mark: Mark | None, size: int, root: bytes) -> None:
    """The tiles at `size` have this root and begin with the tree signed last. Raises ProofError too."""
    check_edge(store, size, root)
    if mark is not None:
        proof = from_tiles(store, size, lambda read: merkle.consistency_proof(mark.size, size, read))
        merkle.verify_consistency(mark.size, mark.root, size, root, proof)


def check_edge(store: Store, size: int, root: bytes) -> None:
    """The tiles of the right edge at `size` have this root."""
    if from_tiles(store, size, lambda read: read.root()) != root:
        raise DisagreementError(
            "tiles", expected=f"the root at size {size}", got="another root", todo=_EDITED
        )


def published(store: Store, signer: Signer, former: Sequence[Verifier] = ()) -> Checkpoint | None:
    """The published checkpoint, if any. Raises FormatError, SignatureError unless a key of ours signed it."""
    try:
        raw = store.read("checkpoint")
    except FileNotFoundError:
        return None
    own = [Verifier.from_vkey(signer.vkey), *(old for old in former if old.vkey != signer.vkey)]
    note = parse_checkpoint(open_note(raw, own).text)
    if note.origin != signer.name:
        raise DisagreementError("published checkpoint", expected=f"origin {signer.name}", got=note.origin)
    return note


def from_tiles(store: Store, size: int, question: Callable[[tiles.TileReader], _T]) -> _T:
    """Ask the tiles on disk; a missing one is a disagreement, a failing disk is not."""
    try:
        return question(tiles.TileReader(store.read, size))
    except FileNotFoundError as error:
        raise DisagreementError(
            "tiles", expected=f"all that size {size} needs", got=f"no file {error.filename}", todo=_EDITED
        ) from None
