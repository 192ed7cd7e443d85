"""What to start for a command: find the program, see whether it may run, resolve what is no program of its own."""

from __future__ import annotations

import errno
import os
import sys
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from tox.errors import Fail
from tox.execute.util import batch_file_command_line, is_batch_file, shebang
from tox.util._program import is_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["check_allowed", "command_line", "find", "interpreter_for", "search_target", "start_error"]

#: variable that tells that the kernel cannot run scripts whose first line is long
_LIMITED_SHEBANG = "TOX_LIMITED_SHEBANG"


def search_target(base: str, cwd: Path, env: Mapping[str, str]) -> tuple[str, str]:
    """Tell what to search for and where.

    :param base: the program as written in the command; a relative path is one below the folder the command runs in
    :returns: a name or an absolute path, and the folders to look into, as ``PATH`` has them
    """
    path = _variable(env, "PATH")
    if os.path.dirname(base) and not os.path.isabs(base):
        return os.path.normpath(os.path.join(cwd, base)), path
    return base, path


if sys.platform == "win32":  # pragma: win32 cover

    def find(target: str, path: str, cwd: Path) -> str | None:
        """Find a program.

        :param target: a name or an absolute path; without an extension, those of ``PATHEXT`` are tried
        :param path: folders to look into, relative ones are below ``cwd``; those of the system are looked into behind
            them, as for any program
        :returns: its path, ``None`` when there is none
        """
        from shutil import which

        path = os.pathsep.join(os.path.join(cwd, folder) for folder in path.split(os.pathsep) if folder)
        system = os.environ.get("SYSTEMROOT", r"C:\Windows")
        return which(target, path=path) or which(target, path=os.pathsep.join((rf"{system}\System32", system)))

    def start_error(base: str) -> OSError | None:
        """Tell why a program that was not found cannot be started; ``None`` to leave that to the system.

        The system would look into further folders: ours, and that of the Python we run on.
        """
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), base)

else:

    def find(target: str, path: str, cwd: Path) -> str | None:
        """Find a program.

        :param target: a name or an absolute path
        :param path: folders to look into, relative ones are below ``cwd``
        :returns: its absolute path, ``None`` when there is none
        """
        if os.path.isabs(target):
            return target if is_program(target) else None
        for folder in path.split(os.pathsep):
            candidate = os.path.join(cwd, folder or os.curdir, target)
            if is_program(candidate):
                return candidate if os.path.isabs(folder) else os.path.normpath(candidate)
        return None

    def start_error(base: str) -> OSError | None:
        """Tell why a program that was not found cannot be started; ``None`` to leave that to the system."""
        return None


def check_allowed(base: str, executable: str, allow: Iterable[str] | None) -> None:
    """See that a program may run.

    :param base: the program as written in the command
    :param executable: the path found for it
    :param allow: patterns, one of which must fit either; ``None`` allows all
    :raises Fail: if none does
    """
    if allow is None:
        return

    if any(fnmatch(base, pattern) or fnmatch(executable, pattern) for pattern in allow):
        return
    resolved = f" (resolves to {executable})" if os.path.isabs(base) else ""
    raise Fail(f"{base}{resolved} is not allowed, use allowlist_externals to allow it")


def interpreter_for(executable: str, env: Mapping[str, str]) -> list[str]:
    """Give the program to start, behind its interpreter when it is a script whose first line the kernel cannot take.

    :param executable: absolute path
    :returns: at least the executable, which comes last
    """
    if sys.platform != "win32" and env.get(_LIMITED_SHEBANG):
        interpreter = shebang(executable)
        if interpreter:
            return [*interpreter, executable]
    return [executable]


def command_line(cmd: list[str]) -> list[str] | str:
    """Give what the system is to start: on Windows batch files need a command interpreter and its quoting.

    :param cmd: program and arguments
    """
    if sys.platform == "win32" and is_batch_file(cmd[0]):  # pragma: win32 cover
        return batch_file_command_line(cmd[0], cmd[1:])
    return cmd


if sys.platform == "win32":  # pragma: win32 cover

    def _variable(env: Mapping[str, str], name: str) -> str:
        """Read a variable, empty when it is missing; names have no case here."""
        return env.get(name) or next((value for key, value in env.items() if key.upper() == name), "")

else:

    def _variable(env: Mapping[str, str], name: str) -> str:
        """Read a variable, empty when it is missing."""
        return env.get(name, "")
