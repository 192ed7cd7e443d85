"""Records of a few values: as frozen data classes, for modules that every command loads.

Loading :mod:`dataclasses` takes an eighth of the time in which ``tox list`` shows fifty environments.
"""

from __future__ import annotations

from typing import Any, NoReturn


class Record:
    """Values that stay as they are made, named by ``__slots__``; records of one class with equal values are equal.

    A subclass lists its values as ``__slots__`` and hands all of them to :meth:`__init__`.
    """

    __slots__: tuple[str, ...] = ()

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"cannot assign to {name} of {type(self).__name__}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"cannot delete {name} of {type(self).__name__}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({values})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(zip(self.__slots__, self._values(), strict=True)))


def _restore(kind: type[Record], values: dict[str, Any]) -> Record:
    return kind(**values)


__all__ = ["Record"]
