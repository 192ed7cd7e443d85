"""What has to be done with an environment, decided from what is wanted and what is recorded; done elsewhere.

A run acts upon these decisions, and ``--explain`` tells them, so that both always agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from tox.errors import Recreate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["KEEP", "Decision", "at_start", "difference", "identity", "input_", "interpreter"]


class Decision(NamedTuple):
    """What a look at one part of an environment comes to."""

    do: Literal["keep", "make", "recreate"]
    """leave the part as it is, make it, or build the whole environment anew"""
    why: str = ""
    """what differs, as the end of a sentence; empty when the part was never made"""

    def enforce(self) -> bool:
        """Tell whether the part has to be made.

        :raises Recreate: if the environment has to be built anew
        """
        if self.do == "recreate":
            raise Recreate(self.why)
        return self.do == "make"


KEEP: Final = Decision("keep")


def at_start(*, recreate: bool, is_building: bool, holds_anything: bool) -> Decision:
    """Decide about the whole environment before any part of it is looked at.

    :param recreate: whether the user wants it built anew
    :param is_building: whether a change was begun and not finished by whoever began it
    :param holds_anything: whether its folder has any content
    """
    if recreate:
        return Decision("recreate", "it was asked for")
    if is_building and holds_anything:
        return Decision("recreate", "its last setup did not finish")
    return KEEP


def identity(wanted: Mapping[str, Any], recorded: object) -> Decision:
    """Decide by which environment a folder is of: its name and its kind."""
    if recorded == wanted:
        return KEEP
    if recorded is None:
        return Decision("make")
    return Decision("recreate", f"env type changed from {recorded} to {wanted}")


def input_(name: str, wanted: object, recorded: object, *, was_made: bool) -> Decision:
    """Decide by one further input of an environment.

    :param was_made: whether the environment exists, so that an input that is not recorded is new to it
    """
    if recorded == wanted:
        return KEEP
    if was_made:
        return Decision("recreate", f"{name} changed from {recorded} to {wanted}")
    return Decision("make")


def interpreter(
    wanted: dict[str, Any],
    recorded: object,
    is_there: Callable[[], bool],
    tell: Callable[[dict[str, Any], dict[str, Any]], str],
) -> Decision:
    """Decide by the interpreter of an environment.

    :param is_there: tells whether its executable exists; asked only when the record fits
    :param tell: tells in words what differs between what is wanted and what is recorded
    """
    if recorded is None:
        return Decision("make")
    if not isinstance(recorded, dict):
        return Decision("recreate", "the record of its python is broken")
    if recorded != wanted:
        return Decision("recreate", f"python {tell(wanted, recorded)}")
    return KEEP if is_there() else Decision("recreate", "existing venv is broken, its python is missing")


def difference(wanted: Mapping[str, Any], recorded: Mapping[str, Any]) -> str:
    """Tell in one line what differs between what is wanted and what was recorded."""
    added = [f"{key}={value!r}" for key, value in wanted.items() if key not in recorded]
    removed = [f"{key}={value!r}" for key, value in recorded.items() if key not in wanted]
    changed = [
        f"{key}={recorded[key]!r}->{value!r}"
        for key, value in wanted.items()
        if key in recorded and recorded[key] != value
    ]
    parts = (("added", added), ("removed", removed), ("changed", changed))
    return ", ".join(f"{word} {' | '.join(items)}" for word, items in parts if items)
