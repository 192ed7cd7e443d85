"""Environments that build packages, and what they build."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from tox._historical import elsewhere
from tox.tox_env._explanation import Foreseen
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env.api import ToxEnv

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from typing import Protocol

    from packaging.requirements import Requirement

    from tox.config.main import Config
    from tox.config.sets import EnvConfigSet
    from tox.tox_env._explanation import Step
    from tox.tox_env._lock import LockKind
    from tox.tox_env.api import ToxEnvCreateArgs

    class _RunEnv(Protocol):
        """As much of a run environment as its package environment looks at."""

        conf: EnvConfigSet

        @property
        def name(self) -> str: ...


__all__ = ["Package", "PackageToxEnv", "PathPackage"]

_Method = TypeVar("_Method", bound="Callable[..., Any]")


class Package:
    """Something built, to be installed into run environments."""


class PathPackage(Package):
    """A package that is a file or a folder.

    :ivar path: where it is
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def __str__(self) -> str:
        return str(self.path)


class PackageToxEnv(ToxEnv, ABC):
    """An environment that builds packages for run environments.

    It is a monitor: each of its exclusive operations holds the lock of the environment from begin to end, whichever
    sub-class or plugin implements it.
    """

    _lock_kind: ClassVar[LockKind] = "package"
    _shares: ClassVar[bool] = False
    #: methods that hold the lock of the environment while they run; teardown changes nothing in its folder, and must
    #: not wait for another session that builds
    _exclusive_operations: ClassVar[frozenset[str]] = frozenset({"setup", "perform_packaging", "_clean"})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _make_monitor(cls)

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._served: set[str] = set()
        self._serving = Lock()
        super().__init__(create_args)

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        declare(self, self.conf, _SETTINGS)

    def _default_package_root(self, conf: Config, name: str | None) -> Path:
        return cast("Path", self.core["package_root"])

    def _recreate_default(self, conf: Config, value: str | None) -> bool:
        return not getattr(self.options, "no_recreate_pkg", False) and super()._recreate_default(conf, value)

    @abstractmethod
    def perform_packaging(self, for_env: EnvConfigSet) -> list[Package]:
        """Build what a run environment needs.

        :param for_env: configuration of the run environment
        :returns: packages to install, in this order; they stay until that environment is torn down
        :raises Fail: if it cannot be built
        """
        raise NotImplementedError

    def _explain_setup(self) -> Iterator[Step]:
        """Tell what setup would do, once a session; see the base class."""
        if "explain" not in self._done:
            yield from super()._explain_setup()
            self._done.add("explain")

    def foresee(self, for_env: EnvConfigSet) -> Generator[Step, None, Foreseen]:
        """Tell what would be done to build what a run environment needs, without doing it.

        :param for_env: configuration of the run environment
        :returns: what is known of the package before it is built; sub-classes know more
        :raises Fail: if it could not be built
        """
        yield from self._explain_setup()
        yield self._step("build", str(for_env["package"]))
        return Foreseen(str(for_env["package"]), None)

    def foresee_deps(self, for_env: EnvConfigSet) -> Generator[Step, None, Sequence[Requirement] | None]:
        """Tell what would be done to know what the package depends on; see :meth:`foresee`.

        :returns: the dependencies; None when only the build can tell
        """
        foreseen = yield from self.foresee(for_env)
        return foreseen.deps

    def register_run_env(
        self,
        run_env: _RunEnv,
    ) -> Generator[tuple[str, str], PackageToxEnv, None]:
        """Learn of a run environment that will need packages, and ask for further package environments.

        :returns: names and types of them; each is to be sent back in return
        """
        yield from ()

    def mark_active_run_env(self, run_env: _RunEnv) -> None:
        """Learn that a run environment is going to ask for a package in this session."""
        self._served.add(run_env.conf.name)

    @abstractmethod
    def child_pkg_envs(self, run_conf: EnvConfigSet) -> Iterator[PackageToxEnv]:
        """Return the further package environments that a run environment needs; there may be none.

        :param run_conf: configuration of the run environment
        """
        raise NotImplementedError

    def _builder_for(self, for_env: EnvConfigSet) -> PackageToxEnv:
        """Give the environment that builds for a run environment; this one, unless a sub-class knows better.

        :param for_env: configuration of the run environment
        """
        return self

    def _prepare_for(self, builder: PackageToxEnv, for_env: EnvConfigSet) -> None:
        """Make what another environment needs to build for a run environment; nothing, unless a sub-class knows better.

        :param builder: the other one; neither's lock is held
        :param for_env: configuration of the run environment
        """

    def teardown_env(self, conf: EnvConfigSet) -> None:
        """Learn that a run environment is done; after the last one this environment is torn down.

        :param conf: configuration of the run environment
        """
        with self._serving:  # run environments end in threads of their own
            self._served.discard(conf.name)
            is_last = not self._served
        if is_last:
            self.teardown()

    def _tell_plugins_of_teardown(self) -> None:
        """Tell nobody: the hook is about environments that run, and plugins rely on finding such a one."""

    def clean_if_asked(self) -> None:
        """Empty the folder of this environment, once a session, if it is to be built anew."""
        if self.conf["recreate"]:
            self._clean()

    def _changes_environment(self, run_id: str) -> bool:
        return run_id.startswith("install_")

    def _catch_up(self) -> None:
        """Have setup done again when another session has changed the environment between two steps of this one."""
        if "setup" in self._done and self._hold.is_outdated():
            self._forget_setup()

    def _forget_setup(self) -> None:
        """Forget what setup has done, and what relies on it."""
        self._done.discard("setup")


def _make_monitor(cls: type[PackageToxEnv]) -> None:
    """Have the exclusive operations of a class hold the lock, wherever they are implemented."""
    for name in cls._exclusive_operations:
        method = getattr(cls, name, None)
        if callable(method) and not hasattr(method, "_holds_lock"):
            setattr(cls, name, _holding_lock(method))


def _holding_lock(method: _Method) -> _Method:
    """Wrap a method to hold the lock, and to record that the environment is complete when it has ended well."""

    @wraps(method)
    def locked(self: PackageToxEnv, *args: Any, **kwargs: Any) -> Any:
        if method.__name__ == "perform_packaging":
            # before the lock is taken: who waits for another package environment must hold none
            builder = self._builder_for(*args, **kwargs)
            if builder is not self:
                self._prepare_for(builder, *args, **kwargs)
                with builder.display_context(self._has_display_suspended):
                    return builder.perform_packaging(*args, **kwargs)
        begins = not self.lock.alone
        with self.lock.exclusive(method.__name__.strip("_").replace("_", " ")):
            if begins:
                self._catch_up()
            result = method(self, *args, **kwargs)
            if method.__name__ == "perform_packaging":
                self._hold.finish()
            return result

    locked._holds_lock = True  # type: ignore[attr-defined] # noqa: SLF001 - a mark on our own function
    return cast("_Method", locked)


_make_monitor(PackageToxEnv)  # type: ignore[type-abstract] # methods are replaced, nothing is made

_SETTINGS = (
    Setting(
        ("package_root", "setupdir"),
        Path,
        Own("_default_package_root"),
        "folder of the project to package",
        Own("_relative_to_tox_root"),
    ),
)

__getattr__ = elsewhere(__name__)
