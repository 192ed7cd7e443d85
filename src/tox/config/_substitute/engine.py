"""Evaluate templates: try each function and reference, then the default, then keep the text."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from tox.config._substitute.builtins import BUILTINS
from tox.config._substitute.pieces import Group, Piece, Pieces, Words, as_text
from tox.config._substitute.scope import MAX_REPLACE_DEPTH, Arguments, ConfigDefault, RawText, Scope
from tox.config._substitute.syntax import Expression, Template, has_expression, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

#: characters of an expression that are shown at most
_MOST_SHOWN = 300
_SEPARATORS = {"/": os.sep, ":": os.pathsep}


def substitute(text: str, scope: Scope) -> Pieces:
    """Put values in the place of the expressions of a text.

    :raises MatchError: if an expression is misused
    :raises MatchRecursionError: if a variable needs itself
    :raises CircularChainError: if a setting needs itself
    """
    return evaluate(parse(text), scope)


def again(text: str, scope: Scope) -> Pieces:
    """Substitute a text that was found in the place of an expression; it keeps its backslashes."""
    template = parse(text, keep_escapes=True)
    if not scope.recursive or not has_expression(template):
        return (text,) if text else ()
    scope.budget.left -= 1
    if scope.depth >= MAX_REPLACE_DEPTH or scope.budget.left < 0:
        if scope.budget.told:
            return (text,)
        scope.budget.told = True
        first = next(node.source for node in template if isinstance(node, Expression))
        logging.warning(
            "{%s} is left as it is: it stands for itself, or is nested deeper than %d",
            first[:_MOST_SHOWN],  # the text around it may be secret
            scope.depth,
        )
        return (text,)
    return evaluate(template, scope.deeper())


def evaluate(template: Template, scope: Scope) -> Pieces:
    """Put values in the place of the expressions of a template, see :func:`substitute`."""
    pieces: list[Piece] = []
    for node in template:
        if isinstance(node, str):
            pieces.append(node)
            continue
        pieces.extend(_expression(node, scope))
    return tuple(pieces)


def _expression(node: Expression, scope: Scope) -> Pieces:
    """Evaluate one expression; it is kept, braces included, when it means nothing, but what is within may."""
    if node.source in _SEPARATORS:
        return (Group((_SEPARATORS[node.source],)),)
    if scope.budget.told:
        return (f"{{{node.source}}}",)  # what goes on without end is given up as a whole, or it would fill the memory
    head = evaluate(node.parts[0], scope)  # once: nested ones would double it at each level
    found = _meaning(node, as_text(head), scope)
    if found is not None:
        return found
    rest = (":", *_with_colons(node.parts[1:], scope)) if len(node.parts) > 1 else ()
    return ("{", *head, *rest, "}")


def _meaning(node: Expression, head: str, scope: Scope) -> Pieces | None:
    """Evaluate an expression whose first part is known, None when it means nothing."""
    function = BUILTINS.get(head)
    if function is not None:
        return function(_Call(head, node.parts[1:], scope))
    default = ":".join(source(part) for part in node.parts[1:])
    value = scope.reference(f"{head}:{default}" if len(node.parts) > 1 else head, scope.args)
    if value is None:
        return None
    if isinstance(value, ConfigDefault):
        return (Group(substitute(str(value), scope), written_here=True),)
    if isinstance(value, Arguments) and value.words is not None:
        return (Words(str(value), value.words, entries=True),)
    if isinstance(value, RawText):
        return (Group(again(str(value), scope)),)
    return (Group((str(value),)),)


class _Call:
    """One use of a function between braces, see :class:`~tox.config._substitute.scope.Call`."""

    __slots__ = ("_parts", "function", "scope")

    def __init__(self, function: str, parts: Sequence[Template], scope: Scope) -> None:
        self.function = function
        self.scope = scope
        self._parts = parts

    def has(self, at: int) -> bool:
        return at < len(self._parts)

    def text(self, at: int) -> str:
        return as_text(self.argument(at))

    def argument(self, at: int) -> Pieces:
        if not self.has(at):
            return ()
        return (Group(evaluate(self._parts[at], self.scope), written_here=True),)

    def default(self, start: int) -> Pieces:
        return (Group(_with_colons(self._parts[start:], self.scope), written_here=True),)

    def again(self, text: str) -> Pieces:
        return again(text, self.scope)


def _with_colons(parts: Sequence[Template], scope: Scope) -> Pieces:
    """Evaluate the parts of an expression, with the colons between them."""
    pieces: list[Piece] = []
    for at, part in enumerate(parts):
        if at:
            pieces.append(":")
        pieces.extend(evaluate(part, scope))
    return tuple(pieces)


def source(template: Template) -> str:
    """Write a template down again, so that parsing gives the same."""
    out = []
    for node in template:
        if isinstance(node, Expression):
            out.append("[]" if node.parts == (("posargs",),) and node.source == "posargs" else f"{{{node.source}}}")
        else:
            out.append("".join(f"\\{char}" if char in "{}:[]" else char for char in node))
    return "".join(out)
