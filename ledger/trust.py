"""The trust folder: whom a verifier believes, given to it by another channel than what it verifies.

    policy     C2SP policy: logs, witnesses, quorum (required)
    log.vkey   the verifier key of the log on one line; if present, the policy must name it, or name no log

The folder's other files (ca.pem, tsa.pem, sites) belong to the seal of reports and are not read here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ledger.tlog import policy as policies
from ledger.tlog.errors import PolicyError
from ledger.tlog.note import Verifier
from ledger.tlog.policy import Log, Policy

POLICY_FILE = "policy"
LOG_KEY_FILE = "log.vkey"


def load(folder: Path) -> Policy:
    """The trust policy of a folder, with at least one log in it. Raises PolicyError."""
    raw = _read(folder / POLICY_FILE)
    if raw is None:
        # No falling back to log.vkey alone: without the policy a demand for witnesses would vanish unseen.
        raise PolicyError(
            f"trust folder {folder}",
            expected=f"a file named {POLICY_FILE}",
            got="none",
            todo="Name the folder that the unit's trust files were put in.",
        )
    policy = policies.parse(raw)
    key = _read(folder / LOG_KEY_FILE)
    if key is not None:
        policy = _with_log(policy, key)
    if not policy.logs:
        raise PolicyError(
            f"trust folder {folder}",
            expected="a log in the policy or in log.vkey",
            got="neither",
            todo="Ask the unit for its log.vkey.",
        )
    return policy


def own(folder: Path) -> list[Verifier]:
    """The keys under which this site's log signs and has signed: `log.vkey`, and what the policy has of its
    name. Empty without log.vkey; without a policy that can be read, log.vkey alone. Raises PolicyError for a
    log.vkey that is none, and OSError."""
    try:
        now = Verifier.from_vkey((folder / LOG_KEY_FILE).read_text("utf-8", "replace").strip())
    except FileNotFoundError:
        return []
    try:
        logs = policies.parse((folder / POLICY_FILE).read_bytes()).logs
    except (FileNotFoundError, PolicyError):
        logs = ()
    former = [log.verifier for log in logs if log.verifier.name == now.name]
    return [now, *(old for old in former if old.vkey != now.vkey)]


def _with_log(policy: Policy, raw: bytes) -> Policy:
    try:
        text = raw.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        raise PolicyError(LOG_KEY_FILE, expected="one line of text", got="other bytes") from None
    verifier = Verifier.from_vkey(text)
    if not policy.logs:
        if verifier.key in [witness.verifier.key for witness in policy.witnesses.values()]:
            raise PolicyError(LOG_KEY_FILE, expected="a key that is no witness's", got="one of the policy's")
        return replace(policy, logs=(Log(verifier),))
    if text not in [log.verifier.vkey for log in policy.logs]:
        raise PolicyError(
            LOG_KEY_FILE,
            expected="a log that the policy names",
            got="another one",
            todo="The folder mixes files of two units, or one of them is out of date.",
        )
    return policy


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(policies.MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PolicyError(f"{path}", expected="a readable file", got=error.strerror or "an error") from None
