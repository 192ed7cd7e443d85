"""Packages built by commands of the user, or by somebody else altogether."""

from __future__ import annotations

import glob
from abc import ABC
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from tox._historical import elsewhere
from tox.config.of_type import Later
from tox.errors import Fail
from tox.plugin import impl
from tox.tox_env._commands import run_command_set
from tox.tox_env._explanation import Foreseen
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env.package import PackageToxEnv
from tox.tox_env.python.package import PythonPackageToxEnv, SdistPackage, WheelPackage
from tox.tox_env.python.virtual_env.api import VirtualEnv
from tox.tox_env.python.virtual_env.package.pyproject import Pep517VenvPackager, Pep517VirtualEnvPackager
from tox.tox_env.util import add_change_dir_conf, add_commands_conf, add_ignore_errors_conf

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from packaging.requirements import Requirement

    from tox.config.main import Config
    from tox.config.sets import EnvConfigSet
    from tox.config.types import Command
    from tox.execute.api import Outcome
    from tox.tox_env._explanation import Step
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.package import Package, _RunEnv
    from tox.tox_env.python.pip.req_file import PythonDeps
    from tox.tox_env.register import ToxEnvRegister

__all__ = ["VenvCmdBuilder", "VirtualEnvCmdBuilder"]


class VenvCmdBuilder(PythonPackageToxEnv, ABC):
    """Runs the commands of the user once a session, and takes what they leave."""

    _installs_deps: ClassVar[bool] = False
    _exclusive_operations: ClassVar[frozenset[str]] = PackageToxEnv._exclusive_operations | {  # noqa: SLF001
        "load_deps_for_env"
    }

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._sdist_meta_tox_env: Pep517VenvPackager | None = None
        self._built: Path | None = None
        super().__init__(create_args)

    # -- settings -----------------------------------------------------------------------------------------------------

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        declare(self, self.conf, _DEPS)
        add_commands_conf(self.conf)
        add_change_dir_conf(self.conf, self.core)
        add_ignore_errors_conf(self.conf)
        declare(self, self.conf, _PLACE)

    def _make_deps(self, raw: object) -> PythonDeps:
        from tox.tox_env.python.pip.req_file import PythonDeps

        return PythonDeps.factory(self.core["tox_root"], raw, lambda: self.environment_variables)

    def _no_deps(self, conf: Config, name: str | None) -> PythonDeps:
        return self._make_deps("")

    def _default_package_glob(self, conf: Config, name: str | None) -> str:
        return str(Path(glob.escape(str(self.env_tmp_dir))) / "dist" / "*")

    def _package_glob_relative_to_tox_root(self, value: str) -> str:
        if Path(value).is_absolute():
            return value
        return str(Path(glob.escape(str(self.core["tox_root"]))) / value)

    def _declare_deps(self) -> None:
        """Keep ``deps`` as they are declared: all that the commands need."""

    # -- the environment that reads source distributions ------------------------------------------------------------

    def register_run_env(self, run_env: _RunEnv) -> Generator[tuple[str, str], PackageToxEnv, None]:
        """Learn of a run environment; what a source distribution depends on, another package environment tells."""
        yield from super().register_run_env(run_env)
        if self._sdist_meta_tox_env is None:
            meta = yield f"{self.conf.name}_sdist_meta", Pep517VirtualEnvPackager.id()
            if not isinstance(meta, Pep517VenvPackager):
                raise Fail(f"{meta.conf.name} cannot tell what source distributions depend on")
            meta._declare_deps()  # noqa: SLF001 - the class is ours
            self._sdist_meta_tox_env = meta

    def child_pkg_envs(self, run_conf: EnvConfigSet) -> Iterator[PackageToxEnv]:
        """Return the environment that tells what source distributions depend on."""
        yield from super().child_pkg_envs(run_conf)
        if self._sdist_meta_tox_env is not None:
            yield self._sdist_meta_tox_env

    # -- building -----------------------------------------------------------------------------------------------------

    def requires(self) -> PythonDeps:
        """Tell what the commands need."""
        return cast("PythonDeps", self.conf["deps"])

    def _install_deps(self) -> None:
        """Do nothing: they are what the commands need, which is installed already."""

    def load_deps_for_env(self, for_env: EnvConfigSet) -> list[Requirement]:
        """Tell the dependencies of the package; it has to be built for that."""
        return [dep for package in self.extract_install_info(for_env, self._package()) for dep in _deps_of(package)]

    def perform_packaging(self, for_env: EnvConfigSet) -> list[Package]:
        """Take the package that the command line names, else the one that the commands build.

        :raises Fail: if there is none, or there are several
        """
        return self.extract_install_info(for_env, self._package())

    def foresee(self, for_env: EnvConfigSet) -> Generator[Step, None, Foreseen]:
        """Tell what would be done to get the package; see the base class."""
        given = self._given()
        if given is None:
            yield from self._explain_setup()
            commands: list[Command] = self.conf["commands"]
            yield self._step("run", "commands", items=[command.shell for command in commands])
            return Foreseen("what they leave", None)
        if given.suffix == ".whl":
            extras = set(for_env["extras"]) if "extras" in for_env else set()
            return Foreseen("wheel", self._wheel_package(given, extras).deps, given)
        return Foreseen("sdist", None, given)

    def _given(self) -> Path | None:
        """Tell which package is to be installed in place of a built one; None when one is to be built.

        :raises Fail: if it is no file, as nobody has looked yet at what a variable names
        """
        given: Path | None = getattr(self.options, "install_pkg", None)
        if given is not None and not given.is_file():
            raise Fail(f"{given}, the package to install, {'is not a file' if given.exists() else 'does not exist'}")
        return given

    def _package(self) -> Path:
        given = self._given()
        if given is not None:
            return given
        self.setup()
        if self._built is None:
            self._built = self._build_package()
        return self._built

    def _build_package(self) -> Path:
        """Run the commands.

        :returns: the one file they leave
        :raises Fail: if they fail, or leave none or several
        """
        outcomes: list[Outcome] = []
        change_dir: Path = self.conf["change_dir"]
        change_dir.mkdir(parents=True, exist_ok=True)
        code = run_command_set(self, "commands", change_dir, bool(self.conf["ignore_errors"]), outcomes)
        if code:
            raise Fail("stopping as failed to build package")
        pattern: str = self.conf["package_glob"]
        found = sorted(glob.glob(pattern, recursive=True))
        if not found:
            raise Fail(f"no package found in {pattern}")
        if len(found) > 1:
            raise Fail(f"found more than one package {', '.join(found)}")
        return Path(found[0])

    def extract_install_info(self, for_env: EnvConfigSet, path: Path) -> list[Package]:
        """Find out what a package depends on.

        :param for_env: configuration of the run environment
        :param path: a wheel or a source distribution
        :raises Fail: if it is neither
        """
        extras = set(for_env["extras"]) if "extras" in for_env else set()
        if path.suffix == ".whl":
            return [self._wheel_package(path, extras)]
        return [SdistPackage(path, self._sdist_deps(for_env, path))]

    @staticmethod
    def _wheel_package(path: Path, extras: set[str]) -> WheelPackage:
        from tox.tox_env.python.virtual_env.package._metadata import from_wheel, select

        return WheelPackage(path, select(from_wheel(path, is_foreign=True), extras))

    def _sdist_deps(self, for_env: EnvConfigSet, path: Path) -> list[Requirement]:
        """Ask what is in a source distribution for its dependencies."""
        meta = self._sdist_meta_tox_env
        if meta is None:
            raise Fail(f"nothing can tell what {path} depends on")
        from tox.tox_env.python.virtual_env.package._sdist import unpack

        # in a folder of ours, for setup empties that of the environment that is going to read it
        root = unpack(path, self.env_tmp_dir / "sdist-extract")
        with meta.display_context(self._has_display_suspended), meta.root_at(root):
            return meta.load_deps_for_env(for_env)

    def _teardown(self) -> None:
        super()._teardown()
        if self._sdist_meta_tox_env is not None:
            with self._sdist_meta_tox_env.display_context(self._has_display_suspended):
                self._sdist_meta_tox_env.teardown()


class VirtualEnvCmdBuilder(VenvCmdBuilder, VirtualEnv):
    """Runs the commands that build the package in a virtual environment."""

    @staticmethod
    def id() -> str:
        """Name this kind of environment."""
        return "virtualenv-cmd-builder"


@impl
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Offer this kind of environment."""
    register.add_package_env(VirtualEnvCmdBuilder)


def _deps_of(package: Package) -> list[Requirement]:
    return list(getattr(package, "deps", ()))


def _deps_type() -> Any:
    from tox.tox_env.python.pip.req_file import PythonDeps

    return PythonDeps


_DEPS = (
    Setting(
        ("deps",),
        Later(_deps_type),
        Own("_no_deps"),
        "what the commands need, as lines of a requirement file",
        factory=Own("_make_deps"),
    ),
)
_PLACE = (
    Setting(
        ("package_glob",),
        str,
        Own("_default_package_glob"),
        "pattern that finds the one package that the commands leave",
        Own("_package_glob_relative_to_tox_root"),
    ),
)

__getattr__ = elsewhere(__name__)
