"""The functions that may stand between braces: one function each, and its name in :data:`BUILTINS`.

Each gets its arguments not yet evaluated, so a default that is not needed does no harm, and returns pieces.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tox.config._substitute.pieces import Group, Words
from tox.config._substitute.scope import MatchError, MatchRecursionError
from tox.config.types import CircularChainError
from tox.util._shell import join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tox.config._substitute.pieces import Pieces
    from tox.config._substitute.scope import Call, Configuration
    from tox.config.loader._args import ConfigLoadArgs

    Builtin = Callable[[Call], Pieces]


def _name(call: Call, wanted: str) -> str:
    name = call.text(0)
    if not name:
        function, what = call.function, wanted.rsplit(maxsplit=1)[-1].upper()
        raise MatchError(f"{{{function}}} needs {wanted}, as in {{{function}:{what}}}")
    return name


def set_env_value(conf: Configuration | None, name: str, args: ConfigLoadArgs) -> str | None:
    """Look up a variable in the ``set_env`` of the environment asking.

    A variable that reads itself does not find itself, so that it can add to what the host has.

    :returns: None when it is not set there, or ``set_env`` or the names of base sections are just being read
    :raises MatchRecursionError: if the variable needs itself by way of others
    """
    if conf is None or args.env_name is None:
        return None
    own = f"env:{name}"
    if args.chain and args.chain[-1] == own:
        return None
    if own in args.chain:
        names = " -> ".join(key[4:] for key in (*args.chain[args.chain.index(own) :], own) if key.startswith("env:"))
        raise MatchRecursionError(f"the variable {name} of set_env needs itself: {names}")
    if f"{args.env_name}.base" in args.chain:
        return None  # what is taken from base sections is part of set_env
    settings = conf.get_env(args.env_name)
    if "set_env" not in settings:
        return None
    if f"{args.env_name}.set_env" in args.chain and not settings.is_read("set_env"):
        return None
    try:
        set_env = settings.load("set_env", chain=list(args.chain))
    except CircularChainError:
        return None
    return set_env.load(name, args) if name in set_env else None


def host_value(name: str) -> str | None:
    """Look up a variable of the host, None when it is not set."""
    return os.environ.get(name)


def _env(call: Call) -> Pieces:
    name = _name(call, "a name")
    value = set_env_value(call.scope.conf, name, call.scope.args)
    if value is not None:
        return (Group((value,)),)
    host = host_value(name)
    return call.default(1) if host is None else (Group(call.again(host), host=True),)


def posargs(conf: Configuration, args: ConfigLoadArgs, *, program_first: bool) -> tuple[str, ...] | None:
    """Give the arguments after ``--``, paths among them as seen from ``change_dir``.

    :param program_first: the first one names a program, which is not looked up among the files here
    :returns: None when there was no ``--``
    """
    to_path: Path | None = None
    if args.env_name is not None:
        settings = conf.get_env(args.env_name)
        try:
            if "args_are_paths" not in settings or settings.load("args_are_paths", chain=list(args.chain)):
                to_path = settings.load("change_dir", chain=list(args.chain)) if "change_dir" in settings else None
        except CircularChainError:  # change_dir itself is made of the arguments
            to_path = None
    return conf.pos_args(to_path, program_first=program_first)


def _posargs(call: Call) -> Pieces:
    found = [posargs(call.scope.conf, call.scope.args, program_first=first) for first in (False, True)]
    if found[0] is None:
        return call.default(0)
    words, as_program = (tuple(map(without_line_ends, one or ())) for one in found)
    return (Words(join(words), words, as_program=() if as_program == words else as_program),)


def without_line_ends(word: str) -> str:
    """Put blanks in the place of line ends, which in text would end a command or an entry."""
    return " ".join(word.splitlines())


def _tty(call: Call) -> Pieces:
    return call.argument(0 if sys.stdout.isatty() else 1)


def find_files(conf: Configuration, pattern: str) -> tuple[str, ...]:
    """List the files that a pattern matches, sorted; a relative one starts at ``tox_root``."""
    from glob import escape, glob

    root = str(conf.core.load("tox_root"))
    return tuple(sorted(glob(os.path.join(escape(root), pattern), recursive=True)))


def _glob(call: Call) -> Pieces:
    matches = find_files(call.scope.conf, _name(call, "a pattern"))
    return (Words(" ".join(matches), matches),) if matches else call.default(1)


def factor_value(conf: Configuration, label: str, env_name: str | None, *, or_default: bool) -> str | None:
    """Tell the factor that an environment has of a labelled group.

    :param label: the label, or the place of the group as a number
    :param or_default: whether the default of the group stands in for environments that have no factor of it
    :returns: what ``TOX_FACTOR_`` and the label in the host's variables say; else the factor of the group that the
        environment has; None when it has none, or there is no such group
    """
    group = None if env_name is None else conf.factor_labels(env_name).get(label)
    if env_name is None or group is None:
        return None
    host = os.environ.get(f"TOX_FACTOR_{label}")
    if host is not None:
        return host
    found = group.env_values[env_name] if env_name in group.env_values else _factor_of(env_name, group.values)
    return found or (group.default if or_default else None)


def _factor_of(env_name: str, values: Sequence[str]) -> str | None:
    """Find the value that stands between dashes in a name: the longest one, of several the first."""
    return max((value for value in values if value and f"-{value}-" in f"-{env_name}-"), key=len, default=None)


def _factor(call: Call) -> Pieces:
    name = _name(call, "a label")
    value = factor_value(call.scope.conf, name, call.scope.env_name, or_default=not call.has(1))
    return call.default(1) if value is None else (Group((value,)),)


#: what each function between braces does, by its name
BUILTINS: Mapping[str, Builtin] = {"env": _env, "factor": _factor, "glob": _glob, "posargs": _posargs, "tty": _tty}
