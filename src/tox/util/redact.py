"""Hide what looks like a secret before it is shown or stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["redact_argv", "redact_url", "redact_value"]

#: a name that contains one of these, in whatever case, is taken for a secret's
_SECRET_WORDS = (
    "access",
    "api",
    "auth",
    "client",
    "cred",
    "key",
    "passwd",
    "password",
    "private",
    "pwd",
    "secret",
    "token",
)
_IS_SECRET = re.compile("|".join(_SECRET_WORDS), re.IGNORECASE)
_OPTION_WITH_VALUE = re.compile(r"(?P<flag>--?(?P<name>[^=\s]+)=)(?P<value>.*)", re.DOTALL)
#: the user info of a URL; greedy up to the last ``@`` before the path, as passwords may hold an unquoted one
_USER_INFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/\s?#]+@")


def redact_value(name: str, value: str) -> str:
    """Replace each character of a value by a star when its name speaks of a secret.

    :param name: what the value is known as, such as the name of a variable
    :returns: the value itself when the name is harmless, else stars in the same number
    """
    return "*" * len(value) if _IS_SECRET.search(name) else value


def redact_url(text: str) -> str:
    """Replace user names and passwords within the URLs of a text by ``***``."""
    return _USER_INFO.sub(r"\g<scheme>***@", text) if "@" in text else text


def redact_argv(argv: Sequence[str]) -> list[str]:
    """Hide secrets in a command line: values of options named like a secret, and user info of URLs.

    Only ``--name=value`` is looked at; a value that is an argument of its own cannot be told from a file to work on.

    :param argv: program and arguments
    :returns: as many arguments, in the same order
    """
    return [_redact_argument(argument) for argument in argv]


def _redact_argument(argument: str) -> str:
    match = _OPTION_WITH_VALUE.fullmatch(argument)
    if match and _IS_SECRET.search(match["name"]):
        return match["flag"] + "*" * len(match["value"])
    return redact_url(argument)
