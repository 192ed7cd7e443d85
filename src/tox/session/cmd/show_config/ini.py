"""Settings as an INI file would have them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tox.config.loader.stringify import stringify
from tox.session.cmd.show_config import _paint
from tox.session.cmd.show_config.common import (
    Shown,
    format_config_error,
    keys,
    load,
    must_raise,
    shown,
    write_output_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tox.session.state import State


def show_config_ini(state: State) -> int:
    """Print settings as INI, a group at a time.

    :returns: zero; -1 when any value could not be loaded
    """
    options = state.conf.options
    target: Path | None = options.output_file
    # whoever reads values from a pipe wants them alone, however much colours are forced
    writer = _Writer(state, is_colored=options.is_colored and target is None and sys.stdout.isatty())
    if target is None:
        for line in writer.lines():
            print(line)
    else:
        write_output_file(target, "".join(f"{line}\n" for line in writer.lines()) or "\n")
    return -1 if writer.failed else 0


class _Writer:
    """Writes groups of settings.

    :ivar failed: whether any value could not be loaded
    """

    def __init__(self, state: State, *, is_colored: bool) -> None:
        self._state = state
        self._is_colored = is_colored
        self.failed = False

    def lines(self) -> Iterator[str]:
        """Yield the lines of everything that is asked for, empty ones between groups."""
        first = True
        for group in shown(self._state):
            if not first or group.type_name is None:
                yield ""
            first = False
            yield from self._group(group)

    def _group(self, group: Shown) -> Iterator[str]:
        title = f"[testenv:{group.name}]" if group.type_name is not None else f"[{group.name}]"
        yield self._painted(_paint.header, title)
        complete = not self._state.conf.options.list_keys_only
        if group.type_name is not None and complete:
            yield f"{self._painted(_paint.key, 'type')} = {group.type_name}"
        for key in keys(self._state, group):
            yield from self._setting(group, key)
        if complete and (unused := group.conf.unused()):
            yield self._painted(_paint.note, f"# !!! unused: {', '.join(unused)}")

    def _setting(self, group: Shown, key: str) -> Iterator[str]:
        name = self._painted(_paint.key, key)
        try:
            text, multi_line = stringify(load(group, key))
        except Exception as error:  # a value, or a plugin's code, may raise anything
            if must_raise():
                raise
            self.failed = True
            yield f"{name} = {self._painted(_paint.error, f'# Exception: {format_config_error(error)}')}"
            return
        if multi_line and "\n" in text:
            yield f"{name} ="
            for line in text.splitlines():
                yield f"  {line}" if line.strip() else line
        else:
            yield f"{name} = {text}"

    def _painted(self, paint: Callable[[str], str], text: str) -> str:
        return paint(text) if self._is_colored else text
