"""Settings as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tox.session.cmd.show_config import _paint
from tox.session.cmd.show_config.common import build_structured_result, write_output

if TYPE_CHECKING:
    from tox.session.state import State

_KEY = re.compile(r'^(\s*)"((?:[^"\\]|\\.)*)"(?=: )', re.MULTILINE)


def show_config_json(state: State) -> int:
    """Print settings as JSON.

    :returns: zero; -1 when any value could not be loaded
    """
    result, failed = build_structured_result(state)
    options = state.conf.options
    write_output(json.dumps(result, indent=2), options.output_file, options.is_colored, colorize)
    return -1 if failed else 0


def colorize(text: str) -> str:
    """Colour the keys, which lose their quotes: this is for reading, not for parsing."""
    return _KEY.sub(lambda found: f"{found[1]}{_paint.key(found[2])}", text)
