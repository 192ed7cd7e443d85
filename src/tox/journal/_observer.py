"""The moments of a run, for those who want to know of them."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["Observer", "Observers"]


class Observer(Protocol):
    """Hears of each moment once, in the thread where it happens.

    Environments, requests and results are known only on higher floors, hence the open types.
    """

    def command_started(self, env: Any, request: Any) -> None:
        """Hear that a command starts.

        :param env: the environment it runs in
        :param request: the command
        """

    def command_finished(self, env: Any, outcome: Any) -> None:
        """Hear how a command went.

        :param env: the environment it ran in
        """

    def environment_finished(self, env: Any, result: Any) -> None:
        """Hear how an environment went.

        :param env: the environment, after its teardown
        """

    def run_finished(self, code: int) -> None:
        """Hear that all is over.

        :param code: exit code of the run
        """


class Observers:
    """Passes each moment on to several observers, in their order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def command_started(self, env: Any, request: Any) -> None:
        """Pass on that a command starts."""
        for observer in self._observers:
            observer.command_started(env, request)

    def command_finished(self, env: Any, outcome: Any) -> None:
        """Pass on how a command went."""
        for observer in self._observers:
            observer.command_finished(env, outcome)

    def environment_finished(self, env: Any, result: Any) -> None:
        """Pass on how an environment went."""
        for observer in self._observers:
            observer.environment_finished(env, result)

    def run_finished(self, code: int) -> None:
        """Pass on that all is over."""
        for observer in self._observers:
            observer.run_finished(code)
