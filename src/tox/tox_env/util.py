"""Settings that several kinds of environments have in common."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tox.config.types import Command

if TYPE_CHECKING:
    from tox.config.main import Config
    from tox.config.sets import CoreConfigSet, EnvConfigSet

__all__ = ["add_change_dir_conf", "add_commands_conf", "add_ignore_errors_conf"]


def add_change_dir_conf(config: EnvConfigSet, core: CoreConfigSet) -> None:
    """Declare ``change_dir``: the folder commands start in, relative to the root of the project."""

    def root(conf: Config, name: str | None) -> Path:
        return cast("Path", core["tox_root"])

    config.add_config(
        keys=["change_dir", "changedir"],
        of_type=Path,
        default=root,
        desc="folder that commands start in, created when missing",
        post_process=lambda value: value if value.is_absolute() else Path(os.path.realpath(core["tox_root"] / value)),
    )


def add_commands_conf(config: EnvConfigSet) -> None:
    """Declare ``commands``: what the environment is for."""
    config.add_config(
        keys=["commands"],
        of_type=list[Command],
        default=[],
        desc="commands to run, one after the other",
    )


def add_ignore_errors_conf(config: EnvConfigSet) -> None:
    """Declare ``ignore_errors``: whether a failing command ends the sequence."""
    config.add_config(
        keys=["ignore_errors"],
        of_type=bool,
        default=False,
        desc="run all commands even when one fails; the first failure still counts",
    )
