"""Typed values as text, and as what JSON and TOML can hold; types from above register how they are shown."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.config._substitute.builtins import without_line_ends
from tox.config._substitute.scope import Arguments
from tox.config.set_env import SetEnv
from tox.config.types import Command, EnvList
from tox.util._shell import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tox.config._protocols import Settings
    from tox.util.json_types import JsonValue


#: the setting that every environment has, whoever makes it
ENV_NAME_KEYS = frozenset({"env_name", "envname"})


@singledispatch
def stringify(value: object) -> tuple[str, bool]:
    """Write a value as the ``config`` command shows it.

    :returns: the text, and whether each line of it is an entry of its own
    """
    return str(value), False


def _by_line(entries: Iterable[Any]) -> tuple[str, bool]:
    return "\n".join(stringify(entry)[0] for entry in entries), True


@stringify.register(list)
def _(value: list[Any]) -> tuple[str, bool]:
    return _by_line(value)


@stringify.register(tuple)
def _(value: tuple[Any, ...]) -> tuple[str, bool]:
    return _by_line(value)


@stringify.register(set)
@stringify.register(frozenset)
def _(value: set[Any]) -> tuple[str, bool]:
    return "\n".join(sorted(stringify(entry)[0] for entry in value)), True


@stringify.register(dict)
def _(value: dict[Any, Any]) -> tuple[str, bool]:
    return "\n".join(f"{stringify(key)[0]}={stringify(entry)[0]}" for key, entry in value.items()), True


@stringify.register(Command)
def _(value: Command) -> tuple[str, bool]:
    return _command_line(value), True


@stringify.register(EnvList)
def _(value: EnvList) -> tuple[str, bool]:
    return "\n".join(value.envs), True


@stringify.register(SetEnv)
def _(value: SetEnv) -> tuple[str, bool]:
    return "\n".join(f"{name}={value.load(name)}" for name in sorted(value)), True


def _command_line(command: Command, *, on_one_line: bool = True) -> str:
    line = join([without_line_ends(word) if on_one_line else word for word in command.args])
    if command.ignore_exit_code:
        return f"- {line}"
    return f"! {line}" if command.invert_exit_code else line


def refer(settings: Settings, key: str, chain: list[str]) -> str:
    """Load a setting for the place of a reference to it.

    :param chain: the keys on the way here
    :raises KeyError: if there is no such setting
    """
    if isinstance(value := settings.load(key, chain=list(chain)), SetEnv):
        return value.lines()
    return stringify_reference(value, constant=settings.is_constant(key))


def stringify_reference(value: object, *, constant: bool) -> str:
    """Write a value for the place of a reference to it.

    :param constant: whether it is one that cannot be configured, which is one word whatever it holds
    :returns: text; with words when the value has them, so that a command takes each as an argument of its own
    """
    text, _ = stringify(value)
    words = words_of(value)
    if words is None and constant and text and "\n" not in text:
        words = (text,)
    return text if words is None else Arguments(text, words)


@singledispatch
def words_of(value: object) -> tuple[str, ...] | None:
    """Split a value into words, None when it is text that may be split further."""
    return (str(value),) if isinstance(value, Path) else None


@words_of.register(list)
@words_of.register(tuple)
def _(value: list[Any]) -> tuple[str, ...] | None:
    return None if any(isinstance(entry, Command) for entry in value) else tuple(stringify(one)[0] for one in value)


@words_of.register(set)
@words_of.register(frozenset)
def _(value: set[Any]) -> tuple[str, ...] | None:
    return tuple(sorted(stringify(entry)[0] for entry in value))


@words_of.register(EnvList)
def _(value: EnvList) -> tuple[str, ...] | None:
    return tuple(value.envs)


@singledispatch
def to_native(value: object) -> JsonValue:
    """Make of a value what JSON and TOML can hold.

    :returns: truth values and numbers as they are, mappings, lists, and text for everything else
    """
    return value if isinstance(value, (bool, int, float)) else str(value)


@to_native.register(list)
@to_native.register(tuple)
def _(value: list[Any]) -> JsonValue:
    return [to_native(entry) for entry in value]


@to_native.register(set)
@to_native.register(frozenset)
def _(value: set[Any]) -> JsonValue:
    return sorted((to_native(entry) for entry in value), key=str)


@to_native.register(dict)
def _(value: dict[Any, Any]) -> JsonValue:
    return {str(key): to_native(entry) for key, entry in value.items()}


@to_native.register(Command)
def _(value: Command) -> JsonValue:
    return _command_line(value, on_one_line=False)


@to_native.register(EnvList)
def _(value: EnvList) -> JsonValue:
    return list(value.envs)


@to_native.register(SetEnv)
def _(value: SetEnv) -> JsonValue:
    return {name: value.load(name) for name in sorted(value)}
