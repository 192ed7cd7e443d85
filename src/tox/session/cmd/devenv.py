"""``tox devenv``: an environment to work in."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.session.cmd import _single
from tox.session.cmd.run._flags import env_run_create_flags

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser
    from tox.session.state import State


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours = parser.add_command("devenv", ["d"], "set up an environment to develop in", devenv)
    ours.add_argument(
        "devenv_path", metavar="path", default=Path("venv"), nargs="?", type=Path, help="folder of the environment"
    )
    register_env_select_flags(ours, default=CliEnv("py"), multiple=False)
    env_run_create_flags(ours, mode="devenv")


def devenv(state: State) -> int:
    """Set up one environment in a folder of its own, with the package installed as editable; run no commands.

    :returns: the exit code of the setup
    :raises HandledError: when not exactly one environment is asked for
    """
    from tox.config.loader.memory import MemoryLoader
    from tox.session.cmd.run.sequential import run_sequential
    from tox.util.venv_redirect import record_venv_redirect

    options: Any = state.conf.options
    path = Path(options.devenv_path).absolute()
    options.skip_missing_interpreters = False
    _single.complete(options, no_test=True)
    _single.check_named(state, "devenv")
    (named,) = options.env  # before any environment is made, as much is made of its folder
    state.conf.seed(named, MemoryLoader(usedevelop=True, env_dir=path))
    _single.name_of(state, "devenv")
    code = run_sequential(state)
    if code == 0 and not getattr(options, "explain", False):
        if state.conf.core["venv_redirect"] is not False:
            record_venv_redirect(state.conf.core["tox_root"], path, _is_ours)
        logging.warning("created development environment under %s", path)
    return code


def _is_ours(path: Path) -> bool:
    """Tell whether an environment that the redirect leads to is one of tox, or gone."""
    return (path / ".tox-info.json").is_file() or not path.exists()


__all__ = ["devenv"]

__getattr__ = elsewhere(__name__)
