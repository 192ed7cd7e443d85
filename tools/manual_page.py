"""Write the sections COMMANDS and OPTIONS of the manual page from the parser of the command line.

``python tools/manual_page.py`` rewrites ``src/tox/tox.1``, whose other sections stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

if TYPE_CHECKING:
    from argparse import Action
    from collections.abc import Iterator

    from tox.config.cli.parser import ToxParser

PAGE = Path(__file__).parents[1] / "src" / "tox" / "tox.1"
FIRST, AFTER = ".SH COMMANDS\n", ".SH ENVIRONMENT\n"
#: with more choices than these, the name of the option's value says enough
MOST_CHOICES = 3


def escaped(text: str) -> str:
    """Write text so that troff shows it as it is."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def sentence(text: str) -> str:
    """Make a sentence of a line of help."""
    return escaped(f"{text[:1].upper()}{text[1:]}.")


def wanted(action: Action) -> str:
    """Write what an option takes."""
    if action.nargs == 0:
        return ""
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest
    choices: list[Any] = list(action.choices or ())
    if 0 < len(choices) <= MOST_CHOICES and action.dest != "default_runner":
        metavar = "|".join(map(str, choices))
    value = f"\\fI{escaped(metavar.lower())}\\fR"
    if action.nargs == "?":
        return f" [{value}]"
    return f" {value} ..." if action.nargs in {"+", "*"} else f" {value}"


def entry(action: Action, commands: list[str]) -> Iterator[str]:
    """Describe one option.

    :param commands: that have it; empty when all have
    """
    names = ", ".join(f"\\fB{escaped(name)}\\fR" for name in action.option_strings) or f"\\fI{action.dest}\\fR"
    yield ".TP"
    yield names + wanted(action)
    yield sentence(action.help or "")
    if commands:
        yield f"({', '.join(map(escaped, commands))})"


def described(parser: ToxParser) -> Iterator[str]:
    """Yield the lines of both sections."""
    yield FIRST.rstrip()
    yield "A command may stand anywhere among the options. Without one, tox understands the options that tox 3 had."
    commands = {choice.dest: choice for choice in parser._cmd._choices_actions}  # noqa: SLF001 - there is no public name
    for name, choice in commands.items():
        handlers = parser.handlers
        aliases = [one for one in handlers if handlers[one][0] is handlers[name][0] and one != name]
        yield ".TP"
        yield ", ".join(f"\\fB{escaped(one)}\\fR" for one in (name, *aliases))
        yield sentence(choice.help)
    yield ".SH OPTIONS"
    yield "All commands have these:"
    shared = [action for action in parser._actions if action.option_strings]  # noqa: SLF001
    for action in shared:
        yield from entry(action, [])
    yield ".PP"
    yield "Only the commands that are named have these:"
    known = {tuple(action.option_strings) for action in shared}
    found: dict[tuple[object, ...], tuple[Action, list[str]]] = {}
    for name in commands:
        for action in parser.handlers[name][0]._actions:  # noqa: SLF001
            if tuple(action.option_strings) not in known or not action.option_strings:
                key = (*action.option_strings, action.dest, action.help)
                found.setdefault(key, (action, []))[1].append(name)
    for action, names in found.values():
        yield from entry(action, names)


def page(parser: ToxParser, old: str) -> str:
    """Make the page of one that is there.

    :param old: of which the other sections are taken
    """
    before, _, rest = old.partition(FIRST)
    return f"{before}{chr(10).join(described(parser))}\n{AFTER}{rest.partition(AFTER)[2]}"


def plain_parser() -> ToxParser:
    """Make the parser of tox with all sub-commands; plugins that are installed beside it would add theirs."""
    from tox.config.cli.parser import ToxParser
    from tox.plugin.manager import MANAGER

    MANAGER.load_plugins(None)
    return ToxParser.core()


if __name__ == "__main__":
    PAGE.write_text(page(plain_parser(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
