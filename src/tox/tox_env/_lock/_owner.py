"""The record beside a lock: who holds it, since when, and what for.

It is a hint for whoever waits, never the lock itself. It is written whole by rename and removed on release; a record
that a killed process left is recognised by the start time of the process it names.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

from tox.util._atomic import write_text
from tox.util._busy import patiently
from tox.util._process import start_time

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Mode", "Owner", "clear", "holders", "myself", "read", "record", "sweep", "wait_for", "write"]

Mode = Literal["exclusive", "shared"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that holds a lock."""

    #: its id on its host
    pid: int
    #: when it started, as :func:`tox.util._process.start_time` tells it
    started: str
    #: name of the machine it runs on
    host: str
    #: its command line, secrets hidden
    command: str
    #: when it got the lock, in seconds of the epoch
    since: float
    #: whether it changes the environment, or relies on it beside others
    mode: Mode
    #: a random word that its descendants know
    nonce: str
    #: path of the lock file that it, or a descendant of it, waits for; empty when none
    waits_for: str = ""

    @property
    def is_alive(self) -> bool:
        """Whether that process still runs here; what runs on another host counts as alive."""
        return self.host != _host() or start_time(self.pid) == self.started

    def __str__(self) -> str:
        where = "" if self.host == _host() else f" on {self.host}"
        since = time.strftime("%H:%M:%S", time.localtime(self.since))
        return f"pid {self.pid}{where} ({self.command}) since {since}"


def _host() -> str:
    import platform

    return platform.node()


def myself(mode: Mode, nonce: str = "") -> Owner:
    """Describe this process as the holder of a lock it has just got.

    :param nonce: the word that its descendants know; a new one when it is empty
    """
    import secrets
    import shlex
    import sys

    from tox.util.redact import redact_argv

    program, *arguments = sys.argv or ["tox"]
    name = os.path.basename(program)
    command = shlex.join(redact_argv(["tox" if name == "__main__.py" else name, *arguments]))
    pid = os.getpid()
    return Owner(pid, _own_start(pid), _host(), command, time.time(), mode, nonce or secrets.token_hex(8))


@cache
def _own_start(pid: int) -> str:
    """Tell when this process started; asked once, for each lock is taken by many threads of one process."""
    return start_time(pid) or ""


def record(lock_file: Path, mode: Mode, nonce: str) -> Path:
    """Tell where the record of a holder lies: one file for who holds a lock alone, one each for who shares it."""
    if mode == "exclusive":
        return lock_file.with_name(f"{lock_file.name}.owner")
    return lock_file.with_name(f"{lock_file.name}.users") / nonce


def holders(lock_file: Path) -> list[Owner]:
    """List who holds a lock, as far as records tell, longest first; empty when nobody says so."""
    alone = record(lock_file, "exclusive", "")
    try:
        shared = list(record(lock_file, "shared", "any").parent.iterdir())
    except OSError:
        shared = []
    found = (read(path) for path in (alone, *shared))
    return sorted((owner for owner in found if owner is not None), key=lambda owner: owner.since)


def read(path: Path) -> Owner | None:
    """Read a record; None when there is none, it is garbage, or the process it names has ended."""
    owner = _parse(path)
    return owner if owner is not None and owner.is_alive else None


def _parse(path: Path) -> Owner | None:
    try:
        return Owner(**json.loads(patiently(lambda: path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return None


def write(lock_file: Path, owner: Owner) -> None:
    """Write the record of a holder; a disk that refuses it costs the others a name, not us the lock."""
    path = record(lock_file, owner.mode, owner.nonce)
    try:
        if owner.mode == "shared":
            if path.parent.is_symlink():  # it leads to what is not ours
                return
            path.parent.mkdir(exist_ok=True)
        write_text(path, json.dumps(asdict(owner)), mode=0o644)
    except OSError:
        return


def clear(lock_file: Path, mode: Mode, nonce: str) -> None:
    """Remove the record of a holder, unless another one stands there by now."""
    path = record(lock_file, mode, nonce)
    owner = _parse(path)
    if owner is None or owner.nonce == nonce:
        with suppress(OSError):
            patiently(lambda: path.unlink(missing_ok=True))


def sweep(lock_file: Path) -> None:
    """Remove the records of users that died; for who holds the lock alone, so nobody shares it."""
    users = record(lock_file, "shared", "any").parent
    with suppress(OSError):
        if users.is_symlink():
            patiently(users.unlink)
            return
        for path in users.iterdir():
            patiently(partial(path.unlink, missing_ok=True))


def wait_for(lock_file: Path, mode: Mode, nonce: str, wanted: str) -> None:
    """Note in a holder's record what lock it waits for; an empty text takes the note back."""
    owner = _parse(record(lock_file, mode, nonce))
    if owner is not None and owner.nonce == nonce and owner.waits_for != wanted:
        write(lock_file, replace(owner, waits_for=wanted))
