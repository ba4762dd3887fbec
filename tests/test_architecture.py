"""The rooms stand where DESIGN 5 puts them, imports point downwards, and what decides asks no clock."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "custody", "holdfast_client", "ledger")
PURE = ("custody/policy", "custody/events", "custody/terms.py", "custody/signoff.py", "ledger/tlog")
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "base_utils"}
LONGEST = 500  # lines; the aim is 150, seldom over 400
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "uuid1", "uuid4", "uuid7"}
# The packs lie beside the rules; one module reads them once, and hands texts to those who decide.
MAY_READ = {"custody/policy/shipped.py": "read_text"}
REACHES_OUT = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
OUTSIDE = {"read_text", "read_bytes", "write_text", "write_bytes", "environ", "getenv", "urlopen", "Popen"}


def sources(*places: str) -> Iterator[Path]:
    for place in places:
        path = PROJECT / place
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code in which a test may plant a violation."""
    folder = tmp_path_factory.mktemp("project")
    for room in ROOMS:
        shutil.copytree(PROJECT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def test_imports_point_downwards() -> None:
    done = contracts(PROJECT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("custody/terms.py", "from custody.models import Person", "imports point downwards only"),
        ("custody/models/__init__.py", "import custody.actions", "imports point downwards only"),
        ("custody/gather.py", "import custody.record", "imports point downwards only"),
        ("custody/record.py", "import config.env", "imports point downwards only"),
        ("ledger/models.py", "import custody.terms", "nothing of the product above it"),
        ("ledger/tlog/note.py", "import ledger.models", "front door on top"),
        ("custody/gather.py", "import ledger.models", "front door of the ledger alone"),
        ("custody/record.py", "import ledger.log", "front door of the ledger alone"),
        ("custody/policy/__init__.py", "import django.utils.timezone", "touch nothing outside"),
        ("custody/events/__init__.py", "import subprocess", "touch nothing outside"),
        ("ledger/tlog/canonical.py", "import psycopg", "touch nothing outside"),
        ("ledger/tlog/merkle.py", "import socket", "touch nothing outside"),
        ("ledger/__main__.py", "import django", "without Django"),
        ("ledger/witness.py", "import django", "without Django"),
        ("ledger/cosigning.py", "import ledger.models", "standard library and cryptography alone"),
        ("ledger/tlog/witness.py", "import http.client", "touch nothing outside"),
        ("custody/verify/report.py", "from ledger import api", "without Django"),
        ("holdfast_client/found.py", "import custody.actions.keys", "without Django"),
    ],
)
def test_a_planted_violation_is_caught(copy: Path, file: str, line: str, contract: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text((before or "") + f"\n{line}\n", encoding="utf-8")
    try:
        done = contracts(copy)
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")
    assert done.returncode != 0
    broken = [said for said in done.stdout.splitlines() if " BROKEN" in said]
    assert any(contract in said for said in broken), done.stdout


def test_every_contract_has_its_reason() -> None:
    lines = (PROJECT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    heads = [number for number, line in enumerate(lines) if line == "[[tool.importlinter.contracts]]"]
    assert len(heads) >= 6
    assert [lines[n] for n in heads if not lines[n - 1].startswith("# ")] == []


def faults_of_purity(source: str) -> list[str]:
    """Name each clock, chance, file, print or environment that a pure module reaches for."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in REACHES_OUT:
                found.append(f"line {node.lineno}: {called.id}()")
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS and not called_on_value(called):
                found.append(f"line {node.lineno}: {ast.unparse(called)}()")
        if isinstance(node, ast.Attribute) and node.attr in OUTSIDE:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = [f"{module}.{alias.name}".strip(".") for alias in node.names]
            found += [
                f"line {node.lineno}: import {name}"
                for name in names
                if name.split(".")[0] in {"django", "time", "os"}
            ]
    return found


def called_on_value(called: ast.Attribute) -> bool:
    """Say whether `x.time()` is asked of a value (a datetime's own time), not of a clock."""
    owner = called.value.id if isinstance(called.value, ast.Name) else ""
    if isinstance(called.value, ast.Attribute):
        owner = called.value.attr
    return owner not in {"datetime", "date", "time", "timezone", "uuid", "uuid_utils"}


@pytest.mark.parametrize("file", list(sources(*PURE)), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_what_decides_is_pure(file: Path) -> None:
    allowed = MAY_READ.get(file.relative_to(PROJECT).as_posix())
    faults = faults_of_purity(file.read_text(encoding="utf-8"))
    assert [fault for fault in faults if allowed is None or not fault.endswith(f".{allowed}")] == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "uuid.uuid4()",
        "open('x')",
        "Path('x').read_text()",
        "os.environ['X']",
        "import django.db",
        "from os import environ",
        "print('x')",
    ],
)
def test_an_impure_line_is_caught(line: str) -> None:
    assert faults_of_purity(f"def f(at):\n    {line}\n") != []


@pytest.mark.parametrize("line", ["at.time()", "moment.at.date()", "row['now']", "facts.today", "str(at)"])
def test_a_pure_line_is_not_called_impure(line: str) -> None:
    assert faults_of_purity(f"def f(at, moment, row, facts):\n    return {line}\n") == []


def test_no_room_has_a_vague_name() -> None:
    assert [str(path) for path in sources(*ROOMS) if path.stem.strip("_") in VAGUE] == []


def test_no_file_is_a_burden() -> None:
    sizes = {
        str(p): len(p.read_text(encoding="utf-8").splitlines())
        for p in sources(*ROOMS)
        if "migrations" not in p.parts
    }
    assert {path: size for path, size in sizes.items() if size > LONGEST} == {}


def test_the_layout_is_the_designs() -> None:
    wanted = """
        manage.py requirements.txt requirements-dev.txt pyproject.toml LICENSE bin/run bin/test
        config/settings.py config/urls.py config/wsgi.py config/celery.py config/embedded.py
        ledger/api.py ledger/log.py ledger/sealer.py ledger/proofs.py ledger/journal.py ledger/keys.py
        ledger/models.py ledger/checks.py ledger/views.py ledger/urls.py ledger/migrations ledger/__main__.py
        ledger/tlog/merkle.py ledger/tlog/tiles.py ledger/tlog/note.py ledger/tlog/checkpoint.py
        ledger/tlog/cosignature.py ledger/tlog/canonical.py ledger/tlog/disclosure.py ledger/tlog/bundle.py
        ledger/tlog/policy.py ledger/tlog/verify.py ledger/tlog/errors.py
        custody/terms.py custody/permissions.py custody/transitions.py custody/locks.py
        custody/policy/facts.py custody/policy/rule.py custody/policy/engine.py custody/policy/regime.py
        custody/policy/rules custody/policy/regimes custody/events/kind.py custody/models
        custody/gather.py custody/record.py custody/apply.py custody/actions custody/importers
        custody/reports/build.py custody/reports/blocks.py custody/reports/sections custody/reports/pdf.py
        custody/reports/evidence.py custody/reports/seal.py
        custody/verify custody/web custody/api custody/outbox.py custody/tasks.py custody/checks.py
        custody/migrations custody/management/commands
        templates/base.html static/holdfast.css static/holdfast.js
    """
    assert [place for place in wanted.split() if not (PROJECT / place).exists()] == []


def test_nothing_but_importers_actions_and_tests_writes_rows_of_the_graph() -> None:
    """Screens, API and reports ask an action; a stray `.save()` there would be a change without an entry."""
    writers = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
    found = []
    for path in sources(
        "custody/web", "custody/api", "custody/reports", "custody/policy", "custody/importers"
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in writers
                and ".objects" in ast.unparse(node)
            ):
                found.append(f"{path.relative_to(PROJECT)}:{node.lineno}")
    assert found == []


ASKED = {"GET", "POST", "FILES", "data", "query_params", "body", "headers", "COOKIES", "META"}
BY_NAME = {
    "filter", "exclude", "get", "order_by", "values", "values_list", "only", "defer", "annotate", "alias",
    "aggregate", "dates", "datetimes", "update", "create", "select_related", "prefetch_related", "distinct",
    "extra", "raw", "RawSQL", "execute", "F", "Q", "getattr", "setattr",
}  # fmt: skip
"""What takes names of columns, of members, or SQL."""


def of_a_request(tree: ast.AST) -> bool:
    """Say whether an expression reads what somebody sent."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ASKED
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) == "request"
        for node in ast.walk(tree)
    )


def names_from_outside(tree: ast.AST) -> Iterator[str]:
    """Return each call in which what was sent can name a column, a member or SQL; values it may well give."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if any(word.arg is None and of_a_request(word.value) for word in node.keywords):
            yield ast.unparse(node)
        elif called in BY_NAME and not of_a_request(node.func):
            free = [x for x in node.args if not isinstance(x, ast.Call) or called in ("getattr", "setattr")]
            if called in ("getattr", "setattr"):
                free = free[1:2]
            yield from [ast.unparse(node)] if any(map(of_a_request, free)) else []


def test_nothing_that_was_sent_names_a_column_a_member_or_sql() -> None:
    read, found = 0, []
    for path in sources("custody", "ledger", "config"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        read += of_a_request(tree)
        found += [f"{path.name}: {call}" for call in names_from_outside(tree)]
    assert read > 50, "it sees where requests are read"
    assert not found, found


@pytest.mark.parametrize(
    "planted",
    [
        "rows.filter(**request.GET.dict())",
        "rows.filter(**{k: v for k, v in request.query_params.items()})",
        "rows.order_by(request.GET['sort'])",
        "rows.order_by(*request.GET.getlist('sort'))",
        "m.Item.objects.create(**self.request.data)",
        "rows.values_list(request.POST['column'], flat=True)",
        "rows.extra(where=[], **request.GET)",
        "cursor.execute(f'SELECT {request.GET[0]}')",
        "getattr(row, request.GET['name'])",
        "rows.filter(Q(**request.data))",
    ],
)
def test_each_way_of_naming_a_column_from_outside_is_seen(planted: str) -> None:
    assert list(names_from_outside(ast.parse(planted)))


@pytest.mark.parametrize(
    "fine",
    [
        "rows.filter(code=request.GET.get('code'))",
        "request.GET.get('sort')",
        "Form(request.POST, **given)",
        "getattr(request.POST, 'dict')",
    ],
)
def test_values_that_were_sent_are_fine(fine: str) -> None:
    assert not list(names_from_outside(ast.parse(fine)))
