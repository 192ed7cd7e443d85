"""Watching that tests leave the variables of the process alone."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["check_os_environ"]

#: set by pytest and coverage while a test runs
_VOLATILE = {"PYTEST_CURRENT_TEST", "COV_CORE_SOURCE", "COV_CORE_CONFIG", "COV_CORE_DATAFILE"}


@contextlib.contextmanager
def check_os_environ() -> Iterator[None]:
    """Fail when the block ends with other variables than it began with; they are put back.

    :raises AssertionError: naming the variables that differ
    """
    before = dict(os.environ)
    try:
        yield
    finally:
        after = dict(os.environ)
        changed = sorted(
            name for name in (before.keys() | after.keys()) - _VOLATILE if before.get(name) != after.get(name)
        )
        for name in changed:
            if name in before:
                os.environ[name] = before[name]
            else:
                del os.environ[name]
    if changed:
        raise AssertionError(f"variables left changed: {', '.join(changed)}")
