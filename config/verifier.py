"""What `bin/build-verifier` makes: the verifier as a wheel with its packages, for a computer without network.

The wheel holds the modules that `custody.verify` and `python -m ledger` reach without Django, byte for byte
the same whenever and wherever it is built from one commit. The packages beside it are those of
requirements.txt, under the same hashes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from config.bootstrap import PROJECT
from config.words import words

NAME = "holdfast_verifier"
ENTRY_POINTS = """[console_scripts]
holdfast-verify = custody.verify.__main__:main
holdfast-ledger = ledger.__main__:main
"""
LAZY = {"openpyxl"}
"""Distributions that are imported only when they are used."""
WITH_DATA = ("custody/policy", "custody/reports")
DATA = {".json", ".ttf", ".txt", ".yaml"}
_MOMENT = (2020, 1, 1, 0, 0, 0)
"""Of every file in the wheel: one commit, one wheel."""

# What can be imported where Django and what belongs to a server are not there, and which packages that takes.
_REACHED = """
import importlib, json, pkgutil, sys
for name in ("django", "rest_framework", "celery", "redis", "psycopg", "config"):
    sys.modules[name] = None
packages = ["custody.verify", "custody.reports", "custody.policy", "custody.events", "ledger", "ledger.tlog"]
def walk(name):
    try:
        module = importlib.import_module(name)
    except ImportError:
        return
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        if not (name == "ledger" and found.name in ("migrations", "management")):
            walk(f"{name}.{found.name}")
for name in packages:
    walk(name)
at = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
ours = [file for name, file in at.items() if file and name.split(".")[0] in ("custody", "ledger")]
outside = {name.split(".")[0] for name, file in at.items() if "site-packages" in file}
known = importlib.import_module("importlib.metadata").packages_distributions()
print(json.dumps([ours, sorted({one for name in outside for one in known.get(name, [])})]))
"""


class Reached:
    """Our own files, and the distributions that they import."""

    def __init__(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _REACHED], cwd=PROJECT, check=True, capture_output=True, text=True
        )
        modules, self.distributions = json.loads(done.stdout)
        self.files = sorted(self._with_data(Path(file).resolve() for file in modules))

    @staticmethod
    def _with_data(modules: Iterable[Path]) -> Iterator[Path]:
        """Give the modules, and the fonts and rule packs that lie in the packages taken whole."""
        yield from modules
        for package in WITH_DATA:
            for path in (PROJECT / package).rglob("*"):
                if path.suffix in DATA and path.is_file():
                    yield path


def build_wheel(folder: Path, reached: Reached) -> Path:
    """Write the wheel into a folder and return its path. Its bytes depend on the commit alone."""
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    info = f"{NAME}-{version}.dist-info"
    content = {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in reached.files}
    # Packages of which only parts are taken must still be packages.
    content.setdefault("custody/__init__.py", b"")
    content.setdefault("ledger/__init__.py", b"")
    content[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {NAME.replace('_', '-')}\nVersion: {version}\n"
        "Summary: Judges custody reports of Holdfast offline.\nRequires-Python: >=3.11\n"
    ).encode()
    content[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: holdfast\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    content[f"{info}/entry_points.txt"] = ENTRY_POINTS.encode()
    record = "".join(f"{name},sha256={_digest(raw)},{len(raw)}\n" for name, raw in sorted(content.items()))
    content[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    path = folder / f"{NAME}-{version}-py3-none-any.whl"
    # Stored, not compressed: what compresses differs from machine to machine.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
        for name, raw in sorted(content.items()):
            member = zipfile.ZipInfo(name, _MOMENT)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            wheel.writestr(member, raw)
    return path


def _digest(raw: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b"=").decode()


def pinned(distributions: Iterable[str]) -> str:
    """Return the lines of requirements.txt, hashes and all, for these and all that they need in turn."""
    text = (PROJECT / "requirements.txt").read_text("utf-8")
    blocks = {
        _plain(match[1]): match[0].rstrip() + "\n"
        for match in re.finditer(r"^([A-Za-z0-9._-]+)==.*\n(?:[ ]+--hash.*\n)+", text, re.MULTILINE)
    }
    wanted, left = set(), [_plain(name) for name in (*distributions, *LAZY)]
    while left:
        name = left.pop()
        if name in wanted or name not in blocks:
            continue
        wanted.add(name)
        left += [_plain(one) for one in _needs(name)]
    return "".join(blocks[name] for name in sorted(wanted))


def _needs(name: str) -> Iterator[str]:
    try:
        stated = requires(name) or []
    except PackageNotFoundError:
        return
    for one in stated:
        name_, _, marker = one.partition(";")
        # Of the other markers one may not hold here: what is pinned comes along, and hurts nobody.
        if (found := re.match(r"[A-Za-z0-9._-]+", name_)) and not re.search(r"\bextra\b", marker):
            yield found[0]


def _plain(name: str) -> str:
    """Return a distribution's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def build(out: Path, options: list[str]) -> str:
    """Fill a new folder with wheel, packages and instructions; return the SHA-256 of its list of files.

    Raises CalledProcessError where pip cannot get a package.
    """
    house = out / "wheelhouse"
    house.mkdir(parents=True)
    reached = Reached()
    lines = pinned(reached.distributions)
    listed = out / "requirements.txt"
    listed.write_text(lines, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--require-hashes", "--only-binary=:all:", "--dest", str(house), "-r", str(listed), *options]
    subprocess.run(pip, check=True)
    wheel = build_wheel(house, reached)
    version = wheel.name.split("-")[1]
    own = hashlib.sha256(wheel.read_bytes()).hexdigest()
    name = NAME.replace("_", "-")
    listed.write_text(f"{lines}{name}=={version} \\\n    --hash=sha256:{own}\n", encoding="utf-8")
    (out / "INSTALL.txt").write_text(INSTALL, encoding="utf-8")
    shutil.copyfile(PROJECT / "docs" / "regulator.md", out / "regulator.md")
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(out).as_posix()}\n"
        for path in sorted(out.rglob("*"))
        if path.is_file()
    )
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return hashlib.sha256(sums.encode()).hexdigest()


INSTALL = """The verifier of custody reports, for a computer without a network. It needs Python 3.11 or newer.
脱机报告核验程序。需要 Python 3.11 或更高版本，无需网络。

1. Compare with what you were told by another channel / 与经其他渠道获知的值核对：

       sha256sum SHA256SUMS
       sha256sum --check SHA256SUMS

2. Install / 安装：

       python3 -m venv verifier
       verifier/bin/pip install --no-index --find-links wheelhouse --require-hashes -r requirements.txt

3. Use / 使用：

       verifier/bin/holdfast-verify REPORT.pdf --receipt REPORT.pdf.receipt --trust TRUST --lang zh

   holdfast-verify is what regulator.md calls python -m custody.verify, holdfast-ledger is python -m ledger.
   holdfast-verify 即 regulator.md 中的 python -m custody.verify，holdfast-ledger 即 python -m ledger。
"""


def main(arguments: list[str] | None = None) -> int:
    """Build into a folder that is not there yet; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="bin/build-verifier",
        description=words(
            "Build the offline verifier with all packages it needs, for computers without a network.",
            "构建脱机核验程序及其所需的全部软件包，供无网络的计算机使用。",
        ),
    )
    parser.add_argument("out", type=Path, metavar="DIR", help=words("a new folder", "新建目录"))
    parser.add_argument(
        "--platform",
        metavar="TAG",
        help=words("for another system, such as win_amd64", "用于其他系统，例如 win_amd64"),
    )
    parser.add_argument(
        "--python-version", metavar="3.12", help=words("for another Python", "用于其他 Python 版本")
    )
    options = parser.parse_args(arguments)
    if options.out.exists():
        print(words(f"{options.out} is there already.", f"{options.out} 已存在。"), file=sys.stderr)
        return 2
    other = [f"--platform={options.platform}"] if options.platform else []
    other += [f"--python-version={options.python_version}"] if options.python_version else []
    try:
        mark = build(options.out, other)
    except subprocess.CalledProcessError:
        shutil.rmtree(options.out, ignore_errors=True)
        print(
            words("A package could not be got; see above.", "无法取得某个软件包，见上文。"), file=sys.stderr
        )
        return 1
    print(words(f"Built in {options.out}", f"已构建于 {options.out}"))
    print(
        words(
            f"Tell by another channel: SHA256SUMS is {mark}", f"请经其他渠道告知：SHA256SUMS 的摘要为 {mark}"
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
