"""The environments of a session: by name first, built when one is asked for."""

from __future__ import annotations

import logging
import re
import threading
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from tox._historical import elsewhere
from tox.config.main import check_name
from tox.config.types import EnvList
from tox.errors import HandledError, NoInterpreter, RunnerUnavailable, Skip
from tox.plugin.manager import MANAGER
from tox.session._select import build, names, peek
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.tox_env.register import REGISTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tox.session._select.session import Session
    from tox.tox_env.package import PackageToxEnv
    from tox.tox_env.runner import RunToxEnv

_PACKAGE_KEYS = ("package_env", "isolated_build_env", "wheel_build_env")


class EnvSelector:
    """The environments of a session.

    Choosing works on names. An environment is built when it is asked for by name, and with it its package environments.

    :param state: the session
    """

    def __init__(self, state: Session) -> None:
        self._state = state
        self._provision: tuple[bool, str] | None = None
        self._built: dict[str, RunToxEnv | PackageToxEnv] = {}
        self._skips: dict[str, tuple[str, Exception]] = {}
        #: package environments that are not to be had, each with why; those that plugins skip are built all the same
        self._withheld: dict[str, Skip] = {}
        self._told: set[str] = set()
        self._building: set[str] = set()
        self._selecting = False
        #: values may be read, and so environments be built, by several threads
        self._lock = threading.RLock()
        self._forget()
        state.conf.build_env = self._build_for_reference
        state.conf.core.add_config(
            "labels", dict[str, EnvList], {}, "names that stand for environments, to choose them with -m"
        )

    # -- names --------------------------------------------------------------------------------------------------------

    def _mark_provision(self, on: bool, provision_tox_env: str) -> None:
        """Tell which environment provisions, and whether it is the only one there is in this session."""
        self._provision = on, provision_tox_env
        self._forget()

    def _forget(self) -> None:
        """Forget what was chosen; environments that are built stay."""
        self._active: dict[str, bool] | None = None
        self._without_packages: dict[str, bool] | None = None
        self._all_built = False
        for name in ("_mentions", "_needs_all", "_runners_missing"):
            self.__dict__.pop(name, None)

    @property
    def _cli_envs(self) -> CliEnv | None:
        return getattr(self._state.conf.options, "env", None)

    @cached_property
    def _mentions(self) -> peek.Mentions:
        return peek.mentions(self._state.conf)

    @cached_property
    def _skip(self) -> names.Skipping:
        return names.Skipping(getattr(self._state.conf.options, "skip_env", ""))

    def _env_name_to_active(self) -> dict[str, bool]:
        """Return all names in order, each with whether it is meant.

        :raises HandledError: when ``-e`` names something unknown
        """
        if self._active is None:
            if self._provision is not None and self._provision[0]:
                self._active = {self._provision[1]: True}
            else:
                self._selecting = True
                try:
                    self._active = self._select()
                finally:
                    self._selecting = False
        return self._active

    @property
    def _asked(self) -> names.Asked:
        options = self._state.conf.options
        return names.Asked(self._cli_envs, getattr(options, "labels", []), getattr(options, "factors", []))

    def _select(self) -> dict[str, bool]:
        conf, asked = self._state.conf, self._asked
        of_labels = {label: found.envs for label, found in conf.core["labels"].items()}
        defaults = cast("EnvList", conf.core["env_list"]).envs
        known = dict.fromkeys((*defaults, *conf))
        labelled = dict.fromkeys(name for found in of_labels.values() for name in found)
        for name in (*known, *labelled):
            check_name(name)
        active = names.order(asked, defaults, known, labelled)
        if not asked.is_all:
            self._check_named(list(asked.named or ()), known, frozenset(defaults))
        provisions = self._provision is not None and active.pop(self._provision[1], False)
        if provisions and not any(active.values()):
            active[names.DEFAULT_ENV] = True
        if asked.factors:
            active.update(dict.fromkeys(names.with_factors(active, asked.factors), True))
        if asked.labels:
            ordered = self._in_building_order(active)  # as who has labels may have to be built to know them
            active.update(dict.fromkeys(names.with_labels(ordered, asked.labels, of_labels, self._labels_of), True))
        return active

    def _check_named(self, named: list[str], known: dict[str, None], defaults: frozenset[str]) -> None:
        """Refuse what ``-e`` names and nobody knows; package environments are found out about only if need be."""

        def factors() -> set[str]:
            return names.free_factors(known, self._state.conf.with_section(known) - defaults)

        try:
            names.check(named, known, factors)
        except HandledError:
            likely = self._mentions.constants(*_PACKAGE_KEYS)
            if likely is not None:
                names.check([name for name in named if name not in likely and name[:4] != ".pkg"], known, factors)
            self._active = dict.fromkeys(known, False)
            try:
                packages = self.package_names()
            finally:
                self._active = None
            names.check([name for name in named if name not in packages], known, factors)

    def _labels_of(self, name: str) -> set[str]:
        if self._needs_all or self._mentions.any_of("labels"):
            env = self._run_env(name)
            return set() if env is None else cast("set[str]", env.conf["labels"])
        return set()

    @cached_property
    def _needs_all(self) -> bool:
        """Whether a plugin may decide about environments in ways that are only known once they are built."""
        if not MANAGER.has_plugins:
            return False
        module = REGISTER.module_of_runner(self._state.conf.options.default_runner)
        return MANAGER.implements("tox_add_env_config") or not module.startswith("tox.tox_env.")

    def package_names(self) -> frozenset[str]:
        """Name the package environments; environments are built only when their settings leave a doubt."""
        if not self._all_built:
            found = None if self._needs_all else self._mentions.constants(*_PACKAGE_KEYS)
            active = self._env_name_to_active()
            if active is self._without_packages:
                return frozenset()
            if found is not None and not any(name in found or name.startswith(".pkg") for name in active):
                self._without_packages = active
                return frozenset()
            self.build_all()
        return frozenset((*self._withheld, *(name for name, env in self._built.items() if not _is_run_env(env))))

    def unavailable_envs(self) -> dict[str, str]:
        """Return the environments whose kind is not registered, each with that kind.

        :raises HandledError: when one of them is named by ``-e``
        """
        found = self._runners_missing
        for name, runner in found.items():
            if self._cli_envs is not None and name in self._cli_envs:
                raise HandledError(f"environment {name!r} asks for runner {runner!r}, which no installed plugin offers")
        for name, runner in found.items():
            if name not in self._told:
                self._told.add(name)
                with self._state.log_handler.with_context(name):
                    logging.warning("environment %s marked as unavailable, runner %r is not available", name, runner)
        return found

    @cached_property
    def _runners_missing(self) -> dict[str, str]:
        known = set(REGISTER.env_runners)
        if (
            not (self._needs_all or self._mentions.any_of("runner"))
            and self._state.conf.options.default_runner in known
        ):
            return {}
        result = {}
        for name in self._env_name_to_active():
            if name in self._built and not _is_run_env(self._built[name]):
                continue
            runner = build.runner_of(self._state, self._state.conf.get_env(name, package=False))
            if runner not in known:
                result[name] = runner
        return result

    def iter(self, *, only_active: bool = True, package: bool = False) -> Iterator[str]:
        """Yield names of environments, in order, without those that ``--skip-env`` or a missing runner leaves out.

        :param only_active: only those that are meant
        :param package: package environments, too
        :raises HandledError: when what is asked for is not known, or not available
        """
        skip = self._skip  # also where there is nothing to leave out, a pattern that is none is refused
        active = self._env_name_to_active()
        unavailable = self.unavailable_envs()
        packages = self.package_names()
        if package:
            self.build_all()
            active = self._with_packages(active)
        for name, is_active in active.items():
            lacking = name in unavailable and name not in self._built  # as others build their packages there
            if (only_active and not is_active) or lacking or (not package and name in packages):
                continue
            if name in self._withheld and name not in self._built and not self._is_named(name):
                continue
            if skip.matches(name):
                if name not in self._told:
                    self._told.add(name)
                    logging.warning("skip environment %s, matches filter %r", name, skip.pattern)
                continue
            yield name

    def _is_named(self, name: str) -> bool:
        return self._cli_envs is not None and not self._cli_envs.is_all and name in self._cli_envs

    def _with_packages(self, active: dict[str, bool]) -> dict[str, bool]:
        """Add package environments; all of them are meant when everything is, unless a variable leaves nothing."""
        asked = self._asked
        everything = asked.is_all and not asked.in_groups and any(active.values())
        provision = None if self._provision is None else self._provision[1]  # not shown, whatever else it may be
        more = [name for name in self._built if name not in active and name != provision]
        return {**active, **dict.fromkeys(more, everything)}

    def built(self) -> tuple[RunToxEnv | PackageToxEnv, ...]:
        """Give the environments that are built so far."""
        return tuple(self._built.values())

    def all_names(self) -> list[str]:
        """Name all environments: those that were chosen from, then package environments.

        Where some cannot be built, package environments that only they need are left out.
        """
        with suppress(HandledError):
            self.build_all()
        return list(self._with_packages(self._env_name_to_active()))

    def unmatched(self) -> Iterator[str]:
        """Tell which labels and factors that were asked for no environment has, and which there are."""
        return names.unmatched(
            self._asked, self._env_name_to_active(), self._state.conf.core["labels"], self._labels_of
        )

    def ensure_only_run_env_is_active(self) -> None:
        """Refuse package environments where commands are to run; tell of all that ``--skip-env`` leaves out.

        :raises HandledError: naming those that were asked for
        """
        for _ in self.iter(only_active=False):
            pass
        packages = self.package_names()
        wrong = [name for name, is_active in self._env_name_to_active().items() if is_active and name in packages]
        if wrong:
            raise HandledError(f"cannot run packaging environment(s) {', '.join(wrong)}")

    # -- environments -------------------------------------------------------------------------------------------------

    def __getitem__(self, item: str) -> RunToxEnv | PackageToxEnv:
        """Return an environment, built now if it was not yet.

        :raises KeyError: when there is none of that name
        :raises HandledError: when its settings do not allow to build it
        """
        with self._lock:
            if item in self._built:
                return self._built[item]
            active = self._env_name_to_active()
            if item in self.package_names():
                if item not in self._built:
                    raise HandledError(f"package environment {item} is skipped: {self._withheld[item]}")
                return self._built[item]
            env = self._run_env(item) if item in active else None
            if env is None:
                self.build_all()  # only then is it known which package environments there are
                return self._built[item]
            return env

    def _build_for_reference(self, name: str) -> None:
        """Build an environment because a value refers to one of its settings; nothing happens when there is none."""
        with self._lock:
            if self._selecting or name in self._built or name in self._building:
                return
            if name in self._env_name_to_active() and name not in self.package_names():
                self._run_env(name)

    def description(self, name: str) -> str:
        """Return what an environment is for, in one line; empty when nobody says."""
        return re.sub(r"\s+", " ", str(self.configured(name, ["description"], str) or ""))

    def configured(self, name: str, keys: Sequence[str], of_type: object) -> Any:
        """Return the value of a setting; the environment is built only when the value may need more than its own text.

        :param name: of the environment
        :param keys: of the setting, its primary one first
        :param of_type: the type of its value
        :returns: ``None`` when nobody sets it, unless the environment is built: then its default
        """
        if name not in self._built and not self._needs_all:
            if not self._mentions.any_of(*keys):
                return None
            core = self._state.conf.core
            if not any(self._mentions.refers(key, core.__contains__) for key in keys):
                return peek.value(self._state.conf, name, keys, of_type, None)
        conf = self[name].conf
        return conf[keys[0]] if keys[0] in conf else None  # noqa: SIM401 - it has no get of that form

    @property
    def _defined_envs(self) -> dict[str, build.Defined]:
        """All environments, built."""
        self.build_all()
        active = self._with_packages(self._env_name_to_active())
        return {
            name: build.Defined(self._built[name], is_active, self._skips.get(name))
            for name, is_active in active.items()
            if name in self._built
        }

    def build_all(self) -> None:
        """Build every environment that is known, and with them all package environments."""
        with self._lock:
            if self._all_built:
                return
            self._all_built = True
            try:
                self.unavailable_envs()
                for name in self._in_building_order(self._env_name_to_active()):
                    if name not in self._built:
                        self._run_env(name)
            except BaseException:
                self._all_built = False
                raise

    def _in_building_order(self, active: Iterable[str]) -> list[str]:
        """Put names in order; last those that may be of package environments, which others turn them into."""
        likely = self._mentions.constants(*_PACKAGE_KEYS) or ()
        return sorted(active, key=lambda name: name in likely or name.startswith(names.PACKAGE_ENV))

    def _run_env(self, name: str) -> RunToxEnv | None:
        """Return a run environment with its package environments; ``None`` when its kind is not registered."""
        if name in self._withheld:
            return None
        if name in self._built:
            found = self._built[name]
            if not _is_run_env(found):
                return None
            env = cast("RunToxEnv", found)
        else:
            self._building.add(name)
            try:
                env = build.build_run_env(self._state, name)
            except RunnerUnavailable:
                return None
            finally:
                self._building.discard(name)
            self._built[name] = env
            self._attach_packages(name, env)
            # packages bring settings of their own, so no sooner
            env.conf.mark_finalized()
        return env

    def _attach_packages(self, name: str, env: RunToxEnv) -> None:
        """Give a run environment the package environments that it needs, built now or shared with others."""
        wanted = env.get_package_env_types()
        if wanted is None:
            return
        try:
            env.package_env = self._package_env(*wanted, run_env_name=name)
            requests = env.package_env.register_run_env(env)
            child = next(requests)
            while True:
                child = requests.send(self._package_env(*child, run_env_name=name))
        except StopIteration:
            pass
        except Skip as reason:
            self._skips[name] = wanted[0], reason
            if not isinstance(reason.__cause__, NoInterpreter):  # which it will lack again at setup
                env.package_skip = reason

    def _package_env(self, name: str, kind: str, *, run_env_name: str) -> PackageToxEnv:
        """Return a package environment; a run environment of that name that nobody asked for gives way to it.

        :raises Skip: when it is not to be had here
        """
        if name in self._withheld:
            raise self._withheld[name]
        found = self._built.get(name)
        if found is not None and not _is_run_env(found):
            if found.id() != kind:
                raise HandledError(
                    f"package environment {name} is of kind {found.id()}, it cannot be {kind} for {run_env_name}"
                )
            return cast("PackageToxEnv", found)
        if name == run_env_name:
            raise HandledError(f"{name} cannot self-package")
        if name in cast("EnvList", self._state.conf.core["env_list"]).envs:
            raise HandledError(
                f"{name} builds packages for {run_env_name}, so it cannot be in env_list too; "
                "take it out there or give package_env another name"
            )
        self._state.conf.clear_env(name)
        try:
            env = build.build_package_env(self._state, name, kind)
            self._built[name] = env
            build.tell_plugins(self._state, env)
        except Skip as reason:
            self._withheld[name] = reason
            raise
        except BaseException:
            self._built.pop(name, None)
            raise
        return env


def _is_run_env(env: RunToxEnv | PackageToxEnv) -> bool:
    return hasattr(env, "get_package_env_types")


__all__ = ["CliEnv", "EnvSelector", "register_env_select_flags"]

__getattr__ = elsewhere(__name__)
