"""Types that only configuration knows: commands, lists of environments, groups of factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.errors import ToxError
from tox.util._record import Record
from tox.util._shell import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CircularChainError", "Command", "EnvList", "FactorGroup", "MissingRequiredConfigKeyError"]


class MissingRequiredConfigKeyError(ValueError):
    """A file that might have held a configuration has no place for it; the next candidate is tried."""


class CircularChainError(ToxError, ValueError):
    """A value needs itself; the message names the keys on the way."""


class Command:
    """One command: program and arguments, and how its exit code is judged.

    :param args: words; a first word ``-`` means that any exit code will do, ``!`` that the command has to fail
    """

    def __init__(self, args: list[str]) -> None:
        marker = args[0] if args else ""
        #: any exit code counts as success
        self.ignore_exit_code: bool = marker == "-"
        #: only a failure counts as success
        self.invert_exit_code: bool = marker == "!"
        #: program and arguments, without the marker
        self.args: list[str] = args[1:] if marker in {"-", "!"} else args

    @property
    def raw_args(self) -> list[str]:
        """The words as written: the marker, when there is one, and the arguments."""
        if self.ignore_exit_code:
            return ["-", *self.args]
        return ["!", *self.args] if self.invert_exit_code else self.args

    @property
    def shell(self) -> str:
        """The command as one line, quoted for the shell of this platform; the marker is left out."""
        return join(self.args)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(args={self.raw_args!r})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.raw_args == other.raw_args

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment] # plugins change the arguments in place


class EnvList:
    """Names of environments, each once, in the order of their first mention.

    :param envs: names, possibly repeated
    """

    def __init__(self, envs: Sequence[str]) -> None:
        #: the names
        self.envs: list[str] = list(dict.fromkeys(envs))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.envs!r})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.envs == other.envs

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __iter__(self) -> Iterator[str]:
        return iter(self.envs)

    __hash__ = None  # type: ignore[assignment] # plugins extend the names in place


class FactorGroup(Record):
    """The factors that stand behind one label, or at one position, of generated environment names."""

    __slots__ = ("default", "env_values", "values")

    #: every factor of the group, in the order written
    values: list[str]
    #: the one to take for environments that have none of them; None when nothing was said
    default: str | None
    #: for the name of a generated environment, the factor it was made with
    env_values: dict[str, str]

    def __init__(
        self, *, values: list[str], default: str | None = None, env_values: dict[str, str] | None = None
    ) -> None:
        super().__init__(values=values, default=default, env_values={} if env_values is None else env_values)
