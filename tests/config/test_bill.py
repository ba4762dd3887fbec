"""The bill of materials tells all that a site runs on, and a swapped package is not installed."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

import pytest

from config import bill, bootstrap

TEXT = (bill.PROJECT / bill.REQUIREMENTS).read_text(encoding="utf-8")


def test_the_bill_that_lies_in_docs_is_of_todays_requirements() -> None:
    kept = json.loads((bill.PROJECT / "docs" / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert kept == bill.bill(TEXT), "run python -m config.bill > docs/sbom.cdx.json"


def test_every_package_stands_in_it_once_with_its_version_and_who_asked_for_it() -> None:
    made = bill.bill(TEXT)
    pins = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", TEXT, re.MULTILINE)
    told = [(one["name"], one["version"]) for one in made["components"] if one["type"] == "library"]
    assert told == pins and len({*told}) == len(told) > 80
    graph = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}
    reached, todo = set[str](), [made["metadata"]["component"]["bom-ref"]]
    while todo:
        ref = todo.pop()
        todo += [on for on in graph[ref] if on not in reached]
        reached |= {*graph[ref]}
    assert reached == {f"pkg:pypi/{name}@{version}" for name, version in pins}, "none without a reason"
    assert any(one["name"].endswith(".ttf") and one["hashes"] for one in made["components"])


def test_another_version_another_package_and_another_hash_change_it() -> None:
    made = bill.bill(TEXT)
    first = bill.packages(TEXT)[0]
    for changed in (
        TEXT.replace(f"=={first.version} ", "==0.0.1 ", 1),
        TEXT.replace(f"{first.name}==", "swapped==", 1),
        TEXT.replace(first.hashes[0], "0" * 64),
    ):
        if changed.count("swapped") or "==0.0.1 " in changed:
            with_new_names = changed.replace(f"# via {first.name}\n", "# via swapped\n")
            assert [p.purl for p in bill.packages(with_new_names)] != [p.purl for p in bill.packages(TEXT)]
        else:
            assert bill.bill(changed)["metadata"] != made["metadata"]


@pytest.mark.parametrize("line", ["six", "six==1.17.0", "six>=1 --hash=sha256:00", "-e .", "./six.whl"])
def test_a_line_without_a_pin_and_a_hash_is_no_bill(line: str) -> None:
    with pytest.raises(ValueError, match="no pinned and hashed package"):
        bill.packages(f"{TEXT}\n{line}\n")


def wheel(folder: Path, content: str) -> Path:
    """Make a package that can be installed."""
    path = folder / "parcel-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("parcel.py", content)
        file.writestr("parcel-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: parcel\nVersion: 1.0\n")
        file.writestr("parcel-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr("parcel-1.0.dist-info/RECORD", "")
    return path


def test_a_package_of_the_same_name_and_version_with_other_content_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, log = tmp_path / "shelf", tmp_path / "pip.log"
    shelf.mkdir()
    kept = hashlib.sha256(wheel(shelf, "x = 1\n").read_bytes()).hexdigest()
    (tmp_path / "wanted.txt").write_text(f"parcel==1.0 --hash=sha256:{kept}\n")
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_DRY_RUN": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    bootstrap._install("wanted.txt", log)
    wheel(shelf, "x = 2\n")
    with pytest.raises(bootstrap.SetUpError):
        bootstrap._install("wanted.txt", log)
    assert "DO NOT MATCH THE HASHES" in log.read_text()
