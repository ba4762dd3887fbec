"""The verifier as a wheel: one commit, the same bytes, without Django; and it judges reports elsewhere."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from config import verifier
from custody.version import VERSION
from tests.databases import BYTE_CODE
from tests.reports.made import Unit

ELSEWHERE = """
import runpy, sys
for name in ("django", "rest_framework", "celery", "redis", "psycopg"):
    sys.modules[name] = None
sys.argv[0] = "holdfast-verify"
runpy.run_module("custody.verify", run_name="__main__")
"""


@pytest.fixture(scope="module")
def reached() -> verifier.Reached:
    return verifier.Reached()


def test_a_report_names_the_version_of_the_project() -> None:
    told = tomllib.loads((verifier.PROJECT / "pyproject.toml").read_text("utf-8"))
    assert told["project"]["version"] == VERSION


def test_one_commit_gives_one_wheel(reached: verifier.Reached, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first = verifier.build_wheel(tmp_path / "a", reached)
    second = verifier.build_wheel(tmp_path / "b", verifier.Reached())
    assert first.name == second.name and first.read_bytes() == second.read_bytes()


def test_the_wheel_holds_what_its_record_says_and_nothing_of_a_server(
    reached: verifier.Reached, tmp_path: Path
) -> None:
    with zipfile.ZipFile(verifier.build_wheel(tmp_path, reached)) as wheel:
        content = {name: wheel.read(name) for name in wheel.namelist()}
    record = next(name for name in content if name.endswith("/RECORD"))
    for line in content[record].decode().splitlines():
        name, digest, length = line.rsplit(",", 2)
        if name != record:
            told = base64.urlsafe_b64encode(hashlib.sha256(content[name]).digest()).rstrip(b"=").decode()
            assert (digest, int(length)) == (f"sha256={told}", len(content[name])), name
    assert sum(line.count(b",") >= 2 for line in content[record].splitlines()) == len(content)
    assert {
        "custody/verify/__main__.py",
        "custody/version.py",
        "custody/signoff.py",
        "ledger/witness.py",
    } <= content.keys()
    assert "custody/reports/font_files/HoldfastSans-Regular.ttf" in content
    assert not [
        name for name in content if name.startswith(("custody/web/", "custody/models", "custody/actions"))
    ]
    assert not [n for n, raw in content.items() if n.endswith(".py") and b"\nfrom django" in raw]


def test_unpacked_elsewhere_it_judges_a_report_and_a_changed_one(
    unit: Unit, reached: verifier.Reached, tmp_path: Path
) -> None:
    home = tmp_path / "elsewhere"
    with zipfile.ZipFile(verifier.build_wheel(tmp_path, reached)) as wheel:
        wheel.extractall(home)
    (home / "r.pdf").write_bytes(unit.english.pdf)
    (home / "r.pdf.receipt").write_bytes(unit.english.receipt)
    # Not through the environment's own path file: this checkout must not be found.
    paths = os.pathsep.join([str(home), sysconfig.get_path("platlib")])
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **BYTE_CODE}

    def verdict(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-S", "-P", "-c", ELSEWHERE, "r.pdf", "--trust", str(unit.trust), *options]
        return subprocess.run(
            command, cwd=home, env=environ, capture_output=True, text=True, encoding="utf-8", check=False
        )

    good = verdict("--receipt", "r.pdf.receipt", "--lang", "zh")
    assert (good.returncode, good.stderr) == (0, ""), good.stdout + good.stderr
    assert good.stdout.startswith("通过")
    (home / "r.pdf").write_bytes(unit.english.pdf + b"\n")
    assert verdict("--receipt", "r.pdf.receipt").returncode == 1


def test_every_package_that_it_needs_is_pinned_with_its_hashes(reached: verifier.Reached) -> None:
    lines = verifier.pinned(reached.distributions)
    names = {line.partition("==")[0] for line in lines.splitlines() if "==" in line}
    assert {"cryptography", "pikepdf", "pyhanko", "reportlab", "pydantic", "openpyxl", "et-xmlfile"} <= names
    assert not names & {"django", "celery", "psycopg", "redis", "gunicorn"}
    blocks = lines.split("==")[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verifier.main([str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err and not list(tmp_path.iterdir())
