"""The parser of the command line.

Each option belongs to the root parser, and every sub-command that inherits it has the same one. A sub-command of tox is
only built when it is at hand, or somebody asks for it by ``handlers``; plugins' options reach all of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, cast

from tox.config.cli import _search
from tox.config.cli._handlers import Functions, Handlers, Mode
from tox.config.cli._help import HelpFormatter
from tox.config.cli._options import DEFAULT_VERBOSITY, add_core_options, add_env_options, env_defaults
from tox.config.cli.env_var import any_set, get_env_var
from tox.config.cli.ini import IniConfig
from tox.plugin import NAME
from tox.plugin._builtin import Command, add_command, command_names
from tox.plugin.manager import MANAGER
from tox.util.redact import redact_argv, redact_usage_error
from tox.util.typing_compat import is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import UnionType

    from typing_extensions import Self

    Handler = Callable[[Any], int]
    ArgumentArgs = tuple[tuple[str, ...], type[Any] | UnionType | None, dict[str, Any]]

CORE = "core"
"""Inheriting this, a sub-command has the options of the root parser."""
ENV = "env"
"""Inheriting this, a sub-command has the options of whatever sets up environments."""
DEFAULT_COMMAND = "legacy"


class Parsed(Namespace):
    """The values of all options, by the names they are kept under; these are some that plugins read or set."""

    command: str
    """the sub-command, as it was typed"""
    default_runner: str
    """kind of the environments that do not name one"""
    env: Any
    """what ``-e`` names, nothing where there is no such option; see :class:`tox.session.env_select.CliEnv`"""
    parallel: int | None
    """how many environments run side by side, where there is such an option; ``None`` for all"""

    @property
    def verbosity(self) -> int:
        """How much to tell, from 0 (critical only) to 5 (everything); more is possible and means 5."""
        return max(int(self.verbose) - int(self.quiet), 0)

    @property
    def is_colored(self) -> bool:
        """Whether to colour the output."""
        return bool(self.colored == "yes")

    @property
    def prints_document(self) -> bool:
        """Whether standard output is for a program to read, so that messages go to standard error."""
        if getattr(self, "output_file", None) is not None:
            return False
        of_config = getattr(self, "config_format", "ini") != "ini"
        return of_config or self.lists_for_programs or getattr(self, "command", "") == "schema"

    @property
    def lists_for_programs(self) -> bool:
        """Whether environments are listed in one of the formats that are not for people."""
        return getattr(self, "list_format", "text") != "text"


#: options that tox 4.67.15 does not have
_NEW_OPTIONS = frozenset({"--explain", "--junit-xml", "--lock-timeout"})


#: numbers of words of which a value is not a list
_ONE: Final = (None, "?", 0)


class ArgumentParserWithEnvAndConfig(ArgumentParser):
    """A parser whose defaults can be set by environment variables and by the user's configuration file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        #: whether this parser and its sub-commands only look ahead: help and version do nothing
        self.mode = Mode()
        given: IniConfig | None = kwargs.pop("file_config", None)
        self.file_config = IniConfig() if given is None else given
        kwargs.setdefault("epilog", self.file_config.epilog)
        super().__init__(*args, **kwargs)

    def _get_option_tuples(self, option_string: str) -> list[Any]:
        """Find the options that an abbreviation may mean; those that tox 4.67.15 lacks make none ambiguous."""
        found = super()._get_option_tuples(option_string)
        known = [one for one in found if not any(str(part) in _NEW_OPTIONS for part in one[1:2])]
        return known or found

    def fix_defaults(self) -> None:
        """Take over defaults from variables and from the user's file."""
        if any_set() or self.file_config:
            for action in self._actions:
                self.fix_default(action)

    def fix_default(self, action: Action) -> None:
        """Take over the default of one option; what cannot be converted is told later and leaves it as it is."""
        if getattr(action, "default_source", None) is not None:
            return
        action.default_source = ""  # type: ignore[attr-defined] # help shows it
        if not action.option_strings or action.default is SUPPRESS:  # as help and version are
            return
        of_type = self.get_type(action)
        found = get_env_var(action.dest, of_type)
        if found is None and self.file_config:
            found = self.file_config.get(action.dest, of_type)
        if found is not None:
            value, source = found
            if isinstance(action, argparse._ExtendAction) and action.nargs not in _ONE:  # noqa: SLF001 - as below
                value = list(chain.from_iterable(value))
            normalize: Callable[[Any], Any] | None = getattr(action, "normalize_default", None)
            action.default = normalize(value) if normalize is not None else value
            action.default_source = source  # type: ignore[attr-defined]

    @staticmethod
    def get_type(action: Action) -> type | UnionType:
        """Tell what type a default is converted to: what was declared, else what the action suggests."""
        declared: Any = getattr(action, "of_type", None)
        if declared is not None:
            is_late = not is_class(declared) and hasattr(declared, "resolve")
            return cast("type", declared.resolve() if is_late else declared)
        one: Any = action.type or str
        several = action.nargs not in _ONE
        if isinstance(action, argparse._AppendAction):  # noqa: SLF001 - there is no public name
            return cast("type", list[list[one]] if several else list[one])
        if action.choices is not None:
            one = Literal[tuple(action.choices)]
        if several:
            return cast("type", list[one])
        if action.choices is not None:
            return cast("type", one)
        if action.default is not None:
            return type(action.default)
        if isinstance(action, argparse._StoreConstAction) and action.const is not None:  # noqa: SLF001 - nor here
            return type(action.const)
        return one if is_class(one) else str

    def _check_value(self, action: Action, value: object) -> None:
        """Refuse what is none of the choices, which plugins that are loaded later may extend."""
        if not self.mode.peeking:
            super()._check_value(action, value)

    def error(self, message: str) -> NoReturn:
        """End with a usage error; secrets in what was given are not told."""
        super().error(redact_usage_error(message))

    def parse_args(self, args: Iterable[str] | None = None, namespace: object = None) -> Any:
        """Parse, with defaults taken over first; unknown arguments are a usage error."""
        self.fix_defaults()
        words = sys.argv[1:] if args is None else list(args)
        result, unknown = self.parse_known_args(words, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(redact_argv(unknown))}\nhint: {UNKNOWN_HINT}")
        return result


UNKNOWN_HINT = "arguments meant for commands go after a --"


def peeks(parser: ArgumentParser) -> bool:
    """Tell whether a parser only looks ahead, so that an action must have no effect."""
    mode = getattr(parser, "mode", None)
    return mode is not None and mode.peeking


class _Help(argparse._HelpAction):  # noqa: SLF001 - there is no public name
    """Prints help, unless the parser only looks ahead."""

    def __call__(self, parser: ArgumentParser, *args: Any, **kwargs: Any) -> None:
        if not peeks(parser):
            super().__call__(parser, *args, **kwargs)


class ToxParser(ArgumentParserWithEnvAndConfig):
    """The parser of tox and of each of its sub-commands.

    :param root: whether this is the parser of tox itself
    :param add_cmd: whether it has sub-commands
    :param wanted: names of the sub-commands of tox to build; ``None`` for all
    """

    def __init__(
        self,
        *args: Any,
        root: bool = False,
        add_cmd: bool = False,
        wanted: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("formatter_class", HelpFormatter)
        kwargs.setdefault("add_help", False)
        if root:
            kwargs.setdefault("prog", NAME)
            kwargs.setdefault("description", "set up environments and run commands in them")
        super().__init__(*args, **kwargs)
        self.register("action", "help", _Help)
        self._root = root
        self._wanted = wanted
        self._followers: list[ToxParser] = []
        self._homes: dict[int, Any] = {}
        self._exclusive: dict[int, Any] = {}
        self.handlers: dict[str, tuple[Any, Handler]] = Handlers(self._build)
        self._cmd: Any = None
        self.add_argument("-h", "--help", action="help", default=SUPPRESS, help="show this and end")
        if add_cmd:
            self._cmd = self.add_subparsers(
                title="subcommands", description=f"what to do; {DEFAULT_COMMAND} unless given", dest="command"
            )
            self._cmd.required = False
            self._cmd.default = DEFAULT_COMMAND
        if root:
            self._add_base_options()

    @classmethod
    def base(cls) -> Self:
        """Make a parser of nothing but the options that decide which project to work on and how to talk."""
        parser = cls(root=True)
        parser.fix_defaults()
        return parser

    @classmethod
    def core(cls, wanted: Collection[str] | None = None) -> Self:
        """Make the parser of tox, with the options and sub-commands of all loaded plugins.

        :param wanted: names of the sub-commands of tox to build, others follow when asked for; ``None`` for all
        """
        parser = cls(root=True, add_cmd=True, wanted=wanted)
        MANAGER.tox_add_option(parser)
        parser.fix_defaults()
        return parser

    def wants(self, command: str) -> bool:
        """Tell whether a sub-command of tox is to be built now."""
        return self._wanted is None or command in self._wanted

    def _build(self, name: str) -> None:
        """Build a sub-command of tox that was not wanted at first."""
        command: Command | None = command_names().get(name)
        if command is not None and self._cmd is not None and command.name not in self._cmd.choices:
            add_command(self, command)

    def add_command(
        self,
        cmd: str,
        aliases: Sequence[str],
        help_msg: str,
        handler: Handler,
        *,
        inherit: frozenset[str] = frozenset({CORE, ENV}),
    ) -> ArgumentParser:
        """Add a sub-command.

        :param cmd: its name
        :param aliases: other names of it
        :param help_msg: what it does, in one line of help
        :param handler: what to call for it with the session's state; returns the exit code
        :param inherit: :data:`CORE` for the options of the root parser, :data:`ENV` for those of whatever sets up
            environments
        :returns: its parser, to add more options to
        :raises RuntimeError: when this parser has no sub-commands
        """
        if self._cmd is None:
            raise RuntimeError("no sub-command group allowed")
        sub: ToxParser = self._cmd.add_parser(
            cmd, help=help_msg, aliases=list(aliases), formatter_class=HelpFormatter, file_config=self.file_config
        )
        sub.handlers = self.handlers
        sub.mode = self.mode
        if CORE in inherit:
            self._copy_arguments(sub, {})
            self._copy_groups(sub, {})
            self._followers.append(sub)
        if ENV in inherit:
            self._add_env_arguments(sub, {})
        else:
            sub.set_defaults(**env_defaults())
        for name in (cmd, *aliases):
            dict.__setitem__(self.handlers, name, (sub, handler))
        return sub

    def _add_env_arguments(self, sub_parser: ToxParser, defaults: dict[str, Any]) -> None:
        capture = not sub_parser.prog.endswith(" exec")
        add_env_options(sub_parser, capture=capture)
        if not capture:
            defaults = {**defaults, "no_capture": False}
        sub_parser.set_defaults(**defaults)

    def _copy_arguments(self, sub_parser: ToxParser, defaults: dict[str, Any]) -> None:
        """Give a sub-command the options of the root parser that stand in no group of their own."""
        for action in self._to_inherit(sub_parser):
            if self._home(action).title == self._optionals.title:
                self._pass_on(action, sub_parser)
        sub_parser.set_defaults(**defaults)

    def _copy_groups(self, sub_parser: ToxParser, defaults: dict[str, Any]) -> None:
        """Give a sub-command the options of the root parser that stand in groups, in groups of the same names."""
        for action in self._to_inherit(sub_parser):
            if self._home(action).title != self._optionals.title:
                self._pass_on(action, sub_parser)
        sub_parser.set_defaults(**defaults)

    def _to_inherit(self, sub_parser: ToxParser) -> list[Action]:
        known = {id(action) for action in sub_parser._actions}
        return [a for a in self._actions if a.option_strings and a.dest != "help" and id(a) not in known]

    def _home(self, action: Action) -> Any:
        """Return the group that an option stands in here; argparse forgets it when another parser has it too."""
        return self._homes.setdefault(id(action), cast("Any", action).container)

    def _pass_on(self, action: Action, sub_parser: ToxParser) -> None:
        """Add the very same option to a sub-command, in groups like those it stands in here."""
        home, target = self._home(action), cast("Any", sub_parser)
        if home.title != self._optionals.title:
            target = sub_parser._group(home)
        for exclusive in self._mutually_exclusive_groups:
            if action in exclusive._group_actions:  # noqa: SLF001
                target = sub_parser._exclusive.get(id(exclusive)) or sub_parser._exclusive.setdefault(
                    id(exclusive), target.add_mutually_exclusive_group(required=exclusive.required)
                )
        target._add_action(action)  # noqa: SLF001

    def _group(self, like: Any) -> Any:
        found = (group for group in self._action_groups if group.title == like.title)
        return next(found, None) or self.add_argument_group(like.title, like.description)

    def add_argument_group(self, *args: Any, **kwargs: Any) -> argparse._ArgumentGroup:
        """Add a group of options; sub-commands inherit what is put into it."""
        return super().add_argument_group(*args, **kwargs)

    def add_argument(
        self,
        *args: str,
        of_type: object = None,
        **kwargs: Any,
    ) -> Action:
        """Add an option, as :meth:`argparse.ArgumentParser.add_argument` does; sub-commands inherit it.

        :param of_type: what to convert a default to that is set by a variable or by the user's file; a
            :class:`~tox.config.of_type.Later` when naming it would import much
        """
        kwargs.setdefault("help", None)
        action = super().add_argument(*args, **kwargs)
        if of_type is not None:
            action.of_type = of_type  # type: ignore[attr-defined]
        return action

    @staticmethod
    def _dest_from(args: tuple[str, ...], kwargs: dict[str, Any]) -> str:
        """Name what an option is kept under, by the rules of argparse."""
        if "dest" in kwargs:
            return str(kwargs["dest"])
        long = next((arg for arg in args if arg.startswith("--")), args[0])
        return long.lstrip("-").replace("-", "_")

    def _add_base_options(self) -> None:
        add_core_options(self)

    def fix_defaults(self) -> None:
        """Hand options that were added meanwhile on to sub-commands, then take over defaults everywhere."""
        if self._root:
            for sub in self._followers:
                self._copy_arguments(sub, {})
                self._copy_groups(sub, {})
        super().fix_defaults()
        for sub in self._followers:
            sub.fix_defaults()

    def parse_known_args(self, args: Iterable[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse what is known.

        :param args: the arguments, without what follows ``--``; by default those of the process
        :param namespace: takes the values; a new :class:`Parsed` by default
        :returns: the values, and the arguments that nobody knows
        """
        words = sys.argv[1:] if args is None else list(args)
        if not self._root:
            return super().parse_known_args(words, Parsed() if namespace is None else namespace)
        result = Parsed() if namespace is None else namespace
        result.start = time.monotonic()
        if self._cmd is not None:
            words = self._with_command(words)
        result, unknown = super().parse_known_args(words, result)
        self._check(result)
        return result, unknown

    def _with_command(self, words: list[str]) -> list[str]:
        """Put the sub-command first, whether it was given or not."""
        at = self._find_command(words)
        if at is not None:
            words = [words[at], *words[:at], *words[at + 1 :]]
            _ = self.handlers[words[0]]
        elif words not in (["-h"], ["--help"]) and (words or not self.mode.completing):
            words = [DEFAULT_COMMAND, *words]
            _ = self.handlers[DEFAULT_COMMAND]
        return words

    def _find_command(self, args_list: list[str]) -> int | None:
        """Find the sub-command among the arguments.

        :returns: its place, counted from zero; ``None`` when there is none
        """
        names = {*command_names(), *self._cmd.choices}
        if args_list and args_list[0] in names:
            return 0
        if not names.intersection(args_list):
            return None
        legacy, _ = self.handlers[DEFAULT_COMMAND]
        takes: dict[str, int | str | None] = {}
        for action in (*self._actions, *legacy._actions):  # noqa: SLF001 - a parser of ours
            takes.update(dict.fromkeys(action.option_strings, action.nargs))
        return _search.find_command(args_list, names, takes)

    def _check(self, parsed: Namespace) -> None:
        if getattr(parsed, "no_capture", False) and getattr(parsed, "result_json", None) is not None:
            self.error("argument -i/--no-capture: not allowed with argument --result-json")

    def functions(self) -> dict[str, Handler]:
        """Return the function of each sub-command, whose parser is built when it is asked for."""
        return Functions(cast("Handlers", self.handlers))

    def peek(self, args: Iterable[str]) -> Parsed:
        """Parse before all plugins are loaded, help and version having no effect yet.

        :raises SystemExit: for arguments used in a wrong way
        """
        self.mode.peeking = True
        try:
            return cast("Parsed", self.parse_known_args(args)[0])
        finally:
            self.mode.peeking = False


__all__ = ["CORE", "DEFAULT_VERBOSITY", "ENV", "HelpFormatter", "Parsed", "ToxParser"]
