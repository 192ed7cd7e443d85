"""What comes with tox, by name: options, sub-commands and kinds of environments.

Nothing is imported to know these names. :class:`BuiltIn` turns them into the same hooks that a plugin has, and imports
a module only when its options are wanted.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Command(NamedTuple):
    """One sub-command that comes with tox."""

    name: str
    """how help names it"""
    aliases: tuple[str, ...]
    """shorter ways to ask for it"""
    module: str
    """where its ``tox_add_option`` is"""


OPTIONS: Final = (
    "tox.session.state",
    "tox.session.cmd.version_flag",
    "tox.provision",
    "tox.config.loader.api",
)
"""Modules that add options to every sub-command, in the order of help."""

COMMANDS: Final = (
    Command("run", ("r",), "tox.session.cmd.run.sequential"),
    Command("run-parallel", ("p",), "tox.session.cmd.run.parallel"),
    Command("depends", ("de",), "tox.session.cmd.depends"),
    Command("man", (), "tox.session.cmd.man"),
    Command("list", ("l",), "tox.session.cmd.list_env"),
    Command("devenv", ("d",), "tox.session.cmd.devenv"),
    Command("schema", (), "tox.session.cmd.schema"),
    Command("config", ("c",), "tox.session.cmd.show_config"),
    Command("quickstart", ("q",), "tox.session.cmd.quickstart"),
    Command("exec", ("e",), "tox.session.cmd.exec_"),
    Command("legacy", ("le",), "tox.session.cmd.legacy"),
)
"""Every sub-command that comes with tox, in the order of help."""

RUN_ENVS: Final = {
    "virtualenv": "tox.tox_env.python.virtual_env.runner:VirtualEnvRunner",
    "virtualenv-pep-723": "tox.tox_env.python.virtual_env.pep723_runner:Pep723Runner",
}
"""Kinds of run environments, by the name that ``runner`` takes; the first one is the default."""

PACKAGE_ENVS: Final = {
    "virtualenv-pep-517": "tox.tox_env.python.virtual_env.package.pyproject:Pep517VirtualEnvPackager",
    "virtualenv-cmd-builder": "tox.tox_env.python.virtual_env.package.cmd_builder:VirtualEnvCmdBuilder",
}
"""Kinds of package environments, by their names."""


class _Parser(Protocol):
    def wants(self, command: str) -> bool: ...


class _Register(Protocol):
    def add_by_name(self, run: Mapping[str, str], package: Mapping[str, str]) -> None: ...


def command_names() -> dict[str, Command]:
    """Map every name and alias of a sub-command that comes with tox to what is known of it."""
    return {word: command for command in COMMANDS for word in (command.name, *command.aliases)}


def add_command(parser: object, command: Command) -> None:
    """Let one sub-command that comes with tox add itself to the parser."""
    import_module(command.module).tox_add_option(parser)


class BuiltIn:
    """The hooks of tox itself; registered as a plugin when there are others."""

    def tox_register_tox_env(self, register: _Register) -> None:
        """Make the kinds of environments that come with tox known by name."""
        register.add_by_name(RUN_ENVS, PACKAGE_ENVS)

    def tox_add_option(self, parser: _Parser) -> None:
        """Add the options all sub-commands have, then those sub-commands that the parser wants."""
        for module in OPTIONS:
            import_module(module).tox_add_option(parser)
        for command in COMMANDS:
            if parser.wants(command.name):
                add_command(parser, command)


__all__ = ["COMMANDS", "OPTIONS", "PACKAGE_ENVS", "RUN_ENVS", "BuiltIn", "Command", "add_command", "command_names"]
