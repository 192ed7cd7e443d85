"""How files are started that are no programs of their own: scripts with a shebang, batch files."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tox.errors import Fail

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["batch_file_command_line", "is_batch_file", "shebang"]

#: bytes of a script looked at, no kernel takes a longer first line
_MOST_SHEBANG_BYTES = 2048


def shebang(exe: str) -> list[str] | None:
    """Read from the first line of a script what is to run it.

    :param exe: path of the script
    :returns: interpreter and its arguments, quoting undone; ``None`` when it is no such script or cannot be read
    """
    try:
        with open(exe, "rb") as file:
            if file.read(2) != b"#!":
                return None
            line = file.readline(_MOST_SHEBANG_BYTES)
    except OSError:
        return None
    try:
        words = _split(line.decode("utf-8").strip())
    except (UnicodeDecodeError, ValueError):
        return None
    return words or None


def _split(line: str) -> list[str]:
    """Split by a shell's rules; loads the library only when a script is looked at."""
    return shlex.split(line)


def is_batch_file(exe: str) -> bool:
    """Tell whether a path names a Windows batch file, which only a command interpreter can run."""
    return exe.lower().endswith((".bat", ".cmd"))


def batch_file_command_line(script: str, args: Sequence[str]) -> str:
    """Compose the command line that runs a Windows batch file with exactly these arguments.

    A batch file parses its arguments by rules of its own: within double quotes only ``%`` and ``"`` keep a meaning. A
    quote is doubled. After a percent sign an expansion that yields nothing is put, so that no variable's name is left.

    :param script: path of the batch file
    :param args: its arguments
    :returns: a command line for ``CreateProcess``
    :raises Fail: if an argument holds a line break or a null character, which no quoting can pass
    """
    words = [_quote_batch(script, script)]
    words.extend(_quote_batch(argument, script) for argument in args)
    return f'cmd.exe /e:ON /v:OFF /d /c "{" ".join(words)}"'


def _quote_batch(argument: str, script: str) -> str:
    if any(character in argument for character in "\r\n\0"):
        raise Fail(f"batch file {script} takes no argument with a line break or a null character")
    if argument != script and _is_plain(argument):
        return argument
    escaped = argument.replace('"', '""').replace("%", "%%cd:~,%")
    if escaped.endswith("\\") and argument != script:
        # a program called by the batch file reads a backslash before a quote as escaping it
        escaped += "\\" * (len(escaped) - len(escaped.rstrip("\\")))
    return f'"{escaped}"'


def _is_plain(argument: str) -> bool:
    return bool(argument) and all(character.isalnum() or character in "-_./:" for character in argument)
