"""The options that every sub-command, or every sub-command that works on environments, has."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.util._ansi import wants_color
from tox.util.ci import is_ci

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

DEFAULT_VERBOSITY = 2
_COLORS = (
    "BLACK",
    "BLUE",
    "CYAN",
    "GREEN",
    "LIGHTBLACK_EX",
    "LIGHTBLUE_EX",
    "LIGHTCYAN_EX",
    "LIGHTGREEN_EX",
    "LIGHTMAGENTA_EX",
    "LIGHTRED_EX",
    "LIGHTWHITE_EX",
    "LIGHTYELLOW_EX",
    "MAGENTA",
    "RED",
    "RESET",
    "WHITE",
    "YELLOW",
)
_MAX_SEED = 1024 if sys.platform == "win32" else 4294967295


def add_core_options(parser: ArgumentParser) -> None:
    """Add what decides how tox talks and which project it works on, the same for all sub-commands."""
    parser.add_argument(
        "--colored",
        default="yes" if wants_color() else "no",
        choices=["yes", "no"],
        help="colour the output; no by default when NO_COLOR is set, TERM is dumb or the output is no terminal",
    )
    parser.add_argument(
        "--stderr-color",
        default="RED",
        choices=list(_COLORS),
        metavar="color",
        help="colour of what commands write to standard error, one of: %(choices)s",
    )
    _add_verbosity(parser)
    parser.add_argument(
        "--exit-and-dump-after",
        type=int,
        default=0,
        metavar="seconds",
        help="end tox after so many seconds and show what each thread was doing, to find out why it hangs; 0 is never",
    )
    parser.add_argument(
        "-c",
        "--conf",
        dest="config_file",
        type=Path,
        of_type=Path | None,
        default=None,
        metavar="file",
        help="configuration file, or folder to look for one in",
    )
    parser.add_argument(
        "--workdir",
        dest="work_dir",
        type=Path,
        of_type=Path | None,
        default=None,
        metavar="dir",
        help="folder for everything tox makes; .tox in the project root unless set",
    )
    parser.add_argument(
        "--root",
        dest="root_dir",
        type=Path,
        of_type=Path | None,
        default=None,
        metavar="dir",
        help="project root; the folder of the configuration file unless set",
    )
    parser.add_argument(
        "--lock-timeout",
        type=_seconds,
        of_type=float | None,
        default=None,
        metavar="seconds",
        help="give up after waiting so long for another tox that uses the same environment; 0 does not wait",
    )


def _add_verbosity(parser: ArgumentParser) -> None:
    levels = "0=CRITICAL|1=ERROR|2=WARNING|3=INFO|4=DEBUG|5=NOTSET"
    group = parser.add_argument_group(
        "verbosity", f"-v raises and -q lowers the level by one, starting at WARNING: {levels}"
    )
    exclusive = group.add_mutually_exclusive_group()
    exclusive.add_argument(
        "-v", "--verbose", action="count", dest="verbose", default=DEFAULT_VERBOSITY, help="tell more"
    )
    exclusive.add_argument("-q", "--quiet", action="count", dest="quiet", default=0, help="tell less")


def add_env_options(parser: ArgumentParser, *, capture: bool) -> None:
    """Add what all sub-commands share that set up environments.

    :param parser: the parser of the sub-command
    :param capture: whether the sub-command can leave out capturing output
    """
    parser.add_argument(
        "--result-json",
        dest="result_json",
        metavar="path",
        of_type=Path,
        default=None,
        help="write what happened to this file, as JSON",
    )
    if capture:
        parser.add_argument(
            "-i",
            "--no-capture",
            dest="no_capture",
            action="store_true",
            default=False,
            help="connect commands to the terminal directly, their output is not recorded",
        )
    parser.add_argument(
        "--hashseed",
        metavar="SEED",
        action=SeedAction,
        of_type=int | None,
        default=default_seed(),
        dest="hash_seed",
        help="PYTHONHASHSEED of the commands: a number from 1 to 4294967295 (1024 on Windows), or notset",
    )
    parser.add_argument(
        "--discover",
        dest="discover",
        nargs="+",
        metavar="path",
        of_type=list[str],
        default=[],
        help="Python interpreters to try first",
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--list-dependencies",
        action="store_true",
        dest="list_dependencies",
        default=_lists_dependencies(),
        help="show what is installed once an environment is set up",
    )
    group.add_argument(
        "--no-list-dependencies",
        action="store_false",
        dest="list_dependencies",
        default=not _lists_dependencies(),
        help="never show what is installed",
    )


def env_defaults() -> dict[str, Any]:
    """Return what the options of :func:`add_env_options` default to, for sub-commands that lack them."""
    return {
        "result_json": None,
        "hash_seed": default_seed(),
        "discover": [],
        "list_dependencies": _lists_dependencies(),
    }


def _lists_dependencies() -> bool:
    return is_ci()


def default_seed() -> int:
    """Return the seed of string hashing that commands get: that of this process if it is a number, else any."""
    given = os.environ.get("PYTHONHASHSEED", "")
    if given.isdecimal():
        return int(given)
    return int.from_bytes(os.urandom(8), "big") % _MAX_SEED + 1


class SeedAction(argparse.Action):
    """Takes the seed of string hashing: ``notset`` becomes ``None``, anything else must be a positive number."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if values == "notset":
            setattr(namespace, self.dest, None)
            return
        try:
            seed = int(str(values))
        except ValueError:
            seed = 0
        if seed <= 0:
            raise argparse.ArgumentError(self, f"must be notset or a number greater than zero, not {values!r}")
        setattr(namespace, self.dest, seed)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number of seconds, zero or more, not {text!r}")
    return seconds


__all__ = ["DEFAULT_VERBOSITY", "SeedAction", "add_core_options", "add_env_options", "default_seed", "env_defaults"]
