"""`bin/holdfast` as people run it: offers and answers, refusals, lost connections, keys that lie open."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from custody import models as m
from custody.terms import HandoffState
from tests.databases import PROJECT

from .conftest import Line, Run, environ

if TYPE_CHECKING:
    from tests.web.scene import Scene

Keys = Callable[..., Path]


def offer(scene: Scene, *codes: str, to: str = "", system: str = "westgate_room") -> list[str]:
    return [
        "offer", "--hop", str(scene.westgate.id), "--to", to or str(scene.cast.people["tao"].id),
        "--system", str(scene.cast.systems[system].id), "--purpose", "Scanning",
        "--channel", "in_person", *codes,
    ]  # fmt: skip


def test_mei_offers_tao_accepts_and_the_table_says_who_holds_it(
    scene: Scene, live_server: Any, client: Run, key_file: Keys
) -> None:
    mei, tao = (
        {"HOLDFAST_KEY_FILE": str(key_file(w)), "HOLDFAST_URL": live_server.url} for w in ("mei", "tao")
    )
    code = scene.copies[2].code
    who = client("whoami", **mei)
    assert who.returncode == 0 and "(mei)" in who.stdout, who.stderr
    made = client(*offer(scene, code.lower(), to=scene.cast.people["tao"].staff_number), **mei)
    assert made.returncode == 0, made.stderr
    number = made.stdout.split()[0]
    assert m.Handoff.objects.get(number=number).copies.get() == scene.copies[2]
    taken = client("accept", number.lower(), **tao)
    assert (taken.returncode, taken.stdout) == (0, f"{number}  Accepted\n"), taken.stderr
    where = client("where", code, scene.copies[3].code, **mei)
    lines = where.stdout.splitlines()
    assert len(lines) == 3 and lines[1].startswith(code), where.stderr
    assert scene.cast.people["tao"].name in lines[1] and scene.cast.systems["westgate_room"].name in lines[1]
    chinese = client("where", code, **{**mei, "LANG": "zh_CN.UTF-8"})
    assert "保管单位" in chinese.stdout and "在管" in chinese.stdout
    again = client("accept", number, **tao)
    assert again.returncode == 2 and again.stderr, "it was accepted before: not possible, not a refusal"
    text = Path(mei["HOLDFAST_KEY_FILE"]).read_text(encoding="ascii").strip()
    assert text not in "".join(done.stdout + done.stderr for done in (who, made, where, again))


def test_tao_declines_with_his_reason(scene: Scene, live_server: Any, client: Run, key_file: Keys) -> None:
    tao = {"HOLDFAST_KEY_FILE": str(key_file("tao")), "HOLDFAST_URL": live_server.url}
    assert client("decline", scene.handoff.number, **tao).returncode == 2, "a reason is needed"
    done = client("decline", scene.handoff.number, "--reason", "Torn", **tao)
    assert done.returncode == 0, done.stderr
    row = m.Handoff.objects.get(id=scene.handoff.id)
    assert (row.state, row.answer) == (HandoffState.DECLINED, "Torn")


@pytest.mark.parametrize(("language", "told"), [("C.UTF-8", "What to do: "), ("zh_CN.UTF-8", "处理办法：")])
def test_a_refusal_by_the_rules_prints_each_finding_and_exits_with_1(
    scene: Scene, live_server: Any, client: Run, key_file: Keys, language: str, told: str
) -> None:
    mei = {"HOLDFAST_KEY_FILE": str(key_file("mei")), "HOLDFAST_URL": live_server.url, "LANG": language}
    done = client(*offer(scene, scene.copies[2].code, system="office_pc"), **mei)
    assert done.returncode == 1, done.stderr
    refusal = m.Refusal.objects.get()
    codes = {f["code"] for f in refusal.decision.findings if f["outcome"] in ("block", "cannot_tell")}
    assert codes and all(code in done.stderr for code in codes), done.stderr
    assert told in done.stderr and done.stdout == ""


def test_an_act_whose_answer_was_lost_is_sent_again_and_done_once(
    scene: Scene, client: Run, key_file: Keys, lossy: Callable[[int], Line]
) -> None:
    line, before = lossy(2), m.Handoff.objects.count()
    mei = {"HOLDFAST_KEY_FILE": str(key_file("mei")), "HOLDFAST_URL": line.url}
    done = client(*offer(scene, scene.copies[2].code), **mei)
    assert done.returncode == 0, done.stderr
    assert len(line.tokens) == 3 and len(set(line.tokens)) == 1 and line.tokens[0]
    assert m.Handoff.objects.count() == before + 1


def test_when_no_answer_ever_comes_the_same_act_can_be_repeated_by_its_key(
    scene: Scene, live_server: Any, client: Run, key_file: Keys, lossy: Callable[[int], Line]
) -> None:
    line, before = lossy(99), m.Handoff.objects.count()
    mei = {"HOLDFAST_KEY_FILE": str(key_file("mei")), "HOLDFAST_URL": line.url}
    asked = offer(scene, scene.copies[2].code)
    lost = client(*asked, **mei)
    assert lost.returncode == 3 and f"--once {line.tokens[0]}" in lost.stderr
    found = client(*asked, "--once", str(line.tokens[0]), **{**mei, "HOLDFAST_URL": live_server.url})
    assert found.returncode == 0, found.stderr
    assert m.Handoff.objects.count() == before + 1


def test_what_is_not_there_or_does_not_fit_exits_with_2_and_does_nothing(
    scene: Scene, live_server: Any, client: Run, key_file: Keys
) -> None:
    mei = {"HOLDFAST_KEY_FILE": str(key_file("mei")), "HOLDFAST_URL": live_server.url}
    before = m.Handoff.objects.count()
    unknown = client(*offer(scene, scene.copies[2].code, "HF-999999-0", "-x".replace("-", "")), **mei)
    assert unknown.returncode == 2 and "HF-999999-0, X" in unknown.stderr
    for wrong in ("Nobody", str(uuid.uuid4()), "a\nb"):
        assert client(*offer(scene, scene.copies[2].code, to=wrong), **mei).returncode == 2, wrong
    assert client(*offer(scene, scene.copies[2].code), "--due", "2026-13-01", **mei).returncode == 2
    assert client("accept", "HO-999999-0", **mei).returncode == 2
    assert client("report", "NO-SUCH", **mei).returncode == 2
    assert client("eat", **mei).returncode == 2
    reading = {**mei, "HOLDFAST_KEY_FILE": str(key_file("mei", ()))}
    assert client(*offer(scene, scene.copies[2].code), **reading).returncode == 2, "a key without the scope"
    assert m.Handoff.objects.count() == before and not m.Refusal.objects.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_file_that_others_may_open_is_not_used(client: Run, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text("hf_" + "x" * 43, encoding="ascii")
    path.chmod(mode)
    done = client("whoami", HOLDFAST_KEY_FILE=str(path), HOLDFAST_URL="http://localhost:1")
    assert done.returncode == 2 and "chmod 600" in done.stderr
    assert "hf_x" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "url",
    ["http://holdfast.example", "http://127.0.0.1.example", "ftp://localhost", "localhost:8000", "http://a@localhost",
     "http://localhost:x", ""],
)  # fmt: skip
def test_the_key_never_travels_in_the_clear(client: Run, url: str) -> None:
    done = client("--url", url or "http://[", "whoami", HOLDFAST_KEY="hf_" + "x" * 43)
    assert done.returncode == 2 and done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("key", ["", "secret", "hf_" + "x" * 30 + "\r\nX: y", "hf_é" + "x" * 40])
def test_what_is_no_key_is_told_and_not_sent(client: Run, key: str) -> None:
    done = client("whoami", HOLDFAST_KEY=key, HOLDFAST_URL="http://localhost:1")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert not key or key not in done.stderr


def test_a_site_that_is_not_there_exits_with_3(client: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = client("whoami", HOLDFAST_KEY="hf_" + "x" * 43, HOLDFAST_URL=url, LANG="zh_CN.UTF-8")
    assert done.returncode == 3 and "无法连接" in done.stderr


def test_a_dead_key_is_told(scene: Scene, live_server: Any, client: Run) -> None:
    done = client("whoami", HOLDFAST_KEY="hf_" + "x" * 43, HOLDFAST_URL=live_server.url)
    assert done.returncode == 2 and "unknown, revoked or expired" in done.stderr


def test_jing_takes_a_report_and_judges_it_on_her_own_machine(
    scene: Scene, live_server: Any, client: Run, key_file: Keys, tmp_path: Path, settings: Any
) -> None:
    from tests.reports.made import build

    jing = {"HOLDFAST_KEY_FILE": str(key_file("jing")), "HOLDFAST_URL": live_server.url}
    out = tmp_path / "out"
    out.mkdir()
    asking = subprocess.Popen(
        [sys.executable, "-P", "-m", "holdfast_client", "report", scene.project.code, "--out", str(out)],
        env=environ(**jing),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    last = time.monotonic() + 60
    while not m.Report.objects.exists() and asking.poll() is None and time.monotonic() < last:
        time.sleep(0.1)
    build(m.Report.objects.get().id)
    said, told = asking.communicate(timeout=150)
    assert asking.returncode == 0, told
    pdf, receipt = (Path(line) for line in said.splitlines())
    assert pdf.parent == out and receipt.name == pdf.name + ".receipt"
    assert pdf.stat().st_mode & 0o077 == 0 and len(list(out.iterdir())) == 2
    judged = ["verify", str(pdf), "--receipt", str(receipt), "--trust", str(settings.TRUST_DIR)]
    good = client(*judged)
    assert good.returncode == 0 and "GOOD" in good.stdout, good.stdout + good.stderr
    pdf.write_bytes(pdf.read_bytes().replace(b"/Type", b"/Typo", 1))
    assert client(*judged).returncode in (1, 2)


def test_bin_holdfast_finds_its_environment_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "holdfast_client").mkdir()
    (tmp_path / "custody").mkdir()
    done = subprocess.run(
        [PROJECT / "bin" / "holdfast", "whoami"],
        cwd=tmp_path,
        env=environ(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2 and "HOLDFAST_KEY_FILE" in done.stderr, done.stderr


def test_a_carrier_is_put_down_and_the_file_that_comes_is_held_against_it(
    scene: Scene, live_server: Any, client: Run, key_file: Keys, tmp_path: Path
) -> None:
    mei, tao = (
        {"HOLDFAST_KEY_FILE": str(key_file(w)), "HOLDFAST_URL": live_server.url} for w in ("mei", "tao")
    )
    sheet, other, copy = tmp_path / "sheet.tif", tmp_path / "other.tif", scene.copies[2]
    sheet.write_bytes(b"sheet" * 1_000_000)
    other.write_bytes(b"other")
    done = client(
        "describe", copy.code.lower(), "--medium", "usb", "--seal", "S 44", "--file", str(sheet),
        "--reason", "Packed", **mei,
    )  # fmt: skip
    assert done.returncode == 0 and "USB drive  S 44" in done.stdout, done.stderr
    again = client("describe", copy.code, "--seal", "S 45", "--reason", "Sealed again", **mei)
    assert again.returncode == 0, again.stderr
    copy.refresh_from_db()
    assert (copy.medium, copy.seal_number) == ("usb", "S 45"), "what was not named stays"
    assert copy.sha256 == hashlib.sha256(sheet.read_bytes()).hexdigest()
    codes = [copy.code, scene.copies[3].code]
    number = client(*offer(scene, *codes), **mei).stdout.split()[0]
    lost = client("accept", number, "--file", f"{copy.code}={tmp_path / 'none.tif'}", **tao)
    assert lost.returncode == 2 and "cannot be read" in lost.stderr
    taken = client("accept", number, "--file", f"{copy.code}={other}", **tao)
    assert taken.returncode == 0, taken.stderr
    assert m.Discrepancy.objects.get().copy_id == copy.id
