"""An ``install_command`` that tests hold up: ``installer.py ARGUMENTS`` runs pip once ``INSTALL_GO`` exists.

It says so first, and how often it was run is written to ``INSTALL_TRACE``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time


def main() -> None:
    """Do as the module says."""
    if path := os.environ.get("INSTALL_TRACE"):
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"install {os.getpid()} {time.monotonic_ns()}\n")
    print("installing", flush=True)
    go = os.environ.get("INSTALL_GO")
    while go and not os.path.exists(go):  # noqa: PTH110
        time.sleep(0.01)
    command = [sys.executable, "-m", "pip", "install", *sys.argv[1:]]
    if sys.platform == "win32":  # who replaces itself there has ended for those that wait
        sys.exit(subprocess.call(command))
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
