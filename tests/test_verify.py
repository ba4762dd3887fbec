"""The offline verifier: good reports pass, every change is named, and nothing but files is needed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from custody import verify
from custody.reports import build
from custody.verify import report, verify_evidence, verify_file, verify_issue, verify_report, wording
from custody.version import VERSION
from ledger import trust as trust_folder
from ledger.tlog import bundle as bundles
from ledger.tlog import canonical
from ledger.tlog.verify import verify_bundle
from tests.databases import BYTE_CODE
from tests.reports.made import Delivered, Unit
from tests.reports.test_revision import forged_page, sealed_with
from tests.scale import tries

PROJECT = Path(verify.__file__).resolve().parents[2]


def bad(verdict: verify.Verdict) -> str:
    """Return what a bad verdict says, in English."""
    assert verdict.state == "bad", [(line.state, line.text.en) for line in verdict.lines]
    assert not verdict.good
    assert all(line.text.en and line.text.zh for line in verdict.lines)
    return " ".join(line.text.en for line in verdict.lines if line.state == "bad")


def test_a_report_with_its_receipt_is_good_in_both_languages(unit: Unit) -> None:
    for made in (unit.english, unit.chinese, unit.other):
        verdict = verify_report(made.pdf, unit.trust, made.receipt)
        assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
        rest = ["evidence", "decisions", "pages", "issue"]
        assert [part.name for part in verdict.parts] == ["seal", "asked", *rest]
        assert verdict.sha256 == hashlib.sha256(made.pdf).hexdigest()
        assert verdict.counts["entries"] > 40
        assert verdict.about["project"].startswith("LH-")


def test_without_its_receipt_the_issue_is_said_not_to_be_checked_and_the_rest_is(unit: Unit) -> None:
    verdict = verify_report(unit.english.pdf, unit.trust)
    assert verdict.state == "unknown"
    assert [line.text.en for line in verdict.lines if line.state != "ok"] == [wording.NO_RECEIPT.en]


def test_evidence_alone_and_receipt_alone_are_judged(unit: Unit) -> None:
    evidence = verify_evidence(unit.english.evidence, unit.trust)
    assert evidence.good
    assert any("run again" in line.text.en for line in evidence.lines)
    issue = verify_issue(unit.english.receipt, unit.trust)
    assert issue.good
    assert hashlib.sha256(unit.english.pdf).hexdigest() in issue.lines[-1].text.en
    assert verify_file(unit.english.evidence, unit.trust).good
    assert verify_file(unit.english.receipt, unit.trust).good
    assert "neither a report" in bad(verify_file(b"hello", unit.trust))


def test_the_receipt_of_another_report_is_refused(unit: Unit) -> None:
    said = bad(verify_report(unit.english.pdf, unit.trust, unit.chinese.receipt))
    assert "receipt is of another file" in said


def test_a_receipt_of_another_kind_of_entry_is_no_issue(unit: Unit) -> None:
    members = json.loads(unit.english.receipt)
    members["disclosures"] = [
        base64.urlsafe_b64encode(
            canonical.encode([salt, name, "report.requested/1" if name == "kind" else value])
        )
        .rstrip(b"=")
        .decode()
        for salt, name, value in (
            json.loads(base64.urlsafe_b64decode(text + "==")) for text in members["disclosures"]
        )
    ]
    members["disclosures"].sort()
    said = bad(verify_issue(canonical.encode(members), unit.trust))
    assert "not those of its entry" in said


def flipped(raw: bytes, seed: int, count: int) -> Iterator[tuple[int, bytes]]:
    """Give copies of a file with one byte changed, at seeded places all over it; each place once."""
    chance = random.Random(seed)
    for p in sorted(chance.sample(range(len(raw)), min(count, len(raw)))):
        yield p, raw[:p] + bytes([raw[p] ^ chance.randrange(1, 256)]) + raw[p + 1 :]


MUTATED = [  # which file, how many bytes are changed by day, and in a full run
    pytest.param("pdf", 500, 5_000, id="a report"),
    pytest.param("evidence", 200, 50_000, id="an evidence file"),
    pytest.param("receipt", 200, 50_000, id="a receipt"),
]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("part", "sample", "full"), MUTATED)
def test_a_file_with_any_byte_changed_is_bad(
    unit: Unit, part: str, sample: int, full: int, record_property: Callable[[str, object], None]
) -> None:
    tried, raw = 0, getattr(unit.other, part)
    for place, changed in flipped(raw, 1, tries(sample, full)):
        receipt = unit.other.receipt if part == "pdf" else None
        assert verify_file(changed, unit.trust, receipt).state == "bad", place
        tried += 1
    record_property("bytes changed", f"{tried} of {len(raw)}")
    record_property("accepted", 0)


def test_a_report_with_a_damaged_receipt_is_bad(unit: Unit) -> None:
    place, changed = list(flipped(unit.other.receipt, 4, 200))[100]
    assert "receipt" in bad(verify_report(unit.other.pdf, unit.trust, changed)), place


def swapped(made: Delivered, evidence: bytes) -> bytes:
    """Return a report into which other evidence was put, as an attacker without the seal key would."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        spec = pikepdf.AttachedFileSpec(pdf, evidence, filename=build.EVIDENCE)  # type: ignore[call-arg]
        pdf.attachments[build.EVIDENCE] = spec
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_evidence_swapped_between_two_reports_is_noticed(unit: Unit) -> None:
    said = bad(verify_report(swapped(unit.english, unit.other.evidence), unit.trust, unit.english.receipt))
    assert "does not hold the question" in said
    assert "receipt is of another file" in said


def rebuilt(evidence: bytes, **changes: object) -> bytes:
    """Return an evidence file with some members changed and its own hash made anew."""
    found = bundles.parse(evidence)
    members = {
        name: getattr(found, name)
        for name in ("checkpoint", "entries", "runs", "proofs", "disclosures", "erased", "packs", "tag_keys")
    }
    return bundles.build(**{**members, **changes})


def disclosures_with(evidence: bytes, name: str) -> dict[str, list[Any]]:
    """Return the disclosures of one name, by digest, as [salt, name, value]."""
    found = bundles.parse(evidence).disclosures
    read = {d: json.loads(base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))) for d, t in found.items()}
    return {digest: parts for digest, parts in read.items() if parts[1] == name}


def test_a_disclosed_value_that_was_edited_is_noticed_by_its_digest(unit: Unit) -> None:
    digest, (salt, name, value) = next(
        (d, p) for d, p in disclosures_with(unit.other.evidence, "decision").items()
    )
    value["outcome"] = "refuse" if value["outcome"] == "allow" else "allow"
    text = base64.urlsafe_b64encode(canonical.encode([salt, name, value])).rstrip(b"=").decode()
    kept = dict(bundles.parse(unit.other.evidence).disclosures)
    said = bad(verify_evidence(rebuilt(unit.other.evidence, disclosures={**kept, digest: text}), unit.trust))
    assert "A disclosed value was changed" in said


def test_a_withheld_fact_makes_its_decision_impossible_to_run_again_and_is_said(unit: Unit) -> None:
    acts = list(disclosures_with(unit.other.evidence, "facts/act"))
    assert len(acts) > 1  # of votes and of other acts
    for hidden in acts:
        kept = {d: t for d, t in bundles.parse(unit.other.evidence).disclosures.items() if d != hidden}
        verdict = verify_evidence(rebuilt(unit.other.evidence, disclosures=kept), unit.trust)
        assert verdict.state == "unknown", [line.text.en for line in verdict.lines if line.state != "ok"]
        assert any("cannot be run again" in line.text.en for line in verdict.lines)


def test_a_missing_or_changed_pack_is_said(unit: Unit) -> None:
    packs = dict(bundles.parse(unit.other.evidence).packs)
    none = verify_evidence(rebuilt(unit.other.evidence, packs={}), unit.trust)
    assert none.state == "unknown"
    assert any("rule pack of the decision" in line.text.en for line in none.lines)
    sha, text = next(iter(packs.items()))
    changed = {**packs, sha: text.replace("true", "false", 1)}
    assert "does not have the hash" in bad(
        verify_evidence(rebuilt(unit.other.evidence, packs=changed), unit.trust)
    )


def test_a_copys_key_that_is_not_the_committed_one_is_named(unit: Unit) -> None:
    keys = dict(bundles.parse(unit.other.evidence).tag_keys)
    keys[next(iter(keys))] = bytes(32)
    said = bad(verify_evidence(rebuilt(unit.other.evidence, tag_keys=keys), unit.trust))
    assert "not the one committed to" in said
    assert "without being tagged" in said


def test_a_stream_left_out_of_the_evidence_is_named(unit: Unit) -> None:
    """What a unit could do that holds the seal key: leave a party's stream out and seal again."""
    found = bundles.parse(unit.english.evidence)
    verdict = verify_bundle(unit.english.evidence, trust_folder.load(unit.trust))
    part = verify.Part("evidence", wording.EVIDENCE)
    dropped = found.runs[1].stream
    fewer = tuple(entry for entry in verdict.entries if entry.leaf.stream != dropped)
    import dataclasses

    reference = build.reference("LH-2026-014", unit.english.report)
    report._question(part, dataclasses.replace(verdict, entries=fewer), reference)
    assert part.state == "bad"
    assert "left out of the evidence" in part.lines[0].text.en
    assert "party:" in part.lines[0].text.en


def test_pages_that_the_evidence_does_not_print_are_not_called_the_same(unit: Unit, tmp_path: Path) -> None:
    """Sealed anew by an authority that the trust folder names, with words that the evidence does not hold."""
    from datetime import UTC, datetime

    from custody.reports.authority import ensure_authority
    from custody.reports.seal import seal
    from custody.reports.sealer import load_sealer

    now = datetime.now(UTC).replace(microsecond=0)
    keys = ensure_authority(tmp_path / "keys", tmp_path / "trust", name="Test", now=now)
    for name in ("policy", "log.vkey"):
        (tmp_path / "trust" / name).write_bytes((unit.trust / name).read_bytes())
    judged = verify_bundle(unit.other.evidence, trust_folder.load(unit.trust))
    body = build.body(judged, unit.other.evidence, unit.other.report)
    honest = verify_report(seal(body, load_sealer(keys), at=now), tmp_path / "trust")
    assert [part.state for part in honest.parts] == ["ok", "ok", "ok", "ok", "ok", "unknown"]
    overlaid = sealed_with(keys, forged_page, body=body)
    assert overlaid.startswith(body)
    assert "more than a seal" in bad(verify_report(overlaid, tmp_path / "trust"))

    import io

    import pikepdf

    def judged_pages(program: str) -> tuple[verify.Verdict, str]:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            pdf.pages[0].contents_add(b"q Q")
            with pdf.open_metadata() as meta:
                meta["xmp:CreatorTool"] = program
            out = io.BytesIO()
            pdf.save(out)
        verdict = verify_report(seal(out.getvalue(), load_sealer(keys), at=now), tmp_path / "trust")
        (line,) = next(part.lines for part in verdict.parts if part.name == "pages")
        assert line.state == "unknown"
        return verdict, line.text.en + line.text.zh

    own = f"Holdfast {VERSION}"
    forged, said = judged_pages(own)
    assert [part.state for part in forged.parts] == ["ok", "ok", "ok", "ok", "unknown", "unknown"]
    assert f"this verifier, {own}, prints" in said and "the same version printed them" in said
    assert "由同一版本排印" in said
    _, said = judged_pages("Holdfast 0.0.9")
    assert f"this verifier, {own}, prints" in said and "says that Holdfast 0.0.9 printed them" in said
    assert "文件自称由 Holdfast 0.0.9 排印" in said
    _, said = judged_pages("\u202e" + "x" * 500)
    assert "\u202e" not in said and "x" * 70 not in said


def test_another_units_trust_folder_makes_it_bad_and_a_missing_one_unknown(
    unit: Unit, tmp_path: Path
) -> None:
    verdict = verify_report(unit.english.pdf, tmp_path, unit.english.receipt)
    assert verdict.state == "unknown"
    assert not any(line.state == "bad" for line in verdict.lines)
    for name in ("policy", "log.vkey", "ca.pem"):
        (tmp_path / name).write_bytes((unit.trust / name).read_bytes())
    (tmp_path / "ca.pem").unlink()
    verdict = verify_report(unit.english.pdf, tmp_path, unit.english.receipt)
    assert {part.name: part.state for part in verdict.parts}["seal"] == "unknown"
    key = (unit.trust / "log.vkey").read_text().strip()
    other = key.replace("localhost", "elsewhere")
    for name in ("policy", "log.vkey"):
        (tmp_path / name).write_text((unit.trust / name).read_text().replace(key, other))
    assert verify_report(unit.english.pdf, tmp_path, unit.english.receipt).state != "ok"


# --- the command -------------------------------------------------------------------------------------------

NO_DJANGO = """
import runpy, sys
sys.modules["django"] = None
sys.argv[0] = "{m}"
runpy.run_module("{m}", run_name="__main__")
"""


def run(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in which Django cannot be imported, without any setting of ours."""
    command = [sys.executable, "-c", NO_DJANGO.format(m=module), *map(str, arguments)]
    environ = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **BYTE_CODE}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=PROJECT, env=environ, check=False
    )


@pytest.fixture
def on_disk(unit: Unit, tmp_path: Path) -> Path:
    (tmp_path / "r.pdf").write_bytes(unit.english.pdf)
    (tmp_path / "r.pdf.receipt").write_bytes(unit.english.receipt)
    (tmp_path / "evidence.json").write_bytes(unit.english.evidence)
    (tmp_path / "bad.pdf").write_bytes(unit.english.pdf + b"\n")
    return tmp_path


def test_a_reader_who_goes_before_the_end_is_told_nothing_more_and_nothing_was_found_good(
    unit: Unit, on_disk: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    pdf, trust = str(on_disk / "r.pdf"), str(unit.trust)
    command = [sys.executable, "-m", "custody.verify", pdf, "--receipt", f"{pdf}.receipt", "--trust", trust]
    environ = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **BYTE_CODE}
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            command, stdout=closed, stderr=subprocess.PIPE, cwd=PROJECT, env=environ, check=False
        )
    assert (done.returncode, done.stderr) == (2, b"")


def test_the_command_needs_no_django_and_says_good_bad_or_not_fully(unit: Unit, on_disk: Path) -> None:
    trust = ("--trust", unit.trust)
    good = run(
        "custody.verify", on_disk / "r.pdf", "--receipt", on_disk / "r.pdf.receipt", *trust, "--lang", "zh"
    )
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("通过")
    partly = run("custody.verify", on_disk / "r.pdf", *trust)
    assert partly.returncode == 2
    assert partly.stdout.startswith("NOT FULLY CHECKED")
    wrong = run("custody.verify", on_disk / "bad.pdf", *trust, "--json")
    assert wrong.returncode == 1
    told = json.loads(wrong.stdout)
    assert told["verdict"] == "bad"
    assert any("after the end" in line["en"] for part in told["parts"] for line in part["lines"])
    assert run("custody.verify", on_disk / "none.pdf", *trust).returncode == 2
    assert run("custody.verify").returncode == 2


def test_the_ledgers_own_command_accepts_the_evidence_without_django(unit: Unit, on_disk: Path) -> None:
    done = run("ledger", "verify", on_disk / "evidence.json", "--trust", unit.trust)
    assert done.returncode == 0, done.stdout + done.stderr
    raw = bytearray(unit.english.evidence)
    raw[len(raw) // 2] ^= 1
    (on_disk / "evidence.json").write_bytes(raw)
    assert run("ledger", "verify", on_disk / "evidence.json", "--trust", unit.trust).returncode == 1
