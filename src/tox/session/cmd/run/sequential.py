"""``tox run``: environments one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox._historical import elsewhere
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.session.cmd.run._flags import env_run_create_flags

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser
    from tox.session.state import State

__all__ = ["run_sequential"]


def tox_add_option(parser: ToxParser) -> None:
    """Add the command."""
    our = parser.add_command("run", ["r"], "run environments", run_sequential)
    register_env_select_flags(our, default=CliEnv())
    env_run_create_flags(our, mode="run")


def run_sequential(state: State) -> int:
    """Run the chosen environments one after the other.

    :returns: exit code
    """
    from tox.session.cmd.run.common import execute

    return execute(state, max_workers=1, has_spinner=False, live=True)


__getattr__ = elsewhere(__name__)
