"""Variables that an environment sets, each evaluated when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypedDict

from tox.config._substitute.expression import MatchExpression
from tox.config._substitute.scope import MatchRecursionError
from tox.config.loader._args import ConfigLoadArgs
from tox.config.loader._override import append
from tox.config.set_env_line import format_line, split_line
from tox.errors import Fail, HandledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["SetEnv", "SetEnvEntry", "SetEnvRaw", "SetEnvReference", "SetEnvValue"]


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


@dataclass(frozen=True)
class SetEnvReference:
    """The variables of another section, as a part of those of this one."""

    #: the other variables
    config: SetEnv
    #: for whom they are loaded
    args: ConfigLoadArgs
    #: how the other section writes them
    shape: Literal["string", "table", "array"]


_Table = dict[str, SetEnvValue | SetEnvEntry]
#: the ways to write them: lines, a table, another section's, or a list of the latter two
SetEnvRaw = str | _Table | SetEnvReference | list[_Table | SetEnvReference]


class Replacer(Protocol):
    """Puts values in the place of expressions."""

    def __call__(self, value: str | MatchExpression, args: ConfigLoadArgs, /, *, recursive: bool = ...) -> str: ...


class _Definition(NamedTuple):
    """One variable as it is written."""

    value: SetEnvValue
    marker: str
    #: whether the value is final, because it came from elsewhere
    literal: bool = False


class _File(NamedTuple):
    """A file of variables, its name perhaps with expressions."""

    name: SetEnvValue


class _Lines(NamedTuple):
    """An expression that stands for lines."""

    text: str


class _Named(NamedTuple):
    """A variable whose name has expressions, which are evaluated late as they may ask for other variables."""

    name: str
    definition: _Definition


_Step = _File | _Lines | _Named | SetEnvReference | dict[str, _Definition]


class SetEnv:
    """Variables that an environment sets, by name; a mapping whose values are evaluated when they are asked for.

    :param raw: how they are written
    :param name: of the section, for messages
    :param env_name: the environment; None for none
    :param root: where relative file names start
    :param substituted: whether nothing in it is to be evaluated any more
    """

    def __init__(
        self, raw: SetEnvRaw, name: str, env_name: str | None, root: Path, *, substituted: bool = False
    ) -> None:
        #: set whenever a value may have become another; whoever keeps copies resets it
        self.changed = False
        self._name, self._env_name, self._root = name, env_name, root
        self._args = ConfigLoadArgs([], name, env_name)
        self._replacer: Replacer = self._keep_text
        #: what is left to be looked into, in order
        self._needs_replacement: list[_Step] = []
        #: variables by name, not yet evaluated
        self._raw: dict[str, _Definition] = {}
        #: final values by name
        self._materialized: dict[str, str] = {}
        #: values that Python code gives, evaluated whenever they are asked for
        self._exported: dict[str, Callable[[], str]] = {}
        self._resolving = False
        self._read(raw, substituted=substituted)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _read(self, raw: SetEnvRaw, *, substituted: bool) -> None:
        if isinstance(raw, str):
            self._parse_str(raw, substituted=substituted)
        elif isinstance(raw, SetEnvReference):
            self._needs_replacement.append(raw)
        elif isinstance(raw, list):
            for part in raw:
                self._read(part, substituted=substituted)
        else:
            self._parse_dict(raw.items())

    def _parse_str(self, raw: str, *, substituted: bool) -> None:
        for line in raw.splitlines():
            if line.strip():
                self._parse_line(line.strip(), substituted=substituted)

    def _parse_line(self, line: str, *, substituted: bool) -> None:
        if line.startswith("file|"):
            self._needs_replacement.append(_File(line[len("file|") :]))
            return
        key, value, marker, assigns = split_line(line)
        if not assigns:
            if "{" not in line:
                msg = f"a line of {self._field} reads NAME=value, not {line!r}"
                raise HandledError(msg)
            self._needs_replacement.append(_Lines(line))
        elif not key:
            msg = f"a line of {self._field} lacks the name before the equals sign"
            raise HandledError(msg)
        elif "{" in key and not substituted:
            self._needs_replacement.append(_Named(key, _Definition(value, marker)))
        else:
            self._define(key, _Definition(value, marker, literal=substituted))

    def _parse_dict(self, raw: Iterable[tuple[str, SetEnvValue | SetEnvEntry]]) -> None:
        table = dict(raw)
        if "file" in table:  # whatever stands beside it beats what the file says
            file = table.pop("file")
            self._needs_replacement.append(_File(file["value"] if isinstance(file, dict) else file))
        for key, value in table.items():
            if not key:
                msg = f"a variable of {self._field} has an empty name"
                raise HandledError(msg)
            if isinstance(value, dict):
                self._define(key, _Definition(value["value"], value.get("marker", "")))
            else:
                self._define(key, _Definition(value, ""))

    def _define(self, key: str, definition: _Definition) -> None:
        if not self._needs_replacement or not isinstance(self._needs_replacement[-1], dict):
            self._needs_replacement.append({})
        last = self._needs_replacement[-1]
        assert isinstance(last, dict)
        last[key] = definition

    @property
    def _field(self) -> str:
        return f"{self._env_name or self._name}.set_env"

    # -- looking into --------------------------------------------------------------------------------------------------

    def use_replacer(self, value: Replacer, args: ConfigLoadArgs) -> None:
        """Tell how to evaluate, and for whom."""
        self._replacer = value
        self._args = args

    @staticmethod
    def _keep_text(value: str | MatchExpression, _args: ConfigLoadArgs, /, *, recursive: bool = True) -> str:  # noqa: ARG004
        return str(value)

    def _resolve(self, args: ConfigLoadArgs | None = None) -> None:
        """Look into everything that may hold further variables, in order."""
        if not self._needs_replacement or self._resolving:
            return
        own = f"{self._env_name}.set_env"
        inner = (args or self._args).copy()
        if own not in inner.chain:
            inner = inner.entering(own)
        self._resolving = True
        try:
            while self._needs_replacement:
                step = self._needs_replacement[0]
                self._take(step, inner)
                del self._needs_replacement[0]
        finally:
            self._resolving = False

    def _take(self, step: _Step, args: ConfigLoadArgs) -> None:
        if isinstance(step, dict):
            self._merge(step)
        elif isinstance(step, SetEnvReference):
            other = step.config
            other._resolve(step.args)  # noqa: SLF001 - the same class
            self._merge({name: _Definition(_borrowed(other, name), "") for name in other.raw(step.args)})
        elif isinstance(step, _File):
            self._merge({key: _Definition(value, "") for key, value in self._stream_env_file(step.name, args)})
        elif isinstance(step, _Named):
            name = self._replacer(step.name, args)
            if not name:
                msg = f"{step.name} of {self._field} gives an empty name"
                raise HandledError(msg)
            self._merge({name: step.definition})
        else:
            self._expand(step.text, args)

    def _expand(self, line: str, args: ConfigLoadArgs) -> None:
        """Read the lines that an expression stands for."""
        text = self._replacer(line, args, recursive=False)
        if text == line:
            msg = f"a line of {self._field} reads NAME=value, not {line!r}, which stands for nothing"
            raise ValueError(msg)
        inner = SetEnv(text, self._name, self._env_name, self._root)
        inner.use_replacer(self._replacer, args)
        inner._resolve(args)
        self._merge(inner._raw)

    def _merge(self, definitions: Mapping[str, _Definition]) -> None:
        for name, definition in definitions.items():
            if self._marker_matches(name, definition.marker):
                self._raw.pop(name, None)
                self._raw[name] = definition._replace(marker="")
                self._materialized.pop(name, None)

    def _marker_matches(self, key: str, marker: str) -> bool:
        if not marker:
            return True
        from packaging.markers import InvalidMarker, Marker  # a door: few projects have markers here

        try:
            return Marker(marker).evaluate()
        except InvalidMarker as error:
            detail = str(error).splitlines()[0]
            msg = f"{key} of {self._field} has the marker {marker!r}, which is none: {detail}"
            raise HandledError(msg) from error

    def _stream_env_file(self, filename: SetEnvValue, args: ConfigLoadArgs) -> Iterator[tuple[str, str]]:
        name = filename.compute(args) if isinstance(filename, LateValue) else self._replacer(filename, args)
        path = self._root / name
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            msg = f"{path} for {self._field} cannot be read: {reason}"
            raise Fail(msg) from error
        for number, line in enumerate(text.splitlines(), start=1):
            stripped = line.strip()
            if stripped and not stripped.startswith("#"):
                yield self._extract_key_value(stripped, path, number)

    @staticmethod
    def _extract_key_value(line: str, env_file: Path, line_number: int = 0) -> tuple[str, str]:
        """Split a line of a file; what it holds is not told, as it may be secret.

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

    # -- use -----------------------------------------------------------------------------------------------------------

    def load(self, item: str, args: ConfigLoadArgs | None = None) -> str:
        """Evaluate one variable.

        :param args: for whom, and the keys on the way here
        :raises KeyError: if it is not set
        """
        if item in self._exported:
            return self._exported[item]()
        self._resolve(args)
        if item in self._materialized:
            return self._materialized[item]
        definition = self._raw[item]
        if definition.literal:
            return str(definition.value)
        own = f"env:{item}"
        inner = ConfigLoadArgs([] if args is None else list(args.chain), self._name, self._env_name)
        if not inner.chain or inner.chain[-1] != own:
            inner.chain.append(own)
        value = definition.value
        if isinstance(value, LateValue):
            result = value.compute(inner)
        else:
            try:
                result = self._replacer(value, inner)
            except MatchRecursionError as error:
                if len([key for key in inner.chain if key.startswith("env:")]) > 1:
                    raise
                msg = f"replace failed in {self._field} with {error!r}"
                raise HandledError(msg) from error
        self._materialized[item] = result
        return result

    def __contains__(self, item: object) -> bool:
        if item in self._exported:
            return True
        self._resolve()
        return item in self._raw or item in self._materialized

    def __iter__(self) -> Iterator[str]:
        """Go through the names, in the order of their definition."""
        self._resolve()
        yield from dict.fromkeys((*self._raw, *self._materialized, *self._exported))

    def update(self, param: Mapping[str, str] | SetEnv, *, override: bool = True) -> None:
        """Set variables to final values.

        :param override: replace what is set already
        """
        for name in param:
            if override or name not in self:
                value = param.load(name) if isinstance(param, SetEnv) else param[name]
                self._resolve()
                self._raw.pop(name, None)
                self._materialized[name] = value
        self.changed = True

    def export(self, values: Mapping[str, Callable[[], str]]) -> None:
        """Set variables that win over everything, each to what its function returns when it is asked for."""
        self._exported.update(values)
        self.changed = True

    def extend(self, other: SetEnv) -> None:
        """Add variables as they are written; they beat those that are there."""
        self._needs_replacement.append(SetEnvReference(other, other._args, "table"))
        self.changed = True

    def raw(self, args: ConfigLoadArgs, *, resolve: bool = True) -> dict[str, SetEnvEntry]:
        """Give the variables as they are written, by name.

        :param resolve: look into files and references first
        """
        if resolve:
            self._resolve(args)
        entries: dict[str, SetEnvEntry] = {name: {"value": one.value} for name, one in self._raw.items()}
        for name, value in self._materialized.items():
            entries.setdefault(name, {"value": value})
        return entries

    def lines(self) -> str:
        """Write the variables that the configuration sets as lines, evaluated; those of Python code are left out."""
        self._resolve()
        return "\n".join(format_line(name, self.load(name), None) for name in self._raw if name not in self._exported)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._field}: {', '.join(self._raw)})"


def _borrowed(owner: SetEnv, name: str) -> LateValue:
    """Make a value of one that another section defines, evaluated by the rules of that section."""
    return LateValue(lambda args: owner.load(name, args))


@append.register(SetEnv)
def _(value: SetEnv, extra: SetEnv) -> SetEnv:
    value.extend(extra)
    return value
