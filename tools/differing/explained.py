"""What is known to differ on purpose: each with the paragraph of ``docs/differences.rst`` that tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from differing.comparing import Point
    from differing.model import Draw


class Shown(NamedTuple):
    """A difference, made small."""

    draw: Draw
    point: Point
    ours: str
    theirs: str


class Row(NamedTuple):
    """One thing that differs on purpose."""

    heading: str
    """of the paragraph, as it stands there"""
    fits: Callable[[Shown], bool]
    """narrow: true of nothing else"""


ROWS: tuple[Row, ...] = ()


def explanation(shown: Shown) -> str | None:
    """Give the heading of the paragraph that tells a difference, if one does."""
    return next((row.heading for row in ROWS if row.fits(shown)), None)
