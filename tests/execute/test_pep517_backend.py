"""A process that is kept alive between calls."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.execute.processes import Options
from tests.processes import eventually
from tox.execute.pep517_backend import LocalSubProcessPep517Executor
from tox.execute.request import ExecuteRequest, StdinSource
from tox.execute.stream import SyncWrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.execute.api import ExecuteOptions

ECHO = """
import sys, os
print("started backend", flush=True)
for line in sys.stdin:
    if line.startswith("die"):
        os._exit(4)
    print(os.getpid(), "answers", line, end="", flush=True)
"""


@contextmanager
def backend(code: str = ECHO) -> Iterator[LocalSubProcessPep517Executor]:
    """Make an executor whose backend is some Python."""
    executor = LocalSubProcessPep517Executor(False, [sys.executable, "-c", code], dict(os.environ), Path.cwd())
    yield executor
    executor.close()


def ask(executor: LocalSubProcessPep517Executor, message: str) -> tuple[str, int | None]:
    """Make one call.

    :returns: what was printed during it, and the exit code of the process
    """
    out, err = SyncWrite("out", None), SyncWrite("err", None)
    request = ExecuteRequest(["backend"], Path.cwd(), {}, StdinSource.API, "call")
    with executor.build_instance(request, cast("ExecuteOptions", Options()), out, err) as status:
        status.write_stdin(f"{message}\n")
        eventually(lambda: f"answers {message}".encode() in out.content or status.exit_code is not None)
        return out.text, status.exit_code


def test_one_process() -> None:
    """Calls go to the same process; each has what was printed during it, the first one also what came before."""
    with backend() as executor:
        first, second = ask(executor, "one")[0].split(), ask(executor, "two")[0].split()

    assert first[:2] == ["started", "backend"]
    assert (first[2:], second) == ([second[0], "answers", "one"], [second[0], "answers", "two"])


def test_closed() -> None:
    """After closing there is no process; a further call starts another one."""
    with backend() as executor:
        first = ask(executor, "one")[0].split()[2]
        executor.close()
        alive = executor.is_alive
        second = ask(executor, "two")[0].split()[2]

    assert (alive, first == second) == (False, False)


def test_closing_nothing() -> None:
    """An executor that was never used has nothing to close."""
    with backend() as executor:
        assert not executor.is_alive


def test_death_in_a_call() -> None:
    """A process that dies during a call is not replaced behind the caller's back."""
    with backend() as executor:
        code = ask(executor, "die")[1]
        again = ask(executor, "more")[1]

    assert (code, again) == (4, 4)


def test_death_at_the_start() -> None:
    """A process that never starts is noticed as well, with what it said."""
    with backend("import sys; print('no'); sys.exit(3)") as executor:
        out, code = ask(executor, "one")

    assert (out.strip(), code) == ("no", 3)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_deaf_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does not end when its input does is stopped."""
    monkeypatch.setattr("tox.execute.pep517_backend._EXIT_SECONDS", 0.1)

    with backend(ECHO + "\nimport time; time.sleep(60)") as executor:
        ask(executor, "one")

    assert not executor.is_alive
