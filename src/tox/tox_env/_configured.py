"""The settings every environment has, and the variables its commands get."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, cast

from tox.tox_env import _environ
from tox.tox_env._settings import Constant, Own, Setting, declare
from tox.tox_env.info import Info

if TYPE_CHECKING:
    from collections.abc import Callable

    from tox.config.cli.parser import Parsed
    from tox.config.main import Config
    from tox.config.set_env import SetEnv
    from tox.config.sets import CoreConfigSet, EnvConfigSet
    from tox.execute.api import Execute
    from tox.tox_env.installer import Installer

__all__ = ["IsConfigured"]


class IsConfigured:
    """The part of an environment that is its configuration; what it needs of the other parts is declared here."""

    conf: EnvConfigSet
    core: CoreConfigSet
    options: Parsed

    if TYPE_CHECKING:

        @property
        def executor(self) -> Execute: ...
        @property
        def installer(self) -> Installer[Any]: ...

    def __init__(self) -> None:
        super().__init__()
        self._paths_private: list[Path] = []
        self._variables: dict[str, str] | None = None
        self._variables_from: object = None
        #: what a thread has put together so far, by its identity
        self._unfinished: dict[int, dict[str, str]] = {}
        self._cache: Info | None = None

    # -- settings -----------------------------------------------------------------------------------------------------

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        declare(self, self.conf, _PLACE)
        self.executor.register_conf(self)
        declare(self, self.conf, _SURROUNDINGS)
        self.conf.variables_of_environment(self._default_set_env, self._exported_set_env)
        _ = self.installer  # making it declares its settings, which come next

    def _env_name(self) -> str:
        return self.conf.name

    def _default_env_dir(self, conf: Config, name: str | None) -> Path:
        return cast("Path", self.core["work_dir"]) / self.name

    def _default_env_tmp_dir(self, conf: Config, name: str | None) -> Path:
        return self._default_env_dir(conf, name) / "tmp"

    def _default_env_log_dir(self, conf: Config, name: str | None) -> Path:
        return self._default_env_dir(conf, name) / "log"

    def _relative_to_tox_root(self, value: Path) -> Path:
        return cast("Path", self.core["tox_root"]) / value

    def _recreate_default(self, conf: Config, value: str | None) -> bool:
        return cast("bool", self.options.recreate)

    def _post_process_pass_env(self, values: list[str]) -> list[str]:
        return _environ.normal_pass_env(values, self._default_pass_env())

    def _default_pass_env(self) -> list[str]:
        """Name the variables that commands get from the host unless that is disallowed; patterns may be among them."""
        return _environ.default_pass_env(on_terminal=sys.stdout.isatty())

    def _default_set_env(self) -> dict[str, str]:
        """Return variables for commands that the user has not set otherwise."""
        return {}

    def _exported_set_env(self) -> dict[str, Callable[[], str]]:
        """Return variables for commands whatever the user has set, each as a function that is called when needed."""
        return {
            "TOX_ENV_NAME": lambda: self.name,
            "TOX_WORK_DIR": lambda: str(self.core["work_dir"]),
            "TOX_ENV_DIR": lambda: str(self.env_dir),
            "PYTHONIOENCODING": lambda: "utf-8",
        }

    @property
    def name(self) -> str:
        """Name of the environment."""
        return cast("str", self.conf["env_name"])

    @property
    def env_dir(self) -> Path:
        """Folder of the environment; it may be missing before setup."""
        return cast("Path", self.conf["env_dir"])

    @property
    def env_tmp_dir(self) -> Path:
        """Folder for temporary files; emptied by setup when nobody else uses the environment."""
        return cast("Path", self.conf["env_tmp_dir"])

    @property
    def env_log_dir(self) -> Path:
        """Folder of command logs; emptied by setup when nobody else uses the environment."""
        return cast("Path", self.conf["env_log_dir"])

    @property
    def cache(self) -> Info:
        """What is recorded about the folder of the environment."""
        if self._cache is None:
            self._cache = Info(self.env_dir)
        return self._cache

    # -- variables ----------------------------------------------------------------------------------------------------

    @property
    def environment_variables(self) -> dict[str, str]:
        """The variables commands get; what is changed in this very mapping, later commands see.

        A value of ``set_env`` may need a command of the environment. That one gets the variables there are so far.
        """
        unfinished = self._unfinished.get(get_ident())
        if unfinished is not None:
            return unfinished
        set_env: SetEnv = self.conf["set_env"]
        pass_env: list[str] = self.conf["pass_env"]
        basis = (tuple(pass_env), id(set_env))
        if self._variables is None or self._variables_from != basis or set_env.changed:
            set_env.changed = False
            self._variables_from = basis
            self._variables = self._make_variables(pass_env, set_env)
        return self._variables

    def _make_variables(self, pass_env: list[str], set_env: SetEnv) -> dict[str, str]:
        disallowed: list[str] = self.conf["disallow_pass_env"]
        variables = self._load_pass_env(pass_env)
        if disallowed:
            variables = _environ.passed(variables, ["*"], disallowed)
        if "CI" in os.environ:
            variables["__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI"] = os.environ["CI"]
        self._unfinished[get_ident()] = variables
        try:
            for name in set_env:
                variables[name] = set_env.load(name)
        finally:
            del self._unfinished[get_ident()]
        variables["PATH"] = self._make_path(variables["PATH"] if "PATH" in set_env else None)
        return variables

    @staticmethod
    def _load_pass_env(pass_env: list[str]) -> dict[str, str]:
        """Pick the variables of the host whose names match any of some patterns."""
        return _environ.passed(os.environ, pass_env)

    @property
    def _paths(self) -> list[Path]:
        """Folders whose programs commands may use, first on ``PATH``."""
        return self._paths_private

    @_paths.setter
    def _paths(self, value: list[Path]) -> None:
        self._paths_private = value
        if self._variables is not None:
            # also set by the user or not: what comes after ours stays
            self._variables["PATH"] = self._make_path(self._variables.get("PATH"))

    def _make_path(self, existing: str | None = None) -> str:
        """Make the value of ``PATH``: our folders, then those of the host.

        :param existing: instead of the value of the host
        """
        return _environ.join_path(self._paths, os.environ.get("PATH") if existing is None else existing)

    @property
    def _allow_externals(self) -> list[str]:
        """Patterns of the programs that commands may use."""
        own = [f"{_literally(folder)}{os.sep}*" for folder in self._paths]
        return [*own, *cast("list[str]", self.conf["allowlist_externals"])]


def _literally(folder: Path) -> str:
    """Make a pattern that fits the name of a folder and no other, whatever stands in it."""
    return re.sub(r"([*?[])", r"[\1]", str(folder))


_PLACE = (
    Constant(("env_name", "envname"), Own("_env_name"), "name of the environment"),
    Setting(("labels",), set[str], set(), "labels to select the environment by"),
    Setting(
        ("env_dir", "envdir"),
        Path,
        Own("_default_env_dir"),
        "folder of the environment; it may be emptied at any time",
        Own("_relative_to_tox_root"),
    ),
    Setting(
        ("env_tmp_dir", "envtmpdir"),
        Path,
        Own("_default_env_tmp_dir"),
        "folder for temporary files; emptied when a run starts",
        Own("_relative_to_tox_root"),
    ),
    Setting(
        ("env_log_dir", "envlogdir"),
        Path,
        Own("_default_env_log_dir"),
        "folder of command logs; emptied when a run starts",
        Own("_relative_to_tox_root"),
    ),
)
_SURROUNDINGS = (
    Setting(("platform",), str, "", "regular expression of the platforms to run on; on others it is skipped"),
    Setting(
        ("pass_env", "passenv"),
        list[str],
        [],
        "patterns of variables that commands get from the host, beside the usual ones",
        Own("_post_process_pass_env"),
    ),
    Setting(
        ("disallow_pass_env",),
        list[str],
        [],
        "patterns of variables that commands never get from the host",
    ),
    Setting(("parallel_show_output",), bool, False, "show the output of commands while others run in parallel"),
    Setting(("recreate",), bool, Own("_recreate_default"), "build the environment anew in every run"),
    Setting(
        ("allowlist_externals",),
        list[str],
        [],
        "patterns of programs outside of the environment that commands may use; `*` for all",
    ),
)
