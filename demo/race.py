"""Start two tox processes at once in this folder, whose ``requires`` is not met, and tell what happened.

Needs a tox installed beside the interpreter that runs it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RACERS = ("first", "second")


def follow(name: str, process: subprocess.Popen[str], lines: list[tuple[str, str]]) -> None:
    """Show what a process prints, as it comes, with its name in front."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.append((name, line))
        print(f"{name:>6} | {line}", end="", flush=True)


def main() -> int:
    """Run the race and return 0 when both processes succeeded and the environment was made once."""
    shutil.rmtree(HERE / ".tox", ignore_errors=True)
    command = [sys.executable, "-m", "tox", "run"]
    print(f"two processes at once in {HERE}: {' '.join(command)}\n", flush=True)
    began = time.monotonic()
    lines: list[tuple[str, str]] = []
    processes = {
        name: subprocess.Popen(
            command,
            cwd=HERE,
            env={**os.environ, "RACER": name},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in RACERS
    }
    threads = [threading.Thread(target=follow, args=(name, process, lines)) for name, process in processes.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = {name: process.wait() for name, process in processes.items()}
    made = sum("install_deps" in line for _, line in lines)
    waited = [(name, line) for name, line in lines if "is free after" in line]

    print(f"\nboth ended after {time.monotonic() - began:.1f} seconds with the exit codes {codes}")
    print(f".tox/.tox was made {made} time(s)")
    for name, line in waited:
        seconds = re.search(r"after ([\d.]+) seconds", line)
        print(f"the {name} process waited {seconds.group(1) if seconds else '?'} seconds for the other one")
    good = not any(codes.values()) and made == 1
    print("that is as it should be" if good else "that is NOT as it should be")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
