"""A loader reads the settings of one section."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from tox.config.loader._args import ConfigLoadArgs
from tox.config.loader._override import AppendOverridesError, Override, apply_overrides_to_raw, applying, fold
from tox.config.loader.convert import Convert, Factory
from tox.config.loader.str_convert import StrConvert
from tox.config.set_env import SetEnv
from tox.config.types import Command
from tox.errors import HandledError, Skip
from tox.plugin import impl

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from types import UnionType
    from typing import Protocol

    from tox.config._protocols import Configuration as Config
    from tox.config.loader.section import Section
    from tox.config.set_env import SetEnvReference

    class ToxParser(Protocol):
        """What the option is added to."""

        def add_argument(self, *args: str, of_type: type[Any] | UnionType | None = None, **kwargs: Any) -> Any: ...


#: from this length on, a value that stands in a sentence without quotes is taken for the value, not for a word
_TELLING = 6

__all__ = [
    "AppendOverridesError",
    "ConfigLoadArgs",
    "Loader",
    "Override",
    "OverrideMap",
    "apply_overrides_to_raw",
    "tox_add_option",
]

T = TypeVar("T")
V = TypeVar("V")

#: for each section name, its overrides in the order given
OverrideMap = Mapping[str, list[Override]]


class Loader(Convert[T]):
    """Reads the settings of one section.

    :param section: name of the section
    :param overrides: those that name it
    """

    def __init__(self, section: Section, overrides: list[Override]) -> None:
        self._section = section
        #: overrides of this section by key, those of one key in the order given
        self.overrides: dict[str, list[Override]] = {}
        for override in overrides:
            self.overrides.setdefault(override.key, []).append(override)

    @property
    def section(self) -> Section:
        """Name of the section read."""
        return self._section

    @abstractmethod
    def load_raw(self, key: str, conf: Config | None, env_name: str | None) -> T:
        """Read a value as it stands in the source.

        :raises KeyError: if the section has none, or none for this environment
        """
        raise NotImplementedError

    @abstractmethod
    def found_keys(self) -> set[str]:
        """Collect the keys that the section has."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._section.key}, {self.overrides!r})"

    def __contains__(self, item: str) -> bool:
        return item in self.found_keys()

    def load(
        self,
        key: str,
        of_type: type[V] | UnionType,
        factory: Factory[V],
        conf: Config | None,
        args: ConfigLoadArgs,
        all_keys: Iterable[str] = (),
    ) -> V:
        """Read a value, overrides included.

        :param key: name of the setting
        :param of_type: its type
        :param factory: makes values of types that are not known here
        :param conf: what references look at; None to substitute nothing
        :param args: for whom, and the keys on the way here
        :param all_keys: every name of the setting, in the order they count
        :raises KeyError: if the section has no such setting
        :raises AppendOverridesError: if it has only values that add to what another section says
        :raises HandledError: if the value does not fit
        """
        keys = dict.fromkeys((key, *all_keys))
        replacing, appending = applying(self._overrides_of(keys), keys)
        if replacing is not None:
            value = self._build_override(replacing, of_type, factory, conf, args)
        else:
            try:
                raw = self._first_raw(keys, conf, args.env_name)
            except KeyError:
                if not appending:
                    raise
                appends = [self._build_override(one, of_type, factory, conf, args) for one in appending]
                raise AppendOverridesError(key, appends, args) from None
            value = self.build(key, of_type, factory, conf, raw, args)
        if isinstance(value, Command) and not any(word.strip() for word in value.args[:1]):
            with told_as(key, args, where=self.place(conf)):
                raise ValueError("a command needs a program, and this one has none")
        if not appending:
            return value
        appends = [self._build_override(one, of_type, factory, conf, args) for one in appending]
        with told_as(key, args, where=self.place(conf)):
            return fold(value, appends)

    def _overrides_of(self, keys: Collection[str]) -> Iterator[Override]:
        """Yield the overrides of a setting, those of its first name last, because they count."""
        if self.overrides:
            for key in reversed(tuple(keys)):
                found = self.overrides.get(key, ())
                yield from (found,) if isinstance(found, Override) else found  # a plugin may put in a single one

    def place(self, conf: Config | None) -> str:
        """Tell where the values come from: the section, and the file when there is one."""
        section = f"[{self.section.key}]" if self.section.key else "the root table"
        return section if conf is None else f"{section} of {conf.src_path}"

    def _first_raw(self, keys: Iterable[str], conf: Config | None, env_name: str | None) -> T:
        missing: KeyError | None = None
        for key in keys:
            try:
                return self.load_raw(key, conf, env_name)
            except KeyError as error:
                missing = missing or error
        raise missing or KeyError

    def build(
        self,
        key: str,
        of_type: type[V] | UnionType,
        factory: Factory[V],
        conf: Config | None,
        raw: T,
        args: ConfigLoadArgs,
    ) -> V:
        """Make a typed value of a raw one.

        :raises HandledError: if it does not fit
        """
        with told_as(key, args, where=self.place(conf)):
            return self.to(raw, of_type, factory)

    def _build_override(
        self,
        entry: Override,
        of_type: type[V] | UnionType,
        factory: Factory[V],
        conf: Config | None,
        args: ConfigLoadArgs,
    ) -> V:
        """Make a typed value of the text of an override, which reads as in an INI file everywhere."""
        text = entry.value
        where = f"the override of {entry.namespace or 'the root'}"
        if conf is not None and of_type is not SetEnv:  # variables are evaluated when they are asked for
            with told_as(entry.key, args, "substitute", where=where):
                text = self.substitute(text, conf, args, of_type=of_type)
        with told_as(entry.key, args, where=where, written=entry.value, made=text):
            value = StrConvert().to(text, of_type, factory)
        if conf is not None and isinstance(value, SetEnv):
            self.bind(value, conf, args)
        return value

    def substitute(
        self,
        value: str,
        conf: Config,
        args: ConfigLoadArgs,
        *,
        of_type: type[V] | UnionType,
    ) -> str:
        """Put values in the place of the expressions of a text; loaders whose values are final leave it as it is."""
        return value

    def bind(self, variables: SetEnv, conf: Config, args: ConfigLoadArgs) -> None:
        """Tell variables how to evaluate what they hold; loaders whose values are final have it mean itself."""

    def variable_lines(self, keys: Sequence[str], conf: Config, args: ConfigLoadArgs) -> tuple[str, bool]:
        """Write the variables that the section sets as lines, as they stand there, overrides included.

        :param keys: every name of the setting
        :param args: for whom, and the keys on the way here
        :returns: the lines; and whether that is all, rather than what is appended to what another section says
        """
        replacing, appending = applying(self._overrides_of(keys), keys)
        lines = [override.value for override in appending]
        if replacing is not None:
            return "\n".join([replacing.value, *lines]), True
        try:
            raw = self._first_raw(keys, conf, args.env_name)
        except KeyError:
            return "\n".join(lines), False
        return "\n".join([self.as_variable_lines(raw, conf, args), *lines]), True

    def as_variable_lines(self, raw: T, conf: Config, args: ConfigLoadArgs) -> str:
        """Write raw variables as lines."""
        return str(raw)

    def set_env_reference(
        self, raw: T, overrides: list[Override], conf: Config, args: ConfigLoadArgs
    ) -> SetEnvReference:
        """Make the variables of another section usable as part of those of this one.

        :param raw: the ``set_env`` of the other section, as it stands there
        :param overrides: those of it
        """
        raise NotImplementedError(f"{type(self).__name__} has no references to variables")


def is_named(loaders: Iterable[Loader[Any]], *keys: str) -> bool:
    """Tell whether any source of values names one of some keys, without reading the value."""
    return any(key in loader.found_keys() or key in loader.overrides for loader in loaders for key in keys)


class told_as:  # noqa: N801 - reads as the statement it stands in for
    """Turn what goes wrong with one setting into a sentence that names it.

    :param written: the value in the configuration
    :param made: what it became by substitution; a sentence shows what was written instead
    """

    def __init__(
        self,
        key: str,
        args: ConfigLoadArgs,
        what: str = "load",
        *,
        where: str = "",
        written: object = None,
        made: object = None,
    ) -> None:
        self._written, self._made = written, made
        self._name = f"{args.env_name or args.name or 'core'}.{key}"
        self._what = what
        self._where = f" (in {where})" if where else ""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, (HandledError, KeyError, Skip)):
            return  # told well enough, or an absent value, which is for others to judge
        if self._what == "substitute":
            raise HandledError(f"replace failed in {self._name} with {error!r}{self._where}") from error
        if isinstance(error, (TypeError, ValueError)):
            told = _as_written(_one_line(error), self._written, self._made)
            raise HandledError(f"failed to load {self._name}: {told}{self._where}") from error


def _as_written(message: str, written: object, made: object) -> str:
    """Put what the configuration says in the place of what became of it, which may hold anything from a variable."""
    if written == made:
        return message
    shown = str(written).strip()
    for part in sorted(set(_texts(made)), key=len, reverse=True):
        if part in shown:
            continue
        message = message.replace(repr(part), repr(shown))
        if len(part) >= _TELLING:
            message = message.replace(part, shown)
    return message


def _texts(value: object) -> Iterator[str]:
    """Yield the texts that a value holds, and the entries that a text is taken apart into."""
    if isinstance(value, str):
        yield from (value, value.strip(), *map(str.strip, value.replace(",", "\n").split("\n")))
    elif isinstance(value, (list, dict)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _texts(entry)


def _one_line(error: Exception) -> str:
    """Write what an error says on one line, without the marks that point into the line above them."""
    return " ".join(line.strip() for line in str(error).splitlines() if line.strip(" ^~"))


@impl
def tox_add_option(parser: ToxParser) -> None:
    """Add ``-x``."""
    parser.add_argument(
        "-x",
        "--override",
        action="append",
        type=Override,
        default=[],
        dest="override",
        help="set a value of the configuration: section.key=value, or += to append to it; may be given often",
    )
