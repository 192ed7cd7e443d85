"""Names of sections: where in a source a group of settings stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Section"]


class Section:
    """Where a group of settings stands, such as ``testenv:lint``.

    :param prefix: what comes before the separator; None when there is nothing before it
    :param name: the rest
    """

    #: what stands between prefix and name
    SEP = ":"

    def __init__(self, prefix: str | None, name: str) -> None:
        self._prefix = prefix
        self._name = name

    @classmethod
    def from_key(cls: type[Self], key: str) -> Self:
        """Make a section from its full key; what precedes the last separator but one word is the prefix."""
        prefix, found, name = key.partition(cls.SEP)
        return cls(prefix, name) if found else cls(None, key)

    @property
    def prefix(self) -> str | None:
        """What comes before the separator, None when there is nothing before it."""
        return self._prefix

    @property
    def name(self) -> str:
        """What comes after the separator."""
        return self._name

    @property
    def key(self) -> str:
        """Prefix and name together, as the source writes them."""
        return self._name if self._prefix is None else f"{self._prefix}{self.SEP}{self._name}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._prefix!r}, {self._name!r})"

    def __str__(self) -> str:
        return self.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and (self._prefix, self._name) == (other._prefix, other._name)

    def __hash__(self) -> int:
        return hash((self._prefix, self._name))
