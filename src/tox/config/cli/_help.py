"""How help looks."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from tox.config.cli.env_var import names_of

_MOST_COLUMNS = 240
_HELP_COLUMN = 30


class HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """After each option its default, and the variable or file it comes from, or may come from.

    Lines are as wide as the terminal; what is no terminal gets wide ones.
    """

    def __init__(self, prog: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_help_position", _HELP_COLUMN)
        kwargs.setdefault("width", _columns())
        super().__init__(prog, **kwargs)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        text = super()._get_help_string(action)
        if text is None or not action.option_strings or action.default is argparse.SUPPRESS:
            return text
        source = getattr(action, "default_source", "")
        note = f" -> from {source}" if source else f", set by {names_of(action.dest)[0]}"
        default = "%(default)s)"
        if not text.endswith(default):
            return text
        if action.default in (None, "") or action.default == []:
            text = text.replace("%(default)s", "none")
        return f"{text[:-1]}{note})"

    def add_raw_text(self, text: str | None) -> None:
        """Add text whose line ends are kept."""

        def keep(raw: str) -> str:
            return os.linesep.join(raw.splitlines()) + os.linesep if raw else raw

        if text is not None and text is not argparse.SUPPRESS:
            self._add_item(keep, [text])


def _columns() -> int:
    """Tell how wide lines may be: a person reads them on a terminal, and there they must not wrap."""
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (AttributeError, OSError, ValueError):
        return _MOST_COLUMNS
    return min(columns - 1, _MOST_COLUMNS) if columns > 1 else _MOST_COLUMNS


__all__ = ["HelpFormatter"]
