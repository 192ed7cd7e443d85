"""Module attributes that are looked up elsewhere at first use (PEP 562)."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # loaded before tox can answer an interrupt, see tox.run
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def attributes(module: str, where: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a module whose names live elsewhere.

    :param module: ``__name__`` of the module that offers the names
    :param where: for each name offered, ``"module"`` or ``"module:attribute"`` when it has another name there
    :returns: a function to assign to ``__getattr__``; a name it has found is kept in the module
    """

    def find(name: str) -> Any:
        try:
            home = where[name]
        except KeyError:
            raise AttributeError(f"module {module!r} has no attribute {name!r}") from None
        from importlib import import_module

        path, _, attribute = home.partition(":")
        value = getattr(import_module(path), attribute or name)
        setattr(sys.modules[module], name, value)
        return value

    return find
