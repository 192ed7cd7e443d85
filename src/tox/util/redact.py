"""Hide what looks like a secret before it is shown or stored.

A secret is the user info of a URL, what a name that speaks of a secret is set to (an option, an assignment, an entry of
JSON, a header, a parameter of a URL), and what a variable with such a name holds, wherever it turns up. Each character
becomes a star, so that hiding twice does no more than hiding once. ``docs/differences.rst`` tells what upstream shows.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["redact_argv", "redact_text", "redact_url", "redact_usage_error", "redact_value", "redact_variables"]

#: what makes the name of an option with a value, or of a variable in a log file, a secret's: it contains one of these
_IN_NAME: Final = "access|api|auth|client|cred|key|passwd|password|private|pwd|secret|token"
#: what makes any other name a secret's: it ends with one of these; such names stand in texts for other reasons, too
_AT_END: Final = (
    "passwd|password|passphrase|secret|token|credentials?"
    "|(?:access|account|api|auth|encryption|private|secret|signing)[_-]?key"
)
#: a value in a text: between quotes, or up to the next blank; it ends before a colour, too
_VALUE: Final = r"""(?:(?<=")[^"\n]*|(?<=')[^'\n]*|[^\s"'&,;)}\]\x1b]+)"""

_IS_SECRET = re.compile(_IN_NAME, re.IGNORECASE)
_ENDS_SECRETLY = re.compile(rf".*(?:{_AT_END})", re.IGNORECASE | re.DOTALL)
#: the user info of a URL; greedy up to the last ``@`` before the path, as passwords may hold an unquoted one. A URL
#: that was taken for a path has one slash less
_USER_INFO = re.compile(r"(?<=[\w+.-]{2}:/)(?P<slash>/?)(?P<secret>[^/\s?#]+)(?=@)")
#: how far a name is looked through, so that a long text without blanks takes no long time
_LONGEST_NAME: Final = 99
#: one of these is in whatever a pattern finds; most texts have none, and looking for them is quick
_WORDS: Final = (":/", "sig", "pass", *_IN_NAME.split("|"))
_OPTION: Final = rf"(?<![\w-])-{{1,3}}(?=[^\s=]{{0,{_LONGEST_NAME}}}(?:{_IN_NAME}))[^\s='\"]{{1,{_LONGEST_NAME}}}="
_IN_ARGUMENT = re.compile(rf"{_OPTION}(?P<secret>.+)", re.IGNORECASE | re.DOTALL)
_FOLLOWED = re.compile(rf"(?<![\w-])--?[\w.-]{{0,{_LONGEST_NAME}}}(?:{_AT_END})", re.IGNORECASE)
_FOLLOWED_IN_ARGUMENT = re.compile(
    rf"""{_FOLLOWED.pattern}\s+["']?(?P<secret>(?:(?<=")[^"]*|(?<=')[^']*|[^\s"'-][^\s"']*))""", re.IGNORECASE
)
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<secret>.*?)(?P=quote)""")
_IN_TEXT: Final = (
    _USER_INFO,
    re.compile(rf"""{_OPTION}["']?(?P<secret>{_VALUE})""", re.IGNORECASE),
    re.compile(rf"""(?:{_AT_END})=(?!=)["']?(?P<secret>{_VALUE})""", re.IGNORECASE),
    re.compile(rf"""(?:{_AT_END})\\?["']\s*:\s*\\?["'](?P<secret>[^"'\n\\]+)""", re.IGNORECASE),
    re.compile(rf"""[?&](?:sig|signature|[\w.-]*auth)=(?P<secret>{_VALUE})""", re.IGNORECASE),
    re.compile(r"""authorization["']?\s*[:=]\s*["']?(?:\w+ +)?(?P<secret>[^\s"'\x1b]+)""", re.IGNORECASE),
    re.compile(
        rf"""(?:x-[\w-]{{0,{_LONGEST_NAME}}}|private-|job-)(?:{_AT_END}|key|auth)["']?\s*:\s*["']?(?P<secret>{_VALUE})""",
        re.IGNORECASE,
    ),
)
#: what the names above end with: few names do, and looking for it is quick
_LAST_LETTERS: Final = ("passwd", "word", "phrase", "secret", "token", "credential", "credentials", "key")
#: what is shorter stands in too many places to be hidden in all of them
_SHORTEST_VALUE: Final = 6


def redact_value(name: str, value: str) -> str:
    """Replace each character of a value by a star when its name speaks of a secret.

    :param name: what the value is known as, such as the name of a variable
    :returns: the value itself when the name is harmless, else stars in the same number
    """
    return "*" * len(value) if _IS_SECRET.search(name) else value


def redact_url(text: str) -> str:
    """Replace user names and passwords within the URLs of a text by ``***``; records keep addresses in this form."""
    return _USER_INFO.sub(r"\g<slash>***", text) if "@" in text else text


def redact_text(text: str, variables: Mapping[str, str] | None = None) -> str:
    """Hide the secrets in a text for people.

    :param variables: whose values are hidden where their names speak of a secret; those of this process always are
    :returns: a text of the same length
    """
    return _hide(text, _values(variables))


def redact_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Hide the secrets among variables: what such a name holds, and what is secret within the value of another.

    :returns: what to show, by name, in the same order
    """
    values = _values(variables)
    return {name: _hide(redact_value(name, value), values) for name, value in variables.items()}


def redact_argv(argv: Sequence[str], variables: Mapping[str, str] | None = None) -> list[str]:
    """Hide the secrets in a command line.

    Within an argument what follows an option that is named like a secret and an equals sign is hidden to the end. An
    argument behind an option whose name ends like a secret's is hidden unless it looks like an option itself.

    :param argv: program and arguments
    :param variables: as for :func:`redact_text`
    :returns: as many arguments, in the same order
    """
    result: list[str] = []
    values = _values(variables)
    follows = False
    for argument in argv:
        hides = follows and not argument.startswith("-")
        result.append("*" * len(argument) if hides else _redact_argument(argument, values))
        follows = _FOLLOWED.fullmatch(argument) is not None
    return result


def redact_usage_error(message: str) -> str:
    """Hide the secrets in what :mod:`argparse` says of wrong arguments.

    :param message: begins with ``argument``, the names of the option and a colon when it is about one
    """
    about, found, wrong = message.partition(": ")
    if found and any(_ENDS_SECRETLY.fullmatch(name) for name in about.split("/")):
        message = f"{about}: {_QUOTED.sub(_starred, wrong)}"
    return redact_text(message)


def _redact_argument(argument: str, values: Sequence[str]) -> str:
    for pattern in (_USER_INFO, _IN_ARGUMENT, _FOLLOWED_IN_ARGUMENT):
        argument = pattern.sub(_starred, argument)
    return _hide(argument, values)


def _hide(text: str, values: Sequence[str]) -> str:
    if any(word in text.lower() for word in _WORDS):
        for pattern in _IN_TEXT:
            text = pattern.sub(_starred, text)
    for value in values:
        if value in text:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "*" * len(value), text)
    return text


def _starred(match: re.Match[str]) -> str:
    start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
    return f"{match[0][:start]}{'*' * (end - start)}{match[0][end:]}"


def _values(variables: Mapping[str, str] | None) -> list[str]:
    """Collect what variables hold whose names end like a secret's, the longest first; those of this process as well."""
    found = {
        value.strip()
        for known in (os.environ, variables or {})
        for name in known
        if name.lower().endswith(_LAST_LETTERS) and _ENDS_SECRETLY.fullmatch(name)
        for value in (known[name],)
    }
    return sorted((value for value in found if len(value) >= _SHORTEST_VALUE), key=len, reverse=True)
