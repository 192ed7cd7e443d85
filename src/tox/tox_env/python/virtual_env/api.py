"""Environments made by virtualenv."""

from __future__ import annotations

import os
import sys
from abc import ABC
from functools import partial
from pathlib import Path
from subprocess import SubprocessError
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from tox._historical import elsewhere
from tox.config.loader.str_convert import StrConvert
from tox.errors import Fail, HandledError, Skip, ToxError
from tox.execute.local_sub_process import LocalSubProcessExecutor
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env._stamps import stamps
from tox.tox_env.python import _interpreter
from tox.tox_env.python.api import Python, PythonInfo, VersionInfo
from tox.tox_env.python.pip.pip_install import Pip
from tox.tox_env.python.virtual_env import _facts
from tox.tox_env.python.virtual_env._searches import searches
from tox.util._threads import inherited

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from python_discovery import PythonInfo as VirtualenvPythonInfo
    from python_discovery import PythonSpec

    from tox.config.main import Config
    from tox.execute.api import Execute
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.python.virtual_env._adapter import Creator, Session
    from tox.tox_env.python.virtual_env._searches import Searches
    from tox.tox_env.python.virtual_env.subprocess_adapter import SubprocessCreator, SubprocessSession
    from tox.util.json_types import JsonValue

    virtualenv_version: str

__all__ = ["VirtualEnv"]

_FACT = "virtualenv"
#: how many ways to start tox are remembered: by its script, as a module, behind a shim, provisioned
_FACTS_KEPT = 4


class _Remembered(NamedTuple):
    """What an environment remembers of an earlier run."""

    python: PythonInfo
    layout: _facts.Layout


class VirtualEnv(Python, ABC):
    """An environment made by virtualenv; its interpreter and layout are remembered once it exists."""

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._virtualenv_session: Session | SubprocessSession | None = None
        self._executor: Execute | None = None
        self._installer: Pip | None = None
        self._remembered: _Remembered | Literal[False] | None = False
        self._learnt: dict[str, Any] | None = None
        super().__init__(create_args)

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        declare(self, self.conf, _SETTINGS)

    @property
    def executor(self) -> Execute:
        """What runs commands in this environment: processes on this machine."""
        if self._executor is None:
            self._executor = LocalSubProcessExecutor(self.options.is_colored)
        return self._executor

    @property
    def installer(self) -> Pip:
        """What installs into this environment."""
        if self._installer is None:
            self._installer = Pip(self)
        return self._installer

    @property
    def runs_on_platform(self) -> str:
        """The platform commands run on: this one."""
        return sys.platform

    # -- variables ----------------------------------------------------------------------------------------------------

    def _default_pass_env(self) -> list[str]:
        return [*super()._default_pass_env(), "PIP_*", "VIRTUALENV_*"]

    def _default_set_env(self) -> dict[str, str]:
        return {**super()._default_set_env(), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def _exported_set_env(self) -> dict[str, Any]:
        return {
            "PIP_USER": lambda: "0",
            **super()._exported_set_env(),
            "VIRTUAL_ENV": lambda: str(self.env_dir),
        }

    @property
    def _wrong_variables(self) -> bool:
        """Whether ``set_env`` can be read, and yet one of its variables cannot be made."""
        _ = [self.conf[key] for key in ("pass_env", "set_env", "disallow_pass_env")]
        try:
            _ = self.environment_variables
        except (ToxError, ValueError):
            return True
        return False

    def _default_from_variable(self, *names: str) -> bool:
        # what is wrong with a variable is told wherever it is asked for
        variables: Mapping[str, str] = os.environ if self._wrong_variables else self.environment_variables
        for name in names:
            if variables.get(name):
                try:
                    return StrConvert.to_bool(variables[name])
                except TypeError as error:
                    raise HandledError(f"the variable {name} of {self.name}: {error}") from error
        return False

    def _default_system_site_packages(self, conf: Config, name: str | None) -> bool:
        asked = bool(getattr(self.options, "site_packages", False))
        return asked or self._default_from_variable("VIRTUALENV_SYSTEM_SITE_PACKAGES")

    def _default_always_copy(self, conf: Config, name: str | None) -> bool:
        asked = bool(getattr(self.options, "always_copy", False))
        return asked or self._default_from_variable("VIRTUALENV_COPIES", "VIRTUALENV_ALWAYS_COPY")

    def _default_download(self, conf: Config, name: str | None) -> bool:
        return self._default_from_variable("VIRTUALENV_DOWNLOAD")

    def _default_virtualenv_spec(self, conf: Config, name: str | None) -> str:
        return _interpreter.virtualenv_that_creates(self.conf["base_python"], installed_version())

    def virtualenv_env_vars(self) -> dict[str, str]:
        """Return the variables that virtualenv is configured by."""
        return self._configuring(self.environment_variables)

    def _configuring(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Add to some variables those that virtualenv is configured by."""
        variables = dict(variables)
        variables["VIRTUALENV_CLEAR"] = "False"  # emptying the folder is ours to do, under the lock
        variables["VIRTUALENV_SYSTEM_SITE_PACKAGES"] = str(self.conf["system_site_packages"])
        variables["VIRTUALENV_COPIES"] = str(self.conf["always_copy"])
        variables["VIRTUALENV_DOWNLOAD"] = str(self.conf["download"])
        variables["VIRTUALENV_VENV_REDIRECT"] = "False"  # the file is ours to write, where it is wanted
        variables.setdefault("VIRTUALENV_NO_PERIODIC_UPDATE", "True")  # nothing is left to run behind tox
        variables["VIRTUALENV_PYTHON"] = "\n".join(self.conf["base_python"])
        first = [str(Path(path).absolute()) for path in getattr(self.options, "discover", ()) if path]
        first.append(variables.pop("VIRTUALENV_TRY_FIRST_WITH", ""))
        if any(first):
            variables["VIRTUALENV_TRY_FIRST_WITH"] = "\n".join(filter(None, first))
        return variables

    # -- virtualenv ---------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session | SubprocessSession:
        """What creates the environment; making it finds the interpreter.

        :raises RuntimeError: if no interpreter fits
        """
        if self._virtualenv_session is None:
            self._virtualenv_session = self._create_session(self.virtualenv_env_vars())
        return self._virtualenv_session

    def _create_session(self, variables: dict[str, str]) -> Session | SubprocessSession:
        if not self.conf["base_python"]:
            raise RuntimeError("no interpreter is named")  # virtualenv would take the one that runs tox
        spec: str = self.conf["virtualenv_spec"]
        return self._create_subprocess_session(spec, variables) if spec else self._create_imported_session(variables)

    def _create_imported_session(self, env: dict[str, str]) -> Session:
        """Use the virtualenv that is installed beside tox."""
        from tox.tox_env.python.virtual_env import _adapter

        return _adapter.make_session(self.env_dir, self.conf["base_python"], env, self._searches())

    def _searches(self) -> Searches[Any] | None:
        """Return the searches of this session; None where an interpreter is named by its place: a file may come.

        That which runs tox is there already.
        """
        base_pythons = {*cast("list[str]", self.conf["base_python"])} - {sys.executable}
        is_place = any("/" in base_python or os.sep in base_python for base_python in base_pythons)
        return None if is_place else searches(self.core)

    def _create_subprocess_session(self, spec: str, env: dict[str, str]) -> SubprocessSession:
        """Use a virtualenv of its own, because the one installed cannot do what is asked."""
        from tox.tox_env.python.virtual_env import subprocess_adapter

        base_pythons: list[str] = self.conf["base_python"]
        interpreter = subprocess_adapter.find(base_pythons, env, self._searches())
        if interpreter is None:
            raise RuntimeError(f"failed to find interpreter for {', '.join(base_pythons)}")
        subprocess_adapter.check_spec(spec)
        work_dir: Path = self.core["work_dir"]
        bootstrap = partial(subprocess_adapter.ensure_bootstrap, work_dir, spec)  # made when it is used
        return subprocess_adapter.SubprocessSession(self.env_dir, bootstrap, env, interpreter)

    @property
    def creator(self) -> Creator | SubprocessCreator:
        """The planned environment: its interpreter and its layout.

        :raises RuntimeError: if no interpreter fits
        """
        return self.session.creator

    def _creator_with_skip(self) -> Creator | SubprocessCreator:
        """Return the planned environment for those who ask for its places.

        A variable that cannot be made is told where it is asked for, and moves nothing.

        :raises Skip: if no interpreter fits
        """
        usable = self._virtualenv_session is not None or not self._wrong_variables
        try:
            return self.creator if usable else self._create_session(self._configuring(os.environ)).creator
        except HandledError as error:  # a setting on the way that is wrong
            raise Skip(str(error)) from error
        except (FileNotFoundError, RuntimeError) as error:
            raise Skip(str(error)) from error

    def create_python_env(self) -> None:
        """Create the environment; the caller holds the lock.

        :raises Fail: if virtualenv cannot create it
        """
        try:
            with inherited():  # virtualenv seeds in threads, which speak of this environment
                self.session.run()
        except (OSError, RuntimeError, SubprocessError) as error:
            raise Fail(f"could not create a virtual environment in {self.env_dir}: {error}") from error

    # -- interpreter --------------------------------------------------------------------------------------------------

    def _get_python(self, base_python: list[str]) -> PythonInfo | None:
        remembered = self._recall()
        if remembered is not None:
            return remembered.python
        try:
            creator = self.creator
            interpreter = creator.interpreter
        except (FileNotFoundError, RuntimeError):
            return None
        info = _info_of(interpreter)
        self._remember(info, creator)
        return info

    def _fact_key(self) -> dict[str, Any]:
        return _facts.key(
            self.conf["base_python"],
            self.virtualenv_env_vars(),
            virtualenv=installed_version(),
            spec=self.conf["virtualenv_spec"],
        )

    def _recall(self) -> _Remembered | None:
        """Recall interpreter and layout of an earlier run, else of an environment of this one that is made alike.

        :returns: None when anything may have changed since
        """
        if self._remembered is False:
            is_known = self.cache.key_of_fact(_FACT) is not None
            self._remembered = _read_fact(self.cache.fact(_FACT, self._fact_key())) if is_known else None
            if self._remembered is None:
                # a folder that can hold no environment is refused by who makes the others
                all_known = None if os.pathsep in str(self.env_dir) else self._searches()
                self._learnt = None if all_known is None else all_known.known(self._layout_key())
                self._remembered = _read_fact(self._learnt)
        return self._remembered

    def _layout_key(self) -> Hashable:
        """Collect what decides, within a session, which interpreter is found and how the environment is laid out."""
        wanted: list[str] = self.conf["base_python"]
        return "layout", self.conf["virtualenv_spec"], *_facts.search_key(wanted, self.virtualenv_env_vars())

    def _remember(self, info: PythonInfo, creator: Creator | SubprocessCreator) -> None:
        root = self.env_dir
        try:
            layout = [Path(getattr(creator, name)).relative_to(root).as_posix() for name in _facts.Layout._fields]
        except (AttributeError, ValueError):
            return  # a creator of a plugin that puts things elsewhere
        executable = str(info.extra["executable"])
        self._learnt = learnt = {"python": _as_json(info), "layout": layout, "files": stamps([executable])}
        all_known = self._searches()
        if all_known is not None:
            all_known.once(self._layout_key(), lambda: learnt)
        self.cache.learn(_FACT, self._fact_key(), self._learnt, keep=_FACTS_KEPT)

    def ensure_python_env(self) -> None:
        """Make the interpreter of the environment when it is missing; the caller holds the lock."""
        super().ensure_python_env()
        if self._learnt is not None and self.cache.fact(_FACT, self._fact_key()) is None:
            # asked for before setup, when nothing may be written: the record was read anew since
            self.cache.learn(_FACT, self._fact_key(), self._learnt, keep=_FACTS_KEPT)

    def _describe_path(self, attr: str) -> Path:
        """Return a place within the environment.

        :param attr: name of it in :class:`virtualenv.create.creator.Creator`
        """
        if self._virtualenv_session is None and not self._wrong_variables:
            remembered = self._recall()
            if remembered is not None:
                place: str = getattr(remembered.layout, attr)
                return self.env_dir / place
        return Path(getattr(self._creator_with_skip(), attr))

    def prepend_env_var_path(self) -> list[Path]:
        """Return the folders of programs, as they come first on ``PATH``."""
        return list(dict.fromkeys((self._describe_path("bin_dir"), self._describe_path("script_dir"))))

    def env_site_package_dir(self) -> Path:
        """Folder within the environment for pure Python packages."""
        return self._describe_path("purelib")

    def env_site_package_dir_plat(self) -> Path:
        """Folder within the environment for compiled packages."""
        return self._describe_path("platlib")

    def env_python(self) -> Path:
        """Python executable of the environment."""
        return self._describe_path("exe")

    def env_bin_dir(self) -> Path:
        """Folder of the scripts of the environment."""
        return self._describe_path("script_dir")

    def _installed_into(self) -> Iterable[Path]:
        return self.env_site_package_dir(), self.env_site_package_dir_plat(), self.env_bin_dir()

    def python_cache(self) -> dict[str, JsonValue]:
        """Return what makes the environment out of date when it changes."""
        base = super().python_cache()
        spec: str = self.conf["virtualenv_spec"]
        base.update({"virtualenv_spec": spec} if spec else {"virtualenv version": installed_version()})
        if self.conf["system_site_packages"]:
            base["system_site_packages"] = True
        return base

    def _get_env_journal_python(self) -> dict[str, JsonValue]:
        described = super()._get_env_journal_python()
        described["executable"] = str(self.base_python.extra["executable"])
        return described

    @classmethod
    def python_spec_for_path(cls, path: Path) -> PythonSpec:
        """Ask an interpreter what it is.

        :param path: its executable
        :raises Fail: if it cannot tell
        """
        from tox.tox_env.python.virtual_env import _adapter

        return _adapter.spec_of(cls.get_virtualenv_py_info(path))

    @staticmethod
    def get_virtualenv_py_info(path: Path) -> VirtualenvPythonInfo:
        """Ask an interpreter what it is, in all detail.

        :raises Fail: if it cannot tell
        """
        from tox.tox_env.python.virtual_env import _adapter

        return _adapter.python_info(path)


def installed_version() -> str:
    """Return the version of virtualenv, without importing it where that is possible."""
    version = _facts.installed_version()
    if version is None:
        from tox.tox_env.python.virtual_env import _adapter

        version = _adapter.version
    return version


def _info_of(interpreter: Any) -> PythonInfo:
    """Describe an interpreter that was found, by virtualenv or by asking it."""
    return PythonInfo(
        implementation=interpreter.implementation,
        version_info=VersionInfo(*interpreter.version_info),
        version=interpreter.version,
        is_64=interpreter.architecture == 64,
        platform=interpreter.platform,
        extra={"executable": Path(interpreter.system_executable).resolve()},
        free_threaded=bool(getattr(interpreter, "free_threaded", False)),
        debug=bool(getattr(interpreter, "debug_build", False)),
        machine=getattr(interpreter, "machine", None),
        marker_environment=getattr(interpreter, "marker_environment", None),
    )


def _as_json(info: PythonInfo) -> dict[str, Any]:
    return {
        "implementation": info.implementation,
        "version_info": list(info.version_info),
        "version": info.version,
        "is_64": info.is_64,
        "platform": info.platform,
        "executable": str(info.extra["executable"]),
        "free_threaded": info.free_threaded,
        "debug": info.debug,
        "machine": info.machine,
        "marker_environment": None if info.marker_environment is None else dict(info.marker_environment),
    }


def _read_fact(known: Any) -> _Remembered | None:
    """Read what was remembered; None when it is of another form, or the interpreter is not as it was."""
    try:
        if not _facts.still_there(known["files"]):
            return None
        values = dict(known["python"])
        values["version_info"] = VersionInfo(*values["version_info"])
        values["extra"] = {"executable": Path(values.pop("executable"))}
        return _Remembered(PythonInfo(**values), _facts.Layout(*known["layout"]))
    except (KeyError, TypeError, ValueError):
        return None


_SETTINGS = (
    Setting(
        ("system_site_packages", "sitepackages"),
        bool,
        Own("_default_system_site_packages"),
        "let the environment see what is installed for its base interpreter",
    ),
    Setting(
        ("always_copy", "alwayscopy"),
        bool,
        Own("_default_always_copy"),
        "copy the interpreter into the environment rather than link to it",
    ),
    Setting(
        ("download",),
        bool,
        Own("_default_download"),
        "fetch the newest pip for the environment from the package index",
    ),
    Setting(
        ("virtualenv_spec",),
        str,
        Own("_default_virtualenv_spec"),
        "requirement for another virtualenv to create the environment with, such as one that knows old interpreters",
    ),
)

__getattr__ = elsewhere(__name__)
