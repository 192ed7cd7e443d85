"""How variables may be written, and what is to be done, step by step, to know them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypedDict

from tox.config._substitute.expression import MatchExpression
from tox.config.set_env_line import split_line
from tox.errors import Fail, HandledError
from tox.util._record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tox.config.loader._args import ConfigLoadArgs


#: characters of a line that are shown at most
_MOST_SHOWN = 300


class NoVariableError(HandledError, ValueError):
    """A line that is to set variables stands for nothing.

    The output of the ``config`` command shows it as the :class:`ValueError` that scripts know.

    :param field: full name of the setting
    :param line: the line
    """

    def __init__(self, field: str, line: str) -> None:
        shown = line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}..."
        super().__init__(f"a line of {field} reads NAME=value, not {shown!r}, which stands for nothing")

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
Step = File | Lines | Named | SetEnvReference | dict[str, Definition]


def steps_of(raw: SetEnvRaw, field: str, *, substituted: bool) -> Iterator[Step]:
    """Go through what is to be done to know all variables, in order.

    :param field: full name of the setting, for messages
    :param substituted: whether values are final, braces in them meaning themselves
    :raises HandledError: if a variable is not well-formed
    """
    if isinstance(raw, SetEnvReference):
        yield raw
    elif isinstance(raw, str):
        for line in filter(None, map(str.strip, raw.splitlines())):
            yield _line_step(line, field, substituted=substituted)
    elif isinstance(raw, list):
        for part in raw:
            yield from steps_of(part, field, substituted=substituted)
    else:
        yield from _table_steps(raw, field)


def _line_step(line: str, field: str, *, substituted: bool) -> Step:
    if line.startswith("file|"):
        return File(line[len("file|") :])
    key, value, marker, assigns = split_line(line)
    if not assigns and "{" in line:
        return Lines(line)
    if not assigns:
        msg = f"a line of {field} reads NAME=value, not {line!r}"
        raise HandledError(msg)
    if not key:
        msg = f"a line of {field} lacks the name before the equals sign"
        raise HandledError(msg)
    if "{" in key and not substituted:
        return Named(key, Definition(value, marker))
    return {key: Definition(value, marker, literal=substituted)}


def _table_steps(raw: Mapping[str, SetEnvValue | SetEnvEntry], field: str) -> Iterator[Step]:
    table = dict(raw)
    if "file" in table:  # whatever stands beside it beats what the file says
        file = table.pop("file")
        yield File(file["value"] if isinstance(file, dict) else file)
    if "" in table:
        msg = f"a variable of {field} has an empty name"
        raise HandledError(msg)
    yield {
        key: Definition(value["value"], value.get("marker", "")) if isinstance(value, dict) else Definition(value)
        for key, value in table.items()
    }


def read_env_file(path: Path, field: str) -> Iterator[tuple[str, str]]:
    """Go through the names and values in a file of ``NAME=value`` lines.

    :param field: full name of the setting that names the file, for messages
    :raises Fail: if it cannot be read, or a line is no assignment
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # a null byte in the path is the latter
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", error)
        msg = f"{path} for {field} cannot be read: {reason}"
        raise Fail(msg) from error
    for number, line in enumerate(text.splitlines(), start=1):
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
        msg = f"line {line_number} of {env_file} for set_env does not read NAME=value"
        raise Fail(msg)
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
        msg = f"{key} of {field} has the marker {marker!r}, which is none: {detail}"
        raise HandledError(msg) from error
