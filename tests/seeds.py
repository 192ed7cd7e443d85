"""One folder in which virtualenv keeps what it puts into environments, for all tests of a session.

Without it, each test with a home of its own unpacks pip anew, and pip compiles itself anew at its first run: that is
almost half of what an environment costs. Environments link to the folder, so a test that changes the pip of an
environment has to leave it by dropping :data:`SEEDS`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SEEDS", "outside", "seeded"]

#: variables by which the processes that tests start find the folder
SEEDS = frozenset({"VIRTUALENV_OVERRIDE_APP_DATA", "VIRTUALENV_SYMLINK_APP_DATA"})


def outside(*prefixes: str) -> list[str]:
    """Name the variables of this process that come from the user and begin in one of some ways."""
    return [name for name in os.environ if name.startswith(prefixes) and name not in SEEDS]


@contextmanager
def seeded(folder: Path) -> Iterator[None]:
    """Have this process, and those it starts, take what virtualenv needs from a folder and keep it there."""
    before = {name: os.environ.get(name) for name in SEEDS}
    links = "0" if sys.platform == "win32" else "1"  # they need a privilege; Wine says that it makes them, and does not
    os.environ.update(VIRTUALENV_OVERRIDE_APP_DATA=str(folder), VIRTUALENV_SYMLINK_APP_DATA=links)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            # some tests kill what they start, and virtualenv does not notice what is unpacked by half
            made = [sys.executable, "-m", "virtualenv", "-q", "--no-periodic-update", f"{folder}-filler"]
            subprocess.run(made, check=True, timeout=100 if sys.platform != "win32" else 600)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
