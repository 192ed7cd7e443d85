"""Overrides: values given on the command line for settings of the file.

One place reads them, tells which apply, and folds them into what was found, for values and references alike.
"""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tox.config.set_env_line import split_line
from tox.util.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tox.config.loader._args import ConfigLoadArgs

T = TypeVar("T")
V = TypeVar("V")

_DOT = re.compile(r"(?<!\\)\.")


class Override:
    """One override, such as ``testenv:lint.deps+=ruff``.

    :param value: section, a dot, key, ``=`` or ``+=``, and the text of the value; dots of names may have a backslash
    :raises argparse.ArgumentTypeError: if there is no equals sign
    """

    def __init__(self, value: str) -> None:
        target, found, text = value.partition("=")
        if not found:
            raise ArgumentTypeError(f"the override {value!r} lacks an equals sign, write section.key=value")
        #: whether the value is added to what is there
        self.append = target.endswith("+")
        *namespace, key = self._split_on_unescaped_dot(target[:-1] if self.append else target)
        #: name of the section; empty for the root of a TOML file
        self.namespace = ".".join(namespace)
        #: name of the setting, perhaps an alias
        self.key = key.strip()
        #: the text of the value
        self.value = text

    @staticmethod
    def _split_on_unescaped_dot(value: str) -> list[str]:
        """Split at dots; one with a backslash belongs to its name and loses the backslash."""
        return [part.replace("\\.", ".") for part in _DOT.split(value)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __str__(self) -> str:
        where = f"{self.namespace}." if self.namespace else ""
        return redact_text(f"{where}{self.key}{'+' if self.append else ''}={self.value}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Override) and (self.namespace, self.key, self.value, self.append) == (
            other.namespace,
            other.key,
            other.value,
            other.append,
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.namespace, self.key, self.value, self.append))


def applying(overrides: Iterable[Override], keys: Iterable[str]) -> tuple[Override | None, list[Override]]:
    """Pick the overrides of one setting.

    :param keys: its name and aliases
    :returns: the last one that replaces the value, or None; and those that append to it, in order
    """
    names = set(keys)
    replacing: Override | None = None
    appending: list[Override] = []
    for override in overrides:
        if override.key not in names:
            continue
        if override.append:
            appending.append(override)
        else:
            replacing, appending = override, []
    return replacing, appending


class AppendOverridesError(KeyError, Generic[V]):
    """A section has nothing but appended values for a key; what they are appended to is elsewhere.

    :param key: the setting
    :param appends: the values, in order
    :param load_args: for whom they were loaded
    """

    def __init__(self, key: str, appends: list[V], load_args: ConfigLoadArgs) -> None:
        super().__init__(key)
        self.key = key
        self.appends = appends
        self.load_args = load_args

    def apply(self, value: V) -> V:
        """Add the values to one that was found elsewhere.

        :raises ValueError: if values of this type cannot be added to
        """
        return fold(value, self.appends)

    def fold(self) -> V:
        """Make one value of the appended ones alone."""
        return fold(self.appends[0], self.appends[1:])


def fold(value: V, appends: Sequence[V]) -> V:
    """Add values to a value, in order; the value itself stays as it is.

    :raises ValueError: if values of its type cannot be added to
    """
    for extra in appends:
        value = append(value, extra)
    return value


@singledispatch
def append(value: object, extra: object) -> Any:
    """Add one value to another of the same type; types that can be added to register how.

    :raises ValueError: if the type cannot
    """
    add = None if isinstance(value, (bool, int, float, str)) else getattr(type(value), "__add__", None)
    if add is None:
        raise ValueError(f"nothing can be appended to a value of type {type(value).__name__}, use = in place of +=")
    return add(value, extra)


@append.register(list)
def _(value: list[Any], extra: list[Any]) -> list[Any]:
    return [*value, *extra]


@append.register(set)
def _(value: set[Any], extra: set[Any]) -> set[Any]:
    return value | extra


@append.register(dict)
def _(value: dict[Any, Any], extra: dict[Any, Any]) -> dict[Any, Any]:
    return {**value, **extra}


def apply_overrides_to_raw(overrides: Iterable[Override], key: str, value: T, *, names: Sequence[str] = ()) -> T:
    """Fold overrides into a raw value that something refers to, before it is substituted.

    :param overrides: those of the section the value stands in
    :param value: text, or a list or table of a TOML file; texts are joined line by line
    :param names: further names of the setting
    :raises TypeError: if nothing can be appended to the value
    :raises ValueError: if what is appended to a table is none
    """
    replacing, appending = applying(overrides, (key, *names))
    result: Any = value if replacing is None else _as_raw(replacing.value, value)
    for override in appending:
        if isinstance(result, str):
            result = f"{result}\n{override.value}" if result else override.value
        elif isinstance(result, list):
            is_tables = bool(result) and all(isinstance(entry, dict) and "replace" not in entry for entry in result)
            result = [*result, *([_as_table(override.value)] if is_tables else _as_raw(override.value, result))]
        elif isinstance(result, dict):
            extra = _as_table(override.value)
            result = [result, extra] if "replace" in result else {**result, **extra}
        else:
            raise TypeError(f"nothing can be appended to {key}, use = in place of +=")
    return result  # type: ignore[no-any-return]


def _as_table(text: str) -> dict[str, Any]:
    """Read lines of ``NAME=value`` as the table of a TOML file.

    :raises ValueError: if a line is no assignment
    """
    table: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.split("\n"))):
        if line.startswith("file|"):
            table["file"] = line[len("file|") :]
            continue
        name, value, marker, assigns = split_line(line)
        if not assigns:
            raise ValueError(f"what is appended to a table reads NAME=value, not {line!r}")
        table[name] = {"value": value, "marker": marker} if marker else value
    return table


def _as_raw(text: str, like: object) -> Any:
    """Read the text of an override in the shape of the value it replaces."""
    if isinstance(like, list):
        separator = "\n" if "\n" in text else ","
        return [entry.strip() for entry in text.split(separator) if entry.strip()]
    return text
