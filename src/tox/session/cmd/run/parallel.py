"""``tox run-parallel``: environments side by side."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import TYPE_CHECKING

from tox._historical import elsewhere
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.session.cmd.run._flags import env_run_create_flags
from tox.util.ci import is_ci
from tox.util.cpu import auto_detect_cpus

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser
    from tox.session.state import State

__all__ = ["ENV_VAR_KEY", "OFF_VALUE", "parallel_flags", "run_parallel"]

#: a name that other programs know; neither read nor set
ENV_VAR_KEY = "TOX_PARALLEL_ENV"
#: as many as this side by side means one after the other
OFF_VALUE = 0
_DEFAULT = "auto"


def tox_add_option(parser: ToxParser) -> None:
    """Add the command."""
    our = parser.add_command("run-parallel", ["p"], "run environments in parallel", run_parallel)
    register_env_select_flags(our, default=CliEnv())
    env_run_create_flags(our, mode="run-parallel")
    parallel_flags(our, default_parallel=_DEFAULT)


def parse_num_processes(str_value: str) -> int | None:
    """Read how many environments may run side by side.

    :param str_value: a number, ``auto`` for as many as there are processors, or ``all``
    :returns: ``None`` for all at once, 0 for one after the other
    :raises ArgumentTypeError: if it is none of that
    """
    if str_value == "all":
        return None
    if str_value == "auto":
        return auto_detect_cpus()
    try:
        value = int(str_value)
    except ValueError:
        raise ArgumentTypeError(f"value must be all, auto or a number, is {str_value!r}") from None
    if value < 0:
        raise ArgumentTypeError(f"value must be positive, is {value!r}")
    return value


def parallel_flags(our: ArgumentParser, default_parallel: int | str, no_args: bool = False) -> None:
    """Add the options on running side by side.

    :param our: parser of the command
    :param default_parallel: how many when the option is not given
    :param no_args: whether the option may stand without a number, which then means all at once
    """
    optional: dict[str, str] = {"nargs": "?"} if no_args else {}
    our.add_argument(
        "-p",
        "--parallel",
        dest="parallel",
        help="how many environments run side by side: a number, all, or auto for the number of processors;"
        f" {OFF_VALUE} runs one after the other",
        action="store",
        type=parse_num_processes,
        default=default_parallel,
        metavar="VAL",
        **optional,  # type: ignore[arg-type] # a mapping of text
    )
    our.add_argument(
        "-o",
        "--parallel-live",
        action="store_true",
        dest="parallel_live",
        help="show output while environments run, not when they have ended",
    )
    our.add_argument(
        "--parallel-no-spinner",
        action="store_true",
        dest="parallel_no_spinner",
        default=is_ci(),
        help="show no line that tells which environments run; the default on CI services",
    )


def run_parallel(state: State) -> int:
    """Run the chosen environments side by side.

    :returns: exit code
    :raises SystemExit: if output is asked to go straight to the terminal, where it would mix
    """
    from tox.session.cmd.run.common import execute

    option = state.conf.options
    if option.no_capture:
        raise SystemExit("--no-capture cannot be used with parallel mode")
    return execute(
        state,
        max_workers=1 if option.parallel == OFF_VALUE and option.parallel is not None else option.parallel,
        has_spinner=option.parallel_no_spinner is False and option.parallel_live is False,
        live=option.parallel_live,
    )


__getattr__ = elsewhere(__name__)
