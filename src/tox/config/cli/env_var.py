"""Defaults of options from environment variables."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any, get_args, get_origin

from tox.config.loader.str_convert import StrConvert
from tox.errors import HandledError
from tox.util.redact import redact_argv
from tox.util.typing_compat import is_class

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import UnionType

#: what a conversion refuses a text with
REFUSED = (ValueError, TypeError, HandledError, ArgumentTypeError)
_problems: list[str] = []


def names_of(key: str) -> tuple[str, str]:
    """Name the variables that may set an option, the one that wins first.

    :param key: the name the option's value is kept under
    """
    return f"TOX_{key.upper()}", f"TOX{key.upper()}"


def any_set() -> bool:
    """Tell whether any variable exists that could set an option."""
    return any(name.startswith("TOX") for name in os.environ)


def get_env_var(key: str, of_type: type[Any] | UnionType) -> tuple[Any, str] | None:
    """Look up the value that a variable gives an option.

    A value that does not fit is remembered as a problem, see :func:`take_problems`, and the option keeps its default.

    :param key: the name the option's value is kept under
    :param of_type: what to convert the text to; a list takes its entries from between semicolons
    :returns: the value and the name of the variable; ``None`` when none is set, or its value does not fit
    """
    for name in names_of(key):
        raw = os.environ.get(name)
        if raw is None:
            continue
        try:
            return to_type(raw, of_type, lambda text: text.split(";")), f"env var {name}"
        except REFUSED as error:
            report_problem(f"env var {name}={raw!r}", name, raw, of_type, error)
            return None
    return None


def to_type(raw: str, of_type: type[Any] | UnionType, split: Callable[[str], list[str]]) -> Any:
    """Convert the text of a variable, or of the user's configuration file, to the value of an option.

    :param raw: the text
    :param of_type: the type to convert to
    :param split: takes the text of a list apart; empty entries are left out
    :raises ValueError: or another error of the conversion, when the text does not fit
    """
    if get_origin(of_type) is list:
        (inner,) = get_args(of_type)
        parts = [part.strip() for part in split(raw) if part.strip()]
        if get_origin(inner) is list:
            (innermost,) = get_args(inner)
            return [
                [_one(word, innermost) for word in part.replace("\n", ",").split(",") if word.strip()] for part in parts
            ]
        return [_one(part, inner) for part in parts]
    return StrConvert().to(raw, of_type, None)


def _one(text: str, of_type: Any) -> Any:
    if of_type is str or of_type is Any:
        return text.strip()
    if is_class(of_type) and of_type.__module__.partition(".")[0] not in {"builtins", "pathlib"}:
        return of_type(text)

    return StrConvert().to(text, of_type, None)


def report_problem(what: str, name: str, raw: str, of_type: object, error: Exception) -> None:
    """Remember that a default could not be taken over, to be told once output is set up, secrets hidden.

    :param what: what the default was read from
    :param name: what the text is known as
    :param raw: the text
    """
    problem = f"{what} cannot be transformed to {of_type} because {error!r}"
    _, shown = redact_argv([f"--{name}", raw])
    if shown != raw:
        problem = problem.replace(raw, shown).replace(repr(raw)[1:-1], shown)
    remember(problem)


def remember(problem: str) -> None:
    """Remember a sentence, to be told once output is set up."""
    if problem not in _problems:
        _problems.append(problem)


def take_problems() -> list[str]:
    """Return the problems met so far, each once, and forget them."""
    taken = list(_problems)
    _problems.clear()
    return taken


__all__ = ["get_env_var"]
