r"""From text to template.

.. code-block:: text

    {name} {name:default} {[section]key:default}   a reference
    {env:NAME:default} {posargs:default} ...       a function and its arguments
    {/} {:} []                                     separators of this platform, and a short form of {posargs}
    \{ \} \: \[ \]                                 characters that mean themselves

Whatever has no partner, or is nested too deep, means itself, so no text is wrong. A template is a tuple of plain text
and expressions; parsing is pure, and its results are remembered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

#: how deep pairs of braces may be nested; those within mean themselves, as whoever evaluates them follows each level
MAX_NESTING = 50
#: characters that lose the backslash in front of them
ESCAPABLE = "{}:[]"


class Expression(NamedTuple):
    """What stands between a pair of braces."""

    #: the text between them, as written
    source: str
    #: its parts between colons; a colon within a section name does not count
    parts: tuple[Template, ...]


Template = tuple[str | Expression, ...]


@lru_cache(maxsize=8192)
def parse(text: str, *, keep_escapes: bool = False) -> Template:
    """Make a template of a text.

    :param keep_escapes: leave backslashes where they are, which is right for text that did not come from the author of
        the configuration; what they protect stays protected
    :returns: plain text and expressions in the order written, no two texts in a row; empty for the empty text
    """
    if "{" not in text and "[]" not in text and "\\" not in text:
        return (text,) if text else ()
    return _Parser(text, keep_escapes=keep_escapes).template(0, len(text))


def has_expression(template: Template) -> bool:
    """Tell whether there is anything to substitute."""
    return any(isinstance(node, Expression) for node in template)


def heads(template: Template) -> set[str]:
    """Collect what expressions start with, at any depth: names of functions and of references.

    :returns: texts; ``?`` stands for a name that is made of another expression
    """
    found: set[str] = set()
    for node in template:
        if isinstance(node, Expression):
            head = node.parts[0]
            if not head:
                found.add(node.source)
            else:
                found.add(head[0] if len(head) == 1 and isinstance(head[0], str) else "?")
            for part in node.parts:
                found |= heads(part)
    return found


class _Parser:
    """One pass over one text; the partners of the braces are found first."""

    def __init__(self, text: str, *, keep_escapes: bool) -> None:
        self._text = text
        self._keep_escapes = keep_escapes
        self._partner = partners(text)

    def template(self, start: int, stop: int) -> Template:
        """Parse a stretch of the text."""
        nodes: list[str | Expression] = []
        plain: list[str] = []
        at = start
        while at < stop:
            node, end = self._expression(at, stop)
            if node is None:
                char = self._text[at:end]
                plain.append(char[1:] if len(char) == 2 and char[1] in ESCAPABLE and not self._keep_escapes else char)
            else:
                if plain:
                    nodes.append("".join(plain))
                    plain = []
                nodes.append(node)
            at = end
        if plain:
            nodes.append("".join(plain))
        return tuple(nodes)

    def _expression(self, at: int, stop: int) -> tuple[Expression | None, int]:
        """Read the expression that starts here, or None; and where to go on."""
        char = self._text[at]
        if char == "\\":
            return None, min(at + 2, stop)
        if char == "[" and self._text.startswith("[]", at, stop):
            return Expression("posargs", (("posargs",),)), at + 2
        close = self._partner.get(at) if char == "{" else None
        if close is None or close >= stop:
            return None, at + 1
        return Expression(self._text[at + 1 : close], self._parts(at + 1, close)), close + 1

    def _parts(self, start: int, stop: int) -> tuple[Template, ...]:
        """Split the inside of an expression at its colons."""
        parts = []
        at = begin = start
        if self._text.startswith("[", start, stop) and not self._text.startswith("[]", start, stop):
            at = max(self._section_end(start, stop), start)
        while at < stop:
            char = self._text[at]
            if char == ":":
                parts.append(self.template(begin, at))
                begin = at = at + 1
            elif char == "\\":
                at += 2
            else:
                at = self._partner.get(at, at) + 1 if char == "{" else at + 1
        parts.append(self.template(begin, stop))
        return tuple(parts)

    def _section_end(self, start: int, stop: int) -> int:
        """Find the bracket that ends a section name, -1 when there is none."""
        return self._text.find("]", start, stop)


def partners(text: str) -> dict[int, int]:
    """Match the braces of a text: the position of an opening one to that of its closing one; the rest means itself."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == "{":
            opened.append(at)
        elif char == "}" and opened:
            partner[opened.pop()] = at
        at += 1
    return partner if len(partner) <= MAX_NESTING else _outer(partner)


def _outer(partner: dict[int, int]) -> dict[int, int]:
    """Leave out the pairs that are within :data:`MAX_NESTING` others."""
    kept: dict[int, int] = {}
    around: list[int] = []
    for start, end in sorted(partner.items()):
        while around and around[-1] < start:
            around.pop()
        if len(around) < MAX_NESTING:
            kept[start] = end
        around.append(end)
    return kept
