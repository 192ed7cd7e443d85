"""What a value sees while its expressions are evaluated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tox.util._record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tox.config._substitute.pieces import Pieces
    from tox.config.loader._args import ConfigLoadArgs
    from tox.config.types import FactorGroup

#: how deep a value may stand for a value that stands for a value
MAX_REPLACE_DEPTH = 100


class MatchError(Exception):
    """An expression that asks for the impossible; the message says what is wrong with it."""


class MatchRecursionError(ValueError):
    """A value needs itself, or is nested too deep."""

    @staticmethod
    def check(depth: int, value: object) -> None:
        """Refuse to go deeper than :data:`MAX_REPLACE_DEPTH`.

        :raises MatchRecursionError: if this is deeper
        """
        if depth > MAX_REPLACE_DEPTH:
            raise MatchRecursionError(f"gave up on {value} at a depth of {depth}, as it seems to stand for itself")


class RawText(str):
    """Text of the configuration that is still to be substituted."""

    __slots__ = ()


class Arguments(str):
    """A value made of words, as text.

    :param value: the value where only text will do
    :param words: its words, none of them quoted; None when the text is all that is known
    """

    __slots__ = ("words",)
    words: tuple[str, ...] | None

    def __new__(cls, value: str = "", words: tuple[str, ...] | None = None) -> Arguments:  # noqa: PYI034 - a plain class
        self = super().__new__(cls, value)
        self.words = words
        return self


class ConfigDefault(Record):
    """A reference that leads nowhere but comes with a default."""

    __slots__ = ("start", "stop", "text")

    #: the whole text of the reference
    text: str
    #: where in it the default starts
    start: int
    #: where it ends, excluded; None for the end of the text
    stop: int | None

    def __init__(self, *, text: str, start: int, stop: int | None = None) -> None:
        super().__init__(text=text, start=start, stop=stop)

    def __str__(self) -> str:
        return self.text[self.start : self.stop]


class ReplaceReference(ABC):
    """Where the references of one kind of configuration look."""

    @abstractmethod
    def __call__(self, value: str, conf_args: ConfigLoadArgs) -> str | ConfigDefault | None:
        """Look up a reference.

        :param value: what stands between the braces
        :param conf_args: for whom, and the keys on the way here
        :returns: the value, as :class:`RawText` when it is still to be substituted and as :class:`Arguments` when it
            has words; the default to use; or None when this is no reference that leads anywhere
        """
        raise NotImplementedError


class Settings(Protocol):
    """What substitution asks of a set of settings."""

    def load(self, item: str, chain: list[str] | None = None) -> Any: ...

    def is_read(self, item: str) -> bool: ...

    def __contains__(self, item: str) -> bool: ...


class Configuration(Protocol):
    """What substitution asks of the whole configuration."""

    @property
    def core(self) -> Settings: ...

    def get_env(self, item: str, package: bool = False) -> Settings: ...

    def pos_args(self, to_path: Path | None, *, program_first: bool = False) -> tuple[str, ...] | None: ...

    def factor_labels(self, env_name: str | None) -> Mapping[str, FactorGroup]: ...


class Budget:
    """How many more texts may be substituted on behalf of one value.

    Texts that stand for each other end by depth, but those that do so twice over would double at each step.
    """

    __slots__ = ("left", "told")

    def __init__(self) -> None:
        self.left = 5000
        #: whether it was given up, and said so: from then on texts stay as they are
        self.told = False


class Scope(NamedTuple):
    """For whom expressions are evaluated, and where their references look."""

    conf: Configuration
    reference: ReplaceReference
    args: ConfigLoadArgs
    budget: Budget
    #: how many values stand between this text and the one that was asked for
    depth: int = 0
    #: whether what a value yields is substituted in turn
    recursive: bool = True

    @property
    def env_name(self) -> str | None:
        """The environment asking, None for none."""
        return self.args.env_name

    def deeper(self) -> Scope:
        """Make the scope for a text that was found in the place of an expression."""
        return self._replace(depth=self.depth + 1)


class Call(Protocol):
    """What a function between braces gets: its arguments, not evaluated until asked for."""

    @property
    def function(self) -> str: ...

    @property
    def scope(self) -> Scope: ...

    def has(self, at: int) -> bool:
        """Tell whether there is such an argument, be it empty."""

    def text(self, at: int) -> str:
        """Evaluate one argument to text; empty when there is none."""

    def argument(self, at: int) -> Pieces:
        """Evaluate one argument; nothing when there is none."""

    def default(self, start: int) -> Pieces:
        """Evaluate everything from one argument on, colons included."""

    def again(self, text: str) -> Pieces:
        """Substitute a text that came from elsewhere."""
