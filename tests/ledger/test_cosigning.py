"""What a witness cosigns, what it refuses, and that it remembers across kills, torn files and full disks."""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import cosigning, store
from ledger.cosigning import StateError, Witness
from ledger.errors import KeyFileError
from ledger.tlog import witness as messages
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.cosignature import CosignVerifier, time_of
from ledger.tlog.errors import FormatError
from ledger.tlog.merkle import EMPTY_ROOT
from ledger.tlog.note import Signer, Verifier, open_note, sign_note
from tests import scale

from .growing import GrowingLog
from .tlog.builders import LOG, ORIGIN, WITNESSES, key

NOW = 1_795_255_200
OWN = CosignVerifier.from_vkey(WITNESSES[0].vkey)
log = GrowingLog()
fork = GrowingLog(fork=2)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return made(tmp_path / "state")


def made(folder: Path) -> Witness:
    return Witness(WITNESSES[0], folder, [Verifier.from_vkey(LOG.vkey)])


def note_of(text: str, *signers: Signer) -> bytes:
    return sign_note(text, *(signers or (LOG,))).encode()


def folder_of(witness: Witness) -> Path:
    return witness._store.folder / messages.log_path(ORIGIN).partition("/")[0]


def evidence(witness: Witness) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder_of(witness) / "evidence").glob("*"))]


def size_of(witness: Witness) -> int:
    seen = witness.seen(ORIGIN)
    return seen.size if seen else 0


def test_a_log_that_grows_is_cosigned_at_each_size(witness: Witness) -> None:
    old = 0
    for size in (0, 1, 2, 3, 7, 8, 255, 256, 257, 300):
        answer = witness.add_checkpoint(log.request(old, size), NOW + size)
        assert (answer.status, answer.content_type[:10]) == (200, "text/plain")
        text = log.note(size).partition(b"\n\n")[0] + b"\n"
        _, signature = messages.cosignature_in(answer.body, text, OWN)
        assert time_of(signature) == NOW + size
        old = size
    shown = witness.shown(messages.log_path(ORIGIN))
    assert shown is not None
    assert [v.verifier.name for v in open_note(shown, [Verifier.from_vkey(LOG.vkey), OWN]).verified] == [
        ORIGIN,
        OWN.name,
    ]


def test_the_same_tree_is_cosigned_again_with_a_fresh_time(witness: Witness) -> None:
    text = log.note(5).partition(b"\n\n")[0] + b"\n"
    times = []
    for now in (NOW, NOW + 60):
        answer = witness.add_checkpoint(log.request(0 if now == NOW else 5, 5), now)
        times.append(time_of(messages.cosignature_in(answer.body, text, OWN)[1]))
    assert times == [NOW, NOW + 60]


EMPTY = Checkpoint(ORIGIN, 0, EMPTY_ROOT).text()
OTHER = Signer("elsewhere.example/log", key(9))
CASES: dict[str, tuple[int, Callable[[], bytes]]] = {
    "no request": (400, lambda: b"old\n\n"),
    "a note that is cut": (400, lambda: log.request(5, 7)[:-3]),
    "a note without signature": (400, lambda: b"old 5\n\n" + log.note(7).partition(b"\n\n")[0] + b"\n"),
    "old above the size": (400, lambda: messages.Request(8, (), log.note(7)).encode()),
    "no note, for a log unknown or not": (400, lambda: b"old 0\n\n"),
    "no checkpoint, for a log unknown": (400, lambda: b"old 0\n\n" + note_of("x\n")),
    "a size with a leading zero": (400, lambda: b"old 5\n\n" + note_of(f"{ORIGIN}\n07\n{'A' * 43}=\n")),
    "an unknown log": (404, lambda: GrowingLog(OTHER).request(0, 7)),
    "an unknown log that no one signed": (404, lambda: b"old 0\n\n" + note_of(f"x\n1\n{'A' * 43}=\n")),
    "signed by another key": (403, lambda: GrowingLog(Signer(ORIGIN, key(9))).request(5, 7)),
    "a text changed under the signature": (403, lambda: log.request(5, 7).replace(b"\n7\n", b"\n8\n")),
    "another size than the last": (409, lambda: log.request(3, 7)),
    "as if never seen": (409, lambda: log.request(0, 7)),
    "a larger size than the last": (409, lambda: log.request(6, 7)),
    "an older checkpoint": (409, lambda: log.request(0, 4)),
    "no proof": (422, lambda: messages.Request(5, (), log.note(7)).encode()),
    "a wrong proof": (422, lambda: messages.Request(5, log.proof(4, 7), log.note(7)).encode()),
    "a proof where none is needed": (422, lambda: messages.Request(5, (b"h" * 32,), log.note(5)).encode()),
    "another root at the same size": (422, lambda: fork.request(5, 5)),
    "a fork": (422, lambda: fork.request(5, 7)),
    "size 0 with a root": (422, lambda: b"old 0\n\n" + note_of(EMPTY.replace("47DE", "48DE"))),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_has_the_status_of_the_specification_and_no_effect(witness: Witness, case: str) -> None:
    assert witness.add_checkpoint(log.request(0, 5), NOW).status == 200
    before = (folder_of(witness) / "checkpoint").read_bytes()
    status, request = CASES[case]
    answer = witness.add_checkpoint(request(), NOW)
    assert answer.status == status, answer.reason
    if status == 409:
        assert (answer.content_type, answer.body) == ("text/x.tlog.size", b"5\n")
    assert "\u2014" not in answer.body.decode()
    assert (folder_of(witness) / "checkpoint").read_bytes() == before


def test_a_proof_with_old_0_is_refused(witness: Witness) -> None:
    request = messages.Request(0, (b"h" * 32,), log.note(7)).encode()
    assert witness.add_checkpoint(request, NOW).status == 422
    assert witness.seen(ORIGIN) is None


def test_forged_forks_are_refused_and_kept_as_evidence_once_each(witness: Witness) -> None:
    witness.add_checkpoint(log.request(0, 5), NOW)
    forged = [fork.request(5, 5), fork.request(5, 7), GrowingLog(fork=4).request(5, 7)]
    for request in forged * 2:
        assert witness.add_checkpoint(request, NOW).status == 422
    # Told with another old size it is a 409, and shows the fork all the same.
    assert witness.add_checkpoint(GrowingLog(fork=0).request(0, 5), NOW).status == 409
    kept = evidence(witness)
    assert len(kept) == 4 and set(forged) < set(kept)
    assert witness.add_checkpoint(log.request(5, 9), NOW).status == 200, "the genuine log goes on"


def test_evidence_does_not_fill_the_disk(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosigning, "MAX_EVIDENCE", 3)
    witness.add_checkpoint(log.request(0, 5), NOW)
    for size in range(6, 12):
        assert witness.add_checkpoint(fork.request(5, size), NOW).status == 422
    assert len(evidence(witness)) == 3


def test_one_witness_keeps_several_logs_apart(tmp_path: Path) -> None:
    other = GrowingLog(OTHER)
    both = Witness(WITNESSES[0], tmp_path, [Verifier.from_vkey(s.vkey) for s in (LOG, OTHER)])
    assert both.add_checkpoint(log.request(0, 5), NOW).status == 200
    assert both.add_checkpoint(other.request(0, 9), NOW).status == 200
    assert both.add_checkpoint(log.request(5, 6), NOW).status == 200
    assert [c.size for c in (both.seen(ORIGIN), both.seen(OTHER.name)) if c] == [6, 9]


def test_after_a_change_of_the_logs_key_either_key_will_do(tmp_path: Path) -> None:
    fresh = Signer(ORIGIN, key(9))
    both = Witness(WITNESSES[0], tmp_path, [Verifier.from_vkey(s.vkey) for s in (LOG, fresh)])
    assert both.add_checkpoint(log.request(0, 5), NOW).status == 200
    assert both.add_checkpoint(GrowingLog(fresh).request(5, 7), NOW).status == 200


def test_a_log_that_was_named_twice_is_served_all_the_same(tmp_path: Path) -> None:
    twice = Witness(WITNESSES[0], tmp_path / "state", [Verifier.from_vkey(LOG.vkey) for _ in range(2)])
    assert twice.add_checkpoint(log.request(0, 5), NOW).status == 200


def test_signature_lines_of_strangers_are_not_passed_on(witness: Witness) -> None:
    stranger = WITNESSES[2].sign(log.note(5).decode().partition("\n\n")[0] + "\n", NOW).encode()
    assert witness.add_checkpoint(log.request(0, 5) + stranger, NOW).status == 200
    shown = witness.shown(messages.log_path(ORIGIN)) or b""
    assert stranger not in shown and shown.count(b"\xe2\x80\x94") == 2


def test_of_two_requests_at_once_no_answer_is_ever_taken_back(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The rollback race: a smaller size must not be persisted after a larger one was answered."""
    rounds = scale.tries(10, 100)
    for number in range(rounds):
        folder = tmp_path / str(number)
        assert made(folder).add_checkpoint(log.request(0, 3), NOW).status == 200
        answers: dict[int, int] = {}
        gate = threading.Barrier(2)

        def ask(
            size: int,
            folder: Path = folder,
            gate: threading.Barrier = gate,
            answers: dict[int, int] = answers,
        ) -> None:
            own = made(folder)  # as in another process: nothing is shared but the folder
            gate.wait()
            answers[size] = own.add_checkpoint(log.request(3, size), NOW).status

        both = [threading.Thread(target=ask, args=(size,)) for size in (5, 9)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert sorted(answers.values()) == [200, 409]
        assert answers[size_of(made(folder))] == 200
    record_property("rounds of two requests at once", rounds)
    record_property("answers taken back", 0)


def in_child(work: Callable[[], None]) -> int:
    """Run `work` in a child process; return its status, negative for the signal that killed it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(("function", "size"), [("write_temporary", 3), ("fsync_folder", 5)])
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_before_the_answer_leaves_the_old_state_or_the_new_one(
    witness: Witness, function: str, size: int, after: bool
) -> None:
    assert witness.add_checkpoint(log.request(0, 3), NOW).status == 200

    def work() -> None:
        genuine = getattr(store, function)

        def killed(*arguments: object) -> object:
            done = genuine(*arguments) if after else None
            os.kill(os.getpid(), signal.SIGKILL)
            return done

        setattr(store, function, killed)
        witness.add_checkpoint(log.request(3, 5), NOW)

    assert in_child(work) == -signal.SIGKILL
    assert size_of(witness) == size
    if size == 5:  # persisted and not answered: the log hears the size, and asks again from there
        assert witness.add_checkpoint(log.request(3, 5), NOW).body == b"5\n"
    assert witness.add_checkpoint(log.request(size, 5), NOW).status == 200
    assert witness.add_checkpoint(fork.request(5, 5), NOW).status == 422


@pytest.mark.parametrize("kept", [0, 1, 40, 120, -1])
def test_a_torn_state_file_is_never_taken_for_a_fresh_start(witness: Witness, kept: int) -> None:
    witness.add_checkpoint(log.request(0, 5), NOW)
    path = folder_of(witness) / "checkpoint"
    path.write_bytes(path.read_bytes()[:kept])
    for request in (log.request(0, 7), log.request(5, 7), fork.request(0, 7)):
        with pytest.raises(StateError, match="newest copy"):
            witness.add_checkpoint(request, NOW)


def test_the_state_of_another_log_or_witness_is_not_believed(tmp_path: Path, witness: Witness) -> None:
    witness.add_checkpoint(log.request(0, 5), NOW)
    path = folder_of(witness) / "checkpoint"
    for note in (log.note(5), GrowingLog(OTHER).note(5) + WITNESSES[0].sign(
        GrowingLog(OTHER).note(5).decode().partition("\n\n")[0] + "\n", NOW).encode()):  # fmt: skip
        path.write_bytes(note)
        with pytest.raises(StateError):
            witness.add_checkpoint(log.request(5, 7), NOW)


def test_on_a_full_disk_nothing_is_cosigned_and_the_old_state_stays(witness: Witness) -> None:
    assert witness.add_checkpoint(log.request(0, 3), NOW).status == 200
    before = (folder_of(witness) / "checkpoint").read_bytes()

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        try:
            witness.add_checkpoint(log.request(3, 5), NOW)
        except OSError:
            os._exit(3)

    assert in_child(work) == 3
    assert (folder_of(witness) / "checkpoint").read_bytes() == before
    assert [path.name for path in folder_of(witness).iterdir()] == ["checkpoint"], "no half file is left"
    assert witness.add_checkpoint(log.request(3, 5), NOW).status == 200


def test_a_key_is_made_once_is_private_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "witness.key"
    made = cosigning.make_key(path, "witness.example/hall")
    assert cosigning.load_key(path).vkey == made.vkey
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        cosigning.make_key(path, "witness.example/hall")
    assert cosigning.load_key(path).vkey == made.vkey
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        cosigning.load_key(path)


@pytest.mark.parametrize("content", [b"", b"x\ny\nz", b"\xff", b"holdfast-witness-key/1\na b\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        cosigning.load_key(path)
    with pytest.raises(FormatError):
        cosigning.make_key(tmp_path / "other", "a name+with a plus")
