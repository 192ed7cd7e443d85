"""What a parser shares with the parsers of its sub-commands."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tox.plugin._builtin import COMMANDS, command_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Mode:
    """How a parser and those of its sub-commands behave just now."""

    __slots__ = ("completing", "peeking")

    def __init__(self) -> None:
        #: whether a shell asks what a word may be completed to
        self.completing = False
        #: whether help and version are to have no effect
        self.peeking = False


class _Late(dict[str, Any]):
    """A mapping by the names of sub-commands that has all of them, while each value is made when it is asked for."""

    def _build(self, name: str) -> None:
        """Add what belongs to a name; nothing when there is no such sub-command."""
        raise NotImplementedError

    def __missing__(self, name: str) -> Any:
        self._build(name)
        if super().__contains__(name):
            return super().__getitem__(name)
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in command_names()

    def _build_all(self) -> None:
        for command in COMMANDS:
            for name in (command.name, *command.aliases):
                if not super().__contains__(name):
                    self._build(name)

    def get(self, name: str, default: object = None) -> Any:
        """Return what belongs to a name, or the default."""
        return self[name] if name in self else default  # noqa: SIM401 - the other get makes nothing

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
        """Return what belongs to every name and alias."""
        self._build_all()
        return super().values()

    def items(self) -> Any:
        """Return every name and alias with what belongs to it."""
        self._build_all()
        return super().items()


class Handlers(_Late):
    """For each sub-command its parser and its function; one that is not built yet is built when asked for."""

    def __init__(self, build: Callable[[str], None]) -> None:
        super().__init__()
        self._build_parser = build

    def _build(self, name: str) -> None:
        self._build_parser(name)

    def built(self) -> dict[str, Any]:
        """Return what is built already, without building the rest."""
        return {name: dict.__getitem__(self, name) for name in dict.keys(self)}


class Functions(_Late):
    """The function of each sub-command.

    :param handlers: parser and function of each
    """

    def __init__(self, handlers: Handlers) -> None:
        super().__init__({name: function for name, (_, function) in handlers.built().items()})
        self._handlers = handlers

    def _build(self, name: str) -> None:
        with suppress(KeyError):
            self[name] = self._handlers[name][1]


__all__ = ["Functions", "Handlers", "Mode"]
