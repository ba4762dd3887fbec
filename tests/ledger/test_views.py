"""The log over HTTP: its files, nothing but its files, and only to those who may read them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from ledger import api, health
from ledger.tlog import merkle, tiles
from ledger.tlog import policy as policies
from tests.databases import Database
from tests.ledger.scenes import seal, write
from tests.ledger.town import Town


@pytest.fixture
def client(log: str, settings: Any) -> Client:
    """A reader of a public log with 300 entries."""
    settings.LEDGER_PUBLIC = True
    settings.ROOT_URLCONF = "tests.ledger.routes"
    settings.MIDDLEWARE = []
    settings.ALLOWED_HOSTS = ["testserver"]
    write("a", 300)
    seal()
    return Client()


def test_a_stranger_can_audit_the_log_over_http(client: Client, settings: Any) -> None:
    def read(path: str) -> bytes:
        answer = client.get(f"/ledger/{path}")
        if answer.status_code == 404:
            raise FileNotFoundError(path)
        assert answer.status_code == 200
        return bytes(answer.content)

    policy = policies.parse((settings.TRUST_DIR / "policy").read_bytes())
    at = policy.open(read("checkpoint")).checkpoint
    reader = tiles.TileReader(read, at.size)
    assert (at.size, reader.root()) == (300, at.root)
    leaves = tiles.decode_entries(read("tile/entries/000")) + tiles.decode_entries(
        read("tile/entries/001.p/44")
    )
    assert merkle.root_of(map(merkle.leaf_hash, leaves)) == at.root
    merkle.verify_inclusion(
        merkle.leaf_hash(leaves[7]), 7, 300, merkle.inclusion_proof(7, 300, reader), at.root
    )


def test_types_and_caching_are_as_the_specification_says(client: Client) -> None:
    at = client.get("/ledger/checkpoint")
    assert at["Content-Type"] == "text/plain; charset=utf-8"
    assert at["Cache-Control"] == "public, max-age=1"
    tile = client.get("/ledger/tile/0/000")
    assert tile["Content-Type"] == "application/octet-stream"
    assert tile["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(tile.content) == 8192
    assert client.head("/ledger/tile/0/000").status_code == 200
    assert client.post("/ledger/checkpoint").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/../../mark",
        "tile/0/%2e%2e/%2e%2e/mark",
        "tile/../mark",
        "tile//etc/passwd",
        "tile/0/000.p",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/0000",
        "tile/0/00",
        "tile/0/001/000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000",
        "tile/0/000/",
        "tile/0/000%0a",
        "tile/0/999",
        "tile/entries",
        "tile/",
        "mark",
        "journal/00000000/000000000000-000000000300",
        "",
    ],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(f"/ledger/{path}").status_code == 404


def test_a_private_log_wants_its_token(client: Client, settings: Any) -> None:
    settings.LEDGER_PUBLIC = False
    for token, given, status in (
        ("", None, 401),
        ("", "Bearer ", 401),
        ("right", None, 401),
        ("right", "Bearer wrong", 401),
        ("right", "Basic right", 401),
        ("right", "Bearer right", 200),
    ):
        settings.LEDGER_TOKEN = token
        for path in ("checkpoint", "tile/0/000"):
            answer = client.get(f"/ledger/{path}", headers={"Authorization": given} if given else {})
            assert answer.status_code == status
    assert answer["Cache-Control"].startswith("private")


def test_the_witnessed_checkpoint_is_served_once_there_is_one(
    client: Client, settings: Any, tmp_path: Any
) -> None:
    assert client.get("/ledger/checkpoint.witnessed").status_code == 404
    with Town(settings, tmp_path) as town:
        town.policy("w0", 1)
        town.serve(0)
        town.ask(lambda: api.health().witnessed_size == 300)
    answer = client.get("/ledger/checkpoint.witnessed")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=1")
    policy = policies.parse((settings.TRUST_DIR / "policy").read_bytes())
    assert policy.open(answer.content).quorum_met


def test_health_tells_all_to_readers_of_the_log_and_a_word_to_others(
    client: Client, settings: Any, tmp_path: Any, database_committed: Database, monkeypatch: Any
) -> None:
    def asked() -> tuple[int, dict[str, Any]]:
        answer = client.get("/health")
        return answer.status_code, answer.json()

    found = asked()[1]
    assert (found["status"], found["size"], found["pending"], found["frozen"]) == ("ok", 300, 0, None)
    assert (found["quorum"], found["witnessed_size"], found["witnesses"]) == ("none", 0, [])
    with Town(settings, tmp_path) as town:
        town.policy("w0", 1)
        town.urls["w0"] = "http://127.0.0.1:9"
        town.ask()
    monkeypatch.setattr(health, "LATE", 0.0)
    status, found = asked()
    (witness,) = found["witnesses"]
    assert (status, found["status"], witness["name"], witness["size"]) == (200, "short", "w0", 0)
    assert witness["silent_since"] and witness["problem"].startswith("no answer")
    settings.LEDGER_PUBLIC = False
    assert asked() == (200, {"status": "short"})
    with database_committed.connect("sealer", autocommit=True) as sealer:
        sealer.execute("UPDATE ledger_logstate SET frozen = 'two histories'")
    assert asked() == (503, {"status": "frozen"})
