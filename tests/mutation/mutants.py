"""Every mutant of a file: one change by one operator in one place."""

from __future__ import annotations
import __future__

import ast
import textwrap
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

from tests.mutation.operators import operators

POLICY = Path(__file__).resolve().parents[2] / "custody" / "policy"
ENGINE = ("engine", "overriding", "rule", "facts", "subject", "shares", "calendar")


@dataclass(frozen=True)
class Mutant:
    """One change: of the body of a function (which then has `code`), or of what stands around functions (the
    whole `source`, which must be loaded anew)."""

    file: Path
    function: str
    line: int
    was: str
    now: str
    code: types.CodeType | None = None
    source: str = ""

    @property
    def name(self) -> str:
        """Return what it is called in the list of survivors; lines move, so none is named."""
        return f"{self.file.relative_to(POLICY)} {self.function}: {self.was} -> {self.now}"


def targets() -> list[Path]:
    """Return the files that are broken: the rules, and what runs them and reads facts for them."""
    rules = sorted(file for file in (POLICY / "rules").glob("*.py") if file.stem != "__init__")
    return [*rules, *(POLICY / f"{name}.py" for name in ENGINE)]


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file, each that compiles to something else once."""
    text = file.read_text("utf-8")
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    seen: Counter[str] = Counter()
    bodies: list[range] = []
    for name, node in functions(tree):
        start, end = node.lineno, node.end_lineno or node.lineno
        bodies.append(range(node.body[0].lineno, end + 1))
        source = textwrap.dedent("".join(lines[start - 1 : end]))
        first = node.body[0].lineno - start + 1
        known = {_code(source, name)}
        for line, changed in _changes(source, lambda at, first=first: at >= first):  # type: ignore[misc]
            code = _code(changed, name)
            if code is not None and code not in known:
                known.add(code)
                was, now = _difference(source, changed)
                yield Mutant(file, name, start + line - 1, was, _numbered(seen, name, was, now), code)
    around = {_code(text)}
    for line, changed in _changes(text, lambda at: not any(at in body for body in bodies)):
        code = _code(changed)
        if code is not None and code not in around:
            around.add(code)
            was, now = _difference(text, changed)
            yield Mutant(file, "-", line, was, _numbered(seen, "-", was, now), source=changed)


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the functions of a module and of its classes, by qualified name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{f.name}", f) for f in node.body if isinstance(f, ast.FunctionDef))


def _changes(source: str, wanted: Callable[[int], bool]) -> Iterator[tuple[int, str]]:
    """Yield every changed source with the line of the change, where the line is wanted."""
    nodes = [(node, _is_form(node)) for node in ast_nodes(get_ast(source))]
    for operator in _operators():
        occurrence = -1
        for node, form in nodes:
            for (line, _), _ in operator.mutation_positions(node):
                occurrence += 1
                if not form and wanted(line):
                    changed = mutate_code(source, operator, occurrence)
                    if changed is not None:
                        yield line, changed


@cache
def _operators() -> list[Operator]:
    return operators()


def _is_form(node: Any) -> bool:
    """Whether a node is in an annotation, which nothing evaluates, or the mark before named parameters."""
    if node.type == "operator" and node.parent.type == "parameters":
        return True
    while node.parent is not None:
        above = node.parent
        if above.type == "annassign" and node is above.children[1]:
            return True
        if above.type == "tfpdef" and node is above.children[-1]:
            return True
        if above.type == "funcdef" and node is above.annotation:
            return True
        node = above
    return False


def _code(source: str, function: str = "") -> types.CodeType | None:
    """Return what a source compiles to, or the function in it does; None where it does not compile."""
    try:
        found = compile(source, "mutant", "exec", __future__.annotations.compiler_flag, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    if not function:
        return found
    own = function.rpartition(".")[2]
    return next((c for c in found.co_consts if isinstance(c, types.CodeType) and c.co_name == own), None)


def _difference(source: str, changed: str) -> tuple[str, str]:
    """Return the lines that differ, before and after."""
    was, now = source.splitlines(), changed.splitlines()
    while was and now and was[0] == now[0]:
        del was[0], now[0]
    while was and now and was[-1] == now[-1]:
        del was[-1], now[-1]
    return (" ".join(" ".join(part).split()) for part in (was, now))  # type: ignore[return-value]


def _numbered(seen: Counter[str], function: str, was: str, now: str) -> str:
    seen[f"{function} {was} -> {now}"] += 1
    count = seen[f"{function} {was} -> {now}"]
    return now if count == 1 else f"{now} ({count})"
