"""Which environments the command line names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tox.config._factors import extend_factors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typing_extensions import Self

_ALL = "ALL"
#: what makes text a pattern, or no name
_PATTERN = re.compile(r"[^\w.,-]")


class CliEnv:
    """The value of ``-e``: names as they were given, ``ALL``, or nothing for the default ones.

    :param value: names, or text with names between commas, where braces and ranges stand for several
    """

    def __init__(self, value: Sequence[str] | str | None = None) -> None:
        if isinstance(value, str):
            value = _expand(value)
        self._names: list[str] | None = None if value is None else list(value)

    def __bool__(self) -> bool:
        return bool(self._names)

    def __iter__(self) -> Iterator[str]:
        """Yield the names; none for the default ones, nor for all."""
        if not self.is_all:
            yield from self._names or ()

    def __str__(self) -> str:
        if self.is_all:
            return _ALL
        return "<env_list>" if self.is_default_list else ",".join(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.is_default_list else repr(str(self))})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._names == other._names

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment] # repeating -e changes it

    def __iadd__(self, other: CliEnv) -> Self:
        self._names = [*(self._names or ()), *(other._names or ())]
        return self

    @property
    def is_all(self) -> bool:
        """Whether all environments are asked for; other names do not matter then."""
        return self._names is not None and _ALL in self._names

    @property
    def is_default_list(self) -> bool:
        """Whether nothing is named, so that the default environments are meant."""
        return not self._names


def _expand(text: str) -> list[str] | None:
    """Read names between commas; text that is no pattern is taken as it is."""
    if _PATTERN.search(text):
        try:
            return list(extend_factors(text.replace("\n", " "))) or None
        except ValueError:
            pass
    return [name for part in text.split(",") if (name := part.strip())] or None


__all__ = ["CliEnv"]
