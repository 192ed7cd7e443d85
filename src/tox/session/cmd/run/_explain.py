"""Showing what a run would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tox.plugin.manager import MANAGER
from tox.util._ansi import BOLD, GREEN, MAGENTA, RED, RESET, YELLOW
from tox.util.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tox.report import ToxHandler
    from tox.session.state import State
    from tox.tox_env._explanation import Action, Step

__all__ = ["tell", "tell_plugins"]

#: told when a plugin has a say in what is installed
_PLUGINS: Final = "ROOT: a plugin may change what is installed (tox_on_install), which shows only in a run\n"
_COLORS: Final[dict[Action, str]] = {
    "create": YELLOW,
    "recreate": YELLOW,
    "install": YELLOW,
    "wait": YELLOW,
    "skip": YELLOW,
    "reuse": GREEN,
    "fail": RED,
}


def tell(handler: ToxHandler, steps: Iterable[Step], *, colored: bool) -> list[Step]:
    """Print steps as they come, one line each, led by the name of the environment.

    :param handler: knows where output goes
    :returns: the steps
    """
    told = []
    for step in steps:
        name, text = f"{step.env}:", redact_text(str(step))
        if colored:
            name, text = f"{BOLD}{MAGENTA}{name}{RESET}", f"{_COLORS.get(step.action, '')}{text}{RESET}"
        handler.stdout.write(f"{name} {text}\n")
        handler.stdout.flush()
        told.append(step)
    return told


def tell_plugins(state: State) -> None:
    """Say that plugins may change what is installed, when there are any that are asked; they are not asked now."""
    if MANAGER.implements("tox_on_install"):
        state.log_handler.stdout.write(_PLUGINS)
