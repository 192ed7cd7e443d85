"""``tox exec``: one command in one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tox._historical import elsewhere
from tox.errors import HandledError
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.session.cmd import _single
from tox.session.cmd.run._flags import env_run_create_flags

if TYPE_CHECKING:
    from pathlib import Path

    from tox.config.cli.parser import ToxParser
    from tox.session.state import State


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours = parser.add_command("exec", ["e"], "run one command in an environment: tox exec -e name -- command", exec_)
    register_env_select_flags(ours, default=CliEnv("py"), multiple=False)
    env_run_create_flags(ours, mode="exec")


def exec_(state: State) -> int:
    """Run what follows ``--`` in one environment, instead of its commands.

    The command has our own input and output, so that it can talk to the user, and be part of a pipeline. The package
    is left as it is: neither built nor installed.

    :returns: the exit code of the command
    :raises HandledError: when not exactly one environment is asked for, or no command is given
    """
    from tox.config.loader.memory import MemoryLoader
    from tox.config.types import Command
    from tox.session.cmd.run.sequential import run_sequential

    _single.complete(state.conf.options, no_capture=True, skip_pkg_install=True)
    name = _single.name_of(state, "exec")
    conf = state.envs[name].conf
    to_path = cast("Path", conf["change_dir"]) if conf["args_are_paths"] else None
    words = state.conf.pos_args(to_path, program_first=True)
    if not words:
        raise HandledError("no command was given to run; put it after --")
    conf.loaders.insert(0, MemoryLoader(commands_pre=[], commands=[Command(list(words))], commands_post=[]))
    return run_sequential(state)


__getattr__ = elsewhere(__name__)
