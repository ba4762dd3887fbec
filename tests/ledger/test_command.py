"""`python -m ledger verify`, run as a stranger runs it: another process, no Django to be found."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.tlog import bundle

from .tlog.builders import LOG, WITNESSES, policy_text, sample_log

ROOT = Path(__file__).parents[2]

# A finder that stands before all others makes the named packages unimportable.
BLOCKER = """
import importlib.abc, runpy, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "celery", "rest_framework"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
sys.argv[0] = "ledger"
runpy.run_module("ledger", run_name="__main__", alter_sys=True)
"""


def run(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "LC_MESSAGES")
    }
    return subprocess.run(
        [sys.executable, "-c", BLOCKER, *map(str, arguments)],
        cwd=ROOT,
        env=kept | {"PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"} | environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "policy").write_text(policy_text())
    (folder / "log.vkey").write_text(LOG.vkey + "\n")
    return folder


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.json"
    path.write_bytes(bundle.build(**sample_log().parts(*WITNESSES[:2])))
    return path


def test_a_good_file_ends_with_0_and_says_what_stays_open(evidence, trust):
    done = run("verify", evidence, "--trust", trust)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("GOOD.")
    assert "5 entries in 2 runs; 12 values disclosed" in done.stdout
    assert "witnessed by w1 at 2026-" in done.stdout
    assert "Not proved by any file" in done.stdout


def test_the_package_itself_is_the_command(evidence, trust):
    done = subprocess.run(
        [sys.executable, "-m", "ledger", "verify", evidence, "--trust", trust],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0


def test_a_changed_file_ends_with_1(evidence, trust):
    raw = evidence.read_bytes()
    evidence.write_bytes(raw[:500] + bytes([raw[500] ^ 1]) + raw[501:])
    done = run("verify", evidence, "--trust", trust)
    assert done.returncode == 1
    assert done.stdout.startswith("BAD.")
    assert "entries in" not in done.stdout


def test_an_unwitnessed_file_under_a_policy_with_quorum_ends_with_1(evidence, trust):
    (trust / "policy").write_text(policy_text("two").replace("group two 2", "group two 3"))
    done = run("verify", evidence, "--trust", trust)
    assert done.returncode == 1
    assert "2 cosigned" in done.stdout


def test_a_file_that_is_not_there_ends_with_2(trust):
    done = run("verify", "nowhere.json", "--trust", trust)
    assert done.returncode == 2
    assert "nowhere.json" in done.stderr


def test_an_unusable_trust_folder_ends_with_2(evidence, trust):
    (trust / "policy").write_text("quorum\n")
    done = run("verify", evidence, "--trust", trust)
    assert done.returncode == 2
    assert "policy line 1" in done.stderr
    assert json.loads(run("verify", evidence, "--trust", trust, "--json").stdout)["verdict"] == "unknown"


@pytest.mark.parametrize("arguments", [[], ["verify"], ["verify", "x"], ["prove", "x"]])
def test_a_wrong_usage_ends_with_2(arguments):
    assert run(*arguments).returncode == 2


def test_json_carries_findings_counts_and_checkpoint(evidence, trust):
    done = run("verify", evidence, "--trust", trust, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["verdict"] == "good"
    assert document["counts"] == {"entries": 5, "runs": 2, "disclosed": 12, "withheld": 0, "erased": 0}
    assert document["checkpoint"]["size"] == 5
    assert [witness["name"] for witness in document["checkpoint"]["witnesses"]] == ["w0", "w1"]
    assert {check["state"] for check in document["checks"]} == {"ok"}
    assert all(check["zh"] for check in document["checks"])


@pytest.mark.parametrize(
    "environ", [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}]
)
def test_the_language_follows_the_locale(evidence, trust, environ):
    assert run("verify", evidence, "--trust", trust, **environ).stdout.startswith("通过。")


def test_the_language_can_be_chosen(evidence, trust):
    assert run("verify", evidence, "--trust", trust, "--lang", "zh").stdout.startswith("通过。")
    chosen = run("verify", evidence, "--trust", trust, "--lang", "en", LANG="zh_CN.UTF-8")
    assert chosen.stdout.startswith("GOOD.")


def test_a_terminal_without_chinese_still_gets_a_verdict(evidence, trust):
    done = run("verify", evidence, "--trust", trust, "--lang", "zh", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_text_from_outside_cannot_steer_the_terminal(evidence, trust):
    evidence.write_bytes(b'{"\x1b[2J":1}')
    done = run("verify", evidence, "--trust", trust)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
