"""What plugins see of tox, against what they see of tox 4.67.15."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.plugin.interface import ROWS, Row, shown, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

SEEN: dict[str, list[str]] = json.loads(Path(__file__).with_name("interface.json").read_text(encoding="utf-8"))


def test_table_is_whole() -> None:
    """What is probed was drawn, and nothing else."""
    assert list(SEEN) == list(ROWS)


@pytest.mark.parametrize(("row", "seen"), [(ROWS[name], SEEN.get(name, [])) for name in ROWS], ids=list(ROWS))
def test_plugins_see_the_same(tox: Callable[..., Ended], tmp_path: Path, row: Row, seen: list[str]) -> None:
    """Each probe gives the recorded value, or an error of the recorded kind; the run ends with the recorded code."""
    write(tmp_path, row)

    ended = tox(*row.arguments)

    assert [f"exit code {ended.code & 0xFF}", *shown(ended.out, str(tmp_path.resolve()))] == seen, ended.err
