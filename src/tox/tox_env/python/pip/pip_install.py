"""Installing with pip, only what has changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from tox._historical import elsewhere
from tox.config.of_type import Later
from tox.config.types import Command
from tox.errors import Fail
from tox.execute.request import StdinSource
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env.python.pip import _delta, _known
from tox.tox_env.python.pip._compared import ComparesWithRecord, is_lock_file, is_requirement_file
from tox.tox_env.python.pip._listing import PythonInstallerListDependencies
from tox.tox_env.python.pip._trees import local_trees

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from packaging.requirements import Requirement

    from tox.config.main import Config
    from tox.tox_env.installer import InstallArguments
    from tox.tox_env.package import Package
    from tox.tox_env.python.pip.req.file import ParsedRequirement
    from tox.tox_env.python.pip.req_file import PythonConstraints, PythonDeps
    from tox.tox_env.python.pylock import Pylock

__all__ = ["Pip", "PythonInstallerListDependencies"]


class Pip(ComparesWithRecord):
    """Installs with pip, run by the interpreter of the environment."""

    def _register_config(self) -> None:
        super()._register_config()
        declare(self, self._env.conf, _SETTINGS)
        self._env.conf.add_config(
            keys=["constraints"],
            of_type=Later(_constraints_type),
            default=self._no_constraints,
            desc="constraints files, or URLs of them, for everything that is installed",
            factory=self._make_constraints,
        )
        declare(self, self._env.conf, _CONSTRAINING)

    def _no_constraints(self, conf: Config, name: str | None) -> Any:
        return self._make_constraints([])

    def _make_constraints(self, raw: object) -> PythonConstraints:
        from tox.tox_env.python.pip.req_file import PythonConstraints

        root: Path = self._env.core["tox_root"]
        return PythonConstraints.factory(root, raw, lambda: self._env.environment_variables)

    def constraints_file(self) -> Path:
        """Where the limits for dependencies of the package are written."""
        return self._env.env_dir / "constraints.txt"

    def freeze_cmd(self) -> list[str]:
        """Return the command that lists what is installed."""
        return ["python", "-m", "pip", "freeze", "--all"]

    # -- command ------------------------------------------------------------------------------------------------------

    def default_install_command(self, conf: Config, env_name: str | None) -> Command:
        """Return the command that installs, unless the user sets one."""
        isolated = self._env.base_python.version_info.major > 2
        return Command(["python", "-I" if isolated else "-E", "-m", "pip", "install", "{opts}", "{packages}"])

    def post_process_install_command(self, cmd: Command) -> Command:
        """Fill in ``{opts}``; where there is none, options come last."""
        arguments = list(cmd.raw_args)
        options = ["--pre"] if self._env.conf["pip_pre"] else []
        if "{opts}" in arguments:
            index = arguments.index("{opts}")
            arguments[index : index + 1] = options
        else:
            arguments.extend(options)
        return Command(arguments)

    def build_install_cmd(self, args: Sequence[str]) -> list[str]:
        """Return the command that installs.

        :param args: what to install, in place of ``{packages}``, or last where there is none
        """
        command = list(cast("Command", self._env.conf["install_command"]).args)
        if "{packages}" in command:
            index = command.index("{packages}")
            command[index : index + 1] = args
        else:
            command.extend(args)
        return command

    def _execute_installer(self, deps: Sequence[Any], of_type: str) -> None:
        """Install, whatever was installed before.

        :param deps: arguments for the installer; nothing happens when there are none
        :param of_type: what they are installed as
        :raises SystemExit: if the command fails
        """
        if not deps:
            return
        arguments = [str(dep) for dep in deps]
        command = self.build_install_cmd(arguments)
        trees = local_trees(arguments, self._env.core["tox_root"])  # the installer builds in them
        with (
            self._env._hold.changing(f"install {of_type}", self._env.contents),  # noqa: SLF001 - it is its own installer
            self._env.trees.held(trees, f"install {of_type}"),
        ):
            outcome = self._env.execute(command, stdin=StdinSource.OFF, run_id=f"install_{of_type}")
            outcome.assert_success()

    # -- what to install ----------------------------------------------------------------------------------------------

    def install(self, arguments: InstallArguments, section: str, of_type: str) -> None:
        """Install what is missing; the caller holds the lock of the environment.

        :param arguments: requirement lines, a lock file, or a sequence of requirements and packages
        :param section: where its record is kept, by habit the name of the class that asks
        :param of_type: what it is installed as
        :raises Recreate: if something is not wanted any more
        :raises Fail: if it cannot be installed
        """
        if isinstance(arguments, (list, tuple, set, frozenset)):
            self._install_list_of_deps(list(arguments), section, of_type)
        elif is_requirement_file(arguments):
            self._install_requirement_file(arguments, section, of_type)
        elif is_lock_file(arguments):
            self._install_pylock(arguments, section, of_type)
        else:
            raise Fail(f"pip cannot install {arguments!r}")

    def _install_requirement_file(self, arguments: PythonDeps, section: str, of_type: str) -> None:
        look = self._compare_lines(arguments, section, of_type, self._env.cache)
        if look.wanted is None:
            return
        with self._env.cache.compare(look.wanted, section, of_type):
            is_new = look.decision.enforce()
            if is_new:
                self._execute_installer(self._arguments_for(arguments, of_type), of_type)
        if is_new and self.constrain_package_deps and not self._has_constraints:
            self._write_combined_constraints(arguments)
        if look.deciding:
            sources = (arguments, self.constraints)
            _known.remember_lines(self._env.cache, section, of_type, look.deciding, sources, look.wanted)

    # -- constraints --------------------------------------------------------------------------------------------------

    def _write_combined_constraints(self, arguments: PythonDeps) -> None:
        """Write what limits the dependencies of the package: what was installed for ``deps``, or what they ask for."""
        if self.use_frozen_constraints:
            lines = [line for line in self.installed() if self._pip_can_name(line)]
        else:
            found = sorted(arguments.requirements, key=lambda requirement: requirement.is_constraint)
            lines = [line for requirement in found if (line := self._as_constraint(requirement)) is not None]
        self.constraints_file().write_text("\n".join(dict.fromkeys(lines)), encoding="utf-8")

    @staticmethod
    def _pip_can_name(line: str) -> bool:
        """Tell whether pip takes a frozen line as a constraint: no editable ones, no comments."""
        return not line.startswith(("-e", "#"))

    @staticmethod
    def _as_constraint(req: ParsedRequirement) -> str | None:
        """Write a requirement as a constraint; None when it cannot be one."""
        from packaging.requirements import Requirement

        if req.is_editable or req.name is None:  # pip constrains names, neither paths nor URLs
            return None
        constraint = Requirement(str(req.requirement))
        constraint.extras = set()
        return str(constraint)

    # -- packages -----------------------------------------------------------------------------------------------------

    def _install_list_of_deps(self, arguments: Sequence[Requirement | Package], section: str, of_type: str) -> None:
        groups, config_settings = self._group_arguments(arguments)
        req = groups["req"]
        # what packages depend on is recorded, the packages themselves are installed whenever they are built
        req_of_type = f"{of_type}_deps" if groups["pkg"] or groups["dev_pkg"] else of_type
        look = self._compare_requirements(req, section, req_of_type, self._env.cache)
        with self._env.cache.compare(look.wanted, section, req_of_type):
            if look.decision.enforce():
                self._install_new_deps(look.new, [], req_of_type)
        self._install_packages(groups, config_settings, of_type)

    def _install_new_deps(self, req: list[str], old_req: list[str], req_of_type: str) -> None:
        new = sorted(_delta.added(req, old_req))
        if new:
            self._execute_installer([*new, *self._limits(req_of_type)], req_of_type)

    def _limits(self, of_type: str) -> list[str]:
        """Return arguments that limit what may be installed: what the user says, or for the package, ``deps``."""
        if self._has_constraints:
            return self.constraints.as_root_args
        limits_package = of_type == "package_deps" and self.constrain_package_deps
        return [f"-c{self.constraints_file()}"] if limits_package and self.constraints_file().exists() else []

    def _group_arguments(
        self, arguments: Sequence[Requirement | Package]
    ) -> tuple[dict[str, list[str]], dict[str, str]]:
        """Sort what to install by how pip is told.

        :returns: texts by kind: ``req``, ``pkg``, ``dev_pkg``; and configuration settings for the build of packages
        """
        from packaging.requirements import Requirement

        from tox.tox_env.python.package import (
            EditableLegacyPackage,
            EditablePackage,
            SdistPackage,
            WheelPackage,
        )

        groups: dict[str, list[str]] = defaultdict(list)
        config_settings: dict[str, str] = {}
        for argument in arguments:
            if isinstance(argument, Requirement):
                groups["req"].extend(self._apply_force_deps([argument]))
            elif isinstance(argument, (WheelPackage, SdistPackage, EditablePackage)):
                groups["req"].extend(self._apply_force_deps(argument.deps))
                groups["pkg"].append(str(argument.path))
                config_settings.update(getattr(argument, "config_settings", None) or {})
            elif isinstance(argument, EditableLegacyPackage):
                groups["req"].extend(self._apply_force_deps(argument.deps))
                groups["dev_pkg"].append(str(argument.path))
            else:
                raise Fail(f"pip cannot install {argument!r}")
        groups["req"] = sorted(dict.fromkeys(groups["req"]))  # as :meth:`_sorted` does
        return groups, config_settings

    def _install_packages(self, groups: dict[str, list[str]], config_settings: dict[str, str], of_type: str) -> None:
        """Install packages anew, without what they depend on, unless they are there already."""
        settings = [f"--config-settings={name}={value}" for name, value in config_settings.items()]
        paths = [] if groups["dev_pkg"] else groups["pkg"]
        packages = _known.read_files(paths)
        folders = [self._env.env_site_package_dir(), self._env.env_site_package_dir_plat()]
        key = self._package_key(settings, is_built=_known.are_built(paths))
        if _known.files_are_installed(self._env.cache, of_type, key, packages, folders):
            return
        arguments = [argument for path in groups["dev_pkg"] for argument in ("-e", path)]
        arguments.extend(groups["pkg"])
        if arguments:
            self._execute_installer(["--force-reinstall", "--no-deps", *settings, *arguments], of_type)
            _known.remember_files(self._env.cache, of_type, key, packages, folders)

    def _install_pylock(self, pylock: Pylock, section: str, of_type: str) -> None:
        """Install what a lock file holds for this environment, exactly."""
        look = self._compare_lock(pylock, section, of_type, self._env.cache)
        with self._env.cache.compare(look.wanted, section, of_type):
            if look.decision.enforce():
                listing = self._env.env_dir / "pylock.txt"
                listing.write_text("\n".join(look.new), encoding="utf-8")
                self._execute_installer(["--no-deps", "-r", str(listing)], of_type)


def _constraints_type() -> type[PythonConstraints]:
    from tox.tox_env.python.pip.req_file import PythonConstraints

    return PythonConstraints


_SETTINGS = (
    Setting(("pip_pre",), bool, lambda _conf, _name: False, "install pre-releases too"),
    Setting(
        ("install_command",),
        Command,
        Own("default_install_command"),
        "command that installs: `{packages}` stands for what, `{opts}` for options",
        Own("post_process_install_command"),
    ),
)
_CONSTRAINING = (
    Setting(
        ("constrain_package_deps",),
        bool,
        False,
        "install only versions of package dependencies that `deps` allow",
    ),
    Setting(
        ("use_frozen_constraints",),
        bool,
        False,
        "with `constrain_package_deps`, allow only the very versions that `deps` have brought in",
    ),
)

__getattr__ = elsewhere(__name__)
