"""Variables that an environment sets, each evaluated when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tox.config._substitute.scope import MAX_REPLACE_DEPTH, MatchError, MatchRecursionError
from tox.config._variables import (
    Definition,
    File,
    LateValue,
    Layer,
    Lines,
    Named,
    NoVariableError,
    SetEnvEntry,
    SetEnvRaw,
    SetEnvReference,
    SetEnvValue,
    Step,
    checked_name,
    literal_line,
    marker_holds,
    read_env_file,
    split_file_line,
    steps_of,
)
from tox.config.loader._args import ConfigLoadArgs
from tox.config.loader._override import append
from tox.config.set_env_line import format_line
from tox.config.types import CircularChainError
from tox.errors import HandledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tox.config._substitute.expression import MatchExpression
    from tox.config._variables import Variables

__all__ = ["SetEnv", "SetEnvEntry", "SetEnvRaw", "SetEnvReference", "SetEnvValue"]


#: names of the setting that holds these variables, its primary one first
SET_ENV_KEYS: Final = ("set_env", "setenv")
#: how long a line without an equals sign may be that is looked into
_MOST_CHARACTERS = 2**16


class Replacer(Protocol):
    """Puts values in the place of expressions."""

    def __call__(self, value: str | MatchExpression, args: ConfigLoadArgs, /, *, recursive: bool = ...) -> str: ...


class _Gaps(NamedTuple):
    """One more step: variables that are set unless the steps before set them."""

    variables: Mapping[str, str] | SetEnv


class SetEnv:
    """Variables that an environment sets, by name; a mapping whose values are evaluated when they are asked for.

    :param raw: how they are written
    :param name: of the section, for messages
    :param env_name: the environment; None for none
    :param root: where relative file names start
    :param substituted: whether nothing in it is to be evaluated any more
    :raises ValueError: if a variable is not well-formed
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
        self._pending: list[Step | _Gaps] = list(steps_of(raw, substituted=substituted))
        #: variables by name, not yet evaluated; those whose marker does not hold are left out
        self._definitions: dict[str, Definition] = {}
        #: final values that Python code set, by name
        self._updated: dict[str, str] = {}
        #: values of the definitions that were evaluated already
        self._materialized: dict[str, str] = {}
        #: values that Python code gives, evaluated whenever they are asked for
        self._exported: dict[str, Callable[[], str]] = {}
        #: where they stand, for messages
        self._where = ""
        self._resolving = False
        #: names of the variables being evaluated
        self._loading: set[str] = set()

    @property
    def _field(self) -> str:
        return f"{self._env_name or self._name}.set_env"

    def use_replacer(self, value: Replacer, args: ConfigLoadArgs, where: str = "") -> None:
        """Tell how to evaluate, for whom, and where the variables stand, for messages."""
        self._replacer = value
        self._args = args
        self._where = where

    @staticmethod
    def _keep_text(value: str | MatchExpression, _args: ConfigLoadArgs, /, *, recursive: bool = True) -> str:
        return str(value)

    # -- looking into --------------------------------------------------------------------------------------------------

    def _resolve(self, args: ConfigLoadArgs | None = None) -> None:
        """Look into everything that may hold further variables.

        What is written here wins over what lines of it stand for, and the later over the earlier. Names of files, names
        of variables and such lines may be made of variables: those that need no looking into come first, and while this
        goes on, the variables that are known so far are all there are.

        :raises HandledError: if it cannot be evaluated
        """
        if not self._pending or self._resolving:
            return
        self._resolving = True
        pending, self._pending = self._pending, []
        try:
            self._look_into(pending, args or self._args)
        except BaseException as error:
            self._pending = [*pending, *self._pending]
            if isinstance(error, (MatchError, MatchRecursionError)):
                raise self._failed(error) from error
            raise
        finally:
            self._resolving = False
            self._materialized.clear()  # some may have been asked for before all was known

    def _must_not_resolve(self) -> None:
        if self._resolving:
            raise CircularChainError(f"{self._field} needs itself")

    def _look_into(self, pending: list[Step | _Gaps], args: ConfigLoadArgs) -> None:
        own: list[Layer] = [step if isinstance(step, dict) else {} for step in pending]
        included: list[Layer] = []
        earlier: Layer = dict(self._definitions)

        def merge() -> None:
            self._definitions = self._those_set(*included, earlier, *own)

        merge()
        for at, step in enumerate(pending):
            if isinstance(step, (File, Named, SetEnvReference)):
                own[at] = self._layer(step, args)
                merge()
        for step in pending:
            if isinstance(step, Lines):
                for layer in self._expanded(step, args, ()):
                    included.append(layer)
                    merge()
        for name in (name for layer in own for name in layer):
            self._updated.pop(name, None)
        for step in pending:
            if isinstance(step, _Gaps):
                self._fill(step)

    def _those_set(self, *layers: Layer) -> dict[str, Definition]:
        """Merge layers, later ones over earlier ones; the last definition of a name decides, and its marker."""
        merged = {name: definition for layer in layers for name, definition in layer.items()}
        return {name: one for name, one in merged.items() if marker_holds(one.marker, name, self._field)}

    def _layer(self, step: File | Named | SetEnvReference, args: ConfigLoadArgs) -> Layer:
        """Tell the variables that one step sets."""
        if isinstance(step, File):
            path = self._root / self._evaluate(step.name, args)
            return {key: Definition(value) for key, value in read_env_file(path, self._field)}
        if isinstance(step, Named):
            return {self._name_of(step.name, args): step.definition}
        return {name: Definition(_borrowed(step.config, name)) for name in step.config.raw(step.args)}

    def _name_of(self, written: str, args: ConfigLoadArgs) -> str:
        try:
            return checked_name(self._evaluate(written, args))
        except MatchRecursionError:
            raise
        except ValueError as error:
            raise HandledError(f"{written!r} of {self._field}{self._where} does not name a variable: {error}") from None

    def _expanded(self, line: Lines, args: ConfigLoadArgs, way: tuple[str, ...]) -> Iterator[Layer]:
        """Read the lines that an expression stands for; what they hold is evaluated when it is asked for.

        :param way: the lines that led here, the first as it stands in the configuration
        """
        written = (*way, line.text)[0]
        if line.text in way:
            raise HandledError(f"a line of {self._field}{self._where} needs itself: {written}")
        if len(line.text) > _MOST_CHARACTERS:  # it holds itself twice over, which doubles it at each step
            raise NoVariableError(f"{self._field}{self._where}", written)
        text = self._replacer(line.text, args, recursive=False)
        try:
            if text == line.text or len(way) > MAX_REPLACE_DEPTH:
                yield literal_line(text)
                return
            steps = list(steps_of(text, substituted=False))
        except ValueError:
            raise NoVariableError(f"{self._field}{self._where}", written) from None
        for step in steps:
            if isinstance(step, Lines):
                yield from self._expanded(step, args, (*way, line.text))
            else:
                yield step if isinstance(step, dict) else self._layer(step, args)

    def _fill(self, gaps: _Gaps) -> None:
        for name in gaps.variables:
            if not (name in self._definitions or name in self._updated or name in self._exported):
                self._set(name, gaps.variables)

    @staticmethod
    def _extract_key_value(line: str, env_file: Path, line_number: int = 0) -> tuple[str, str]:
        """Split a line of a file into name and value, see :func:`~tox.config._variables.split_file_line`."""
        return split_file_line(line, env_file, line_number)

    def _evaluate(self, value: SetEnvValue, args: ConfigLoadArgs) -> str:
        return value.compute(args) if isinstance(value, LateValue) else self._replacer(value, args)

    # -- what tox-backtocks reads --------------------------------------------------------------------------------------

    @property
    def _raw(self) -> dict[str, str]:
        """Variables that are not evaluated yet, by name, as they are written."""
        self._resolve()
        return {name: str(definition.value) for name, definition in self._definitions.items()}

    @property
    def _needs_replacement(self) -> list[str]:
        """Lines that may hold further variables: none, since asking looks into them."""
        self._resolve()
        return []

    # -- use -----------------------------------------------------------------------------------------------------------

    def load(self, item: str, args: ConfigLoadArgs | None = None) -> str:
        """Evaluate one variable.

        :param args: for whom, and the keys on the way here
        :raises KeyError: if it is not set
        :raises HandledError: if it cannot be evaluated, or needs itself
        """
        if item in self._exported:
            return self._exported[item]()
        self._resolve(args)
        if item in self._updated:
            return self._updated[item]
        if item not in self._materialized:
            outermost = item not in self._loading
            self._loading.add(item)
            try:
                self._materialized[item] = self._load(self._definitions[item], f"env:{item}", args)
            finally:
                if outermost:
                    self._loading.discard(item)
        return self._materialized[item]

    def _load(self, definition: Definition, own: str, args: ConfigLoadArgs | None) -> str:
        if definition.literal:
            return str(definition.value)
        inner = ConfigLoadArgs([] if args is None else list(args.chain), self._name, self._env_name)
        nested = any(key.startswith("env:") for key in inner.chain)
        if not inner.chain or inner.chain[-1] != own:
            inner.chain.append(own)
        try:
            return self._evaluate(definition.value, inner)
        except (MatchError, MatchRecursionError) as error:
            if nested:  # told once, for the variable that was asked for
                raise
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> HandledError:
        return HandledError(f"replace failed in {self._field} with {error!r}{self._where}")

    def __contains__(self, item: object) -> bool:
        if item in self._exported:
            return True
        self._resolve()
        return item in self._definitions or item in self._updated

    def __iter__(self) -> Iterator[str]:
        """Go through the names, in the order of their definition."""
        self._resolve()
        yield from dict.fromkeys((*self._definitions, *self._updated, *self._exported))

    def update(self, param: Mapping[str, str] | SetEnv, *, override: bool = True) -> None:
        """Set variables to final values.

        :param override: replace what is set already; else nothing is looked into before some variable is asked for
        """
        self.changed = True
        if not override:
            self._pending.append(_Gaps(param))
            return
        self._resolve()
        for name in param:
            self._set(name, param)

    def _set(self, name: str, param: Mapping[str, str] | SetEnv) -> None:
        value = param.load(name) if isinstance(param, SetEnv) else param[name]
        self._definitions.pop(name, None)
        self._updated[name] = value

    def export(self, values: Mapping[str, Callable[[], str]]) -> None:
        """Set variables that win over everything, each to what its function returns when it is asked for."""
        self._exported.update(values)
        self.changed = True

    def extend(self, other: SetEnv) -> None:
        """Add variables as they are written; they beat those that are there."""
        self._pending.append(SetEnvReference(other, other._args, "table"))
        self.changed = True

    def raw(self, args: ConfigLoadArgs, *, resolve: bool = True) -> dict[str, SetEnvEntry]:
        """Give the variables as they are written, by name; those that were updated with their value.

        :param resolve: look into files and references first
        :raises CircularChainError: if one of these needs what is asked for
        """
        if resolve:
            self._must_not_resolve()
            self._resolve(args)
        entries: dict[str, SetEnvEntry] = {name: {"value": one.value} for name, one in self._definitions.items()}
        for name, value in self._updated.items():
            entries.setdefault(name, {"value": value})
        return entries

    def lines(self) -> str:
        """Write the variables that the configuration sets as lines, evaluated; those of Python code are left out.

        :raises CircularChainError: if one of these needs what is asked for
        """
        self._must_not_resolve()
        self._resolve()
        names = [name for name in self._definitions if name not in self._exported]
        return "\n".join(format_line(name, self._line_value(name), None) for name in names)

    def _line_value(self, name: str) -> str:
        """Evaluate a variable, unless it is the one that asks for all of them."""
        return str(self._definitions[name].value) if name in self._loading else self.load(name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._field}: {', '.join(self._definitions)})"


def _borrowed(owner: Variables, name: str) -> LateValue:
    """Make a value of one that another section defines, evaluated by the rules of that section."""
    return LateValue(lambda args: owner.load(name, args))


@append.register(SetEnv)
def _(value: SetEnv, extra: SetEnv) -> SetEnv:
    value.extend(extra)
    return value
