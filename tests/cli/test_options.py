"""Every option that users and scripts know, against a table of them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tox.config.cli.parser import ToxParser
from tox.plugin.manager import MANAGER

if TYPE_CHECKING:
    from argparse import Action

TABLE: dict[str, Any] = json.loads(Path(__file__).with_name("options.json").read_text(encoding="utf-8"))
COMMANDS: dict[str, Any] = TABLE["commands"]
OURS = {
    **{command: {"--lock-timeout"} for command in COMMANDS},
    **{command: {"--lock-timeout", "--junit-xml", "--explain"} for command in ("run", "run-parallel", "legacy")},
    "list": {"--lock-timeout", "--format", "-e"},
}
"""options that sub-commands have beyond the table"""

CASES = [
    pytest.param(command, row, id=f"{command} {' '.join(row['flags']) or row['dest']}")
    for command, table in COMMANDS.items()
    for row in [*TABLE["root"], *table["options"]]
]


@cache
def parser() -> ToxParser:
    """Make the parser with all sub-commands, defaults as on a terminal without colours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_COLOR", "1")
        patch.setenv("TOX_USER_CONFIG_FILE", "missing.ini")
        for name in ("CI", "PYTHONHASHSEED", "GITHUB_ACTIONS", "TF_BUILD"):
            patch.delenv(name, raising=False)
        patch.setenv("TOX_DISABLED_EXTERNAL_PLUGINS", "")
        MANAGER.load_plugins(None)
        return ToxParser.core()


def action_of(command: str, row: dict[str, Any]) -> Action:
    """Find the option of a sub-command that a row of the table describes."""
    actions: list[Action] = parser().handlers[command][0]._actions
    return next(
        a for a in actions if list(a.option_strings) == row["flags"] and (row["flags"] or a.dest == row["dest"])
    )


@pytest.mark.parametrize(("command", "row"), CASES)
def test_option_is_kept_as_recorded(command: str, row: dict[str, Any]) -> None:
    """An option has the names, the destination, the number of values and the choices that scripts rely on."""
    action = action_of(command, row)

    assert action.dest == row["dest"]
    assert action.nargs == row.get("nargs")
    assert action.const == row.get("const")
    assert (list(action.choices) if action.choices else None) == row.get("choices")


@pytest.mark.parametrize(("command", "row"), CASES)
def test_default_is_kept_as_recorded(command: str, row: dict[str, Any]) -> None:
    """An option that is not given has the default that scripts rely on."""
    action = action_of(command, row)

    wanted = row.get("default")
    if wanted == "*":
        assert action.default is not None
    else:
        assert (
            action.default == wanted
            or repr(action.default).replace("PosixPath", "Path").replace("WindowsPath", "Path") == wanted
        )


@pytest.mark.parametrize(("command", "row"), CASES)
def test_type_of_a_default_from_outside(command: str, row: dict[str, Any]) -> None:
    """A variable or the user's file is converted to the type that users rely on."""
    of_type = parser().get_type(action_of(command, row))

    plain = isinstance(of_type, type) and "[" not in str(of_type)
    text = of_type.__name__ if isinstance(of_type, type) and plain else str(of_type)
    for module in ("pathlib.", "tox.config.loader._override.", "packaging.requirements.", "_local."):
        text = text.replace(module, "")
    assert text.replace("WindowsPath", "PosixPath") == row["type"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_tells_default_and_variable(command: str) -> None:
    """Whoever reads the help of an option learns what it is without it, and the variable that changes that."""
    sub = parser().handlers[command][0]
    formatter: Any = sub._get_formatter()
    for action in sub._actions:
        if action.option_strings and action.dest not in {"help", "version"}:
            text = formatter._expand_help(action)

            assert re.search(rf"\w.* \(default: .+, set by TOX_{action.dest.upper()}\)$", text), text


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_unknown_to_the_table(command: str) -> None:
    """A sub-command has the options of the table, and those that are known to be ours."""
    known = {flag for row in [*TABLE["root"], *COMMANDS[command]["options"]] for flag in row["flags"]}

    have = {flag for action in parser().handlers[command][0]._actions for flag in action.option_strings}

    assert have - known - {"-h", "--help", "--version"} == OURS[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_options_exclude_each_other_as_recorded(command: str) -> None:
    """What cannot be given together is the same as ever."""
    wanted: dict[int, set[str]] = {}
    for row in COMMANDS[command]["options"]:
        if "excludes" in row:
            wanted.setdefault(row["excludes"], set()).update(row["flags"])

    groups = parser().handlers[command][0]._mutually_exclusive_groups
    have = [
        {flag for action in group._group_actions for flag in action.option_strings} - OURS[command] for group in groups
    ]

    assert sorted(map(sorted, have)) == sorted(map(sorted, [*wanted.values(), {"-v", "--verbose", "-q", "--quiet"}]))


@pytest.mark.parametrize("command", COMMANDS)
def test_aliases_and_missing_options(command: str) -> None:
    """A sub-command is known by its aliases, and has values for options that only others have."""
    sub, handler = parser().handlers[command]

    assert all(parser().handlers[alias] == (sub, handler) for alias in COMMANDS[command]["aliases"])
    for dest, wanted in COMMANDS[command]["missing"].items():
        value = sub.get_default(dest)
        assert value == wanted or (wanted == "*" and isinstance(value, int))


def test_order_of_sub_commands() -> None:
    """Help lists sub-commands, each with its aliases, in the order that users know."""
    words = [word for name, table in COMMANDS.items() for word in (name, *table["aliases"])]

    assert list(parser()._cmd.choices) == words
