"""Typing features that the oldest supported Python lacks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

if sys.version_info >= (3, 12):
    from typing import override
elif TYPE_CHECKING:
    from typing_extensions import override
else:
    # typing_extensions takes longer to import than all of this package's floor; only its mark is needed
    _MethodT = TypeVar("_MethodT")

    def override(method: _MethodT) -> _MethodT:
        """Mark a method that replaces one of a base class."""
        method.__override__ = True
        return method


if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = ["is_class", "override"]


def is_class(of_type: object) -> TypeIs[type[Any]]:
    """Tell whether a type is a class, which ``list[str]`` and its like are not: Python 3.10 takes those for classes."""
    return isinstance(of_type, type) and get_origin(of_type) is None
