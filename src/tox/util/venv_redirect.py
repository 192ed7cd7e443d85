"""The ``.venv`` file of a project: one line that tells editors where its environment is (PEP 832)."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from tox.util._atomic import write_text
from tox.util._busy import patiently

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["forget_venv_redirect", "record_venv_redirect", "release_venv_redirect", "venv_redirect_path"]

_FILE_NAME = ".venv"
#: longer than any path; what is larger was not written by us
_MOST_BYTES = 64 * 1024


def venv_redirect_path(root: Path) -> Path:
    """Name the redirect file of a project.

    :param root: the project's folder
    """
    return root / _FILE_NAME


def record_venv_redirect(root: Path, env: Path, is_ours: Callable[[Path], bool]) -> None:
    """Point the redirect file of a project to an environment; what others put there stays.

    :param root: the project's folder
    :param env: folder of the environment, written relative to the project when it is inside
    :param is_ours: tells whether an environment the file already points to is one of tox, so that it may be replaced
    """
    path = venv_redirect_path(root)
    content = _render(root, env)
    if os.path.lexists(path):
        current = _target(path)
        if current is None or current == Path(os.path.normpath(root / content)) or not is_ours(current):
            return
    # a project that cannot be written to just has no redirect: it is a convenience, not part of the run
    with contextlib.suppress(OSError):
        write_text(path, f"{content}\n", mode=0o600)


def forget_venv_redirect(root: Path, env: Path) -> None:
    """Remove the redirect file of a project if it points to this environment.

    :param root: the project's folder
    :param env: folder of the environment that goes away
    """
    release_venv_redirect(venv_redirect_path(root), lambda target: target == Path(os.path.normpath(env)))


def release_venv_redirect(path: Path, is_ours: Callable[[Path], bool]) -> bool:
    """Remove a redirect file if it is one of tox.

    :param path: the file; a folder or a link at that place is never touched
    :param is_ours: tells whether the environment it points to is one of tox
    :returns: whether a file was removed
    """
    target = _target(path)
    if target is None or not is_ours(target):
        return False
    try:
        patiently(path.unlink)
    except OSError:
        return False
    return True


def _render(root: Path, env: Path) -> str:
    try:
        return env.relative_to(root).as_posix()
    except ValueError:
        return str(env)


def _target(path: Path) -> Path | None:
    """Read where a redirect file points to; ``None`` when it is none."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
            return None
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    line = text.rstrip("\r\n")
    return Path(os.path.normpath(path.parent / line)) if line else None
