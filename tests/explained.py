"""What an explanation tells, and what a run does, in the same terms."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Told", "happened", "mark", "snapshot", "told"]

_MARK = "left-by-test"


class Told(NamedTuple):
    """What is done to one environment."""

    recreates: str | None = None
    """why it is removed before; empty when a run gives no reason, None when it is not"""
    creates: bool = False
    """whether its interpreter is made"""
    installs: tuple[str, ...] = ()
    """kinds of what is installed, in order"""
    builds: tuple[str, ...] = ()
    """targets that are built in it, in order"""


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """Describe all that is below a folder: mode, time of change, inode and digest of each entry."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        is_plain = path.is_file() and not path.is_symlink()
        content = path.read_bytes() if is_plain else str(path.readlink()).encode() if path.is_symlink() else b""
        digest = hashlib.sha256(content).hexdigest()
        found[str(path)] = (status.st_mode, status.st_mtime_ns, status.st_ino, digest)
    return found


def mark(env_dir: Path) -> None:
    """Leave a file in an environment, if it exists, which is lost when it is made anew."""
    if env_dir.is_dir():
        (env_dir / _MARK).touch()


def happened(out: str, name: str, env_dir: Path) -> Told:
    """Read from the output of a run, and from a mark left before it, what was done to an environment."""
    reason = re.search(rf"(?m)^{re.escape(name)}: recreate env because (.*)$", out)
    was_removed = f"{name}: remove tox env folder" in out
    installs = re.findall(rf"(?m)^{re.escape(name)}: install_(\S+?)(?: \S+)?> ", out)
    builds = re.findall(rf"(?m)^{re.escape(name)}: build_(\S+?)(?: \S+)?> ", out)
    return Told(
        recreates=(reason[1] if reason else "") if was_removed else None,
        creates=not (env_dir / _MARK).exists(),
        installs=tuple(installs),
        builds=tuple(builds),
    )


def told(out: str, name: str) -> Told:
    """Read from an explanation what would be done to an environment."""
    lines = [line.partition(": ")[2] for line in out.splitlines() if line.startswith(f"{name}: ")]
    reasons = [line.partition(" because ")[2] for line in lines if line.startswith("recreate env")]
    return Told(
        recreates=reasons[0].replace("it was asked for", "") if reasons else None,
        creates=any(line.startswith("create env") for line in lines),
        installs=tuple(re.split("[ :]", line)[1] for line in lines if line.startswith("install ")),
        builds=tuple(re.split("[ :]", line)[1] for line in lines if line.startswith("build ")),
    )
