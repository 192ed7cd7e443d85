"""How help looks."""

from __future__ import annotations

import argparse
import os
from typing import Any

from tox.config.cli.env_var import names_of

_WIDTH = 240
_HELP_COLUMN = 30


class HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """Wide lines; after each option its default, and the variable or file it comes from, or may come from."""

    def __init__(self, prog: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_help_position", _HELP_COLUMN)
        kwargs.setdefault("width", _WIDTH)
        super().__init__(prog, **kwargs)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        text = super()._get_help_string(action)
        if text is None or not action.option_strings or action.default is argparse.SUPPRESS:
            return text
        source = getattr(action, "default_source", "")
        note = f" -> from {source}" if source else f", set by {names_of(action.dest)[0]}"
        default = "%(default)s)"
        return f"{text[:-1]}{note})" if text.endswith(default) else text

    def add_raw_text(self, text: str | None) -> None:
        """Add text whose line ends are kept."""

        def keep(raw: str) -> str:
            return os.linesep.join(raw.splitlines()) + os.linesep if raw else raw

        if text is not None and text is not argparse.SUPPRESS:
            self._add_item(keep, [text])


__all__ = ["HelpFormatter"]
