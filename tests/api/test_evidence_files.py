"""Evidence files by a program: sent raw and streamed, taken away as they came."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from custody import models as m
from custody.actions import files
from tests.evidence.made import pdf
from tests.web.scene import Scene
from tests.web.test_files import certificate

from .test_nouns import program

PDF = pdf(2)
DIGEST = f"sha-256=:{base64.b64encode(hashlib.sha256(PDF).digest()).decode()}:"


def sent(
    client: Client, path: str, data: bytes = PDF, kind: str = "application/octet-stream", **more: str
) -> Any:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return client.post(f"/api/v1/evidence-files/{path}/", data, content_type=kind, headers=headers)


def stored(settings: Any) -> list[Path]:
    return [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]


def test_a_program_attaches_a_file_and_takes_it_back(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    client, row = program(scene, "mei"), certificate(scene)
    answer = sent(client, f"qualification/{row.id}", Content_Digest=DIGEST)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["sha256"] == hashlib.sha256(PDF).hexdigest() and told["what"] == "qualification"
    assert answer["Entry"] == told["entry"]
    files.draw_pages(told["id"])
    path = f"/api/v1/evidence-files/{told['id']}/"
    assert client.get(path).json()["pages"] == 2
    listed = client.get("/api/v1/evidence-files/", {"subject": str(row.id)}).json()["results"]
    assert [each["id"] for each in listed] == [told["id"]]
    with django_capture_on_commit_callbacks() as after:
        assert b"".join(client.get(f"{path}content/")) == PDF
        assert client.get(f"{path}pages/2/").content.startswith(b"\x89PNG")
    assert len(after) == 2
    assert client.get(f"{path}pages/3/").status_code == 404


def test_the_same_key_and_file_again_gives_the_first(scene: Scene, settings: Any) -> None:
    client, row = program(scene, "mei"), certificate(scene)
    first, again = (sent(client, f"qualification/{row.id}", Idempotency_Key="one") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert m.EvidenceFile.objects.count() == 1 and len(stored(settings)) == 2
    other = sent(client, f"qualification/{row.id}", PDF + b"!", Idempotency_Key="one")
    assert 400 <= other.status_code < 500 and len(stored(settings)) == 2


@pytest.mark.parametrize(
    ("path", "data", "how", "status"),
    [
        ("qualification/{id}", PDF, {"Content_Digest": "sha-256=:" + "A" * 43 + "=:"}, 422),
        ("qualification/{id}", PDF, {"Content_Digest": "md5=:AAAA:"}, 422),
        ("qualification/{id}", b"", {}, 422),
        ("qualification/{id}", b"{}", {"kind": "application/json"}, 415),
        ("qualification/{id}", PDF, {"kind": "multipart/form-data; boundary=x"}, 415),
        ("qualification/00000000-0000-0000-0000-000000000000", PDF, {}, 404),
        ("consent/{id}", PDF, {}, 404),
        ("eaten/{id}", PDF, {}, 404),
        ("qualification/x", PDF, {}, 404),
    ],
)
def test_what_does_not_fit_is_a_problem_and_leaves_nothing(
    scene: Scene, settings: Any, path: str, data: bytes, how: dict[str, str], status: int
) -> None:
    answer = sent(program(scene, "mei"), path.format(id=certificate(scene).id), data, **how)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert stored(settings) == [] and not m.EvidenceFile.objects.exists()


def test_too_large_a_file_is_413(scene: Scene, settings: Any) -> None:
    settings.FILES_MAX_BYTES = 1_000_000
    answer = sent(program(scene, "mei"), f"qualification/{certificate(scene).id}", bytes(1_000_001))
    assert answer.status_code == 413 and "1 MB" in answer.content.decode()
    assert stored(settings) == []


@pytest.mark.parametrize(("who", "status"), [("yu", 403), ("lan", 403), ("tao", 404), ("jing", 403)])
def test_who_may_not_record_the_paper_may_not_attach(
    scene: Scene, settings: Any, who: str, status: int
) -> None:
    answer = sent(program(scene, who), f"qualification/{certificate(scene).id}")
    assert answer.status_code == status
    assert stored(settings) == []


def test_a_key_without_the_scope_attaches_nothing(scene: Scene, settings: Any) -> None:
    answer = sent(program(scene, "mei", ("handoff",)), f"qualification/{certificate(scene).id}")
    assert answer.status_code == 403 and stored(settings) == []
