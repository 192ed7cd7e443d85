"""Kinds of environments by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class EnvType(Protocol):
    """A class of environments, as far as this module knows it."""

    @staticmethod
    def id() -> str:
        """Name the kind, as ``runner`` or ``package_tox_env_type`` refers to it."""
        ...


class _Manager(Protocol):
    def tox_register_tox_env(self, register: ToxEnvRegister) -> None: ...


class _Types(dict[str, Any]):
    """Classes by name; a class kept as ``module:name`` is imported when it is first asked for."""

    def __getitem__(self, name: str) -> Any:
        found = super().__getitem__(name)
        if isinstance(found, str):
            module, _, attribute = found.partition(":")
            found = self[name] = getattr(import_module(module), attribute)
        return found

    def get(self, name: str, default: object = None) -> Any:
        """Return the class of that name, or the default."""
        return self[name] if name in self else default  # noqa: SIM401 - the other get does not import

    def values(self) -> Any:
        """Return all classes, in the order they were added."""
        return {name: self[name] for name in self}.values()

    def items(self) -> Any:
        """Return all names with their classes, in the order they were added."""
        return {name: self[name] for name in self}.items()


class ToxEnvRegister:
    """Knows which kinds of run and package environments exist, and which run environment is meant by default."""

    def __init__(self) -> None:
        self._run_envs: dict[str, Any] = _Types()
        self._package_envs: dict[str, Any] = _Types()
        self._default_run_env = ""

    def _register_tox_env_types(self, manager: _Manager) -> None:
        """Start anew with what tox and its plugins register."""
        self._run_envs = _Types()
        self._package_envs = _Types()
        self._default_run_env = ""
        manager.tox_register_tox_env(register=self)

    def add_by_name(self, run: Mapping[str, str], package: Mapping[str, str]) -> None:
        """Add kinds that are imported when they are first needed.

        :param run: ``module:class`` of each kind of run environment, by its name
        :param package: the same of package environments
        """
        self._run_envs.update(run)
        self._package_envs.update(package)

    def add_run_env(self, of_type: type[EnvType]) -> None:
        """Add a kind of run environment; one of the same name is replaced.

        :param of_type: its class
        """
        self._run_envs[of_type.id()] = of_type

    def add_package_env(self, of_type: type[EnvType]) -> None:
        """Add a kind of package environment; one of the same name is replaced.

        :param of_type: its class
        """
        self._package_envs[of_type.id()] = of_type

    @property
    def env_runners(self) -> Iterable[str]:
        """Names of the kinds of run environments, in the order they were added."""
        return self._run_envs.keys()

    @property
    def default_env_runner(self) -> str:
        """Name of the kind that is used where the configuration names none.

        Setting it raises :class:`ValueError` for a name that is not registered.
        """
        if not self._default_run_env and self._run_envs:
            self._default_run_env = next(iter(self._run_envs))
        return self._default_run_env

    @default_env_runner.setter
    def default_env_runner(self, value: str) -> None:
        if value not in self._run_envs:
            raise ValueError(f"run environment {value!r} is not registered, choose from {', '.join(self._run_envs)}")
        self._default_run_env = value

    def runner(self, name: str) -> Any:
        """Return the class of a kind of run environment.

        :raises KeyError: when no such kind is registered
        """
        return self._run_envs[name]

    def module_of_runner(self, name: str) -> str:
        """Name the module of a kind of run environment, without importing it.

        :raises KeyError: when no such kind is registered
        """
        found = dict.__getitem__(self._run_envs, name)
        return found.partition(":")[0] if isinstance(found, str) else str(found.__module__)

    def package(self, name: str) -> Any:
        """Return the class of a kind of package environment.

        :raises KeyError: when no such kind is registered
        """
        return self._package_envs[name]


REGISTER = ToxEnvRegister()
"""The register of this process."""

__all__ = ["REGISTER", "EnvType", "ToxEnvRegister"]
