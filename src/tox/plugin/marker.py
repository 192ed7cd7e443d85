"""The marker that makes a function of a plugin a hook implementation.

It leaves the same mark as :class:`pluggy.HookimplMarker` does, without loading that library at each start of tox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "tox"
"""The name hook implementations and entry points are found by."""

_Hook = TypeVar("_Hook", bound="Callable[..., Any]")


@overload
def impl(function: _Hook) -> _Hook: ...


@overload
def impl(
    function: None = None,
    hookwrapper: bool = False,
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    specname: str | None = None,
    wrapper: bool = False,
) -> Callable[[_Hook], _Hook]: ...


def impl(
    function: _Hook | None = None,
    hookwrapper: bool = False,
    optionalhook: bool = False,
    tryfirst: bool = False,
    trylast: bool = False,
    specname: str | None = None,
    wrapper: bool = False,
) -> _Hook | Callable[[_Hook], _Hook]:
    """Mark a function as the implementation of the hook of its name.

    :param function: the function; without one, a decorator is returned
    :param hookwrapper: the function wraps all others, in the older way: it yields once and gets their outcome
    :param optionalhook: it is no error when there is no such hook
    :param tryfirst: call it before others
    :param trylast: call it after others
    :param specname: name of the hook, when it differs from that of the function
    :param wrapper: the function wraps all others: it yields once, gets their result and returns what callers see
    """

    def mark(marked: _Hook) -> _Hook:
        options = {
            "hookwrapper": hookwrapper,
            "wrapper": wrapper,
            "optionalhook": optionalhook,
            "tryfirst": tryfirst,
            "trylast": trylast,
            "specname": specname,
        }
        setattr(marked, f"{NAME}_impl", options)
        return marked

    return mark if function is None else mark(function)


__all__ = ["NAME", "impl"]
