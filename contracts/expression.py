"""Small sums that a rule may write: `self_paid + relief_paid` over columns, `0.5 × 农村居民人均可支配收入（上年）` over indices.

The text is parsed to a tree of numbers, names and + − × ÷, and nothing else is let through; it is never executed as code. A name may
carry a year in brackets: 本年 (or none), 上年, or so many years back, such as （-2）.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

SIGNS = str.maketrans({"×": "*", "÷": "/", "（": "(", "）": ")", "＋": "+", "－": "-", "−": "-", "％": "%"})
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%(?:\s*的)?(\s*[*])?")
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
YEARS = {"本年": 0, "当年": 0, "上年": -1, "上一年": -1}
LONGEST = 200


@dataclass(frozen=True)
class Named:
    """A name in an expression, with how many years back it is meant (0, -1, …)."""

    name: str
    years: int = 0


@dataclass(frozen=True)
class Expression:
    """A parsed expression; `text` is what was written."""

    text: str
    tree: ast.expr

    @property
    def names(self) -> list[Named]:
        """The names that stand in it, in order, each once."""
        return list(dict.fromkeys(_names(self.tree)))

    def evaluate(self, meaning: Callable[[Named], Any]) -> Any:
        """Its value, where `meaning` says what a name stands for: a number, or anything else that can be added and multiplied."""
        return _value(self.tree, meaning)


def parse(text: str) -> Expression:
    """Read an expression. Raises `ValueError` (in Chinese) for anything but numbers, names, years and the four operations."""
    plain = PERCENT.sub(lambda found: f"({found[1]}/100)*", text.translate(SIGNS)).strip().removesuffix("*")
    problem = f"算式“{text}”看不懂：只能写数字、名称和加减乘除，例如 0.5 × 农村居民人均可支配收入（上年）"
    if len(text) > LONGEST:
        raise ValueError(problem)
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as broken:
        raise ValueError(problem) from broken
    if not _is_allowed(tree):
        raise ValueError(problem)
    return Expression(text, tree)


def _is_allowed(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()) | ast.Name():
            return True
        case ast.BinOp(left=left, op=op, right=right):
            return type(op) in OPERATORS and _is_allowed(left) and _is_allowed(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_allowed(operand)
        case ast.Call(func=ast.Name(), args=[year], keywords=[]):
            return _years(year) is not None
        case _:
            return False


def _years(node: ast.AST) -> int | None:
    """How many years back a bracket says, null for anything that is no year."""
    match node:
        case ast.Name(id=name):
            return YEARS.get(name)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(back))):
            return -back
        case ast.Constant(value=0):
            return 0
        case _:
            return None


def _names(node: ast.AST) -> Iterator[Named]:
    match node:
        case ast.Name(id=name):
            yield Named(name)
        case ast.Call(func=ast.Name(id=name), args=[year]):
            yield Named(name, _years(year) or 0)
        case ast.BinOp(left=left, right=right):
            yield from _names(left)
            yield from _names(right)
        case ast.UnaryOp(operand=operand):
            yield from _names(operand)


def _value(node: ast.AST, meaning: Callable[[Named], Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_value(left, meaning), _value(right, meaning))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, meaning)
        case _:
            return meaning(next(_names(node)))
