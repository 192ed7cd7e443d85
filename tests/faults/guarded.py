"""Stand for whatever works on an environment, and notice when two do that exclude each other.

``guarded.py install ARGUMENTS`` installs with pip; anything else uses what is installed for ``USE_SECONDS``, as a
command or a provisioned tox does. ``GUARD`` is the start of a path. Each environment has a file there: whoever installs
locks it alone, whoever uses locks it beside others, and neither waits: what is refused is an overlap, and is written to
``GUARD.overlaps``. The lock ends with the process, however that ends, and has nothing to do with those of tox.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import sys
import time


def guard(operation: int) -> int:
    """Lock the guard until this process ends, or closes the descriptor; tell of it when somebody else has it."""
    path = os.environ["GUARD"]
    name = os.path.basename(sys.prefix)  # noqa: PTH119 - a text
    descriptor = os.open(f"{path}-{name}", os.O_RDWR | os.O_CREAT, 0o666)
    os.set_inheritable(descriptor, True)
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        with open(f"{path}.overlaps", "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"{os.getpid()} {' '.join(sys.argv)}\n")
    return descriptor


def install(arguments: list[str]) -> None:
    """Become pip."""
    guard(fcntl.LOCK_EX)
    os.execv(sys.executable, [sys.executable, "-m", "pip", "install", *arguments])


def use() -> str:
    """Use what is installed for a while, and return its version; fails when it changes meanwhile."""
    descriptor = guard(fcntl.LOCK_SH)
    end = time.monotonic() + float(os.environ.get("USE_SECONDS", "0.2"))
    versions = set[str]()
    while not versions or time.monotonic() < end:
        for name in ("plug", "plug.part"):
            sys.modules.pop(name, None)
            importlib.import_module(name)
        versions.add(sys.modules["plug"].VERSION)
        time.sleep(0.01)
    os.close(descriptor)  # a build backend lives on, and uses nothing meanwhile
    (version,) = versions
    return version


if __name__ == "__main__":
    if sys.argv[1:2] == ["install"]:
        install(sys.argv[2:])
    print("uses plug", use(), flush=True)
