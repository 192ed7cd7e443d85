"""Text of the files of a project, from what a test gives for them."""

from __future__ import annotations

import inspect
import io
import textwrap
import tokenize
from types import FunctionType

__all__ = ["text_of"]

#: names in a body may have been imported by the test, for type checkers only
_PRELUDE = "from __future__ import annotations\n"


def text_of(value: object) -> str:
    """Return the text for a file: that given, without its common indent, or the body of a function or class.

    :raises TypeError: if it is neither
    """
    if isinstance(value, str):
        return textwrap.dedent(value)
    if isinstance(value, (FunctionType, type)):
        return _PRELUDE + _body(textwrap.dedent(inspect.getsource(value)))
    raise TypeError(f"a file is given as a text, a function or a class, not as {value!r}")


def _body(source: str) -> str:
    """Return what stands behind the colon of a definition, without its indent; nothing for what is no definition."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = source.splitlines(keepends=True)
    for token in tokens:
        if token.type == tokenize.NAME and token.string in {"def", "class"}:
            break
    else:
        return ""
    depth = 0
    for token in tokens:
        depth += (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"})
        if token.string == ":" and not depth:
            break
    row, column = token.end
    for token in tokens:
        if token.type == tokenize.INDENT:
            return "".join(line.removeprefix(token.string) for line in lines[row:])
        if token.type not in {tokenize.COMMENT, tokenize.NEWLINE, tokenize.NL}:
            break
    return lines[row - 1][column:].lstrip() + "".join(lines[row:])
