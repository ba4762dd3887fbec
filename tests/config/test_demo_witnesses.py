"""A demonstration has two witnesses of its own, also one that a version without witnesses had set up."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import bootstrap, witnesses
from ledger import trust
from tests.config.test_run import Site, clean_environ, eventually
from tests.databases import PROJECT
from tests.ledger.tlog.builders import LOG

OLDER = """
import sys
from config import supervisor, witnesses
witnesses.appoint = lambda *given, **more: None
supervisor.Supervisor._stamp = lambda self, demo: "an older version"
sys.exit(supervisor.main(sys.argv[1:]))
"""
"""What a version without witnesses did, as far as they are concerned."""

BUNDLE = "import sys; from ledger import api; sys.stdout.buffer.write(api.bundle(['system']))"


class Upgraded(Site):
    """A site that an older version set up."""

    def start_older(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", OLDER, f"--port={self.port}", f"--var={self.var}"],
                cwd=PROJECT,
                env={**bootstrap.environment(self.var), **clean_environ()},
                stdout=output,
                stderr=output,
            )
        assert eventually(lambda: "Ctrl-C" in self.said(), 240), self.said()

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0, self.said()

    def manage(self, *words: str) -> bytes:
        environ = {**clean_environ(), "HOLDFAST_VAR": str(self.var)}
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=PROJECT, env=environ, capture_output=True, check=True
        )
        return done.stdout

    def verdict(self, evidence: Path, folder: Path) -> int:
        """The exit code of the verifier."""
        command = [sys.executable, "-m", "ledger", "verify", str(evidence), "--trust", str(folder)]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode

    def witnessed(self) -> bool:
        """Say whether the newest checkpoint is published as witnessed, and meets the policy."""
        path = self.var / "ledger" / "checkpoint.witnessed"
        newest = (self.var / "ledger" / "checkpoint").read_bytes().partition(b"\n\n")[0]
        if not path.exists() or path.read_bytes().partition(b"\n\n")[0] != newest:
            return False
        return trust.load(self.var / "trust").open(path.read_bytes()).quorum_met


@pytest.fixture
def site() -> Iterator[Upgraded]:
    folder = Path(tempfile.mkdtemp(prefix="hfold"))
    site = Upgraded(folder / "var")
    yield site
    if site.process is not None and site.process.poll() is None:
        site.process.terminate()
        site.process.wait(60)
    shutil.rmtree(folder)


@pytest.mark.nightly
def test_a_demonstration_of_an_older_version_gets_its_witnesses_at_the_next_start(site: Upgraded) -> None:
    site.start_older()
    assert eventually((site.var / "ledger" / "checkpoint").exists)
    before = site.var.parent / "before.json"
    before.write_bytes(site.manage("shell", "-v0", "-c", BUNDLE))
    site.stop()
    assert (site.var / "trust" / "policy").read_text().endswith("\nquorum none\n")
    assert not (site.var / "witnesses").exists()
    assert site.verdict(before, site.var / "trust") == 0

    site.start()
    assert "two witnesses of its own" in site.said()
    assert eventually(site.witnessed), site.manage("ledger_witness", "status").decode()
    status = site.manage("ledger_witness", "status").decode()
    assert "north:" in status and "south:" in status
    after = site.var.parent / "after.json"
    after.write_bytes(site.manage("shell", "-v0", "-c", BUNDLE))
    assert site.verdict(after, site.var / "trust") == 0
    assert site.verdict(before, site.var / "trust") == 1, "it carries no cosignature"
    assert site.verdict(before, site.var / "witnesses" / "former-trust") == 0

    policy = (site.var / "trust" / "policy").read_bytes()
    site.stop()
    site.start()
    assert "two witnesses of its own" not in site.said(), "that was said once"
    assert (site.var / "trust" / "policy").read_bytes() == policy
    assert eventually(site.witnessed)


# --- without a site ---------------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The folder of a site and its trust folder, as set-up leaves them."""
    made = tmp_path / "trust"
    made.mkdir()
    (made / "log.vkey").write_text(f"{LOG.vkey}\n")
    (made / "policy").write_text(f"log {LOG.vkey}\nquorum none\n")
    return tmp_path, made


def test_a_fresh_demonstration_has_nothing_to_keep_from_before(folders: tuple[Path, Path]) -> None:
    assert witnesses.appoint(*folders, fresh=True) is None
    policy = trust.load(folders[1])
    assert (list(policy.witnesses), policy.quorum) == (["north", "south"], "demo")
    assert policy.satisfied_by({"south"})
    assert not (folders[0] / "witnesses" / "former-trust").exists()


def test_a_policy_that_somebody_wrote_is_left_alone(folders: tuple[Path, Path]) -> None:
    own = f"# ours\nlog {LOG.vkey}\nquorum none\n"
    (folders[1] / "policy").write_text(own)
    assert witnesses.appoint(*folders, fresh=False) is None
    assert (folders[1] / "policy").read_text() == own
    assert not (folders[0] / "witnesses").exists()


@pytest.mark.parametrize("step", ["copytree", "make_key", "write_temporary"])
def test_a_kill_while_they_are_appointed_is_made_good_at_the_next_start(
    folders: tuple[Path, Path], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    old = (folders[1] / "policy").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(shutil if step == "copytree" else witnesses, step, killed)
        with pytest.raises(KeyboardInterrupt):
            witnesses.appoint(*folders, fresh=False)
    assert (folders[1] / "policy").read_bytes() == old
    former = witnesses.appoint(*folders, fresh=False)
    assert former is not None and (former / "policy").read_bytes() == old
    assert trust.load(folders[1]).quorum == "demo"
