"""Files that another process has open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tox.tox_env._lock._owner import Owner, read
from tox.tox_env.info import Info
from tox.util import _busy
from tox.util._atomic import write_text
from tox.util._busy import patiently
from tox.util.path import empty_dir

if TYPE_CHECKING:
    from collections.abc import Callable


def in_use(number: int = 32) -> PermissionError:
    """Make what Windows says of a file that is in use."""
    error = PermissionError(13, "The file is used by another process")
    error.winerror = number  # type: ignore[attr-defined,unused-ignore] # known to Windows only
    return error


def refusing(function: Callable[..., Any], times: list[int], number: int = 32) -> Callable[..., Any]:
    """Make a function that refuses some calls, then does what it is for.

    :param times: how many calls, as its one item, which is counted down
    """

    def call(*args: Any, **keywords: Any) -> Any:
        if times[0]:
            times[0] -= 1
            raise in_use(number)
        return function(*args, **keywords)

    return call


@pytest.mark.parametrize("number", [5, 32, 33])
def test_tried_again(number: int) -> None:
    """Whatever Windows says of a file in use, it is tried again until it is free."""
    action = refusing(lambda: "done", [3], number)

    assert patiently(action) == "done"


@pytest.mark.parametrize("error", [PermissionError(13, "no"), FileNotFoundError(2, "none"), in_use(17)])
def test_other_errors_are_told_at_once(error: OSError) -> None:
    """What waiting cannot mend is not waited for."""
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise error

    with pytest.raises(OSError, match=str(error.strerror)):
        patiently(fail)

    assert len(calls) == 1


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays in use is told at last."""
    monkeypatch.setattr(_busy, "_PATIENCE_SECONDS", 0.05)

    with pytest.raises(PermissionError):
        patiently(refusing(lambda: None, [10**6]))


def test_replacing_a_file_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody reads is replaced as soon as that is over."""
    times = [3]
    monkeypatch.setattr(Path, "replace", refusing(Path.replace, times))

    write_text(tmp_path / "a", "new")

    assert ([path.name for path in tmp_path.iterdir()], times[0]) == (["a"], 0)


@pytest.mark.parametrize(("name", "owner"), [("file", Path), ("folder/file", os)])
def test_removing_a_file_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, owner: Any) -> None:
    """A folder is emptied of a file that somebody reads as soon as that is over."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    times = [1]
    monkeypatch.setattr(owner, "unlink", refusing(owner.unlink, times))

    empty_dir(tmp_path)

    assert (list(tmp_path.iterdir()), times[0]) == ([], 0)


def test_reading_a_record_that_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that cannot be opened for a moment does not count as empty: the environment would be built anew."""
    Info(tmp_path).mark_ready("stamp")
    times = [2]
    monkeypatch.setattr(os, "open", refusing(os.open, times))

    assert (Info(tmp_path).stamp, times[0]) == ("stamp", 0)


def test_reading_an_owner_that_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder whose record cannot be opened for a moment is known all the same."""
    (tmp_path / "owner").write_text(
        '{"pid": 1, "started": "", "host": "elsewhere", "command": "tox", "since": 1, "mode": "shared", "nonce": "x"}'
    )
    times = [2]
    monkeypatch.setattr(Path, "read_text", refusing(Path.read_text, times))

    assert (read(tmp_path / "owner"), times[0]) == (Owner(1, "", "elsewhere", "tox", 1, "shared", "x"), 0)
