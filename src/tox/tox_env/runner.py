"""Environments that run commands, most often to test a package."""

from __future__ import annotations

import logging
import os
import re
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from tox._historical import elsewhere
from tox.config.types import Command, EnvList
from tox.errors import Fail, Skip
from tox.tox_env._budget import declare_limits
from tox.tox_env._commands import run_command_set
from tox.tox_env._settings import Setting, declare
from tox.tox_env.api import ToxEnv
from tox.tox_env.package import PathPackage
from tox.tox_env.util import add_change_dir_conf, add_commands_conf, add_ignore_errors_conf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tox.execute.api import Outcome
    from tox.journal.env import EnvJournal
    from tox.tox_env._explanation import Step
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.info import Info
    from tox.tox_env.package import Package, PackageToxEnv

__all__ = ["RunToxEnv"]


class RunToxEnv(ToxEnv, ABC):
    """An environment that runs commands, with the package of the project when there is one.

    :ivar package_env: builds that package; None when there is nothing to build
    :ivar package_skip: why the package cannot be had, for which setup skips this environment; None when it can
    """

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self.package_env: PackageToxEnv | None = None
        self.package_skip: Skip | None = None
        self._packages: list[Package] = []
        super().__init__(create_args)

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        declare(self, self.conf, _PURPOSE)
        super().register_config()
        declare(self, self.conf, _BEFORE)
        add_commands_conf(self.conf)
        declare(self, self.conf, _AFTER)
        add_change_dir_conf(self.conf, self.core)
        declare(self, self.conf, _ARGUMENTS)
        add_ignore_errors_conf(self.conf)
        declare(self, self.conf, _OUTCOME)
        declare_limits(self, self.conf)

    # -- packages -----------------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def _package_tox_env_type(self) -> str:
        """Name the kind of environment that builds the package of the project."""
        raise NotImplementedError

    @property
    @abstractmethod
    def _external_pkg_tox_env_type(self) -> str:
        """Name the kind of environment that takes a package built by somebody else."""
        raise NotImplementedError

    @property
    def _default_package_env(self) -> str:
        """Name of the package environment unless it is configured."""
        name: str = self.core["package_env"]
        return f"{name}_external" if self._takes_external_package else name

    @property
    def _takes_external_package(self) -> bool:
        return "package" in self.conf and bool(self.conf["package"] == "external")

    def get_package_env_types(self) -> tuple[str, str] | None:
        """Tell which package environment this environment needs; declares the settings about it.

        :returns: name and kind; None when no package is needed
        """
        if not self._register_package_conf():
            return None
        self.core.add_config(
            keys=["package_env", "isolated_build_env"],
            of_type=str,
            default=".pkg",
            desc="environment that builds the package, unless an environment names another",
        )
        self.conf.add_config(
            keys=["package_env"],
            of_type=str,
            default=lambda _conf, _name: self._default_package_env,
            desc="environment that builds the package this one needs",
        )
        kind = self._external_pkg_tox_env_type if self._takes_external_package else self._package_tox_env_type
        self.conf.add_constant(keys=["package_tox_env_type"], desc="kind of the package environment", value=kind)
        return cast("str", self.conf["package_env"]), kind

    def _register_package_conf(self) -> bool:
        """Declare the settings about packages.

        :returns: whether this environment may need a package
        """
        self.core.add_config(
            keys=["no_package", "skipsdist"],
            of_type=bool,
            default=False,
            desc="the project is no package, so none is built or installed",
        )
        if self.core["no_package"]:
            return False
        self.conf.add_config(
            keys=["skip_install"],
            of_type=bool,
            default=False,
            desc="do not build and install the package here",
        )
        return not self.conf["skip_install"]

    @property
    def package_envs(self) -> Iterable[PackageToxEnv]:
        """The package environments this environment needs: its own, then those that one asks for; may be none.

        Where that one says instead that the package is not to be had, :attr:`package_skip` tells why from then on.
        """
        if self.package_env is None:
            return
        yield self.package_env
        try:
            yield from self.package_env.child_pkg_envs(self.conf)
        except Skip as reason:
            self.package_skip = self.package_skip or reason

    def mark_active(self) -> None:
        """Have the package environments know that this environment is going to run."""
        for package_env in self.package_envs:
            package_env.mark_active_run_env(self)

    def mark_inactive(self) -> None:
        """Have the package environments know that this environment is not going to run after all."""
        self._call_pkg_envs("teardown_env", self.conf)

    def _call_pkg_envs(self, method_name: str, *args: object, suspend: bool | None = None) -> None:
        """Call a method of each package environment this environment needs.

        :param suspend: keep back what they print; by default when our own output is kept back
        """
        suspend = self._has_display_suspended if suspend is None else suspend
        for package_env in self.package_envs:
            with package_env.display_context(suspend):
                getattr(package_env, method_name)(*args)

    @abstractmethod
    def _build_packages(self) -> list[Package]:
        """Have the package built.

        :returns: what to install, in this order
        """
        raise NotImplementedError

    # -- lifecycle ----------------------------------------------------------------------------------------------------

    def _platform_check(self) -> None:
        """Skip the environment also when it cannot have the package it needs.

        :raises Skip: if so, or if it is for other platforms
        """
        super()._platform_check()
        for _ in self.package_envs:
            pass  # whether there are any is known once they were asked for
        if self.package_skip is not None and not getattr(self.options, "skip_pkg_install", False):
            raise Skip(f"{self.package_skip} for package environment {self.conf['package_env']}")

    def _setup_with_env(self) -> None:
        super()._setup_with_env()
        if self.package_env is None or self.package_skip is not None:
            return
        if getattr(self.options, "skip_pkg_install", False):
            logging.warning("skip building and installing the package")
            return
        self._setup_pkg()

    def _explain_with_env(self, record: Info) -> Iterator[Step]:
        yield from super()._explain_with_env(record)
        if self.package_env is None:
            return
        if getattr(self.options, "skip_pkg_install", False):
            yield self._step("leave", "skip building and installing the package")
            return
        yield from self._explain_pkg(record)

    def _explain_pkg(self, record: Info) -> Iterator[Step]:
        """Tell how the package would be built and installed."""
        package_env = self.package_env
        if package_env is None:
            return
        foreseen = yield from package_env.foresee(self.conf)
        if not self.options.package_only:
            yield from self._explain_install(foreseen, RunToxEnv.__name__, "package", record)

    def _explain_removal(self, why: str) -> Iterator[Step]:
        yield from super()._explain_removal(why)
        if self.conf["recreate_commands"]:
            yield self._step("run", "recreate_commands", items=_shell(self.conf["recreate_commands"]))

    def _setup_pkg(self) -> None:
        """Build the package and install it."""
        try:
            self._packages = self._build_packages()
        except Skip as reason:
            raise Skip(f"{reason} for package environment {self.conf['package_env']}") from reason
        if not self.options.package_only:
            self._install(self._packages, RunToxEnv.__name__, "package")
        self._handle_journal_package(self.journal, self._packages)

    @staticmethod
    def _handle_journal_package(journal: EnvJournal, packages: list[Package]) -> None:
        """Note in the journal which packages were installed."""
        if not journal:
            return
        notes = [_describe(package.path) for package in packages if isinstance(package, PathPackage)]
        if notes:
            journal["installpkg"] = notes[0] if len(notes) == 1 else notes

    @property
    def environment_variables(self) -> dict[str, str]:
        """The variables commands get; what is changed in this very mapping, later commands see."""
        variables = super().environment_variables
        if self._packages:
            variables["TOX_PACKAGE"] = os.pathsep.join(str(package) for package in self._packages)
        return variables

    def _clean(self, transitive: bool = False) -> None:
        if "clean" not in self._done:
            self._run_recreate_commands()
        super()._clean(transitive)
        if transitive and not getattr(self.options, "skip_pkg_install", False):
            self._call_pkg_envs("clean_if_asked")

    def _run_recreate_commands(self) -> None:
        """Run what the user wants done with an environment before it is removed; a failure is told, no more."""
        if not self._holds_anything() or not self.conf["recreate_commands"]:
            return
        outcomes: list[Outcome] = []
        with suppress(Fail):
            code = run_command_set(
                self,
                "recreate_commands",
                cwd=self.conf["change_dir"],
                ignore_errors=True,
                outcomes=outcomes,
            )
            if code:
                logging.warning(
                    "recreate_commands ended with exit code %d; the environment is built anew all the same", code
                )

    def interrupt(self) -> None:
        """Stop the running commands, here and in the package environments, and start no more."""
        super().interrupt()
        self._call_pkg_envs("interrupt")

    def kill(self) -> None:
        """End the running commands for good, here and in the package environments, and start none."""
        super().kill()
        self._call_pkg_envs("kill")

    def _teardown(self) -> None:
        self._call_pkg_envs("teardown_env", self.conf)
        super()._teardown()


def _shell(commands: Iterable[Command]) -> list[str]:
    """Write commands as a shell takes them, secrets hidden."""
    return [command.shell for command in commands]


def _describe(path: Path) -> dict[str, Any]:
    """Identify a package for the journal: name, kind of file, and a digest when there is one."""
    if path.is_file():
        import hashlib

        return {"basename": path.name, "type": "file", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    return {"basename": path.name, "type": "dir" if path.is_dir() else "N/A"}


_PURPOSE = (
    Setting(
        ("description",),
        str,
        "",
        "what the environment is for, as `tox list` shows it",
        lambda text: re.sub(r"\s+", " ", text),
    ),
    Setting(
        ("depends",),
        EnvList,
        EnvList([]),
        "environments that run before this one when both are asked for; may hold globs",
    ),
)
_BEFORE = (Setting(("commands_pre",), list[Command], [], "commands to run before `commands`"),)
_AFTER = (
    Setting(("commands_post",), list[Command], [], "commands to run after `commands`, whether they failed or not"),
    Setting(("interrupt_post_commands",), bool, False, "run `commands_post` even after an interruption"),
    Setting(
        ("recreate_commands",), list[Command], [], "commands to run before the environment is removed to be built anew"
    ),
)
_ARGUMENTS = (
    Setting(("args_are_paths",), bool, True, "positional arguments that name files are adapted to `change_dir`"),
)
_OUTCOME = (
    Setting(("commands_retry",), int, 0, "how many more times to try a command that fails"),
    Setting(("ignore_outcome",), bool, False, "a failure of this environment is reported but does not count"),
    Setting(("fail_fast",), bool, False, "start no further environments once this one has failed"),
)

__getattr__ = elsewhere(__name__)
