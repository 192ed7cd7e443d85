"""Hold the lock of a folder until told to go on: ``holder.py FOLDER MODE TIMEOUT [COMMAND ...]``.

With a command, it is run while the lock is held, as a child that works on the environment.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

from tox.errors import HandledError
from tox.tox_env._lock import EnvLock, claims


def main() -> None:
    """Do as the module says."""
    folder, mode, timeout, *command = sys.argv[1:]
    logging.basicConfig(format="log: %(message)s", stream=sys.stdout)
    lock = EnvLock(lambda: Path(folder), Path(folder).name, "run", None if timeout == "-" else float(timeout))
    try:
        with lock.exclusive("test") if mode == "exclusive" else lock.shared("test"):
            print("holding", flush=True)
            if command:
                env = {**os.environ, **claims()}
                subprocess.run(command, env=env, check=False, pass_fds=lock.descriptors)
            else:
                for word in sys.stdin:
                    if word.strip() == "check":
                        lock.check()
                        print("checked", flush=True)
                    else:
                        break
    except HandledError as error:
        print(f"error: {error}", flush=True)
        sys.exit(254)
    print("released", flush=True)


if __name__ == "__main__":
    main()
