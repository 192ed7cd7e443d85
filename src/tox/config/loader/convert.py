"""Make typed values of raw ones; what raw means is up to each kind of loader."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin

from tox.config.types import Command, EnvList
from tox.util.typing_compat import is_class

__all__ = ["Convert", "Factory", "path_of"]

T = TypeVar("T")
V = TypeVar("V")
#: makes a value of a type that is not known here
Factory = Callable[[object], T] | None

_NONE = type(None)


#: for types that are numbers, what a text that does not fit is
_NUMBERS: dict[object, str] = {int: "no whole number", float: "no number"}


class Convert(ABC, Generic[T]):
    """Make typed values of raw values of one kind."""

    def to(self, raw: T, of_type: type[V] | UnionType, factory: Factory[V]) -> V:
        """Make a value of a type.

        :param raw: what was found
        :param of_type: the type wanted; lists, sets, mappings, unions and literals of other types may be nested
        :param factory: makes values of types not known here; None for calling the type
        :raises ValueError: if the raw value is none of that type
        :raises TypeError: if the raw value is of a shape that never fits
        """
        if get_origin(of_type) is not None:
            return self._to_typing(raw, of_type, factory)
        convert = self._simple(cast("type[Any]", of_type))
        if convert is not None:
            return cast("V", convert(raw))
        make = factory if factory is not None else cast("Callable[[object], V]", of_type)
        if make not in _NUMBERS:
            return make(raw)
        try:
            return make(raw)
        except ValueError:
            raise ValueError(f"{raw!r} is {_NUMBERS[make]}") from None

    def _simple(self, of_type: type[Any]) -> Callable[[T], object] | None:
        """Find the method for a type that stands alone, None when there is none."""
        if of_type is bool:
            return self.to_bool
        if of_type is str:
            return self.to_str
        if of_type is Command:
            return self.to_command
        if of_type is EnvList:
            return self.to_env_list
        return self.to_path if is_class(of_type) and issubclass(of_type, Path) else None

    def _to_typing(self, raw: T, of_type: type[V] | UnionType, factory: Factory[V]) -> V:
        """Make a value of a type that is made of others."""
        origin, args = get_origin(of_type), get_args(of_type)
        inner: Factory[Any] = factory
        result: Any
        if origin is list:
            result = [self.to(entry, args[0], inner) for entry in self.to_list(raw, args[0])]
        elif origin is set:
            result = {self.to(entry, args[0], inner) for entry in self.to_set(raw, args[0])}
        elif origin is dict:
            pairs = self.to_dict(raw, (args[0], args[1]))
            result = {self.to(key, args[0], inner): self.to(value, args[1], inner) for key, value in pairs}
        elif origin is Literal:
            result = self._to_literal(raw, args)
        elif origin in {Union, UnionType}:
            result = self._to_union(raw, list(args), inner)
        else:
            raise TypeError(f"{of_type} is no type that a setting can have")
        return cast("V", result)

    def _to_union(self, raw: T, args: list[type | UnionType], factory: Factory[Any]) -> Any:
        """Make a value of the first type that fits."""
        if _NONE in args and (raw is None or raw == ""):
            return None
        problems = []
        for one in args:
            if one is _NONE:
                continue
            try:
                return self.to(raw, one, factory)
            except (TypeError, ValueError) as error:
                problems.append(str(error))
        raise ValueError("; ".join(problems))

    def _to_literal(self, raw: T, choices: tuple[object, ...]) -> object:
        for choice in choices:
            if raw == choice or str(raw) == str(choice):
                return choice
        raise ValueError(f"{raw!r} is none of {', '.join(map(repr, choices))}")

    @staticmethod
    @abstractmethod
    def to_str(value: T) -> str:
        """Make a text."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_list(value: T, of_type: type[Any]) -> Iterator[T]:
        """Yield the raw entries of a list, in order."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_set(value: T, of_type: type[Any]) -> Iterator[T]:
        """Yield the raw entries of a set."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_dict(value: T, of_type: tuple[type[Any], type[Any]]) -> Iterator[tuple[T, T]]:
        """Yield the raw keys and values of a mapping, in order."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_path(value: T) -> Path:
        """Make a path, relative when it was given so."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_command(value: T) -> Command:
        """Make one command."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_env_list(value: T) -> EnvList:
        """Make a list of environment names, patterns expanded."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def to_bool(value: T) -> bool:
        """Make a truth value."""
        raise NotImplementedError


def path_of(text: str) -> Path:
    """Take a text as a path.

    :raises ValueError: if there is nothing but blanks, which would mean the current folder by accident, or no file can
        have that name
    """
    if not text.strip():
        raise ValueError("a path may not be empty")
    if "\0" in text:
        raise ValueError("a path may not hold a null byte")
    return Path(text)
