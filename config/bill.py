"""The bill of materials: each package that a site runs on, with version, licence and who asked for it.

`python -m config.bill > docs/sbom.cdx.json` writes it as CycloneDX 1.6 JSON. It is made from
requirements.txt, which `bin/lock` writes and which holds the hashes of every file that may be installed, and
from what the installed packages say of their licences. Nothing in it depends on when or where it was made.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.txt"
FONTS = PROJECT / "custody" / "reports" / "font_files"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)")
_VIA = re.compile(r"    # {1,3}(?:via )? *(?P<name>\S+(?: requirements\.in)?)$")
_SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-2.1-or-later",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""SPDX names for what packages of before PEP 639 say in their classifiers."""


@dataclass(frozen=True, slots=True)
class Package:
    """One line of requirements.txt: its pins, the hashes of its files, and the packages that asked for it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Return its package URL, by which lists of known faults name it."""
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def packages(text: str) -> list[Package]:
    """Read the packages out of a requirements file as pip-compile writes it. Raises ValueError for a package
    without a hash, and for a line that is none of its own.

    >>> packages("a==1 --hash=sha256:0f\\n    # via b\\n")
    [Package(name='a', version='1', hashes=('0f',), wanted_by=('b',))]
    """
    return list(_packages(text.replace("\\\n", "").splitlines()))


def _packages(lines: list[str]) -> Iterator[Package]:
    found: list[tuple[str, str, tuple[str, ...], list[str]]] = []
    for line in lines:
        if via := _VIA.fullmatch(line):
            if found and via["name"] != "via":
                found[-1][3].append(via["name"])
        elif line and not line.startswith("#") and line.strip() != "# via":
            pin = _PIN.match(line)
            hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]+)", line))
            if pin is None or not hashes:
                raise ValueError(f"no pinned and hashed package: {line[:80]}")
            found.append((pin["name"], pin["version"], hashes, []))
    for name, version, hashes, wanted_by in found:
        yield Package(name, version, hashes, tuple(wanted_by))


def licence(name: str) -> dict[str, str] | None:
    """Return the licence that a package states; None where it states none, or is not for this machine."""
    try:
        told: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return {"expression": expression}
    classifiers = [value for key, value in told.items() if key == "Classifier"]
    names = [value.rpartition(" :: ")[2] for value in classifiers if value.startswith("License :: OSI")]
    known = sorted({_SPDX[name] for name in names if name in _SPDX})
    if known and len(known) == len({*names} - {"OSI Approved"}):
        return {"expression": " OR ".join(known)}
    stated = (told.get("License") or ", ".join(sorted(names))).strip().splitlines()
    return {"name": stated[0][:80]} if stated and stated[0] else None


def bill(requirements: str) -> dict[str, Any]:
    """Return the bill of a requirements file as CycloneDX 1.6 has it."""
    every = packages(requirements)
    refs = {package.name: package.purl for package in every}
    version = re.search(r'^VERSION = "(.+)"', (PROJECT / "custody" / "version.py").read_text(), re.MULTILINE)
    own = f"pkg:generic/holdfast@{version[1]}" if version else "pkg:generic/holdfast"
    needs: dict[str, list[str]] = {own: [], **{ref: [] for ref in refs.values()}}
    for package in every:
        for name in package.wanted_by:
            asked = own if name == "-r" or name.endswith("requirements.in") else refs[name]
            needs[asked].append(package.purl)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": own, "name": "holdfast", "purl": own,
                "version": version[1] if version else "",
                "licenses": [{"expression": "Apache-2.0"}],
                "properties": [
                    {
                        "name": f"holdfast:sha256:{REQUIREMENTS}",
                        "value": hashlib.sha256(requirements.encode()).hexdigest(),
                    }
                ],
            }
        },
        "components": [*map(_component, every), *_fonts()],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in needs.items()],
    }  # fmt: skip


def _component(package: Package) -> dict[str, Any]:
    stated = licence(package.name)
    shown = {} if stated is None else {
        "licenses": [stated if "expression" in stated else {"license": stated}]
    }  # fmt: skip
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        **shown,
        "properties": [{"name": "holdfast:accepted-files", "value": str(len(package.hashes))}],
    }


def _fonts() -> Iterator[dict[str, Any]]:
    """Say what third parties made that lies in this repository: the fonts of reports."""
    for path in sorted(FONTS.glob("*.ttf")):
        yield {
            "type": "file",
            "name": path.name,
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
            "licenses": [{"expression": "OFL-1.1"}],
        }


def main() -> None:
    """Write the bill to standard output."""
    made = bill((PROJECT / REQUIREMENTS).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
