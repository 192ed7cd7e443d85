"""What a parser shares with the parsers of its sub-commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tox.plugin._builtin import COMMANDS, command_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Mode:
    """How a parser and those of its sub-commands behave just now."""

    __slots__ = ("peeking",)

    def __init__(self) -> None:
        self.peeking = False


class Handlers(dict[str, Any]):
    """For each sub-command its parser and its function; one that is not built yet is built when asked for."""

    def __init__(self, build: Callable[[str], None]) -> None:
        super().__init__()
        self._build = build

    def __missing__(self, name: str) -> Any:
        self._build(name)
        if super().__contains__(name):
            return super().__getitem__(name)
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in command_names()

    def _build_all(self) -> None:
        for command in COMMANDS:
            if not super().__contains__(command.name):
                self._build(command.name)

    def __iter__(self) -> Iterator[str]:
        self._build_all()
        return super().__iter__()

    def __len__(self) -> int:
        self._build_all()
        return super().__len__()

    def keys(self) -> Any:
        """Return every name and alias."""
        self._build_all()
        return super().keys()

    def values(self) -> Any:
        """Return parser and function of every sub-command."""
        self._build_all()
        return super().values()

    def items(self) -> Any:
        """Return every name and alias with its parser and function."""
        self._build_all()
        return super().items()

    def built(self) -> dict[str, Any]:
        """Return what is built already, without building the rest."""
        return {name: dict.__getitem__(self, name) for name in dict.keys(self)}


__all__ = ["Handlers", "Mode"]
