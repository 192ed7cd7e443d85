"""What setup does with the lock of a run environment."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tox.tox_env._hold import Hold, StartOver
from tox.tox_env._lock import EnvLock
from tox.tox_env.info import Info

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def lock_of(folder: Path) -> EnvLock:
    return EnvLock(lambda: folder, folder.name, "run", 0)


def hold_of(folder: Path, *, shares: bool = True) -> tuple[Hold, EnvLock]:
    lock, info = lock_of(folder), Info(folder)
    return Hold(lock, lambda: info, shares=shares), lock


@contextmanager
def used_elsewhere(folder: Path) -> Iterator[None]:
    """Have another thread rely on the environment within the block."""
    entered, leave = threading.Event(), threading.Event()

    def use() -> None:
        with lock_of(folder).shared("use it"):
            entered.set()
            leave.wait(30)

    thread = threading.Thread(target=use)
    thread.start()
    assert entered.wait(30)
    try:
        yield
    finally:
        leave.set()
        thread.join(30)


def test_unknown_environment_is_looked_at_alone(tmp_path: Path) -> None:
    """Nothing usable is there, so it will change."""
    hold, lock = hold_of(tmp_path)

    hold.begin()

    assert lock.alone
    hold.end()
    assert not lock.held


def test_complete_environment_is_shared_after_setup(tmp_path: Path) -> None:
    """Commands rely on the environment, so others may only rely on it as well."""
    hold, lock = hold_of(tmp_path)
    hold.begin()

    assert hold.settle()

    assert lock.held
    assert not lock.alone
    hold.end()


def test_finished_change_leaves_a_new_stamp(tmp_path: Path) -> None:
    """The record says so from the first change to the last."""
    stamp = Info(tmp_path).mark_ready()
    hold, _ = hold_of(tmp_path)
    hold.begin()

    with hold.changing("test"):
        during = Info(tmp_path).is_building
    hold.end()

    assert during
    assert Info(tmp_path).stamp not in {None, stamp}


def test_failed_change_leaves_the_environment_in_doubt(tmp_path: Path) -> None:
    """The next setup reads that the change was not finished."""
    hold, _ = hold_of(tmp_path)
    hold.begin()

    with pytest.raises(ValueError, match="boom"), hold.changing("test"):
        raise ValueError("boom")
    hold.end()

    assert Info(tmp_path).is_building


def test_failed_change_that_changed_nothing_is_forgiven(tmp_path: Path) -> None:
    """What the witness sees is as before, so the environment is as good as it was."""
    hold, _ = hold_of(tmp_path)
    hold.begin()

    with pytest.raises(ValueError, match="boom"), hold.changing("test", witness=lambda: ["same"]):
        raise ValueError("boom")
    hold.end()

    assert Info(tmp_path).stamp is not None


def test_interrupted_change_is_never_forgiven(tmp_path: Path) -> None:
    """Somebody may still be writing."""
    hold, _ = hold_of(tmp_path)
    hold.begin()

    with pytest.raises(KeyboardInterrupt), hold.changing("test", witness=lambda: ["same"]):
        raise KeyboardInterrupt
    hold.end()

    assert Info(tmp_path).is_building


def test_failure_between_changes_leaves_no_doubt(tmp_path: Path) -> None:
    """A setup that found no interpreter, say, has only recorded what it is."""
    hold, _ = hold_of(tmp_path)
    hold.begin()
    hold.begin_change("record")

    hold.end()

    assert Info(tmp_path).stamp is not None


def test_change_by_somebody_else_between_look_and_lock_starts_over(tmp_path: Path) -> None:
    """What was looked at beside others is not what is there once alone."""
    Info(tmp_path).mark_ready()
    hold, lock = hold_of(tmp_path)
    with used_elsewhere(tmp_path):
        hold.begin()
        alone = lock.alone
        Info(tmp_path).mark_ready()

    assert not alone
    with pytest.raises(StartOver), hold.changing("test"):
        raise AssertionError("not reached")
    hold.end()


def test_change_after_looking_beside_others_waits_until_alone(tmp_path: Path) -> None:
    """Nobody has changed anything meanwhile, so setup goes on where it is."""
    Info(tmp_path).mark_ready()
    hold, lock = hold_of(tmp_path)
    with used_elsewhere(tmp_path):
        hold.begin()

    with hold.changing("test"):
        assert lock.alone
    hold.end()

    assert Info(tmp_path).stamp is not None


def test_monitored_environment_is_not_locked_by_setup(tmp_path: Path) -> None:
    """Whoever calls the setup of a package environment holds the lock already."""
    hold, lock = hold_of(tmp_path, shares=False)

    with lock.exclusive("setup"):
        hold.begin()
        with hold.changing("test"):
            pass
        assert hold.settle()
    hold.end()

    assert not lock.held
    assert Info(tmp_path).stamp is not None
