"""Settings as TOML."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from tox.session.cmd.show_config.common import build_structured_result, write_output

if TYPE_CHECKING:
    from tox.session.state import State

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FIRST_HALF, _LAST_HALF, _REPLACEMENT, _LAST_SHORT = 0xD800, 0xDFFF, 0xFFFD, 0xFFFF


def show_config_toml(state: State) -> int:
    """Print settings as TOML, never coloured: it is for parsing, also where a terminal records it.

    :returns: zero; -1 when any value could not be loaded
    """
    from tomli_w import dumps

    result, failed = build_structured_result(state)
    options = state.conf.options
    encoding = "utf-8" if options.output_file is not None else sys.stdout.encoding or "utf-8"
    text = _escape(dumps(_without_none(result)).rstrip("\n"), encoding)
    write_output(text, options.output_file, is_colored=False, colorize=str)
    return -1 if failed else 0


def _without_none(value: object) -> Any:
    """Leave out what TOML cannot say: that there is no value."""
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value if inner is not None]
    return value


def _escape(text: str, encoding: str) -> str:
    """Write what an encoding lacks as TOML escapes, since those of a stream are none; half of a pair has no escape."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return _NOT_ASCII.sub(_escaped, text)
    return text


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if _FIRST_HALF <= code <= _LAST_HALF:
        code = _REPLACEMENT
    return f"\\u{code:04x}" if code <= _LAST_SHORT else f"\\U{code:08x}"
