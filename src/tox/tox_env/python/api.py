"""Environments that hold a Python interpreter."""

from __future__ import annotations

import logging
import os
import sys
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, cast

from tox._historical import elsewhere
from tox.config.loader.str_convert import StrConvert
from tox.errors import Fail, NoInterpreter, Skip
from tox.tox_env import _decision
from tox.tox_env._settings import Constant, Own, Setting, declare
from tox.tox_env.api import ToxEnv
from tox.tox_env.python import _interpreter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import TextIOWrapper

    from python_discovery import PythonSpec

    from tox.config.cli.parser import Parsed
    from tox.config.main import Config
    from tox.config.sets import CoreConfigSet, EnvConfigSet
    from tox.tox_env._explanation import Step
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.info import Info
    from tox.tox_env.python._interpreter import (
        PY_FACTORS_RE,
        PY_FACTORS_RE_EXPLICIT_VERSION,
        MarkerEnvironment,
    )
    from tox.util.json_types import JsonValue

__all__ = [
    "PY_FACTORS_RE",
    "PY_FACTORS_RE_EXPLICIT_VERSION",
    "NoInterpreter",
    "Python",
    "PythonInfo",
    "VersionInfo",
    "add_skip_missing_interpreters_to_core",
    "add_skip_missing_interpreters_to_env",
]


ReleaseLevel: TypeAlias = Literal["alpha", "beta", "candidate", "final"]


class VersionInfo(NamedTuple):
    """Version of an interpreter, as :data:`sys.version_info` has it."""

    major: int
    minor: int
    micro: int
    releaselevel: ReleaseLevel
    serial: int


@dataclass(frozen=True, slots=True)
class PythonInfo:
    """What is known of an interpreter."""

    #: such as ``CPython``
    implementation: str
    version_info: VersionInfo
    #: all of :data:`sys.version`
    version: str = field(repr=False)
    is_64: bool
    #: as :data:`sys.platform` has it
    platform: str
    #: what the kind of environment adds: ``executable`` is the interpreter outside of any environment
    extra: dict[str, Any] = field(hash=False)
    free_threaded: bool = False
    debug: bool = False
    #: instruction set, such as ``x86_64``
    machine: str | None = None
    marker_environment: MarkerEnvironment | None = None

    @property
    def version_no_dot(self) -> str:
        """The two first parts of the version in one word: ``312``."""
        return f"{self.version_info.major}{self.version_info.minor}"

    @property
    def impl_lower(self) -> str:
        """Implementation in lower case."""
        return self.implementation.lower()

    @property
    def version_dot(self) -> str:
        """Major and minor version, such as ``3.12``."""
        return f"{self.version_info.major}.{self.version_info.minor}"


class Python(ToxEnv, ABC):
    """An environment that holds a Python interpreter."""

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._base_python: PythonInfo | None = None
        self._base_python_searched = False
        self._base_python_configured = True
        super().__init__(create_args)

    # -- settings -----------------------------------------------------------------------------------------------------

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        self.core.add_config(
            keys=["ignore_base_python_conflict", "ignore_basepython_conflict"],
            of_type=bool,
            default=False,
            desc="let the name of an environment decide when `base_python` contradicts it",
        )
        declare(self, self.conf, _SETTINGS)

    def _default_pass_env(self) -> list[str]:
        return [
            *super()._default_pass_env(),
            "PKG_CONFIG",
            "PKG_CONFIG_PATH",
            "PKG_CONFIG_SYSROOT_DIR",
            "REQUESTS_CA_BUNDLE",
        ]

    def _default_set_env(self) -> dict[str, str]:
        variables = super()._default_set_env()
        seed = getattr(self.options, "hash_seed", None)
        if seed is not None:
            variables["PYTHONHASHSEED"] = str(seed)
        return variables

    def _base_python_default(self, conf: Config, env_name: str | None) -> list[str]:
        self._base_python_configured = False
        named = None if env_name is None else self._base_python_named(env_name)
        if named is not None:
            return [named]
        files: list[str] = self.conf["base_python_file"]
        if files:
            return self._read_python_version_file(files)
        return cast("list[str]", self.conf["default_base_python"])

    def _base_python_named(self, env_name: str) -> str | None:
        """Find the interpreter the name asks for; a name that asks for two says nothing when conflicts are ignored."""
        try:
            return self.extract_base_python(env_name)
        except ValueError:
            if self.core["ignore_base_python_conflict"]:
                return None
            raise

    def _post_process_base_python(self, value: list[str] | str) -> list[str]:
        ignore_conflict: bool = self.core["ignore_base_python_conflict"]
        wanted = [text for text in as_list(value) if text.strip()]
        if not wanted and self._base_python_configured:
            raise Fail(f"base_python for env {self.conf.name} is empty")
        if self._base_python_configured and self.conf["base_python_file"]:
            raise Fail("cannot set both base_python and base_python_file")
        if self._base_python_named(self.conf.name) is None:
            return wanted
        return self._validate_base_python(self.conf.name, wanted, ignore_conflict)

    @classmethod
    def extract_base_python(cls, env_name: str) -> str | None:
        """Find the interpreter that the name of an environment asks for.

        :returns: a spec; None when the name says nothing
        :raises ValueError: if two factors name one
        """
        return _interpreter.base_python_in(env_name)

    @classmethod
    def _validate_base_python(
        cls, env_name: str, base_pythons: list[str], ignore_base_python_conflict: bool
    ) -> list[str]:
        """Compare candidates with what the name of the environment asks for.

        :returns: the candidates; what the name says when they contradict it and that is to be ignored
        :raises Fail: if they contradict it
        """
        named = cls.extract_base_python(env_name)
        if named is None or base_pythons == [named]:
            return base_pythons
        spec_name = cls._resolve_base_spec(named)
        for candidate in base_pythons:
            if candidate != named and cls._conflicts(spec_name, cls._resolve_base_spec(candidate)):
                if ignore_base_python_conflict:
                    return [named]
                # in these words, which test suites of plugins look for
                raise Fail(f"env name {env_name} conflicting with base python {candidate}")
        return base_pythons

    @classmethod
    def _resolve_base_spec(cls, base_python: str) -> PythonSpec:
        """Read a candidate; a path is asked what it is."""
        spec = _interpreter.parse_spec(base_python)
        if spec.path is not None:
            path = Path(spec.path).absolute()
            return (
                cls._python_spec_for_sys_executable()
                if path == Path(sys.executable)
                else cls.python_spec_for_path(path)
            )
        return spec

    @classmethod
    def _python_spec_for_sys_executable(cls) -> PythonSpec:
        """Describe the interpreter that runs tox."""
        implementation = sys.implementation.name
        bits = 64 if sys.maxsize > 2**32 else 32
        return _interpreter.parse_spec(f"{implementation}{sys.version_info[0]}.{sys.version_info[1]}-{bits}")

    @staticmethod
    def _conflicts(spec_name: PythonSpec, spec_base: PythonSpec) -> bool:
        return _interpreter.conflicts(spec_name, spec_base)

    @staticmethod
    def _explicit_version_spec(found: dict[str, str | None]) -> str:
        return _interpreter.explicit_version_spec(found)

    @staticmethod
    def _is_python_version_spec(value: str) -> bool:
        return _interpreter.is_version_spec(value)

    def _read_python_version_file(self, file_paths: list[str]) -> list[str]:
        """Read the wanted version from the first of some files that has one.

        :raises Fail: if none has, or what it has is no version
        """
        root: Path = self.core["tox_root"]
        for file_path in file_paths:
            line = self._first_version_line(root / file_path, file_path)
            if line is None:
                continue
            if not self._is_python_version_spec(line):
                raise Fail(f"base_python_file {file_path!r} names no version of Python: {line!r}")
            return [line]
        raise Fail(f"base_python_file: none of {', '.join(map(repr, file_paths))} names a version of Python")

    @classmethod
    def _first_version_line(cls, path: Path, file_path: str) -> str | None:
        return _interpreter.first_version_line(path, file_path)

    @staticmethod
    def _skip_overlong_line(file_handler: TextIOWrapper, stripped: str, file_path: str, max_length: int) -> None:
        _interpreter.skip_overlong_line(file_handler, stripped, file_path, max_length)

    # -- places -------------------------------------------------------------------------------------------------------

    @classmethod
    @abstractmethod
    def python_spec_for_path(cls, path: Path) -> PythonSpec:
        """Ask an interpreter what it is.

        :param path: its executable
        :raises Fail: if it cannot tell
        """
        raise NotImplementedError

    @abstractmethod
    def env_site_package_dir(self) -> Path:
        """Folder within the environment for pure Python packages."""
        raise NotImplementedError

    def env_site_package_dir_plat(self) -> Path:
        """Folder within the environment for compiled packages."""
        return self.env_site_package_dir()

    @abstractmethod
    def env_python(self) -> Path:
        """Python executable of the environment."""
        raise NotImplementedError

    @abstractmethod
    def env_bin_dir(self) -> Path:
        """Folder of the scripts of the environment."""
        raise NotImplementedError

    @abstractmethod
    def prepend_env_var_path(self) -> list[Path]:
        """Return the folders of programs, as they come first on ``PATH``."""
        raise NotImplementedError

    def contents(self) -> list[tuple[str, str, int]]:
        """List what is installed, as far as an installer that failed can have changed it.

        :returns: folder and name of each entry of the folders that installers write to, and time of change in
            nanoseconds; 0 for a package, in whose folder Python caches what it compiles
        """
        found: list[tuple[str, str, int]] = []
        for folder in sorted(set(self._installed_into())):
            with suppress(OSError), os.scandir(folder) as entries:
                found.extend(
                    (str(folder), entry.name, 0 if _holds_caches(entry) else entry.stat().st_mtime_ns)
                    for entry in entries
                    if entry.name != "__pycache__"
                )
        return sorted(found)

    def _installed_into(self) -> Iterable[Path]:
        """Return the folders that installers write to, by the usual layout: a plugin may start processes to tell."""
        for pattern in ("lib*/*/site-packages", "Lib/site-packages", "bin", "Scripts"):
            yield from self.env_dir.glob(pattern)

    # -- interpreter --------------------------------------------------------------------------------------------------

    @property
    def base_python(self) -> PythonInfo:
        """The interpreter the environment is made from.

        :raises Skip: if there is none that fits, and such environments are to be skipped
        :raises NoInterpreter: if there is none otherwise
        """
        if self._base_python is None:
            try:
                candidates: list[str] = self.conf["base_python"]
            except ValueError as error:
                raise Fail(str(error)) from error
            if not self._base_python_searched:
                self._base_python_searched = True
                self._base_python = self._get_python(candidates)
            if self._base_python is None:
                if "skip_missing_interpreters" in self.conf and self.conf["skip_missing_interpreters"]:  # noqa: RUF019
                    raise Skip(f"could not find python interpreter with spec(s): {', '.join(candidates)}")
                raise NoInterpreter(candidates)
        return self._base_python

    @abstractmethod
    def _get_python(self, base_python: list[str]) -> PythonInfo | None:
        """Find the first interpreter that fits one of some specs; None when there is none."""
        raise NotImplementedError

    def py_dot_ver(self) -> str:
        """Major and minor version of the interpreter."""
        return self.base_python.version_dot

    def py_impl(self) -> str:
        """Name the implementation of the interpreter, in lower case."""
        return self.base_python.impl_lower

    def py_free_threaded(self) -> bool:
        """Whether the interpreter runs without the global lock."""
        return self.base_python.free_threaded

    def py_debug(self) -> bool:
        """Whether the interpreter is a debug build."""
        return self.base_python.debug

    def python_cache(self) -> dict[str, JsonValue]:
        """Return what makes the environment out of date when it changes."""
        return {
            "version_info": list(self.base_python.version_info),
            "executable": str(self.base_python.extra.get("executable", "")),
        }

    # -- lifecycle ----------------------------------------------------------------------------------------------------

    def _setup_env(self) -> None:
        super()._setup_env()
        self.ensure_python_env()
        self._paths = self.prepend_env_var_path()
        if self.journal:
            self.journal["python"] = self._get_env_journal_python()

    def ensure_python_env(self) -> None:
        """Make the interpreter of the environment when it is missing; the caller holds the lock.

        :raises Recreate: if there is one made from something else
        """
        wanted = self.python_cache()
        with self.cache.compare(wanted, Python.__name__) as (equal, recorded):
            if self._decide_on_python(wanted, wanted if equal else recorded).enforce():
                with self._hold.changing("create the python environment"):
                    self.create_python_env()

    def _decide_on_python(self, wanted: dict[str, Any], recorded: object) -> _decision.Decision:
        # tox-current-env gives text
        return _decision.interpreter(wanted, recorded, lambda: Path(self.env_python()).exists(), self._diff_msg)

    def _explain_env(self, record: Info) -> Iterator[Step]:
        yield from super()._explain_env(record)
        is_new = self._decide_on_python(self.python_cache(), record.recorded(Python.__name__)).enforce()
        info = self.base_python
        version = ".".join(str(part) for part in info.version_info[:3])
        yield self._step("create" if is_new else "reuse", "env", items=[f"{info.implementation} {version}"])

    @staticmethod
    def _diff_msg(conf: dict[str, Any], old: dict[str, Any]) -> str:
        """Tell in one line what differs between what is wanted and what was recorded."""
        return _decision.difference(conf, old)

    @abstractmethod
    def create_python_env(self) -> None:
        """Make the interpreter of the environment; its folder may hold nothing but records.

        :raises Fail: if it cannot be made
        """
        raise NotImplementedError

    def _done_with_setup(self) -> None:
        super()._done_with_setup()
        running = not getattr(self.options, "package_only", False)
        if self.journal or (running and getattr(self.options, "list_dependencies", False)):
            packages = self.installer.installed()
            if self.journal:
                self.journal["installed_packages"] = packages
            if getattr(self.options, "list_dependencies", False):
                logging.warning(",".join(packages))

    def _get_env_journal_python(self) -> dict[str, JsonValue]:
        """Describe the interpreter for the journal."""
        info = self.base_python
        return {
            "implementation": info.implementation,
            "version_info": list(info.version_info),
            "version": info.version,
            "is_64": info.is_64,
            "sysplatform": info.platform,
            "extra_version_info": None,
            "free_threaded": info.free_threaded,
            "debug": info.debug,
            "machine": info.machine,
        }


def _holds_caches(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.endswith((".dist-info", ".egg-info"))


def as_list(value: list[str] | str) -> list[str]:
    """Take one text for a list of one."""
    return [value] if isinstance(value, str) else value


def add_skip_missing_interpreters_to_core(core: CoreConfigSet, options: Parsed) -> None:
    """Declare ``skip_missing_interpreters`` for all environments."""
    core.add_config(
        keys=["skip_missing_interpreters"],
        of_type=bool,
        default=False,
        desc="skip environments whose interpreter is missing, rather than fail",
        post_process=lambda value: _skip_missing(options, configured=value),
    )


def add_skip_missing_interpreters_to_env(conf: EnvConfigSet, core: CoreConfigSet, options: Parsed) -> None:
    """Declare ``skip_missing_interpreters`` for one environment."""
    conf.add_config(
        keys=["skip_missing_interpreters"],
        of_type=bool,
        default=lambda _conf, _name: cast("bool", core["skip_missing_interpreters"]),
        desc="skip this environment when its interpreter is missing, rather than fail",
        post_process=lambda value: _skip_missing(options, configured=value),
    )


def _skip_missing(options: Parsed, *, configured: bool) -> bool:
    """Let the command line decide, unless it leaves it to the configuration."""
    asked = getattr(options, "skip_missing_interpreters", "config")
    return configured if asked == "config" else bool(StrConvert.to_bool(asked))


_SETTINGS = (
    Setting(
        ("default_base_python",),
        list[str] | str,
        [sys.executable],
        "interpreters to use when nothing else says which",
        as_list,
    ),
    Setting(
        ("base_python_file",),
        list[str] | str,
        [],
        "files to read the version of the interpreter from, such as `.python-version`; the first that has one counts",
        as_list,
    ),
    Setting(
        ("base_python", "basepython"),
        list[str] | str,
        Own("_base_python_default"),
        "interpreters to make the environment from; the first that is found is used",
        Own("_post_process_base_python"),
    ),
    Constant(
        ("env_site_packages_dir", "envsitepackagesdir"), Own("env_site_package_dir"), "folder of pure Python packages"
    ),
    Constant(
        ("env_site_packages_dir_plat", "envsitepackagesdir_plat"),
        Own("env_site_package_dir_plat"),
        "folder of compiled packages",
    ),
    Constant(("env_bin_dir", "envbindir"), Own("env_bin_dir"), "folder of the scripts of the environment"),
    Constant(("env_python", "envpython"), Own("env_python"), "python executable of the environment"),
    Constant(("py_dot_ver",), Own("py_dot_ver"), "major and minor version of the interpreter"),
    Constant(("py_impl",), Own("py_impl"), "implementation of the interpreter, in lower case"),
    Constant(("py_free_threaded",), Own("py_free_threaded"), "whether the interpreter runs without the global lock"),
    Constant(("py_debug",), Own("py_debug"), "whether the interpreter is a debug build"),
)

__getattr__ = elsewhere(__name__)
