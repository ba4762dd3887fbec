"""What people type or send in secret is looked for in every file of the site afterwards: it is in none."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from custody.stories.cast import PASSWORD
from tests.databases import Database

from .scene import Scene, hidden
from .test_factors import app_of
from .test_slips import asked, confirmed, half_on, uses

AGAIN = "A quite other sentence 7"


@pytest.fixture
def scene(committed_screens_stage: Scene, settings: Any) -> Scene:
    settings.SITE_URL, settings.RP_ID = "http://localhost:8000", "localhost"
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    hashers = "django.contrib.auth.hashers"  # the second for the passwords that stand there already
    settings.PASSWORD_HASHERS = [f"{hashers}.PBKDF2PasswordHasher", f"{hashers}.MD5PasswordHasher"]
    return committed_screens_stage


def canary() -> str:
    return f"canary {secrets.token_hex(12)}"


def test_nothing_typed_in_secret_lies_in_any_file_of_the_site(
    scene: Scene,
    database_committed: Database,
    valkey: redis.Redis,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    database, typed = database_committed, {}

    def type_in(where: str) -> str:
        typed[where] = canary()
        return typed[where]

    guest = Client()
    guest.post(reverse("account_login"), {"login": "mei", "password": type_in("a wrong password")})
    heng, new = scene.client("heng"), type_in("a new password")
    heng.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    form = {"reason": "r", "choice": "deny", "password": type_in("the password of a vote")}
    heng.post(reverse("approval", args=[scene.asked.id]), form)
    made = scene.client("mei").post(reverse("keys"), {"name": "k", "scopes": ["report"], "days": "5"})
    found = re.search(r"hf_[\w-]{40,}", made.content.decode())
    assert found
    typed["a key for programs"] = found[0]
    typed["what a code app shares with the site"] = app_of(scene, "yu")
    row, first = asked(scene, "lan")
    halves = half_on(first), half_on(confirmed(scene, row, by="qiao"))
    typed |= {"the first half of a slip": halves[0], "the second half of a slip": halves[1]}
    uses("lan", halves, password=type_in("the password set by a slip"), again="another one, mistyped")
    for where in ("a counter PIN", "a wrong counter PIN"):
        typed[where] = str(secrets.randbelow(8 * 10**11) + 10**11)
    pin = {"password": PASSWORD, "pin": typed["a counter PIN"], "again": typed["a counter PIN"]}
    assert scene.client("tao").post(reverse("counter_pin"), pin).status_code == 302
    mei, counter = scene.client("mei"), reverse("handoff_counter", args=[scene.handoff.id])
    page = hidden(mei.get(counter).content.decode(), "page")
    wrong = {"username": "tao", "pin": typed["a wrong counter PIN"], "page": page}
    assert mei.post(counter, wrong).status_code == 422
    content, name = type_in("an evidence file"), type_in("its name")
    file = SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7\n" + content.encode(), "application/pdf")
    given = scene.client("mei").post(
        reverse("hop", args=[scene.westgate.id]),
        {
            "step": "consent", "kind": "client", "reference": "C-1", "evidence_file": file,
            "given_on": scene.cast.today.isoformat(),
        },
    )  # fmt: skip
    assert given.status_code == 302, given.content.decode()

    assert len(typed) == 12
    said = caplog.text + capfd.readouterr().err  # the logs, the security log among them
    assert "signed_in" in said
    here = [*_of_database(database), *_of_folders(database), *valkey_values(valkey), said.encode()]
    assert sum(map(len, here)) > 1_000_000
    assert any(b"NF-001" in text for text in here), "what is no secret is found"
    left = [where for where, word in typed.items() if any(word.encode() in text for text in here)]
    assert left == []


def _of_database(database: Database) -> list[bytes]:
    """Return the files of the database, and what was written ahead of them."""
    with database.connect("superuser", autocommit=True) as admin:
        admin.execute("CHECKPOINT")
        where = admin.execute("SHOW data_directory").fetchone()
        one = admin.execute("SELECT pg_relation_filepath('custody_person')").fetchone()
        assert where and one
        folder = Path(where[0])
        logs = admin.execute("SELECT name FROM pg_ls_waldir() ORDER BY modification DESC LIMIT 4").fetchall()
    files = [*((folder / one[0]).parent.iterdir()), *(folder / "pg_wal" / name for (name,) in logs)]
    return [path.read_bytes() for path in files if path.is_file()]


def _of_folders(database: Database) -> list[bytes]:
    places = {database.folder, *(Path(getattr(settings, name)) for name in ("FILES_DIR", "LEDGER_DIR"))}
    return [p.read_bytes() for place in places for p in place.rglob("*") if p.is_file()]


def valkey_values(valkey: redis.Redis) -> list[bytes]:
    keys: Any = valkey.keys("*")
    return [*keys, *(valkey.get(key) or b"" for key in keys if valkey.type(key) == b"string")]
