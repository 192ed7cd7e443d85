"""How variables may be written, and what is to be done, step by step, to know them all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypedDict

from tox.config._substitute.expression import MatchExpression
from tox.config._substitute.syntax import has_expression, parse
from tox.config.set_env_line import split_line, split_plain_line
from tox.errors import Fail, HandledError
from tox.util._record import Record
from tox.util._text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tox.config.loader._args import ConfigLoadArgs


#: characters of a line that are shown at most
_MOST_SHOWN = 300
#: what no name of a variable may hold on any platform
_NO_NAME = re.compile(r"[=\r\n\0]")


class NoVariableError(HandledError, ValueError):
    """A line that is to set variables stands for nothing.

    The output of the ``config`` command shows it as the :class:`ValueError` that scripts know.

    :param field: full name of the setting
    :param line: the line as it stands in the configuration; what it stands for may be secret
    """

    def __init__(self, field: str, line: str) -> None:
        shown = line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}..."
        super().__init__(f"a line of {field} reads NAME=value, which {shown!r} does not stand for")

    def __repr__(self) -> str:
        return f"{ValueError.__name__}({str(self)!r})"


class LateValue:
    """A value that is computed when it is asked for.

    :param compute: gets for whom, and the keys on the way here; returns the final text
    """

    __slots__ = ("compute",)

    def __init__(self, compute: Callable[[ConfigLoadArgs], str]) -> None:
        self.compute = compute


#: text with expressions, one expression, or what computes a text
SetEnvValue = str | MatchExpression | LateValue


class SetEnvEntry(TypedDict, total=False):
    """A value with the marker that says where it counts."""

    value: SetEnvValue
    marker: str


class Variables(Protocol):
    """Variables of another section."""

    def load(self, item: str, args: ConfigLoadArgs | None = None) -> str: ...

    def raw(self, args: ConfigLoadArgs, *, resolve: bool = True) -> dict[str, SetEnvEntry]: ...


class SetEnvReference(Record):
    """The variables of another section, as a part of those of this one."""

    __slots__ = ("args", "config", "shape")

    #: the other variables
    config: Variables
    #: for whom they are loaded
    args: ConfigLoadArgs
    #: how the other section writes them
    shape: Literal["string", "table", "array"]

    def __init__(self, config: Variables, args: ConfigLoadArgs, shape: Literal["string", "table", "array"]) -> None:
        super().__init__(config=config, args=args, shape=shape)


Table = dict[str, SetEnvValue | SetEnvEntry]
#: the ways to write them: lines, a table, another section's, or a list of the latter two
SetEnvRaw = str | Table | SetEnvReference | list[Table | SetEnvReference]


class Definition(NamedTuple):
    """One variable as it is written."""

    value: SetEnvValue
    #: where it counts; empty for everywhere
    marker: str = ""
    #: whether the value is final
    literal: bool = False


#: variables of one place, by name
Layer = dict[str, Definition]


class File(NamedTuple):
    """A file of variables, its name perhaps with expressions."""

    name: SetEnvValue


class Lines(NamedTuple):
    """An expression that stands for lines."""

    text: str


class Named(NamedTuple):
    """A variable whose name has expressions, which may ask for other variables."""

    name: str
    definition: Definition


#: one step; variables that need no looking into come as a mapping
Step = File | Lines | Named | SetEnvReference | Layer


def steps_of(raw: SetEnvRaw, *, substituted: bool) -> Iterator[Step]:
    """Go through what is to be done to know all variables, in order.

    :param substituted: whether values are final, braces in them meaning themselves
    :raises ValueError: if a variable is not well-formed
    """
    if isinstance(raw, SetEnvReference):
        yield raw
    elif isinstance(raw, str):
        for line in filter(None, map(str.strip, raw.split("\n"))):
            yield _line_step(line, substituted=substituted)
    elif isinstance(raw, list):
        for part in raw:
            yield from steps_of(part, substituted=substituted)
    else:
        yield from _table_steps(raw)


def _line_step(line: str, *, substituted: bool) -> Step:
    if line.startswith("file|"):
        return File(line[len("file|") :])
    key, value, marker, assigns = split_line(line)
    if not assigns and has_expression(parse(line)):
        return Lines(line)
    if not assigns:
        raise ValueError(f"a line reads NAME=value, not {line!r}")
    definition = Definition(value, marker, literal=substituted)
    if "{" in key and not substituted:
        return Named(key, definition)
    return {checked_name(key): definition}


def literal_line(line: str) -> Layer:
    """Read a line that stands for nothing but itself: its braces mean themselves, so it has its first equals sign.

    :raises ValueError: if it has none
    """
    key, value, marker, assigns = split_plain_line(line)
    if not assigns:
        raise ValueError("a line reads NAME=value")
    return {checked_name(key): Definition(value, marker)}


def checked_name(name: str) -> str:
    """Take the name of a variable.

    :raises ValueError: if no variable can have it; the name is not told, as it may have come from the host
    """
    if not name.strip():
        raise ValueError("a variable has an empty name")
    if _NO_NAME.search(name):
        raise ValueError("the name of a variable may hold neither an equals sign nor a line end")
    return name


def _table_steps(raw: Mapping[str, SetEnvValue | SetEnvEntry]) -> Iterator[Step]:
    before: dict[str, Definition] = {}
    for key, entry in raw.items():
        if key == "file":  # what stands behind it beats what the file says
            yield before
            yield File(entry["value"] if isinstance(entry, dict) else entry)
            before = {}
        else:
            value, marker = (entry["value"], entry.get("marker", "")) if isinstance(entry, dict) else (entry, "")
            before[checked_name(key)] = Definition(value, marker)
    yield before


def read_env_file(path: Path, field: str) -> Iterator[tuple[str, str]]:
    """Go through the names and values in a file of ``NAME=value`` lines.

    :param field: full name of the setting that names the file, for messages
    :raises Fail: if it cannot be read, or a line is no assignment
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be empty for the next environment
            raise ValueError("it is no regular file")
        text = read_text(path)
    except (OSError, ValueError) as error:
        raise Fail(f"{path} for {field} cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):  # what else ends lines elsewhere may be in a value
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield split_file_line(stripped, path, number)


def split_file_line(line: str, env_file: Path, line_number: int) -> tuple[str, str]:
    """Split a line of a file into name and value; neither is told when it fails, as they may be secret.

    :raises Fail: if it is no assignment
    """
    key, found, value = line.partition("=")
    key = key.strip()
    if key.startswith(("export ", "export\t")):
        key = key[len("export") :].strip()
    if not found or not key:
        raise Fail(f"line {line_number} of {env_file} for set_env does not read NAME=value")
    if "\0" in line:
        raise Fail(f"line {line_number} of {env_file} for set_env holds a null byte")
    return key, value.strip()


def marker_holds(marker: str, key: str, field: str) -> bool:
    """Tell whether a marker holds for the interpreter that tox runs on; an empty one does.

    :raises HandledError: if it is no marker
    """
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker  # a door: few projects have markers here

    try:
        return Marker(marker).evaluate()
    except InvalidMarker as error:
        detail = str(error).splitlines()[0]
        raise HandledError(f"{key} of {field} has the marker {marker!r}, which is none: {detail}") from error
