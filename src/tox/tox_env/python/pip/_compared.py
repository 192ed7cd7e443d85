"""What is wanted, compared with what the record of an environment says is installed."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tox.errors import Fail
from tox.tox_env._decision import KEEP, Decision
from tox.tox_env._explanation import Foreseen, Step
from tox.tox_env.python.pip import _delta, _known
from tox.tox_env.python.pip._listing import PythonInstallerListDependencies
from tox.util.redact import redact_argv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.requirements import Requirement
    from typing_extensions import TypeIs

    from tox.tox_env.info import Info
    from tox.tox_env.installer import InstallArguments
    from tox.tox_env.python.pip.req_file import PythonConstraints, PythonDeps
    from tox.tox_env.python.pylock import Pylock

__all__ = ["ComparesWithRecord", "is_lock_file", "is_requirement_file"]


class _Lines(NamedTuple):
    """Requirement lines, compared."""

    decision: Decision
    wanted: dict[str, Any] | None
    """what is to be recorded; None when the same lines are known to be installed"""
    deciding: dict[str, Any] | None
    """what decides what they mean; None when somebody may have changed them since they were read"""


class _Requirements(NamedTuple):
    """Requirements one by one, compared."""

    decision: Decision
    wanted: dict[str, Any]
    """what is to be recorded"""
    new: list[str]
    """those to install"""


class ComparesWithRecord(PythonInstallerListDependencies, ABC):
    """The half of an installer that decides; nothing is changed here, so ``--explain`` can ask as well."""

    if TYPE_CHECKING:

        def build_install_cmd(self, args: Sequence[str]) -> list[str]: ...

    # -- what is wanted ----------------------------------------------------------------------------------------------

    @property
    def constraints(self) -> PythonConstraints:
        """The constraints files of the user."""
        return cast("PythonConstraints", self._env.conf["constraints"])

    @property
    def constrain_package_deps(self) -> bool:
        """Whether ``deps`` limit what dependencies of the package may be."""
        return cast("bool", self._env.conf["constrain_package_deps"])

    @property
    def use_frozen_constraints(self) -> bool:
        """Whether what ``deps`` brought in limits what dependencies of the package may be."""
        return cast("bool", self._env.conf["use_frozen_constraints"])

    @property
    def _has_constraints(self) -> bool:
        return not self.constraints.is_empty

    def _install_env_vars(self) -> dict[str, str]:
        """Return the variables that decide what is found, as they are recorded."""
        return _delta.influences(self._env.environment_variables)

    def _describe(self, arguments: PythonDeps) -> dict[str, Any]:
        """Tell all that decides what gets installed, as it is recorded."""
        options, everything = ([], []) if arguments.is_empty else arguments.unroll()
        constraints = [line for line in everything if line.startswith("-c ")]
        requirements = [line for line in everything if not line.startswith("-c ")]
        if self._has_constraints:
            try:
                constraints.extend(_delta.added(self.constraints.unroll()[1], constraints))
            except ValueError as error:
                raise Fail(f"{error} for tox env {self._env.conf.name} within constraints") from error
        return {
            "redaction_format": _delta.REDACTION_FORMAT,
            "options": options,
            "requirements": requirements,
            "constraints": constraints,
            "constraint_options": {
                "constrain_package_deps": self.constrain_package_deps,
                "use_frozen_constraints": self.use_frozen_constraints,
            },
            "env": self._install_env_vars(),
        }

    def _forced(self, arguments: list[str]) -> list[str]:
        """Replace requirements by those of the same name that the command line forces."""
        if not getattr(self._env.options, "force_dep", None):
            return arguments
        from packaging.requirements import InvalidRequirement, Requirement

        result = []
        for argument in arguments:
            try:
                result.extend(self._apply_force_deps([Requirement(argument)]))
            except InvalidRequirement:
                result.append(argument)
        return result

    def _apply_force_deps(self, deps: Sequence[Requirement]) -> list[str]:
        """Write requirements as text, those forced on the command line in place of the configured ones."""
        from packaging.utils import canonicalize_name

        given: Iterable[Requirement] = getattr(self._env.options, "force_dep", ())
        forced = {canonicalize_name(requirement.name): requirement for requirement in given}
        return [str(forced.get(canonicalize_name(dep.name), dep)) for dep in deps]

    def _deciding(self, arguments: PythonDeps) -> dict[str, Any]:
        """Collect what decides, beside the content of files, what lines mean."""
        return {
            "lines": arguments.raw_lines,
            "constraints": self.constraints.raw_lines if self._has_constraints else [],
            "options": [self.constrain_package_deps, self.use_frozen_constraints],
            "env": self._install_env_vars(),
        }

    # -- decisions ----------------------------------------------------------------------------------------------------

    def _compare_lines(self, arguments: PythonDeps, section: str, of_type: str, record: Info) -> _Lines:
        # lines that were looked at already may have been changed by whoever looked
        deciding = None if arguments.is_parsed else self._deciding(arguments)
        if deciding and _known.lines_are_installed(record, section, of_type, deciding):
            return _Lines(KEEP, None, deciding)
        try:
            wanted = self._describe(arguments)
        except ValueError as error:
            raise Fail(f"{error} for tox env {self._env.conf.name} within {of_type}") from error
        return _Lines(_delta.lines(wanted, record.recorded(section, of_type)), wanted, deciding)

    def _arguments_for(self, lines: PythonDeps, of_type: str) -> list[str]:
        """Write requirement lines as arguments of pip; none when there is nothing to install.

        :raises Fail: if they limit what is installed, and name nothing
        """
        given = lines.as_root_args
        if not given:
            return []
        if lines.has_only_options:
            raise Fail(f"no dependencies for tox env {self._env.conf.name} within {of_type}")
        return [*self._forced(given), *self.constraints.as_root_args]

    def _compare_requirements(self, req: list[str], section: str, of_type: str, record: Info) -> _Requirements:
        wanted = {"req": req, "env": self._install_env_vars()}
        decision, new = _delta.requirements(wanted, record.recorded(section, of_type))
        return _Requirements(decision, wanted, new)

    def _compare_lock(self, lock: Pylock, section: str, of_type: str, record: Info) -> _Requirements:
        lines = sorted(lock.install_lines())
        wanted: dict[str, Any] = {"req": lines, "env": self._install_env_vars()}
        digest = _delta.named_variables(lines, self._env.environment_variables)
        if digest is not None:
            wanted["variables"] = digest
        decision, new = _delta.locked(wanted, record.recorded(section, of_type))
        return _Requirements(decision, wanted, new)

    def _sorted(self, deps: Iterable[Requirement]) -> list[str]:
        """Write requirements as they are recorded: forced ones replaced, each once, sorted."""
        return sorted(dict.fromkeys(self._apply_force_deps(list(deps))))

    def _package_key(self, settings: Sequence[str] = (), *, is_built: bool) -> dict[str, Any]:
        """Collect what decides, beside their content, how packages are installed, or what they are built to."""
        key: dict[str, Any] = {"command": self.build_install_cmd(settings), "env": self._install_env_vars()}
        if is_built:
            key["surroundings"] = _delta.surroundings(self._env.environment_variables, self._env.env_bin_dir())
        return key

    # -- explanations -------------------------------------------------------------------------------------------------

    def explain(self, arguments: InstallArguments, section: str, of_type: str, record: Info) -> Iterator[Step]:
        """Tell what :meth:`install` would do; packages that do not exist yet are given as a :class:`Foreseen`.

        :raises Recreate: if something is not wanted any more
        :raises Fail: if it could not be installed
        """
        if isinstance(arguments, Foreseen):
            yield from self._explain_package(arguments, section, of_type, record)
        elif is_requirement_file(arguments):
            decision = self._compare_lines(arguments, section, of_type, record).decision
            is_new = decision.enforce()
            if not arguments.is_empty:
                items = self._arguments_for(arguments, of_type) if is_new else arguments.lines()
                yield from self._told(of_type, decision, items, items)
        elif is_lock_file(arguments):
            look = self._compare_lock(arguments, section, of_type, record)
            yield from self._told(of_type, look.decision, look.new, look.wanted["req"])
        else:
            look = self._compare_requirements(self._sorted(arguments), section, of_type, record)
            yield from self._told(of_type, look.decision, look.new, look.wanted["req"])

    def _told(self, of_type: str, decision: Decision, new: Sequence[str], everything: Sequence[str]) -> Iterator[Step]:
        is_new = decision.enforce()
        if everything:
            items = redact_argv(new if is_new else everything)
            yield self._step("install" if is_new else "reuse", of_type, decision.why, items)

    def _explain_package(self, package: Foreseen, section: str, of_type: str, record: Info) -> Iterator[Step]:
        if package.deps is None:
            yield self._step("install", f"{of_type}_deps", items=["what its metadata asks for, once it is built"])
        else:
            yield from self.explain(package.deps, section, f"{of_type}_deps", record)
        if package.path is not None:
            path = str(package.path)
            folders = [self._env.env_site_package_dir(), self._env.env_site_package_dir_plat()]
            key = self._package_key(is_built=_known.are_built([path]))
            there = _known.files_are_installed(record, of_type, key, _known.read_files([path]), folders)
            yield self._step("reuse" if there else "install", of_type, items=[path])
        elif _known.files_may_be_installed(record, of_type, self._package_key(is_built=package.kind == "sdist")):
            yield self._step("install", of_type, items=[f"{package.kind}, unless it is what is installed already"])
        else:
            yield self._step("install", of_type, items=[package.kind])

    def _step(self, action: Any, what: str, why: str = "", items: Iterable[str] = ()) -> Step:
        return Step(self._env.conf.name, action, what, why, tuple(items))


def is_requirement_file(arguments: object) -> TypeIs[PythonDeps]:
    """Tell whether something is requirement lines."""
    from tox.tox_env.python.pip.req_file import PythonDeps

    return isinstance(arguments, PythonDeps)


def is_lock_file(arguments: object) -> TypeIs[Pylock]:
    """Tell whether something is a lock file."""
    from tox.tox_env.python.pylock import Pylock

    return isinstance(arguments, Pylock)
