"""Which of cosmic-ray's operators break the policy, and those that it lacks.

Left out are what only a Python reader would tell apart (`==` and `is`), and an order of words (`==` and `<`).
Variables are not swapped: that operator asks for their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

FAMILIES = {
    "ComparisonOperator": ("Eq NotEq", "Is IsNot", "Lt LtE Gt GtE"),
    "BinaryOperator": ("Add Sub Mul", "Mul Div FloorDiv Mod", "BitOr BitAnd BitXor Sub"),
}
"""What is put in each other's place."""
SINGLE = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer"),
    *("RemoveDecorator", "ZeroIterationForLoop", "ReplaceUnaryOperator_Delete_Not"),
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_USub_UAdd"),
)
Position = tuple[tuple[int, int], tuple[int, int]]


class SwapIn(Operator):
    """`in` becomes `not in`, and the other way round."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Yield where it stands."""
        if node.type == "comparison":
            for word in self._words(node):
                yield (word.start_pos, word.end_pos)

    def _words(self, node: Any) -> list[Any]:
        return [word for word in node.children[1::2] if word.get_code().split() in (["in"], ["not", "in"])]

    def mutate(self, node: Any, index: int) -> Any:
        """Put the other in its place."""
        word = self._words(node)[index]
        other = " in" if "not" in word.get_code().split() else " not in"
        node.children[node.children.index(word)] = parso.parse(other)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Say it by example."""
        return Example("x in y", "x not in y"), Example("x not in y", "x in y")


class DropCondition(Operator):
    """A comprehension takes everything."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Yield the conditions."""
        if node.type == "comp_if":
            yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> None:
        """Drop it."""

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Say it by example."""
        return (Example("[x for x in y if x]", "[x for x in y]"),)


class SwapBuiltin(Operator):
    """`any` becomes `all`, `min` becomes `max`, and the other way round."""

    others = {"any": "all", "all": "any", "min": "max", "max": "min"}

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Yield the calls."""
        if node.type == "name" and node.value in self.others and not node.is_definition():
            after = node.get_next_leaf()
            before = node.get_previous_leaf()
            if (
                after is not None
                and after.value == "("
                and (before is None or before.value not in (".", "def"))
            ):
                yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        """Put the other in its place."""
        node.value = self.others[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Say it by example."""
        return Example("any(x)", "all(x)"), Example("min(x, y)", "max(x, y)")


class DropStatement(Operator):
    """A call, a raise or an addition is not made."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Yield the statements."""
        if node.type == "simple_stmt":
            what = node.children[0]
            call = what.type == "atom_expr" and what.children[-1].type == "trailer"
            added = what.type == "expr_stmt" and getattr(what.children[1], "value", "=") != "="
            if call or added or what.type == "raise_stmt":
                yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        """Put `pass` in its place."""
        first = node.get_first_leaf()
        node.children[0] = parso.python.tree.Keyword("pass", first.start_pos, prefix=first.prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Say it by example."""
        return (
            Example("x.tell(y)\n", "pass\n"),
            Example("x += y\n", "pass\n"),
            Example("raise X(y)\n", "pass\n"),
        )


class ReturnNothing(Operator):
    """A function returns None instead of what it found."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Yield the statements that return something."""
        if node.type == "return_stmt" and node.children[1].get_code().strip() != "None":
            yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        """Return None."""
        node.children[1] = parso.parse(" None")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Say it by example."""
        return (Example("return x", "return None"),)


OWN: tuple[type[Operator], ...] = (SwapIn, DropCondition, SwapBuiltin, DropStatement, ReturnNothing)


def operators() -> list[Operator]:
    """Return all that is used."""
    names = list(SINGLE)
    for kind, families in FAMILIES.items():
        for family in families:
            names += [f"Replace{kind}_{a}_{b}" for a in family.split() for b in family.split() if a != b]
    return [get_operator(f"core/{name}")() for name in dict.fromkeys(names)] + [own() for own in OWN]
