"""One expression as a value of its own, for what is evaluated later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Union

from tox.config._substitute.syntax import Expression, Template, parse

if TYPE_CHECKING:
    from typing_extensions import Self

#: one argument of an expression: texts and expressions in a row
MatchArg = Sequence[Union[str, "MatchExpression"]]


class MatchExpression:
    """An expression that stands alone.

    :param expr: its arguments, the first of which tells what it does
    :param term_pos: where in the text it came from it ended; None when it came from none
    :param host: whether its value comes from outside of the configuration
    :param literal: whether its value is final, braces in it meaning themselves
    """

    def __init__(
        self, expr: Sequence[MatchArg], term_pos: int | None = None, *, host: bool = False, literal: bool = False
    ) -> None:
        self.expr = expr
        self.term_pos = term_pos
        self.host = host
        self.literal = literal

    def __repr__(self) -> str:
        return f"{type(self).__name__}(expr={self.expr!r}, term_pos={self.term_pos!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MatchExpression) and (self.expr, self.term_pos) == (other.expr, other.term_pos)

    __hash__ = None  # type: ignore[assignment] # its arguments are lists

    @classmethod
    def parse_and_split_to_terminator(
        cls, value: str, terminator: str = "", split: str | None = None
    ) -> tuple[Sequence[MatchArg], int]:
        """Read arguments up to a character.

        :param terminator: the character, none for the end of the text
        :param split: what separates arguments, None when there is just one
        :returns: the arguments, and the position after the terminator, -1 when it is missing
        """
        args: list[MatchArg] = []
        begin = at = 0
        depth = 0
        while at < len(value):
            char = value[at]
            if char == "\\":
                at += 1
            elif depth == 0 and terminator and char == terminator:
                args.append(_as_arg(parse(value[begin:at])))
                return args, at + 1
            elif depth == 0 and split is not None and char == split:
                args.append(_as_arg(parse(value[begin:at])))
                begin = at + 1
            elif char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
            at += 1
        args.append(_as_arg(parse(value[begin:])))
        return args, -1 if terminator else len(value)

    @property
    def template(self) -> Template:
        """The same as a template."""
        return (self._expression(),)

    def _expression(self) -> Expression:
        return Expression("", tuple(_as_template(arg) for arg in self.expr))

    @classmethod
    def of(cls, node: Expression) -> Self:
        """Make one of a parsed expression."""
        return cls([_as_arg(part) for part in node.parts])


def _as_template(arg: MatchArg) -> Template:
    return tuple(node if isinstance(node, str) else node._expression() for node in arg)  # noqa: SLF001 - one module


def _as_arg(template: Template) -> list[str | MatchExpression]:
    return [node if isinstance(node, str) else MatchExpression.of(node) for node in template]
