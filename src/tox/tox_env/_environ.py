"""The variables that commands of an environment get: passed on, set, injected."""

from __future__ import annotations

import os
import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from tox.errors import Fail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["default_pass_env", "join_path", "normal_pass_env", "passed"]

_WILDCARDS: Final = frozenset("*?[")
_EVERYWHERE: Final = (
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "LANG",
    "LANGUAGE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "CC",
    "CFLAGS",
    "CCSHARED",
    "CXX",
    "CPPFLAGS",
    "LD_LIBRARY_PATH",
    "LDFLAGS",
    "HOME",
    "FORCE_COLOR",
    "NO_COLOR",
    "NETRC",
    "PYTHON_GIL",
)
#: capabilities of a terminal, of no use to a command that writes to a file
_ON_TERMINAL: Final = ("TERM", "TERMINFO")
_ON_WINDOWS: Final = (
    "TEMP",
    "TMP",
    "USERPROFILE",
    "PATHEXT",
    "MSYSTEM",
    "WINDIR",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES(x86)",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "COMSPEC",
    "PROCESSOR_ARCHITECTURE",
    "NUMBER_OF_PROCESSORS",
)
_ELSEWHERE: Final = ("TMPDIR", "NIX_LD", "NIX_LD_LIBRARY_PATH", "SSH_AGENT_PID", "SSH_AUTH_SOCK")


def default_pass_env(*, on_terminal: bool) -> list[str]:
    """Name the variables every command gets from the host, unless they are disallowed.

    :param on_terminal: whether standard output is a terminal
    """
    names = [*_EVERYWHERE]
    if on_terminal:
        names.extend(_ON_TERMINAL)
    names.extend(_ON_WINDOWS if sys.platform == "win32" else _ELSEWHERE)
    return names


def normal_pass_env(configured: Iterable[str], defaults: Iterable[str]) -> list[str]:
    """Join what is configured with the defaults.

    :returns: patterns, each once, sorted
    :raises Fail: if a configured pattern holds blanks, so was meant as several
    """
    names = list(configured)
    blank = [name for name in names if any(char.isspace() for char in name)]
    if blank:
        found = ", ".join(repr(name) for name in blank)
        raise Fail(
            f"a name in pass_env holds a blank: put commas between names on one line, invalid values found {found}"
        )
    return sorted({*names, *defaults})


def passed(host: Mapping[str, str], allow: Iterable[str], disallow: Iterable[str] = ()) -> dict[str, str]:
    """Pick variables by name; patterns with ``*`` and ``?`` match regardless of case.

    :param host: all variables
    :returns: those that match any of the first and none of the second patterns
    """
    allowed, disallowed = _matcher(allow), _matcher(disallow)
    return {name: value for name, value in host.items() if allowed(name.casefold()) and not disallowed(name.casefold())}


def _matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Make a test for names in lower case; most patterns are names or beginnings, which need no expression."""
    names: set[str] = set()
    beginnings: list[str] = []
    others: list[str] = []
    for pattern in patterns:
        text = pattern.casefold()
        if not _WILDCARDS.intersection(text):
            names.add(text)
        elif text.endswith("*") and not _WILDCARDS.intersection(text[:-1]):
            beginnings.append(text[:-1])
        else:
            others.append(text)
    starts = tuple(beginnings)
    return lambda name: name in names or name.startswith(starts) or any(fnmatchcase(name, one) for one in others)


def join_path(first: Iterable[Path], then: str | None) -> str:
    """Make the value of ``PATH``: folders of the environment before those of the host, none twice.

    :param then: a value of ``PATH``; None when there is none
    """
    folders = [str(folder) for folder in first]
    folders.extend(part for part in (then or "").split(os.pathsep) if part)
    return os.pathsep.join(dict.fromkeys(folders))
