"""Boolean conditions, a small part of Python's expressions.

.. code-block:: text

    env.NAME  env["NAME"]   a variable of the host, empty when unset
    factor.NAME             whether the environment has this factor
    env_name                its name
    "text"  ==  !=  and  or  not  ( )
"""

from __future__ import annotations

import ast
import os
from functools import lru_cache
from typing import TYPE_CHECKING

from tox.config._factors import active_factors
from tox.config._substitute.scope import MatchError

if TYPE_CHECKING:
    from collections.abc import Callable

_MEANT = "use env.NAME, factor.NAME, env_name, strings, ==, !=, and, or, not"


def evaluate_condition(condition: str, env_name: str | None) -> bool:
    """Tell whether a condition holds.

    :param env_name: the environment asking; None for none, which has no name
    :raises MatchError: if the condition is not understood, with the part that is not
    """
    return bool(_value(_parse(condition), env_name))


@lru_cache(maxsize=1024)
def _parse(condition: str) -> ast.expr:
    try:
        return ast.parse(condition.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:  # a null byte is a ValueError
        raise MatchError(f"the condition {condition!r} is no expression: {error}") from error


def _value(node: ast.expr, env_name: str | None) -> str | bool:
    if isinstance(node, ast.BoolOp):
        values: Callable[..., bool] = all if isinstance(node.op, ast.And) else any
        return values(_value(value, env_name) for value in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _value(node.operand, env_name)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        same = _value(node.left, env_name) == _value(node.comparators[0], env_name)
        return same is isinstance(node.ops[0], ast.Eq)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name) and node.id == "env_name":
        return env_name or ""
    found = _member(node)
    if found is None:
        raise MatchError(f"the condition holds {ast.unparse(node)!r}, which means nothing here; {_MEANT}")
    namespace, name = found
    return os.environ.get(name, "") if namespace == "env" else name in active_factors(env_name)


def _member(node: ast.expr) -> tuple[str, str] | None:
    """Read ``env.NAME`` or ``env["NAME"]``, and the same of factors."""
    if isinstance(node, ast.Attribute):
        owner, name = node.value, node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        owner, name = node.value, node.slice.value
    else:
        return None
    return (owner.id, name) if isinstance(owner, ast.Name) and owner.id in {"env", "factor"} else None
