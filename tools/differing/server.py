"""Run tox commands for ``tools/differential.py``: a process of the tested Python that forks for each command.

It speaks JSON, one object a line. What a command imports is imported here, too, for the sake of the next ones. Only the
standard library is used, as any Python may run this.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from typing import Any, TextIO

MOST_BYTES = 3 * 1024**3
#: never imported ahead: what acts when it is imported
_NOT_AHEAD = (
    "__main__",
    "_virtualenv",
    "distutils",
    "site",
    "sitecustomize",
    "usercustomize",
    "toxfile",
    "argcomplete",
)


def child(asked: dict[str, Any]) -> int:
    """Be tox, for one command.

    :returns: the exit code
    """
    sys.stdin, sys.stdout, sys.stderr = (stream(number) for number in range(3))
    sys.argv = asked["argv"]
    try:
        from tox.run import run

        run()
        code: object = 0
    except SystemExit as stop:
        code = stop.code
    except BaseException:  # noqa: BLE001 - as the interpreter would show it
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    atexit._run_exitfuncs()  # noqa: SLF001 - what ends a process otherwise, as below
    for output in (sys.stdout, sys.stderr):
        try:
            output.flush()
        except (OSError, ValueError):
            code = code or 120
    return int(code or 0) & 0xFF


def stream(number: int) -> TextIO:
    """Open a standard stream as the interpreter does."""
    if not number:
        return os.fdopen(0, "r", -1, "utf-8", "surrogateescape", closefd=False)
    buffering, errors = (-1, "strict") if number == 1 else (1, "backslashreplace")
    return os.fdopen(number, "w", buffering, "utf-8", errors, closefd=False)


def prepare(asked: dict[str, Any]) -> None:
    """Make this forked process like one that was started with such variables, folder and streams."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, asked["out"], flags), (2, asked["err"], flags)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        if opened != number:
            os.close(opened)


def serve() -> None:
    """Answer requests until there are no more."""
    requests, answers = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.path.pop(0)  # the folder of this file
    importlib.import_module("tox.run")
    for line in requests:
        asked = json.loads(line)
        told, tell = os.pipe()
        gc.freeze()  # what is shared with the child is not copied by its collector
        pid = os.fork()
        if not pid:
            code = 70
            try:
                requests.close()
                answers.close()
                os.close(told)
                prepare(asked)
                code = child(asked)
                names = [name for name, module in sys.modules.items() if module is not None]
                os.write(tell, json.dumps(names).encode())
            finally:
                os._exit(code)
        os.close(tell)
        ended = wait(pid, asked["limit"])
        with os.fdopen(told, "rb") as stream:
            names = json.loads(stream.read() or "[]")
        ahead(names)
        answers.write(json.dumps({"code": ended}) + "\n")
        answers.flush()


def wait(pid: int, limit: float) -> int | None:
    """Wait for a process to end.

    :returns: its exit code, negative for a signal, nothing where it took too long
    """
    end = time.monotonic() + limit
    pause = 0.002
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(pause)
        pause = min(pause * 1.2, 0.02)


def ahead(names: list[str]) -> None:
    """Import what a command has imported."""
    for name in names:
        if name in sys.modules or name.startswith(_NOT_AHEAD):
            continue
        try:
            importlib.import_module(name)
        except BaseException:  # noqa: BLE001 - it is only for speed
            continue


if __name__ == "__main__":
    serve()
