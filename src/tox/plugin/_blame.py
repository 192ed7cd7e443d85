"""Telling whose code raised an error, and where in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

__all__ = ["reason", "sentence"]


def reason(error: BaseException) -> str:
    """Say in one line what was raised: its type, and its message if it has one."""
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def sentence(told: str, error: BaseException, is_theirs: Callable[[FrameType], bool]) -> str:
    """Say that somebody's code failed.

    :param told: whose code it is, and what it was asked for
    :param error: what it raised
    :param is_theirs: tells whether a frame of the traceback is of that code
    :returns: one sentence, with the innermost line of that code when there is one
    """
    where = ""
    trace = error.__traceback__
    while trace is not None:
        if is_theirs(trace.tb_frame):
            where = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})"
        trace = trace.tb_next
    return f"{told}: {reason(error)}{where}"
