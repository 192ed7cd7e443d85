"""Configurations to ask, made of a text, without environments and without a command line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from tox.config.loader.api import Override
from tox.config.loader.native import to_native
from tox.config.main import Config
from tox.config.source import discover_source
from tox.config.types import Command, EnvList
from tox.tox_env.util import add_change_dir_conf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tox.config.sets import EnvConfigSet

#: settings of an environment to read in tests: one for each kind of value
SETTINGS: dict[str, tuple[Any, Any]] = {
    "description": (str, ""),
    "extras": (set[str], set()),
    "allowlist_externals": (list[str], []),
    "commands": (list[Command], []),
    "install_command": (Command, Command([])),
    "depends": (EnvList, EnvList([])),
    "base_python": (list[str] | str, []),
    "ignore_errors": (bool, False),
    "commands_retry": (int, 0),
    "suicide_timeout": (float, 0.0),
    "args_are_paths": (bool, True),
}


def configuration(
    folder: Path,
    text: str | None = None,
    *,
    name: str = "tox.ini",
    overrides: Iterable[str] = (),
    pos_args: Sequence[str] | None = None,
) -> Config:
    """Read a configuration.

    :param folder: where the file is written to
    :param text: its content; None when it is there already
    :param name: what it is called
    """
    path = folder / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    options = SimpleNamespace(override=[Override(one) for one in overrides], root_dir=None, work_dir=None)
    return Config.make(cast("Any", options), pos_args, discover_source(path, None), extra_envs=())


def environment(conf: Config, name: str = "a") -> EnvConfigSet:
    """Give the settings of an environment, with one of each kind defined."""
    env_conf = conf.get_env(name)
    if "env_name" in env_conf:
        return env_conf
    env_conf.add_constant("env_name", "name", name)
    for key, (of_type, default) in SETTINGS.items():
        env_conf.add_config(key, of_type, default, key)
    work_dir = cast("Path", conf.core["work_dir"])
    env_conf.add_config(["env_dir", "envdir"], Path, lambda _conf, _name: work_dir / name, "folder")
    add_change_dir_conf(env_conf, conf.core)
    return env_conf


def value(conf: Config, key: str, name: str = "a") -> Any:
    """Give the value of a setting as JSON would hold it."""
    conf.build_env = lambda env: environment(conf, env)
    return to_native(environment(conf, name)[key])
