"""Running commands the way environments do, without any environment."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tox.execute.local_sub_process import LocalSubProcessExecuteInstance
from tox.execute.request import ExecuteRequest, StdinSource
from tox.execute.stream import SyncWrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.execute.api import ExecuteOptions, ExecuteStatus

__all__ = ["Options", "Running", "python", "run", "running"]


class Options:
    """Settings on how commands end; quick ones, so that tests are."""

    no_capture = False
    suicide_timeout = 0.0
    interrupt_timeout = 0.2
    terminate_timeout = 0.2


class Running(NamedTuple):
    """A command that runs."""

    status: ExecuteStatus
    """how it goes"""
    instance: LocalSubProcessExecuteInstance
    """what runs it"""
    out: SyncWrite
    """its output"""
    err: SyncWrite
    """its errors"""


def python(code: str, *args: str) -> list[str]:
    """Give a command that runs some Python."""
    return [sys.executable, "-u", "-c", code, *args]


@contextmanager
def running(
    cmd: list[str],
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    stdin: StdinSource = StdinSource.OFF,
    options: type[Options] = Options,
    **more: Any,
) -> Iterator[Running]:
    """Run a command while the block lasts.

    :param more: further arguments of the request
    """
    request = ExecuteRequest(cmd, cwd or Path.cwd(), dict(os.environ) if env is None else env, stdin, "run", **more)
    out, err = SyncWrite("out", None), SyncWrite("err", None)
    made: ExecuteOptions = options()  # type: ignore[assignment] # has what is asked for
    instance = LocalSubProcessExecuteInstance(request, made, out, err)
    with instance as status:
        yield Running(status, instance, out, err)


def run(cmd: list[str], **more: Any) -> tuple[int | None, str, str]:
    """Run a command to its end; see :func:`running`.

    :returns: exit code, output, errors
    """
    with running(cmd, **more) as command:
        code = command.status.wait()
    return code, command.out.text, command.err.text
