"""Values given by Python code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.config.loader.api import Loader
from tox.config.loader.section import Section
from tox.config.loader.str_convert import StrConvert
from tox.config.types import Command, EnvList
from tox.util.typing_compat import is_class

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import UnionType
    from typing import TypeVar

    from tox.config._protocols import Configuration as Config
    from tox.config.loader.convert import Factory

    V = TypeVar("V")

__all__ = ["MemoryLoader"]


class MemoryLoader(Loader[object]):
    """Holds values given by Python code; nothing in them is substituted.

    :param kwargs: values by key, either of the type wanted or as text in the form of an INI file
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Section(prefix="<memory>", name=str(id(self))), [])
        #: the values by key
        self.raw: dict[str, Any] = {**kwargs}

    def load_raw(self, key: str, conf: Config | None, env_name: str | None) -> object:
        """Give the value as it was given.

        :raises KeyError: if there is none
        """
        return self.raw[key]

    def found_keys(self) -> set[str]:
        """Collect the keys there are values for."""
        return set(self.raw)

    def to(self, raw: object, of_type: type[V] | UnionType, factory: Factory[V]) -> V:
        """Take a value that has the type already, make it of others."""
        if is_class(of_type) and isinstance(raw, of_type):
            return raw
        return super().to(raw, of_type, factory)

    @staticmethod
    def to_bool(value: object) -> bool:
        """Read a word when it is text, else judge by truth."""
        return StrConvert.to_bool(value) if isinstance(value, str) else bool(value)

    @staticmethod
    def to_str(value: object) -> str:
        """Make a text."""
        return str(value)

    @staticmethod
    def to_list(value: Any, of_type: type[Any]) -> Iterator[Any]:
        """Yield the entries; text is split as in an INI file."""
        return StrConvert.to_list(value, of_type) if isinstance(value, str) else iter(value)

    @staticmethod
    def to_set(value: object, of_type: type[Any]) -> Iterator[Any]:
        """Yield the entries; text is split as in an INI file."""
        return MemoryLoader.to_list(value, of_type)

    @staticmethod
    def to_dict(value: Any, of_type: tuple[type[Any], type[Any]]) -> Iterator[tuple[Any, Any]]:
        """Yield the pairs; text is split as in an INI file."""
        return StrConvert.to_dict(value, of_type) if isinstance(value, str) else iter(value.items())

    @staticmethod
    def to_path(value: Any) -> Path:
        """Make a path."""
        return Path(value)

    @staticmethod
    def to_command(value: object) -> Command:
        """Make a command of words, or of text as in an INI file.

        :raises TypeError: if it is neither
        """
        if isinstance(value, Command):
            return value
        if isinstance(value, str):
            return StrConvert.to_command(value)
        if isinstance(value, (list, tuple)):
            return Command([str(word) for word in value])
        raise TypeError(f"a command is a text or a list of words, not {value!r}")

    @staticmethod
    def to_env_list(value: object) -> EnvList:
        """Make a list of names, or of text as in an INI file.

        :raises TypeError: if it is neither
        """
        if isinstance(value, EnvList):
            return value
        if isinstance(value, str):
            return StrConvert.to_env_list(value)
        if isinstance(value, (list, tuple)):
            return EnvList([str(name) for name in value])
        raise TypeError(f"names of environments are a text or a list, not {value!r}")
