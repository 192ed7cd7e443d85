"""Factors: the parts of an environment's name, and the conditions and patterns written with them.

.. code-block:: text

    names       py3{11,12}-{a,b}      a product, the first group changing slowest
    range       {1-3} {13-} {-12}     numbers; an open end runs to the oldest or latest Python known
    condition   a-!b,{c,d}: content   comma is "or", dash is "and", an exclamation mark negates one factor

Everything here is a pure function of its arguments, the platform aside.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: how many names one pattern may stand for, and how many numbers a range may have; more would fill the memory
MOST_NAMES = 100_000
#: the Python minor versions that an open range starts and ends with
OLDEST_MINOR, LATEST_MINOR = 11, 15
#: machine architectures that may be factors
ARCHITECTURES = frozenset({
    "arm64", "loongarch64", "ppc", "ppc64", "ppc64le", "riscv64", "s390x", "sparc64", "x86", "x86_64",
})  # fmt: skip
#: what operating systems call these architectures otherwise
_ARCHITECTURE_NAMES = {"aarch64": "arm64", "amd64": "x86_64", **dict.fromkeys(("i386", "i486", "i586", "i686"), "x86")}

#: one factor and whether it is to be absent
Term = tuple[str, bool]
#: terms that all have to hold
Group = list[Term]

_NUMBERS = re.compile(r"\s*(?P<start>\d*)-(?P<stop>\d*)")
_BRACES = re.compile(r"\{([^{}]+)\}")
#: what a pattern may stand for: factors of which each may be negated, or be empty; a set of characters likewise
_NAME = re.compile(r"(?:!?(?:\[!|[\w.*?\[\]])+)?(?:-(?:!?(?:\[!|[\w.*?\[\]])+)?)*")
_NEGATION = re.compile(r"(?:(?<=-)|\A)!")
#: a colon that may end a condition, and what depends on it
_CONDITION_END = re.compile(r"\s*:(?:\s+|$)")


def open_range(start: int | None, stop: int | None) -> list[int]:
    """List the Python minor versions of a range with one open end.

    :param start: the lowest, included; None for the oldest known
    :param stop: the highest, included; None for the latest known
    :returns: ascending numbers; the given bound alone when it lies beyond what is known
    :raises ValueError: if there are more than :data:`MOST_NAMES`
    """
    if start is None:
        last = LATEST_MINOR if stop is None else stop
        return _listed(range(OLDEST_MINOR, last + 1)) or [last]
    if stop is None:
        return _listed(range(start, LATEST_MINOR + 1)) or [start]
    return _listed(range(start, stop + 1))


def _listed(numbers: range) -> list[int]:
    if numbers[MOST_NAMES:]:
        raise ValueError(f"the range from {numbers[0]} to {numbers[-1]} has more than {MOST_NAMES} numbers")
    return list(numbers)


def _numbers(alternative: str) -> list[str]:
    """List what one alternative between braces stands for: the numbers of a range, else itself."""
    match = _NUMBERS.fullmatch(alternative)
    if match is None or not (match["start"] or match["stop"]):
        return [alternative]
    start, stop = (int(match[end]) if match[end] else None for end in ("start", "stop"))
    if start is None or stop is None:
        return [str(number) for number in open_range(start, stop)]
    step = 1 if start <= stop else -1
    return list(map(str, _listed(range(start, stop + step, step))))


def expand_ranges(value: str) -> str:
    """Write out the numeric ranges between braces: ``py3{10-12}`` becomes ``py3{10,11,12}``.

    :raises ValueError: if one has more than :data:`MOST_NAMES` numbers
    """
    if "{" not in value:
        return value

    def write_out(match: re.Match[str]) -> str:
        alternatives = (number for one in match[1].split(",") for number in _numbers(one))
        return f"{{{','.join(alternatives)}}}"

    return _BRACES.sub(write_out, value)


def split_items(value: str) -> list[str]:
    """Split at line ends, and at commas outside of braces; every item is stripped, empty ones are dropped."""
    items = []
    for line in value.split("\n"):
        depth = start = 0
        for at, char in enumerate(line):
            if char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
            elif char == "," and depth <= 0:
                items.append(line[start:at])
                start = at + 1
        items.append(line[start:])
    return [item for item in map(str.strip, items) if item]


@lru_cache(maxsize=4096)
def expand_item(item: str) -> tuple[str, ...]:
    """List what one pattern stands for, the first group of braces changing slowest.

    Blanks beside braces and beside the commas between them mean nothing.

    :returns: names, of which any may be empty, and whose factors may have exclamation marks
    :raises ValueError: if it is no pattern, or stands for more than :data:`MOST_NAMES` names
    """
    choices = [
        [one.strip() for one in part.split(",")] if at % 2 else [part.strip()]
        for at, part in enumerate(_BRACES.split(expand_ranges(item)))
    ]
    names = tuple("".join(chosen) for chosen in combine(choices, item))
    for name in names:
        if _NAME.fullmatch(name) is None:
            raise ValueError(_wrong(item, name))
    return names


def combine(groups: Sequence[Sequence[str]], what: object) -> Iterator[tuple[str, ...]]:
    """Take one of each group in every way there is, the first group changing slowest.

    :param what: where the groups come from, for the message
    :raises ValueError: if there are more than :data:`MOST_NAMES` ways
    """
    ways = 1
    for group in groups:
        ways *= len(group)
        if ways > MOST_NAMES:
            raise ValueError(f"{what!r} stands for more than {MOST_NAMES} names")
    return product(*groups)


def _wrong(item: str, name: str) -> str:
    if "{" in name or "}" in name:
        return f"braces may be neither nested nor empty, and need a partner, in {item!r}"
    what = repr(item) if name == item else f"{name!r}, which {item!r} stands for,"
    return f"{what} cannot name an environment, whose factors are of letters, digits, _ and ., with dashes between"


def extend_factors(value: str) -> Iterator[str]:
    """Name every environment that a comma or line separated list of patterns stands for, in order.

    Factors lose their exclamation mark, as an environment cannot be named by what it is not.

    :raises ValueError: if an item is no pattern, or stands for more than :data:`MOST_NAMES` names
    """
    for item in split_items(value):
        for name in expand_item(item):
            yield _NEGATION.sub("", name) if "!" in name else name


@lru_cache(maxsize=4096)
def parse_line(line: str) -> tuple[tuple[tuple[Term, ...], ...] | None, str]:
    """Split one line into its condition and its content.

    :returns: groups of which one has to hold, or None when the line has no condition; and the text that depends on it
    """
    end = _CONDITION_END.search(line)
    if end is None:
        return None, line
    try:
        names = [name for item in split_items(line[: end.start()]) for name in expand_item(item)]
    except ValueError:
        return None, line
    return tuple(tuple(_terms(name)) for name in names), line[end.end() :]


def _terms(name: str) -> Iterator[Term]:
    for part in name.split("-"):
        yield (part[1:], True) if part.startswith("!") else (part, False)


def expand_factors(value: str) -> Iterator[tuple[list[Group] | None, str]]:
    """Go through the lines of a value: the groups of its condition, or None without one, and its content."""
    for line in value.split("\n"):
        condition, content = parse_line(line)
        yield None if condition is None else [list(group) for group in condition], content


@lru_cache(maxsize=1)
def machine() -> str:
    """Tell the architecture of this machine, by the name it has as a factor."""
    if sys.platform == "win32":  # pragma: win32 cover
        name = os.environ.get("PROCESSOR_ARCHITEW6432") or os.environ.get("PROCESSOR_ARCHITECTURE", "")
    else:
        name = os.uname().machine
    return _ARCHITECTURE_NAMES.get(name.lower(), name.lower())


def active_factors(env_name: str | None) -> set[str]:
    """Collect the factors that hold in an environment.

    :param env_name: its name, whose parts between dashes are factors; None for what belongs to no environment
    :returns: these parts, the platform, and the machine's architecture unless the name has one already
    """
    factors = set(env_name.split("-")) if env_name else set()
    if factors.isdisjoint(ARCHITECTURES):
        factors.add(machine())
    factors.add(sys.platform)
    return factors


def holds(condition: tuple[tuple[Term, ...], ...], factors: set[str]) -> bool:
    """Tell whether one group of the condition has all its factors present, or absent when negated."""
    return any(all((name in factors) is not absent for name, absent in group) for group in condition)


def filter_lines(value: str, env_name: str | None) -> str:
    """Keep the lines of a value that are meant for an environment, without their conditions.

    Lines that a backslash continues may each have a condition. The last one needs none of its own: it is dropped with
    the line before it, unless it ends what an earlier line that is kept has begun.
    """
    if ":" not in value:
        return value
    factors: set[str] | None = None
    kept: list[str] = []
    dropped_before = False
    for line in value.split("\n"):
        condition, content = parse_line(line)
        continues = line.endswith("\\")
        if condition is None:
            keep = continues or not dropped_before or (bool(kept) and kept[-1].endswith("\\"))
        else:
            factors = active_factors(env_name) if factors is None else factors
            keep = holds(condition, factors)
        if keep:
            kept.append(content)
        dropped_before = continues and not keep
    return "\n".join(kept)


def find_envs(value: str) -> Iterator[str]:
    """Name the environments that the conditions within a value speak of, negated ones included."""
    if ":" not in value:
        return
    for line in value.split("\n"):
        condition, _ = parse_line(line)
        for group in condition or ():
            yield "-".join(name for name, _ in group)
