"""Make `.venv` and fill it, before anything but Python's own library can be used.

Shared by `bin/run` and `bin/test`. The pinned, hashed requirements are the only source; when their hash and
the Python version are those of the last time, nothing is done.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from config.words import words

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "holdfast.json"


class SetUpError(Exception):
    """The environment could not be made; the message says what to do."""


def site_folder(given: str | None = None) -> Path:
    """Return the absolute folder of the site: `--var`, else HOLDFAST_VAR, else `var` in the checkout."""
    return Path(given or os.environ.get("HOLDFAST_VAR", "").strip() or PROJECT / "var").expanduser().resolve()


def ensure(requirements: list[str], log: Path) -> Path:
    """Install the named requirements files into `.venv`, showing progress; return its Python.

    pip's own words go to `log`: they may name the package index of this machine.
    """
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as lock:  # bin/run and bin/test may be started at the same moment
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = _read_stamp()
        wanted = {name: hashlib.sha256((PROJECT / name).read_bytes()).hexdigest() for name in requirements}
        version = sys.version.split()[0]
        if _venv_works() and stamp.get("python") == version and wanted.items() <= stamp.items():
            return PYTHON
        if not _venv_works() or stamp.get("python", version) != version:
            _make_venv()
            stamp = {}
        log.parent.mkdir(parents=True, exist_ok=True)
        for name in requirements:
            if stamp.get(name) != wanted[name]:
                _install(name, log)
        STAMP.write_text(json.dumps({**stamp, **wanted, "python": version}), encoding="utf-8")
    return PYTHON


def environment(var: Path) -> dict[str, str]:
    """Return the environment for our own processes: the site's folder, byte code out of the checkout.

    Byte code is kept whatever the machine says, images of containers often forbid it: else each of a site's
    processes would compile all anew, which takes longer than all else at its start.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        "PYTHONPYCACHEPREFIX": str(var / "cache" / "pycache"),
        **kept,
        "HOLDFAST_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(PROJECT),
    }


def _read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _venv_works() -> bool:
    """Say whether `.venv` has a Python that runs and has pip; a removed system Python leaves dead links."""
    if not PYTHON.exists() or not any(VENV.glob("lib/python3.*/site-packages/pip")):
        return False
    return (VENV / "pyvenv.cfg").exists()


def _make_venv() -> None:
    _say(words("Making the virtual environment .venv", "正在创建虚拟环境 .venv"))
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SetUpError(
            words(
                "This Python cannot make virtual environments (venv or ensurepip is missing; on Debian and "
                "Ubuntu they are in the package python3-venv).",
                "此 Python 无法创建虚拟环境：缺少 venv 或 ensurepip"
                "（在 Debian 和 Ubuntu 上由 python3-venv 提供）。",
            )
        )


def _install(name: str, log: Path) -> None:
    total = len(re.findall(r"^[A-Za-z0-9]\S*==", (PROJECT / name).read_text(encoding="utf-8"), re.MULTILINE))
    # No --compile: byte code is written to the site's cache when a module is first used.
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-compile"]
    command += [
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
        "-r",
        str(PROJECT / name),
    ]
    label = words(f"Installing {name}", f"正在安装 {name}")
    with log.open("a", encoding="utf-8") as record:
        pip = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert pip.stdout is not None  # noqa: S101
        done, said = 0, []
        for line in pip.stdout:
            record.write(line)
            said.append(line.rstrip())
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                done += 1
                _progress(label, done, total)
            elif line.startswith("Installing collected packages"):
                _progress(words("Unpacking packages", "正在解包"), total, total)
        _progress("", 0, 0)
        if pip.wait() != 0:
            reasons = [line for line in said if line.startswith("ERROR")] or said[-5:]
            raise SetUpError(
                words("pip could not install the requirements:", "pip 无法安装依赖：")
                + "\n"
                + "\n".join(reasons)
                + "\n"
                + words(f"All it said is in {log}.", f"完整输出见 {log}。")
            )


def _say(line: str) -> None:
    print(line, flush=True)


def _progress(label: str, done: int, total: int) -> None:
    """Draw one bar on a terminal; elsewhere print a line now and then."""
    if sys.stdout.isatty():
        bar = "#" * (30 * done // total) if total else ""
        sys.stdout.write(f"\r\033[K{label} [{bar:<30}] {done}/{total}" if total else "\r\033[K")
        sys.stdout.flush()
    elif total and (done == total or done % 20 == 0):
        _say(f"{label} {done}/{total}")
