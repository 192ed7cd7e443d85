"""Substitution, under the names that plugins know."""

from __future__ import annotations

from functools import partial, singledispatch
from typing import TYPE_CHECKING, Any, get_args, get_origin

from tox.config._substitute import builtins, engine
from tox.config._substitute.expression import MatchArg, MatchExpression
from tox.config._substitute.pieces import (
    Pieces,
    as_command_lines,
    as_entries,
    as_first_word,
    as_requirement_lines,
    as_text,
)
from tox.config._substitute.scope import (
    MAX_REPLACE_DEPTH,
    Arguments,
    Budget,
    ConfigDefault,
    MatchError,
    MatchRecursionError,
    RawText,
    ReplaceReference,
    Scope,
)
from tox.config._substitute.syntax import Expression, parse
from tox.config.types import Command, EnvList
from tox.util._record import Record
from tox.util._shell import join as _join
from tox.util.typing_compat import is_class

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import UnionType

    from tox.config._substitute.scope import Configuration as Config
    from tox.config.loader._args import ConfigLoadArgs
    from tox.config.set_env import SetEnv

    Substitute = Callable[[Config, ReplaceReference, str | MatchExpression, ConfigLoadArgs], str]

__all__ = [
    "MAX_REPLACE_DEPTH",
    "Arguments",
    "ConfigDefault",
    "HostText",
    "MatchArg",
    "MatchError",
    "MatchExpression",
    "MatchRecursionError",
    "RawText",
    "ReplaceReference",
    "RequirementLineCallbacks",
    "find_replace_expr",
    "load_posargs",
    "quote_args",
    "replace",
    "replace_command_lines",
    "replace_entries",
    "replace_env",
    "replace_factor",
    "replace_for",
    "replace_once",
    "replace_program",
    "replace_requirement_lines",
]


class HostText(RawText):
    """Text that came from a variable of the host."""

    __slots__ = ()


class RequirementLineCallbacks(Record):
    """How lines of requirements are judged while values are put into them."""

    __slots__ = ("protect_host_value", "validate_options")

    #: refuses lines whose options do not fit
    validate_options: Callable[[str], object]
    #: keeps what came from a variable from being expanded again
    protect_host_value: Callable[[str], str]

    def __init__(self, *, validate_options: Callable[[str], object], protect_host_value: Callable[[str], str]) -> None:
        super().__init__(validate_options=validate_options, protect_host_value=protect_host_value)


def _pieces(
    conf: Config,
    reference: ReplaceReference,
    value: str | MatchExpression,
    args: ConfigLoadArgs,
    depth: int = 0,
    *,
    recursive: bool = True,
) -> Pieces:
    MatchRecursionError.check(depth, value)
    scope = Scope(conf, reference, args, Budget(), depth, recursive)
    try:
        if isinstance(value, MatchExpression):
            return engine.evaluate(value.template, scope._replace(recursive=recursive and not value.literal))
        return engine.substitute(value, scope)
    except RecursionError:
        raise MatchRecursionError("braces and references are nested too deep") from None


def replace(
    conf: Config, reference: ReplaceReference, value: str | MatchExpression, args: ConfigLoadArgs, depth: int = 0
) -> str:
    """Put values in the place of the expressions of a text.

    :param conf: what functions look at
    :param reference: where references look
    :param args: for whom, and the keys on the way here
    :param depth: how many values the text is within
    :raises MatchError: if an expression is misused
    :raises MatchRecursionError: if a variable needs itself, or this is too deep
    :raises CircularChainError: if a setting needs itself
    """
    return as_text(_pieces(conf, reference, value, args, depth))


def replace_once(conf: Config, reference: ReplaceReference, value: str | MatchExpression, args: ConfigLoadArgs) -> str:
    """Put values in the place of the expressions of a text, without looking for further ones in these values."""
    return as_text(_pieces(conf, reference, value, args, recursive=False))


def replace_command_lines(
    conf: Config, reference: ReplaceReference, value: str | MatchExpression, args: ConfigLoadArgs
) -> str:
    """Put values into lines that are commands, quoted as their surroundings need."""
    return as_command_lines(_pieces(conf, reference, value, args))


def replace_entries(
    conf: Config,
    reference: ReplaceReference,
    value: str | MatchExpression,
    args: ConfigLoadArgs,
    *,
    separators: str = ",\n",
) -> str:
    """Put values into the entries of a list.

    :param separators: characters of which any ends an entry
    :raises ValueError: if a value that shares an entry would end it
    """
    return as_entries(_pieces(conf, reference, value, args), separators)


def replace_program(conf: Config, reference: ReplaceReference, value: str, args: ConfigLoadArgs) -> str:
    """Put values into a text that names a program."""
    return replace(conf, reference, value, args)


def replace_requirement_lines(
    conf: Config,
    reference: ReplaceReference,
    value: str | MatchExpression,
    args: ConfigLoadArgs,
    *,
    callbacks: RequirementLineCallbacks,
) -> str:
    """Put values into lines that are requirements.

    :raises ValueError: if a value that shares a line would end it, or add an option
    """
    text = as_requirement_lines(_pieces(conf, reference, value, args), callbacks.protect_host_value)
    callbacks.validate_options(text)
    return text


def replace_for(of_type: type[object] | UnionType) -> Substitute:
    """Give the function that puts values into texts of a type."""

    def substitute(
        conf: Config, reference: ReplaceReference, value: str | MatchExpression, args: ConfigLoadArgs
    ) -> str:
        return substitute_for(of_type, value, conf, reference, args)

    return substitute


def substitute_for(
    of_type: type[object] | UnionType,
    value: str | MatchExpression,
    conf: Any,  # a configuration of either protocol
    reference: ReplaceReference,
    args: ConfigLoadArgs,
) -> str:
    """Put values in the place of the expressions of a text, and join them as values of a type are.

    :raises MatchError: if an expression is misused
    :raises ValueError: if a value would tear apart what it is put into
    """
    if isinstance(value, str) and "{" not in value and "[]" not in value and "\\" not in value:
        return value
    return join.dispatch(_kind(of_type))(_pieces(conf, reference, value, args), str(value))


@singledispatch
def join(pieces: Any, raw: str) -> str:
    """Join pieces into the text of a value; chosen by the type of the value, not of an argument.

    Types register how they are joined.

    :param raw: the text before anything was put into it
    :raises ValueError: if a value would tear apart what it is put into
    """
    return as_text(pieces)


class FirstWord(str):
    """Type of the word that a command begins with, where words stand apart already."""

    __slots__ = ()


@join.register(FirstWord)
def _(pieces: Pieces, raw: str) -> str:
    return as_first_word(pieces)


@join.register(Command)
def _(pieces: Pieces, raw: str) -> str:
    return as_command_lines(pieces)


@join.register(EnvList)
def _(pieces: Pieces, raw: str) -> str:
    return as_entries(pieces, ",\n{}")  # braces, too, make several names


@join.register(list)
def _(pieces: Pieces, raw: str) -> str:
    return as_entries(pieces, "\n" if "\n" in raw.strip() else ",\n")


def _kind(of_type: object) -> type[object]:
    """Tell the class by which values are joined: of the commands of a list, of a table's values, within a union."""
    origin = get_origin(of_type)
    if origin is None:
        return of_type if is_class(of_type) else object
    args = get_args(of_type)
    if origin in {list, set}:
        return Command if args and args[0] is Command else list
    if origin is dict:
        return _kind(args[1])
    return next((list for arg in args if get_origin(arg) in {list, set}), object)


def use_set_env_replacer(
    value: SetEnv, conf: object, reference: ReplaceReference, args: ConfigLoadArgs, where: str = ""
) -> None:
    """Tell variables how to evaluate, and where they stand, for messages."""
    value.use_replacer(partial(_replace_set_env, conf, reference), args, where)


def _replace_set_env(
    conf: Any,  # as above
    reference: ReplaceReference,
    value: str | MatchExpression,
    args: ConfigLoadArgs,
    *,
    recursive: bool = True,
) -> str:
    return as_text(_pieces(conf, reference, value, args, recursive=recursive))


def replace_env(conf: Config | None, args: list[str], conf_args: ConfigLoadArgs) -> str:
    """Look up a variable: of ``set_env``, of the host, else the default.

    :param args: its name, and the parts of its default
    :raises MatchError: if there is no name
    """
    if not args or not args[0]:
        raise MatchError("{env} needs a name, as in {env:NAME}")
    value = builtins.set_env_value(conf, args[0], conf_args)
    if value is not None:
        return value
    host = builtins.host_value(args[0])
    return ":".join(args[1:]) if host is None else HostText(host)


def replace_factor(conf: Config, args: list[str], conf_args: ConfigLoadArgs) -> str:
    """Look up the factor that an environment has of a labelled group, else the default.

    :param args: the label, and the parts of its default
    :raises MatchError: if there is no label
    """
    if not args or not args[0]:
        raise MatchError("{factor} needs a label, as in {factor:LABEL}")
    value = builtins.factor_value(conf, args[0], conf_args.env_name, or_default=len(args) == 1)
    return ":".join(args[1:]) if value is None else value


def load_posargs(conf: Config, conf_args: ConfigLoadArgs, *, program_first: bool) -> tuple[str, ...] | None:
    """Give the arguments after ``--``, paths among them as seen from ``change_dir``; None when there was no ``--``."""
    return builtins.posargs(conf, conf_args, program_first=program_first)


def quote_args(args: Sequence[str]) -> str:
    """Join words so that they can be told apart again."""
    return _join(args)


def find_replace_expr(value: str | MatchExpression) -> MatchArg:
    """Split a text into plain texts and expressions, in order."""
    if isinstance(value, MatchExpression):
        return [value]
    return [MatchExpression.of(node) if isinstance(node, Expression) else node for node in parse(value)]
