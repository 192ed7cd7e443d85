"""What ``--explain`` tells of an environment, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from packaging.requirements import Requirement

__all__ = ["Action", "Foreseen", "Step", "reuses_all"]

Action = Literal["create", "recreate", "reuse", "install", "build", "run", "wait", "leave", "skip", "fail"]
_PASSIVE: Final = frozenset({"reuse", "leave"})


class Step(NamedTuple):
    """Something that setup would do, or find done."""

    env: str
    """name of the environment it is done to"""
    action: Action
    """what would be done; ``leave`` for what the user wants left out"""
    what: str = ""
    """to what part: ``env``, or the kind of what is installed, such as ``deps``"""
    why: str = ""
    """the input that differs, or the reason to skip or fail; empty when there is nothing to tell"""
    items: Sequence[str] = ()
    """what belongs to the part, such as requirements; may be empty"""

    def __str__(self) -> str:
        if self.action == "skip":
            return f"skipped because {self.why}"
        if self.action == "fail":
            return f"failed with {self.why}"
        if self.action == "leave":
            return self.what
        words, items = f"{self.action} {self.what}", ", ".join(self.items)
        if self.why:
            return f"{words} because {self.why}"
        if not items:
            return words
        return f"{words} with {items}" if self.what == "env" else f"{words}: {items}"


class Foreseen(NamedTuple):
    """A package that would be built, as far as that is known before."""

    kind: str
    """value of the ``package`` setting"""
    deps: Sequence[Requirement] | None
    """what the package depends on; None when only the build can tell"""
    path: Path | None = None
    """the package itself, when it exists already"""


def reuses_all(steps: Sequence[Step]) -> bool:
    """Tell whether an environment is complete as it is."""
    return all(step.action in _PASSIVE for step in steps)
