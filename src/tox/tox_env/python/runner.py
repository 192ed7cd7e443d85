"""Environments that run commands with Python."""

from __future__ import annotations

import logging
import re
from abc import ABC
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from tox._historical import elsewhere
from tox.config.of_type import Later
from tox.config.types import Command
from tox.errors import Fail, HandledError, Skip
from tox.tox_env._commands import run_command_set
from tox.tox_env._decision import KEEP, Decision
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env.python.api import (
    Python,
    add_skip_missing_interpreters_to_core,
    add_skip_missing_interpreters_to_env,
)
from tox.tox_env.runner import RunToxEnv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TypeAlias

    from packaging.requirements import Requirement
    from typing_extensions import TypeIs

    from tox.config.main import Config
    from tox.config.sets import EnvConfigSet
    from tox.execute.api import Outcome
    from tox.tox_env._explanation import Step
    from tox.tox_env.info import Info
    from tox.tox_env.installer import InstallArguments
    from tox.tox_env.package import Package
    from tox.tox_env.python.pip.req_file import PythonDeps
    from tox.tox_env.python.pylock import Pylock

__all__ = [
    "PackageType",
    "PythonRun",
    "add_extras_to_env",
    "add_skip_missing_interpreters_to_core",
    "add_skip_missing_interpreters_to_env",
]

#: a value of ``package``
PackageType: TypeAlias = str
_PACKAGING_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


class PythonRun(Python, RunToxEnv, ABC):
    """An environment that installs dependencies and the package, and runs commands with them."""

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        declare(self, self.conf, _DEPENDENCIES)
        add_extras_to_env(self.conf)
        declare(self, self.conf, _LOCKED)
        add_skip_missing_interpreters_to_core(self.core, self.options)
        add_skip_missing_interpreters_to_env(self.conf, self.core, self.options)

    def _make_deps(self, raw: object) -> PythonDeps:
        from tox.tox_env.python.pip.req_file import PythonDeps

        root: Path = self.core["tox_root"]
        return PythonDeps.factory(root, raw, lambda: self.environment_variables)

    def _no_deps(self, conf: Config, name: str | None) -> PythonDeps:
        return self._make_deps("")

    # -- kinds of packages --------------------------------------------------------------------------------------------

    @property
    def _package_types(self) -> tuple[str, ...]:
        """Kinds of packages this environment can use, beside none at all and one built by somebody else."""
        return "wheel", "sdist", "sdist-wheel", "editable", "editable-legacy", "deps-only"

    def _register_package_conf(self) -> bool:
        if not super()._register_package_conf():
            self.conf.add_constant(["package"], _PACKAGE_DESC, "skip")
            return False
        if getattr(self.options, "install_pkg", None) is not None:
            self.conf.add_constant(["package"], _PACKAGE_DESC, "external")
            return True
        self.conf.add_config(
            keys=["use_develop", "usedevelop"],
            of_type=bool,
            default=False,
            desc="install the package as a link to its sources",
        )
        if self.conf["use_develop"] or getattr(self.options, "develop", False):
            self.conf.add_constant(["package"], _PACKAGE_DESC, "editable")
            return True
        self.conf.add_config(
            keys="package",
            of_type=str,
            default=self._default_package,
            desc=f"{_PACKAGE_DESC}: one of {', '.join((*self._package_types, 'external', 'skip'))}",
        )
        return self.pkg_type != "skip"

    def _default_package(self, conf: Config, name: str | None) -> str:
        return self.default_pkg_type

    @property
    def default_pkg_type(self) -> str:
        """Kind of package to install unless the user says: that of the root, wherever the package is."""
        root: Path = self.core["tox_root"]
        return "sdist" if any((root / name).exists() for name in _PACKAGING_FILES) else "skip"

    @property
    def pkg_type(self) -> str:
        """Kind of package to install.

        :raises HandledError: if it is none of those that exist
        """
        kind: str = self.conf["package"]
        allowed = (*self._package_types, "skip", "external")
        if kind not in allowed:
            wanted = f"{kind} requested by {self.conf.name}.package"
            raise HandledError(f"invalid package config type {wanted}, must be one of {', '.join(allowed)}")
        return kind

    # -- lifecycle ----------------------------------------------------------------------------------------------------

    def _setup_env(self) -> None:
        super()._setup_env()
        if self._skips_install:
            logging.warning("skip installing dependencies and package")
            return
        self._install_deps()
        self._install_dependency_groups()
        self._install_pylock()

    @property
    def _skips_install(self) -> bool:
        """Whether the user asked to take the environment as it is; what tox itself needs is installed all the same."""
        # only some sub-commands have the option
        return self.lock.kind != "provision" and bool(getattr(self.options, "skip_env_install", False))

    def _run_recreate_commands(self) -> None:
        if self.conf["recreate_commands"]:
            with suppress(Fail, Skip):  # setup will tell
                self._paths = self.prepend_env_var_path()
        super()._run_recreate_commands()

    def _explain_env(self, record: Info) -> Iterator[Step]:
        yield from super()._explain_env(record)
        if self._skips_install:
            yield self._step("leave", "skip installing dependencies and package")
            return
        for find, of_type in (
            (self._wanted_deps, "deps"),
            (self._wanted_groups, "dependency-groups"),
            (self._wanted_lock, "pylock"),
        ):
            wanted: Any = find()
            if wanted is None:
                _left_out(of_type, record.recorded(PythonRun.__name__, of_type)).enforce()
            else:
                yield from self._explain_install(wanted, PythonRun.__name__, of_type, record)

    def _install_deps(self) -> None:
        """Install ``deps``."""
        self._install_wanted(self._wanted_deps(), "deps")

    def _wanted_deps(self) -> PythonDeps | None:
        """Read ``deps``; None when there is a lock file, beside which there are none."""
        deps: PythonDeps = self.conf["deps"]
        return None if self.conf["pylock"] else deps

    def _lock_alone(self, name: str) -> str:
        """Take the name of a lock file.

        :raises Fail: if there are ``deps`` as well
        """
        if name and cast("PythonDeps", self.conf["deps"]).lines():
            raise Fail("deps and pylock exclude each other, set one of them")
        return name

    def _install_dependency_groups(self) -> None:
        """Install ``dependency_groups``."""
        self._install_wanted(self._wanted_groups(), "dependency-groups")

    def _wanted_groups(self) -> list[Requirement] | None:
        """Resolve ``dependency_groups``; None when there are none, or a lock file holds what they ask for.

        :raises Fail: if they cannot be resolved
        """
        groups: set[str] = self.conf["dependency_groups"]
        if not groups or self.conf["pylock"]:
            return None
        from tox.tox_env.python.dependency_groups import resolve

        root: Path = self.core["package_root"]
        try:
            return sorted(resolve(root, groups), key=str)
        except (FileNotFoundError, KeyError, ValueError, TypeError) as error:
            raise Fail(f"could not resolve dependency groups: {error}") from error

    def _install_pylock(self) -> None:
        """Install what ``pylock`` locks."""
        self._install_wanted(self._wanted_lock(), "pylock")

    def _install_wanted(self, wanted: InstallArguments | None, of_type: str) -> None:
        """Install what a setting asks for.

        :raises Recreate: if it asks for nothing any more, and something was installed for it
        """
        if wanted is None:
            _left_out(of_type, self.cache.recorded(PythonRun.__name__, of_type)).enforce()
        else:
            self._install(wanted, PythonRun.__name__, of_type)

    def _wanted_lock(self) -> Pylock | None:
        """Describe what ``pylock`` locks for this environment; None when it is not set."""
        name: str = self.conf["pylock"]
        if not name:
            return None
        from tox.tox_env.python.pylock import Pylock

        return Pylock(
            path=cast("Path", self.core["package_root"]) / name,
            extras=frozenset(self.conf["extras"]),
            groups=frozenset(self.conf["dependency_groups"]),
            marker_env=self._target_marker_environment(),
        )

    def _target_marker_environment(self) -> dict[str, str]:
        """Return the values that markers of requirements are compared with in this environment."""
        known = self.base_python.marker_environment
        return known if self._is_marker_environment(known) else {}

    @staticmethod
    def _is_marker_environment(value: object) -> TypeIs[dict[str, str]]:
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())

    def _setup_with_env(self) -> None:
        if self._skips_install:
            self._run_extra_setup_commands()
            return
        super()._setup_with_env()
        self._run_extra_setup_commands()

    def _explain_with_env(self, record: Info) -> Iterator[Step]:
        if not self._skips_install:
            yield from super()._explain_with_env(record)
        commands: list[Command] = self.conf["extra_setup_commands"]
        if commands:
            yield self._step("run", "extra_setup_commands", items=[command.shell for command in commands])

    def _explain_pkg(self, record: Info) -> Iterator[Step]:
        if self.pkg_type != "deps-only":
            yield from super()._explain_pkg(record)
            return
        package_env: Any = self.package_env
        deps = yield from package_env.foresee_deps(self.conf)
        if deps is None:
            yield self._step("install", "package_deps", items=["what the metadata of the package asks for"])
        elif deps or record.recorded(PythonRun.__name__, "package_deps"):
            yield from self._explain_install(deps, PythonRun.__name__, "package_deps", record)

    def _setup_pkg(self) -> None:
        if self.pkg_type == "deps-only":
            self._install_package_deps_only()
        else:
            super()._setup_pkg()

    def _install_package_deps_only(self) -> None:
        """Install what the package depends on, not the package; statically declared ones need no build."""
        package_env: Any = self.package_env
        with package_env.display_context(self._has_display_suspended):
            deps = package_env.load_deps_for_env(self.conf)
        if deps or self.cache.recorded(PythonRun.__name__, "package_deps"):
            self._install(deps, PythonRun.__name__, "package_deps")

    def _run_extra_setup_commands(self) -> None:
        """Run the commands that complete the setup.

        :raises SystemExit: if one fails, with its code
        """
        if not self.conf["extra_setup_commands"]:
            return
        outcomes: list[Outcome] = []
        change_dir: Path = self.conf["change_dir"]
        change_dir.mkdir(parents=True, exist_ok=True)
        code = run_command_set(self, "extra_setup_commands", change_dir, bool(self.conf["ignore_errors"]), outcomes)
        if code and not self.conf["ignore_errors"]:
            raise Fail("extra_setup_commands failed")

    def _build_packages(self) -> list[Package]:
        """Have the package built.

        :returns: what to install, in this order
        """
        package_env = self.package_env
        if package_env is None:
            return []
        explicit_install = self.pkg_type
        with package_env.display_context(self._has_display_suspended):
            try:
                packages = package_env.perform_packaging(self.conf)
            finally:
                logging.debug("package %s for %s", explicit_install, self.name)
        return packages


def _left_out(of_type: str, recorded: object) -> Decision:
    """Decide about what a setting brought in that is not set any more: pip does not take it away."""
    if isinstance(recorded, dict) and (gone := recorded.get("req") or recorded.get("requirements")):
        return Decision("recreate", f"{of_type} removed: {' '.join(map(str, gone))}")
    return KEEP


def add_extras_to_env(conf: EnvConfigSet) -> None:
    """Declare ``extras``: which optional dependencies of the package to install."""
    conf.add_config(
        keys=["extras"],
        of_type=set[str],
        default=set(),
        desc="extras of the package to install",
        post_process=_normal_names,
    )


def _normal_names(names: set[str]) -> set[str]:
    """Write names of extras and groups in their one normal form."""
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def _deps_type() -> type[PythonDeps]:
    from tox.tox_env.python.pip.req_file import PythonDeps

    return PythonDeps


_PACKAGE_DESC = "how the package is installed"
_DEPENDENCIES = (
    Setting(
        ("deps",),
        Later(_deps_type),
        Own("_no_deps"),
        "what to install beside the package, as lines of a requirement file",
        factory=Own("_make_deps"),
    ),
    Setting(
        ("dependency_groups",),
        set[str],
        set(),
        "dependency groups of pyproject.toml to install",
        _normal_names,
    ),
)
_LOCKED = (
    Setting(("pylock",), str, "", "lock file to install from", Own("_lock_alone")),
    Setting(
        ("extra_setup_commands",),
        list[Command],
        [],
        "commands that complete the setup, after everything is installed",
    ),
)

__getattr__ = elsewhere(__name__)
