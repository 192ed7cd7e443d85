"""The ``__main__`` of a stand-in for the tox that gets provisioned: quick, offline, and tells when it runs.

``STAND_IN_TRACE`` names a file that gets a line at its beginning and one at its end. ``STAND_IN_GO`` names a file that
it waits for in between. ``STAND_IN_CALL`` is a command that it runs in between, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time


def trace(word: str) -> None:
    """Write a line to the trace."""
    path = os.environ.get("STAND_IN_TRACE")
    if path:
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"{word} {os.getpid()} {time.monotonic_ns()}\n")


def main() -> int:
    """Do as the module says; fail when the environment changes meanwhile."""
    trace("begin")
    print("stand-in runs", " ".join(sys.argv[1:]), flush=True)
    go = os.environ.get("STAND_IN_GO")
    code = 0
    if call := os.environ.get("STAND_IN_CALL"):
        code = subprocess.call(json.loads(call), env={k: v for k, v in os.environ.items() if k != "STAND_IN_CALL"})
    looked = False
    while not looked or (go and not os.path.exists(go)):  # noqa: PTH110
        for name in ("plug", "plug.part", "pip._vendor.idna"):
            sys.modules.pop(name, None)
            importlib.import_module(name)
        looked = True
        time.sleep(0.01)
    print("stand-in ends, plug", importlib.import_module("plug").VERSION, flush=True)
    trace("end")
    return code


if __name__ == "__main__":
    sys.exit(main())
