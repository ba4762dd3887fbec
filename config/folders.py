"""The folder of a site (`var/`): who may enter what, and which system user the servers run as.

var/            ours; passable, not listable, when we are root and the servers are not
  pg/ valkey/   data of the two servers, theirs alone (0700)
  run/          run/pg and run/valkey hold the sockets (0700, theirs); urls.json (0600) how to reach them
  secrets/      passwords and keys of the site (0700)
  log/ cache/   what the processes said; byte code and tool caches
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

SYSTEM_USER = "holdfast-db"
SOCKET_NAME_LIMIT = 107  # sun_path on Linux holds 108 bytes with the closing NUL
LOG_LIMIT = 20_000_000


class EngineError(Exception):
    """The embedded engine cannot work; the message says what to do."""


class AlreadyRunning(EngineError):
    """Another process of ours holds this folder."""


def server_user(say: Callable[[str], None]) -> tuple[int, int] | None:
    """Return (uid, gid) for the servers when we are root, creating the system user once; None otherwise.

    PostgreSQL refuses to run as root. `HOLDFAST_SYSTEM_USER` names another existing user.
    """
    if os.geteuid() != 0:
        return None
    name = os.environ.get("HOLDFAST_SYSTEM_USER", "").strip() or SYSTEM_USER
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _create_system_user(name, say)
    if entry.pw_uid == 0:
        raise EngineError(f"HOLDFAST_SYSTEM_USER is {name}, which is root; name a user without rights.")
    return entry.pw_uid, entry.pw_gid


def _create_system_user(name: str, say: Callable[[str], None]) -> pwd.struct_passwd:
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/bin/false", name]
    elif shutil.which("adduser"):
        command = ["adduser", "-S", "-D", "-H", "-s", "/bin/false", name]
    else:
        raise EngineError(
            "PostgreSQL refuses to run as root, and no useradd is here to make a user for it. "
            "Run as an ordinary user, or name an existing one in HOLDFAST_SYSTEM_USER."
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:  # a second checkout may have made it at the same moment
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EngineError(f"Could not create the system user {name}: {done.stderr.strip()}") from None
    if done.returncode == 0:
        say(f"PostgreSQL refuses to run as root: made the system user {name} (no login, no home) for it.")
    return entry


def private(folder: Path, owner: tuple[int, int] | None = None) -> Path:
    """Make `folder` and close it to everyone but its owner."""
    folder.mkdir(parents=True, exist_ok=True)
    if owner is not None:
        os.chown(folder, *owner)
    folder.chmod(0o700)
    return folder


def lay_out(var: Path, owner: tuple[int, int] | None) -> None:
    """Make the folders of a site with their permissions; called at each start, so a slip is put right."""
    passable = 0o711 if owner else 0o700
    for folder in (var, var / "run"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(passable)
    for name in ("secrets", "log", "cache"):
        private(var / name)
    private(var / "valkey", owner)


def open_the_way(target: Path, owner: tuple[int, int] | None, say: Callable[[str], None]) -> None:
    """Let the servers' user pass (x, not read) through the folders above `target`; say which were changed."""
    if owner is None:
        return
    changed = []
    for folder in target.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            changed.append(str(folder))
    if changed:
        say(
            "For PostgreSQL's system user, other users may now pass through (not list): "
            + ", ".join(changed)
            + ". HOLDFAST_VAR moves var/ elsewhere."
        )


def open_to_read(tree: Path, owner: tuple[int, int] | None) -> None:
    """Let the servers' user read and run the programs in `tree`; a strict umask at installation hid them."""
    if owner is None:
        return
    for path in (tree, *tree.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            continue
        wanted = stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode & wanted != wanted:
            path.chmod(mode | wanted)


def set_aside(log: Path) -> Path:
    """Return the path of a log to go on with; one that has grown large is set aside, in place of the one
    before."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log


def password(var: Path, name: str) -> str:
    """Return the password kept in `secrets/<name>` (0600), made on first use."""
    path = var / "secrets" / name
    if not path.exists():
        write_private(path, secrets.token_hex(24))
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if owner is not None:
            os.chown(fresh, *owner)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise


def socket_folder(var: Path, name: str, file_name: str, owner: tuple[int, int] | None) -> Path:
    """Return a private folder for a socket: `run/<name>`, or a short temporary one if that is too long.

    The temporary one is written down in `run/<name>.elsewhere`, so that it can be removed after a crash too.
    """
    remove_socket_folder(var, name)
    near = var / "run" / name
    if len(os.fsencode(near / file_name)) <= SOCKET_NAME_LIMIT:
        return private(near, owner)
    far = Path(tempfile.mkdtemp(prefix="holdfast-"))
    if len(os.fsencode(far / file_name)) > SOCKET_NAME_LIMIT:
        far.rmdir()
        raise EngineError(
            f"Socket paths are limited to {SOCKET_NAME_LIMIT} bytes; set TMPDIR to a shorter folder."
        )
    (var / "run" / f"{name}.elsewhere").write_text(str(far), encoding="utf-8")
    return private(far, owner)


def remove_socket_folder(var: Path, name: str) -> None:
    """Remove the sockets of an ended server, and the temporary folder if they were in one."""
    shutil.rmtree(var / "run" / name, ignore_errors=True)
    note = var / "run" / f"{name}.elsewhere"
    if note.exists():
        far = Path(note.read_text(encoding="utf-8"))
        if far.name.startswith("holdfast-"):
            shutil.rmtree(far, ignore_errors=True)
        note.unlink()
