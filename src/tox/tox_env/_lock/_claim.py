"""What the ancestors of a process hold, told to it through its environment.

A command may start tox in the same project. Such a tox must not wait for the one that waits for it. Every child gets
:data:`VARIABLE`; a process that is refused a lock looks there. It believes a claim only when the record beside the lock
names the same random word, and the process that holds it lives and is our ancestor.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tox.tox_env._lock import _owner
from tox.util._process import is_descendant
from tox.util.path import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["VARIABLE", "Claim", "find", "inherited", "variables"]

#: name of the variable that every child process gets
VARIABLE = "__TOX_LOCKS_HELD"


@dataclass(frozen=True, slots=True)
class Claim:
    """A lock that a process holds, as its descendants get to know it."""

    #: path of the lock file
    path: str
    device: int
    inode: int
    mode: _owner.Mode
    nonce: str
    #: the process that holds it
    pid: int


def inherited() -> Iterator[Claim]:
    """Yield the locks that our ancestors held when they started us, oldest first; what cannot be read is left out."""
    try:
        for claim in json.loads(os.environ.get(VARIABLE, "[]")):
            yield Claim(**claim)
    except (ValueError, TypeError):
        return


def variables(ours: Iterable[Claim]) -> dict[str, str]:
    """Return the one variable that a child must get, whatever it is otherwise allowed to see.

    :param ours: what the thread that starts the child holds; what other threads hold is not the child's business
    """
    claims = [asdict(claim) for claim in (*inherited(), *ours)]
    return {VARIABLE: json.dumps(claims, separators=(",", ":"))}


def find(lock_file: Path) -> Claim | None:
    """Find the ancestor that holds a lock file which was refused to us, if one does.

    :returns: a claim that was verified; None when nobody claims it, or the claim is stale
    """
    try:
        found = identity(lock_file)
    except OSError:
        return None
    for claim in inherited():
        if (claim.device, claim.inode) != found:
            continue
        owner = _owner.read(_owner.record(lock_file, claim.mode, claim.nonce))
        if owner is not None and owner.nonce == claim.nonce and owner.pid == claim.pid and is_descendant(claim.pid):
            return claim
    return None
