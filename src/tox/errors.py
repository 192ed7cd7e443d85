"""Every error of tox, as one tree.

.. code-block:: text

    Exception
    ├── RuntimeError
    │   └── HandledError        told to the user without a traceback; exit code -2
    └── ToxError
        ├── HandledError        (the same one)
        │   └── PluginFailed    the code of a plugin failed
        ├── Skip                this environment does not run; not a failure
        ├── Recreate            this environment must be built anew; caught once, by setup
        ├── RunnerUnavailable   the runner of this environment is not installed
        └── Fail                this environment failed
            ├── NoInterpreter       no interpreter fits what was asked for
            └── ToxBackendFailed    the build backend broke its contract

Modules that plugins import errors from (``tox.report``, ``tox.tox_env.errors`` and others) re-export these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class _BackendFailed(Protocol):
        code: int | None
        exc_type: str
        exc_msg: str
        out: str
        err: str


__all__ = [
    "Fail",
    "HandledError",
    "NoInterpreter",
    "PluginFailed",
    "Recreate",
    "RunnerUnavailable",
    "Skip",
    "Terminated",
    "ToxBackendFailed",
    "ToxError",
]


class ToxError(Exception):
    """What tox itself raises on purpose."""


class HandledError(ToxError, RuntimeError):
    """A mistake told to the user as one sentence, without a traceback; tox ends with -2.

    It is a :class:`RuntimeError` too, because plugins catch it as one.

    :cvar env_code: exit code of an environment that it ends while it runs
    """

    env_code: int = 1


class PluginFailed(HandledError):  # noqa: N818 - named like the others
    """The code of a plugin failed while the session was prepared; told as an error, however quiet tox is to be."""


class Skip(ToxError):  # noqa: N818 - a public name
    """This environment does not run, and that is not a failure."""


class Recreate(ToxError):  # noqa: N818 - a public name
    """This environment must be built anew; the message says why."""


class RunnerUnavailable(ToxError):  # noqa: N818 - a public name
    """The runner that this environment asks for is not installed."""


class Fail(ToxError):  # noqa: N818 - a public name
    """This environment failed, for the reason in the message."""


class NoInterpreter(Fail):
    """No interpreter was found that fits any of some specs.

    :ivar base_pythons: the specs, in the order they were tried
    """

    def __init__(self, base_pythons: list[str]) -> None:
        super().__init__(base_pythons)
        self.base_pythons = base_pythons

    def __str__(self) -> str:
        return f"could not find python interpreter matching any of the specs {', '.join(self.base_pythons)}"


class ToxBackendFailed(Fail):
    """The build backend failed, died, or answered what nobody can make sense of.

    :ivar code: what it asks the run to end with; ``None`` when it had none
    :ivar exc_type: name of the exception it raised
    :ivar exc_msg: what that exception says
    :ivar out: what the backend printed
    :ivar err: what it printed as errors
    """

    def __init__(self, backend_failed: _BackendFailed) -> None:
        code: object = backend_failed.code  # a backend may end with a text, which Python takes for a failure
        self.code: int | None = code if code is None or isinstance(code, int) else 1
        self.exc_type: str = backend_failed.exc_type
        self.exc_msg: str = backend_failed.exc_msg
        self.out: str = backend_failed.out
        self.err: str = backend_failed.err

    def __str__(self) -> str:
        code = "" if self.code is None else f" (code={self.code})"
        return f"packaging backend failed{code}, with {self.exc_type}: {self.exc_msg}\n{self.err}{self.out}".rstrip()


class Terminated(KeyboardInterrupt):
    """The process was asked to end by SIGTERM: an orderly interrupt that ends with 143.

    It derives from :class:`KeyboardInterrupt`, so whoever cleans up after Ctrl-C cleans up after this as well.
    """
