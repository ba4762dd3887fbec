from pathlib import Path

import pytest

from ledger import trust
from ledger.tlog.cosignature import CosignSigner
from ledger.tlog.errors import PolicyError
from ledger.tlog.note import Signer

from .tlog.builders import LOG, key, policy_text


def folder(path: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        (path / name.replace("_", ".")).write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
    return path


def test_a_policy_and_the_key_of_its_log_make_a_trust_folder(tmp_path):
    policy = trust.load(folder(tmp_path, policy=policy_text("two"), log_vkey=LOG.vkey + "\n"))
    assert [log.verifier.vkey for log in policy.logs] == [LOG.vkey]
    assert policy.quorum == "two"


def test_a_policy_alone_is_enough(tmp_path):
    assert len(trust.load(folder(tmp_path, policy=policy_text())).logs) == 1


def test_the_key_of_the_log_completes_a_policy_without_logs(tmp_path):
    policy = trust.load(folder(tmp_path, policy="quorum none\n", log_vkey=LOG.vkey))
    assert policy.logs[0].verifier.vkey == LOG.vkey


def test_without_a_policy_nothing_is_trusted(tmp_path):
    with pytest.raises(PolicyError, match="policy"):
        trust.load(folder(tmp_path, log_vkey=LOG.vkey))
    with pytest.raises(PolicyError):
        trust.load(tmp_path / "nowhere")


def test_without_any_log_nothing_is_trusted(tmp_path):
    with pytest.raises(PolicyError, match=r"log\.vkey"):
        trust.load(folder(tmp_path, policy="quorum none\n"))


def test_a_folder_mixed_from_two_units_is_refused(tmp_path):
    other = Signer("other.example/ledger", key(5))
    with pytest.raises(PolicyError, match="two units"):
        trust.load(folder(tmp_path, policy=policy_text(), log_vkey=other.vkey))


def test_a_log_is_not_its_own_witness(tmp_path):
    own = CosignSigner("own.example", LOG.key).vkey
    with pytest.raises(PolicyError, match="no witness's"):
        trust.load(folder(tmp_path, policy=f"witness w {own}\nquorum w\n", log_vkey=LOG.vkey))


@pytest.mark.parametrize("content", [b"", b"\xff", b"nonsense", b"\n"])
def test_a_broken_log_key_is_refused(tmp_path, content):
    with pytest.raises(PolicyError):
        trust.load(folder(tmp_path, policy="quorum none\n", log_vkey=content))


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "policy").mkdir()
    with pytest.raises(PolicyError, match="readable"):
        trust.load(tmp_path)
