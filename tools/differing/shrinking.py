"""Make what shows something smaller for as long as it goes on showing it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
#: fields, keys and numbers that lead to a part
Way = tuple[Any, ...]
#: fields whose value stays as it is, or becomes the one that it usually has
_KEPT = ("path", "form", "place", "command", "cwd", "odd")


def cut(what: T, holds: Callable[[T], bool]) -> T:
    """Take away parts, many at once as long as that can be done: halves of all that there is, then quarters, and so on.

    :param holds: tells whether something smaller still shows it
    :returns: what shows it, and in which most parts are needed
    """
    every = [*parts(what)]
    kept, size = every, len(every)
    while size:
        start = 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            smaller = without(what, {*every} - {*rest})
            if smaller == without(what, {*every} - {*kept}) or holds(smaller):
                kept = rest
            else:
                start += size
        size //= 2
    smallest: T = without(what, {*every} - {*kept})
    return smallest


def parts(value: Any, way: Way = ()) -> Iterator[Way]:
    """Give the way to everything that can be taken away, what holds other parts before these."""
    if dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            if part.name not in _KEPT:
                yield from parts(getattr(value, part.name), (*way, part.name))
    elif isinstance(value, tuple):  # a name with what it names
        yield from parts(value[-1], (*way, -1))
    elif isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*way, key)
            yield from parts(inner, (*way, key))


def without(value: Any, gone: set[Way], way: Way = ()) -> Any:
    """Give a value without some of its parts."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [part.name for part in dataclasses.fields(value) if part.name not in _KEPT]
        return dataclasses.replace(value, **{name: without(getattr(value, name), gone, (*way, name)) for name in names})
    if isinstance(value, tuple):
        return (*value[:-1], without(value[-1], gone, (*way, -1)))
    if isinstance(value, dict):
        ways = {key: (*way, key) for key in value}
        return {key: without(value[key], gone, inner) for key, inner in ways.items() if inner not in gone}
    if isinstance(value, list):
        return [without(each, gone, (*way, at)) for at, each in enumerate(value) if (*way, at) not in gone]
    return value


def shrink(what: T, holds: Callable[[T], bool], most: int = 400) -> T:
    """Take away whatever can be taken away.

    :param holds: tells whether something smaller still shows it
    :param most: how often that may be asked
    :returns: what shows it and of which no single part can be taken away, if asking often enough was allowed
    """
    changed = True
    while changed and most > 0:
        changed, place = False, 0
        while most > 0:
            smaller = nth(reductions(what), place)
            if smaller is None:
                break
            most -= 1
            if holds(smaller):
                what, changed = smaller, True
            else:
                place += 1
    return what


def nth(items: Iterator[T], place: int) -> T | None:
    """Give the item at a place, if there is one."""
    return next((item for index, item in enumerate(items) if index == place), None)


def reductions(value: Any) -> Iterator[Any]:
    """Give everything that is one step smaller than a value, what is much smaller first."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from smaller_record(value)
    elif isinstance(value, dict):
        for key in value:
            yield {name: inner for name, inner in value.items() if name != key}
        for key, inner in value.items():
            yield from ({**value, key: smaller} for smaller in reductions(inner))
    elif isinstance(value, list):
        yield from shorter(value)
        for index, inner in enumerate(value):
            yield from ([*value[:index], smaller, *value[index + 1 :]] for smaller in reductions(inner))
    elif isinstance(value, tuple):  # a name with what it names
        yield from ((*value[:-1], smaller) for smaller in reductions(value[-1]))
    elif isinstance(value, str):
        yield from shorter_text(value)
    elif type(value) is int and value:
        yield 0


def smaller_record(value: Any) -> Iterator[Any]:
    """Make one field of a dataclass smaller."""
    for part in dataclasses.fields(value):
        held = getattr(value, part.name)
        if part.name not in _KEPT:
            yield from (dataclasses.replace(value, **{part.name: smaller}) for smaller in reductions(held))
        elif part.default is not dataclasses.MISSING and held != part.default:
            yield dataclasses.replace(value, **{part.name: part.default})


def shorter(value: list[Any]) -> Iterator[list[Any]]:
    """Leave out parts of a list: halves, then one each."""
    half = len(value) // 2
    if half > 1:
        yield value[half:]
        yield value[:half]
    for index in range(len(value)):
        yield value[:index] + value[index + 1 :]


def shorter_text(text: str) -> Iterator[str]:
    """Leave out parts of a text: all, halves, then one character each."""
    if text:
        yield ""
    if len(text) > 3:
        yield text[len(text) // 2 :]
        yield text[: len(text) // 2]
    if len(text) > 1:
        size = 1 if len(text) <= 12 else len(text) // 8
        for index in range(0, len(text), size):
            yield text[:index] + text[index + size :]
