"""Factors, under the names that plugins know."""

from __future__ import annotations

from tox.config._factors import (
    ARCHITECTURES as KNOWN_ARCHITECTURES,
)
from tox.config._factors import (
    LATEST_MINOR as LATEST_PYTHON_MINOR_MAX,
)
from tox.config._factors import (
    OLDEST_MINOR as LATEST_PYTHON_MINOR_MIN,
)
from tox.config._factors import (
    active_factors,
    expand_factors,
    expand_ranges,
    extend_factors,
    find_envs,
    open_range,
)
from tox.config._factors import (
    filter_lines as _filter_lines,
)

__all__ = [
    "KNOWN_ARCHITECTURES",
    "LATEST_PYTHON_MINOR_MAX",
    "LATEST_PYTHON_MINOR_MIN",
    "active_factors",
    "expand_factors",
    "expand_ranges",
    "extend_factors",
    "filter_for_env",
    "find_envs",
    "open_minor_range",
]


def filter_for_env(value: str, name: str | None) -> str:
    """Keep the lines of a value that are meant for an environment, without their conditions."""
    return _filter_lines(value, name)


def open_minor_range(start: int | None = None, stop: int | None = None) -> list[int]:
    """List the Python minor versions from one to another, both included; an open end runs to what is known."""
    return open_range(start, stop)
