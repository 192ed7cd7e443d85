"""``tox config``: every setting and its value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tox._historical import elsewhere
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.session.cmd.run._flags import env_run_create_flags

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser
    from tox.session.state import State


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours = parser.add_command("config", ["c"], "show settings and their values", show_config)
    keys = ours.add_argument(
        "-k", nargs="+", default=[], dest="list_keys_only", metavar="key", help="only these settings, in this order"
    )
    keys.of_type = list[str]  # type: ignore[attr-defined]
    ours.add_argument(
        "--core", action="store_true", default=False, dest="show_core", help="settings of the project, too"
    )
    ours.add_argument(
        "--format", choices=["ini", "json", "toml"], default="ini", dest="config_format", help="how to write them"
    )
    output = ours.add_argument(
        "-o",
        "--output-file",
        default=None,
        dest="output_file",
        type=Path,
        help="write to this file instead of the screen",
    )
    output.of_type = Path  # type: ignore[attr-defined]
    register_env_select_flags(ours, default=CliEnv())
    env_run_create_flags(ours, mode="config")


def show_config(state: State) -> int:
    """Print settings in the format asked for.

    :returns: zero; -1 when any value could not be loaded
    """
    from tox.session._misspelt import warn

    code = _show(state)
    warn(state, state.conf.options.list_keys_only or ())
    return code


def _show(state: State) -> int:
    wanted = state.conf.options.config_format
    if wanted == "json":
        from tox.session.cmd.show_config.json_format import show_config_json

        return show_config_json(state)
    if wanted == "toml":
        from tox.session.cmd.show_config.toml_format import show_config_toml

        return show_config_toml(state)
    from tox.session.cmd.show_config.ini import show_config_ini

    return show_config_ini(state)


__all__ = ["tox_add_option"]

__getattr__ = elsewhere(__name__)
