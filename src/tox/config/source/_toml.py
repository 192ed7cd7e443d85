"""Read TOML files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tox.config.source._text import read_text

if TYPE_CHECKING:
    from pathlib import Path


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    :raises ValueError: if it cannot be read or is no TOML
    """
    text = read_text(path)
    if sys.version_info >= (3, 11):
        from tomllib import TOMLDecodeError, loads  # a door: most projects have no TOML to read
    else:
        from tomli import TOMLDecodeError, loads
    try:
        return loads(text)
    except TOMLDecodeError as error:
        raise ValueError(str(error)) from error
    except RecursionError:
        msg = "tables and lists are nested too deep"
        raise ValueError(msg) from None
