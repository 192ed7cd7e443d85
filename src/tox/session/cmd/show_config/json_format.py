"""Settings as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tox.session.cmd.show_config.common import build_structured_result, write_output

if TYPE_CHECKING:
    from tox.session.state import State


def show_config_json(state: State) -> int:
    """Print settings as JSON, never coloured: it is for parsing, also where a terminal records it.

    :returns: zero; -1 when any value could not be loaded
    """
    result, failed = build_structured_result(state)
    write_output(json.dumps(result, indent=2), state.conf.options.output_file, is_colored=False, colorize=str)
    return -1 if failed else 0
