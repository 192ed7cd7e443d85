"""Installing into an environment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.tox_env._explanation import Step

__all__ = ["InstallArguments", "Installer"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Generic, TypeAlias

    from typing_extensions import TypeVar

    from tox.tox_env.info import Info

    EnvT_co = TypeVar("EnvT_co", covariant=True)
    ArgsT = TypeVar("ArgsT", default=Any)

    #: the kinds of things that can be installed live in modules that know environments, which this one must not
    InstallArguments: TypeAlias = Any

    class _Subscriptable(Generic[EnvT_co, ArgsT]):
        _env: EnvT_co

else:
    from typing import TypeVar

    EnvT_co = TypeVar("EnvT_co", covariant=True)
    ArgsT = TypeVar("ArgsT")

    class _Subscriptable:
        """``Installer[Env]`` and ``Installer[Env, Arguments]``, without waiting for type variables with defaults."""

        def __class_getitem__(cls, arguments: object) -> type:
            return cls


__getattr__ = elsewhere(__name__)


class Installer(_Subscriptable[EnvT_co, ArgsT], ABC):
    """Installs things into one environment, and tells what is there.

    Making one declares its settings.
    """

    def __init__(self, tox_env: EnvT_co) -> None:
        self._env = tox_env
        self._register_config()

    @abstractmethod
    def _register_config(self) -> None:
        """Declare the settings of this installer in the configuration of the environment."""
        raise NotImplementedError

    @abstractmethod
    def installed(self) -> list[str]:
        """Tell what is installed, in the words of the tool that installs; may run a command.

        :raises Fail: if it cannot be told
        """
        raise NotImplementedError

    def explain(self, arguments: ArgsT, section: str, of_type: str, record: Info) -> Iterator[Step]:
        """Tell what :meth:`install` would do, without doing it; unless a sub-class knows better, only that it would.

        :param record: what is recorded of the environment, or would be after it was emptied
        :raises Recreate: if the environment would have to be built anew for it
        :raises Fail: if it could not be installed
        """
        env: Any = self._env
        yield Step(env.conf.name, "install", of_type, items=(f"as {type(self).__name__} decides",))

    @abstractmethod
    def install(self, arguments: ArgsT, section: str, of_type: str) -> None:
        """Install what is missing; the caller holds the lock of the environment.

        :param arguments: what to install
        :param section: where its record is kept, by habit the name of the class that asks
        :param of_type: what it is installed as, such as ``deps`` or ``package``
        :raises Recreate: if the environment has to be built anew for it
        :raises Fail: if it cannot be installed
        """
        raise NotImplementedError
