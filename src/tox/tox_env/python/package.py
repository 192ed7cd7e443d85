"""Environments that build Python packages, and the kinds of packages there are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

from tox._historical import elsewhere
from tox.config.of_type import Later
from tox.errors import NoInterpreter, Skip
from tox.tox_env.package import PackageToxEnv, PathPackage
from tox.tox_env.python.api import Python, add_skip_missing_interpreters_to_core, add_skip_missing_interpreters_to_env

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from packaging.requirements import Requirement

    from tox.config.main import Config
    from tox.config.sets import EnvConfigSet
    from tox.tox_env._explanation import Step
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.info import Info
    from tox.tox_env.package import _RunEnv
    from tox.tox_env.python.api import PythonInfo
    from tox.tox_env.python.pip.req_file import PythonDeps

__all__ = [
    "EditableLegacyPackage",
    "EditablePackage",
    "PythonPackageToxEnv",
    "SdistPackage",
    "WheelPackage",
]

#: kinds of packages that are made for one interpreter, so that its kind of environment has to build them
_BUILT_PER_INTERPRETER = frozenset({"wheel", "sdist-wheel", "editable"})


class PythonPathPackageWithDeps(PathPackage):
    """A file or folder to install, and what has to be installed before.

    :ivar deps: dependencies, in order; plugins change the list in place
    """

    def __init__(self, path: Path, deps: Sequence[Requirement]) -> None:
        super().__init__(path)
        self.deps: Sequence[Requirement] = deps


class WheelPackage(PythonPathPackageWithDeps):
    """A wheel."""


class SdistPackage(PythonPathPackageWithDeps):
    """A source distribution.

    :ivar config_settings: given to the build backend when it is installed
    """

    def __init__(self, path: Path, deps: Sequence[Requirement], config_settings: dict[str, str] | None = None) -> None:
        super().__init__(path, deps)
        self.config_settings: dict[str, str] = dict(config_settings or {})


class EditableLegacyPackage(PythonPathPackageWithDeps):
    """A source tree to be installed in development mode by the installer's own means."""


class EditablePackage(PythonPathPackageWithDeps):
    """A wheel that points to a source tree."""


class PythonPackageToxEnv(Python, PackageToxEnv, ABC):
    """An environment that builds Python packages."""

    #: whether ``deps`` are something else than what :meth:`requires` tells
    _installs_deps: ClassVar[bool] = True

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._wheel_build_envs: dict[str, PackageToxEnv] = {}
        super().__init__(create_args)

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        options = self.options
        add_skip_missing_interpreters_to_core(self.core, options)
        add_skip_missing_interpreters_to_env(self.conf, self.core, options)

    @abstractmethod
    def requires(self) -> tuple[Requirement, ...] | PythonDeps:
        """Tell what has to be installed to build anything.

        :raises Fail: if it cannot be told
        """
        raise NotImplementedError

    @abstractmethod
    def load_deps_for_env(self, for_env: EnvConfigSet) -> list[Requirement]:
        """Tell the dependencies of the package that a run environment would get.

        :param for_env: configuration of the run environment
        :raises Fail: if they cannot be told
        """
        raise NotImplementedError

    def _setup_env(self) -> None:
        super()._setup_env()
        self._install(self.requires(), PythonPackageToxEnv.__name__, "requires")
        if "deps" in self.conf:
            self._install_deps()

    def _explain_env(self, record: Info) -> Iterator[Step]:
        yield from super()._explain_env(record)
        section = PythonPackageToxEnv.__name__
        requires: Any = self.requires()
        yield from self._explain_install(requires, section, "requires", record)
        if "deps" in self.conf and self._installs_deps:
            yield from self._explain_install(self.conf["deps"], section, "deps", record)

    def _install_deps(self) -> None:
        """Install what the user wants beside what the backend needs."""
        self._install(self.conf["deps"], PythonPackageToxEnv.__name__, "deps")

    def register_run_env(self, run_env: _RunEnv) -> Generator[tuple[str, str], PackageToxEnv, None]:
        """Learn of a run environment; wheels for another interpreter are built by a further package environment.

        :returns: name and type of that one; it is to be sent back in return
        :raises Skip: if the interpreter of the run environment is missing, and such environments are to be skipped
        """
        yield from super().register_run_env(run_env)
        self._declare_deps()
        if run_env.conf["package"] not in _BUILT_PER_INTERPRETER:
            return

        def default(_conf: Config, _name: str | None) -> str:
            try:
                python = cast("Any", run_env).base_python
            except NoInterpreter as error:  # the run environment itself fails for it; what else it is made of shows
                raise Skip(str(error)) from error
            return self._wheel_build_env_for(python)

        run_env.conf.add_config(
            keys=["wheel_build_env"],
            of_type=str,
            default=default,
            desc="environment that builds the wheel of this one",
        )
        name: str = run_env.conf["wheel_build_env"]
        if name != self.conf.name and name not in self._wheel_build_envs:
            builder = self._wheel_build_envs[name] = yield name, self.id()
            if isinstance(builder, PythonPackageToxEnv):
                builder._declare_deps()  # noqa: SLF001 - the class is ours

    def _declare_deps(self) -> None:
        """Declare ``deps``, once: what the user wants beside what the backend needs."""
        if "deps" in self.conf:
            return
        self.conf.add_config(
            keys="deps",
            of_type=Later(_requirements_type),
            default=[],
            desc="what the environment needs beside what the build backend asks for",
        )

    def _wheel_build_env_for(self, other: PythonInfo) -> str:
        """Name the environment that builds wheels for an interpreter: this one when it has the same kind of it."""
        if _kind_of(self.base_python) == _kind_of(other):
            return self.conf.name
        flags = ("t" if other.free_threaded else "") + ("d" if other.debug else "")
        return f"{self.conf.name}-{other.impl_lower}{other.version_no_dot}{flags}"

    def child_pkg_envs(self, run_conf: EnvConfigSet) -> Iterator[PackageToxEnv]:
        """Return the environment that builds the wheel of a run environment, when it is another one."""
        other = self._builder_for(run_conf)
        if other is not self:
            yield other

    def _builder_for(self, for_env: EnvConfigSet) -> PackageToxEnv:
        """Give the environment that builds for a run environment: this one, or the one for its interpreter."""
        if "wheel_build_env" not in for_env:
            return self
        try:
            name = for_env["wheel_build_env"]
        except Skip:  # without an interpreter it will never ask for a package
            return self
        return self._wheel_build_envs.get(name, self)

    def _teardown(self) -> None:
        super()._teardown()
        for env in self._wheel_build_envs.values():
            with env.display_context(self._has_display_suspended):
                env.teardown()


def _requirements_type() -> Any:
    from packaging.requirements import Requirement

    return list[Requirement]


def _kind_of(info: PythonInfo) -> tuple[str, str, bool, bool]:
    """Tell interpreters apart that cannot use each other's wheels."""
    return info.implementation, info.version_no_dot, info.free_threaded, info.debug


__getattr__ = elsewhere(__name__)
