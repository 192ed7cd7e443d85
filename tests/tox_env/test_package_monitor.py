"""Package environments hold their lock for each whole step."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tox.tox_env._lock import EnvLock
from tox.tox_env.package import PackageToxEnv, PathPackage

if TYPE_CHECKING:
    from pathlib import Path

    from tox.tox_env.package import Package


def bare(cls: Any, folder: Path) -> Any:
    """Make an object of the class that has a lock and nothing else."""
    cls.__abstractmethods__ = frozenset()
    env: Any = object.__new__(cls)
    env.lock = EnvLock(lambda: folder, "pkg", "package", 0)
    env._hold = SimpleNamespace(finish=lambda: None)
    env._done = set()
    return env


def test_overrides_of_plugins_hold_the_lock(tmp_path: Path) -> None:
    """However deep the class, its own implementation runs under the lock."""
    seen: list[bool] = []

    class Ours(PackageToxEnv):
        def perform_packaging(self, for_env: Any) -> list[Package]:
            seen.append(self.lock.held)
            return []

    class Theirs(Ours):
        def perform_packaging(self, for_env: Any) -> list[Package]:
            seen.append(self.lock.held)
            return super().perform_packaging(for_env)

    env = bare(Theirs, tmp_path)
    result = env.perform_packaging(None)

    assert result == []
    assert seen == [True, True]
    assert not env.lock.held


def test_methods_mixed_in_hold_the_lock(tmp_path: Path) -> None:
    """An implementation that comes from a class that is no package environment is wrapped as well."""

    class Mixin:
        lock: EnvLock

        def setup(self) -> bool:
            return self.lock.held

    class Mixed(Mixin, PackageToxEnv):  # type: ignore[misc] # as a plugin may have it
        pass

    assert bare(Mixed, tmp_path).setup() is True
    assert not hasattr(Mixin.setup, "_holds_lock")


def test_attributes_cost_nothing(tmp_path: Path) -> None:
    """Reading anything else takes no lock."""

    class Ours(PackageToxEnv):
        note = "x"

    env = bare(Ours, tmp_path / "missing")

    assert env.note == "x"
    assert not (tmp_path / "missing").exists()


def test_package_is_shown_as_its_path(tmp_path: Path) -> None:
    """Messages and ``TOX_PACKAGE`` name the file."""
    assert str(PathPackage(tmp_path)) == str(tmp_path)
