"""Read settings from a table of a TOML file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

from tox.config._substitute.scope import ConfigDefault, MatchError, RawText, ReplaceReference
from tox.config.loader._override import apply_overrides_to_raw
from tox.config.loader._render import ENV_NAME_KEYS, refer, stringify_reference
from tox.config.loader.api import Loader, told_as
from tox.config.loader.convert import path_of
from tox.config.loader.replacer import substitute_for, use_set_env_replacer
from tox.config.loader.toml._api import TomlTypes
from tox.config.loader.toml._product import expand_factor_group, expand_product, extract_default, extract_label
from tox.config.loader.toml._replace import Unroll, is_replace, names_of, variable_lines
from tox.config.loader.toml._validate import validate
from tox.config.set_env import SetEnv, SetEnvReference
from tox.config.types import Command, EnvList
from tox.errors import HandledError
from tox.util.typing_compat import is_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import UnionType

    from tox.config._protocols import Configuration as Config
    from tox.config.loader._args import ConfigLoadArgs
    from tox.config.loader._override import Override
    from tox.config.loader.convert import Factory
    from tox.config.loader.section import Section

__all__ = ["HandledError", "TomlLoader", "TomlTypes", "expand_factor_group", "extract_default", "extract_label"]

_T = TypeVar("_T")
_V = TypeVar("_V")

_REFERENCE = re.compile(
    r"(?:\[(?P<section>[^\[\]{}]+)\])?(?P<key>[\w-]+)(?::(?P<default>.*))?",
    re.DOTALL,
)


class TomlLoader(Loader[TomlTypes]):
    """Reads the settings of one table.

    :param section: its name
    :param overrides: those that name it
    :param content: the table
    :param root_content: the whole file, where references start
    :param unused_exclude: keys of the table that are no settings, such as other tables
    """

    def __init__(
        self,
        section: Section,
        overrides: list[Override],
        content: Mapping[str, TomlTypes],
        root_content: Mapping[str, TomlTypes],
        unused_exclude: set[str],
    ) -> None:
        super().__init__(section, overrides)
        #: the table
        self.content = content
        self._root_content = root_content
        self._unused_exclude = unused_exclude

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._section.key}, {dict(self.content)!r})"

    def load_raw(self, key: str, conf: Config | None, env_name: str | None) -> TomlTypes:
        """Read a value as it stands in the table.

        :raises KeyError: if there is none
        """
        return self.content[key]

    def load_raw_from_root(self, path: str) -> TomlTypes:
        """Read a value as it stands in the file, by its keys with dots between.

        :raises KeyError: if there is none
        """
        return cast("TomlTypes", self.at_path(path.split(".")))

    def at_path(self, path: list[str]) -> Any:
        """Read a value as it stands in the file, by its keys.

        :raises KeyError: if there is none; the message tells which key is missing
        """
        found: Any = self._root_content
        for at, key in enumerate(path):
            if not isinstance(found, dict):
                raise KeyError(f"{'.'.join(path[:at])} is {found!r}, which has no {key}")
            if key not in found:
                raise KeyError(f"{key} is missing" + (f" in {'.'.join(path[:at])}" if at else ""))
            found = found[key]
        return found

    def found_keys(self) -> set[str]:
        """Collect the keys of the table, those of other tables left out."""
        return set(self.content) - self._unused_exclude

    def build(
        self,
        key: str,
        of_type: type[_T] | UnionType,
        factory: Factory[_T],
        conf: Config | None,
        raw: TomlTypes,
        args: ConfigLoadArgs,
    ) -> _T:
        """Make a typed value of a raw one, looking into its tables and texts.

        :raises HandledError: if it does not fit
        """
        if of_type is SetEnv:
            return cast("_T", self._build_set_env(key, factory, conf, raw, args))
        value: Any = raw
        if conf is not None:
            with _told_as(key, args, "substitute", where=self.place(conf)):
                value = _names_expanded(Unroll(conf, self, args, of_type)(raw), of_type)
        with _told_as(key, args, where=self.place(conf), written=raw, made=value):
            validate(value, of_type)
            return self.to(value, of_type, factory)

    def _build_set_env(
        self, key: str, factory: Factory[Any], conf: Config | None, raw: TomlTypes, args: ConfigLoadArgs
    ) -> SetEnv:
        value: Any = raw
        if conf is not None:
            with _told_as(key, args, where=self.place(conf)):
                value = Unroll(conf, self, args).set_env(raw)
        with _told_as(key, args, where=self.place(conf)):
            result: SetEnv = factory(value) if factory is not None else SetEnv(value, "", args.env_name, Path())
        if conf is not None:
            self.bind(result, conf, args)
        return result

    def bind(self, variables: SetEnv, conf: Config, args: ConfigLoadArgs) -> None:
        """Tell variables how to evaluate what they hold."""
        use_set_env_replacer(variables, conf, _Reference(conf, self), args, f" (in {self.place(conf)})")

    def as_variable_lines(self, raw: TomlTypes, conf: Config, args: ConfigLoadArgs) -> str:
        """Write raw variables as lines; what a table stands for is evaluated."""
        return variable_lines(Unroll(conf, self, args).set_env(raw), args)

    def to(self, raw: TomlTypes, of_type: type[_V] | UnionType, factory: Factory[_V]) -> _V:
        """Make a typed value; one that has the type already is taken as it is."""
        if is_class(of_type) and isinstance(raw, of_type):
            return raw
        return super().to(raw, of_type, factory)

    def text(self, value: str, conf: Config, args: ConfigLoadArgs, of_type: Any = str) -> str:
        """Put values in the place of the expressions of a text that is part of a value of some type.

        :raises ValueError: if a value of that type would be torn apart
        """
        # the words of a command and the entries of a list stand apart already
        own_rules = is_class(of_type) and of_type not in {Command, EnvList}
        return substitute_for(of_type if own_rules else str, value, conf, _Reference(conf, self), args)

    def substitute(self, value: str, conf: Config, args: ConfigLoadArgs, *, of_type: type[_V] | UnionType) -> str:
        """Put values in the place of the expressions of an override, as the type of the value needs."""
        return substitute_for(of_type, value, conf, _Reference(conf, self), args)

    def set_env_reference(
        self, raw: TomlTypes, overrides: list[Override], conf: Config, args: ConfigLoadArgs
    ) -> SetEnvReference:
        """Make the variables of another table usable as part of those of this one."""
        value = apply_overrides_to_raw(overrides, "set_env", raw)
        root = conf.core["tox_root"]

        def make(found: object) -> SetEnv:
            return SetEnv(cast("Any", found), args.name or "", args.env_name, root)

        built = self._build_set_env("set_env", make, conf, value, args)
        if isinstance(raw, str):
            return SetEnvReference(built, args, "string")
        return SetEnvReference(built, args, "array" if isinstance(raw, list) else "table")

    @staticmethod
    def to_str(value: TomlTypes) -> str:
        """Take a text."""
        return cast("str", validate(value, str))

    @staticmethod
    def to_bool(value: TomlTypes) -> bool:
        """Take a truth value."""
        return cast("bool", validate(value, bool))

    @staticmethod
    def to_list(value: TomlTypes, of_type: type[_T]) -> Iterator[_T]:
        """Yield the entries of a list; commands without words are left out."""
        entries: list[_T] = validate(value, list[Any])
        return (entry for entry in entries if entry) if of_type is Command else iter(entries)

    @staticmethod
    def to_set(value: TomlTypes, of_type: type[_T]) -> Iterator[_T]:
        """Yield the entries of a list."""
        return TomlLoader.to_list(value, of_type)

    @staticmethod
    def to_dict(value: TomlTypes, of_type: tuple[type[_T], type[_V]]) -> Iterator[tuple[_T, _V]]:
        """Yield the keys and values of a table."""
        return iter(cast("dict[_T, _V]", validate(value, dict[str, Any])).items())

    @staticmethod
    def to_path(value: TomlTypes) -> Path:
        """Take a text as a path.

        :raises ValueError: if it cannot be one
        """
        return path_of(TomlLoader.to_str(value))

    @staticmethod
    def to_command(value: TomlTypes) -> Command:
        """Take a list of words as a command."""
        return Command(validate(value, list[str]))

    @staticmethod
    def to_env_list(value: TomlTypes) -> EnvList:
        """Take a list of names."""
        return EnvList(validate(value, list[str]))


class _told_as(told_as):  # noqa: N801 - as its base
    """Name the setting, but let a condition that is not understood speak for itself."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, MatchError) and self._what != "substitute":
            raise HandledError(f"failed to load {self._name}: {error}{self._where}") from error
        super().__exit__(kind, error, trace)


def _names_expanded(raw: object, of_type: object) -> Any:
    """Write out the tables that stand for names, where names are wanted."""
    if of_type is EnvList and isinstance(raw, list):
        return [name for entry in raw for name in _names_of(entry)]
    if get_origin(of_type) is dict and EnvList in get_args(of_type) and isinstance(raw, dict):
        return {key: _names_expanded(value, EnvList) for key, value in raw.items()}
    return raw


def _names_of(entry: object) -> list[Any]:
    if not isinstance(entry, dict) or is_replace(entry):
        return [entry]
    return list(expand_product(entry) if "product" in entry else expand_factor_group(entry))


class _Reference(ReplaceReference):
    """Looks up ``{key}`` and ``{[table.of.names]key}``."""

    def __init__(self, conf: Config, loader: TomlLoader) -> None:
        self._conf = conf
        self._loader = loader

    def __call__(self, value: str, conf_args: ConfigLoadArgs) -> str | ConfigDefault | None:
        match = _REFERENCE.fullmatch(value)
        if match is None:
            return None
        section, key = match["section"], match["key"]
        try:
            return self._setting(key, conf_args) if section is None else self._in_table(section, key, conf_args)
        except KeyError:
            return None if match["default"] is None else ConfigDefault(text=value, start=match.start("default"))

    def _setting(self, key: str, args: ConfigLoadArgs) -> str:
        """Look up a setting of the environment asking, then of the whole run."""
        sources = [] if args.env_name is None else [self._conf.get_env(args.env_name)]
        for settings in (*sources, self._conf.core):
            if key in settings:
                return refer(settings, key, args.chain)
        if key in ENV_NAME_KEYS and args.env_name is not None:
            return args.env_name  # of an environment that nobody needed to make
        raise KeyError(key)

    def _in_table(self, section: str, key: str, args: ConfigLoadArgs) -> str:
        """Look up what an environment has, or what stands in a table."""
        prefix = f"{cast('Any', self._loader.section).env_prefix()}."
        if section.startswith(prefix):
            settings = self._conf.known_env(section[len(prefix) :])
            if settings is not None and key in settings:
                if key in settings.names_of("set_env"):
                    return RawText(settings.set_env_source(args))
                return refer(settings, key, args.chain)
        path = [*section.split("."), key]
        if section == cast("Any", self._loader.section).core_prefix() and key in self._conf.core:
            try:
                self._loader.at_path(path)
            except KeyError:
                return refer(self._conf.core, key, args.chain)
        raw = self._loader.at_path(path)
        overrides = self._conf.overrides.get(section, ())
        raw = apply_overrides_to_raw(overrides, key, raw, names=names_of(key, self._conf, args))
        if isinstance(raw, dict) and key in names_of("set_env", self._conf, args):
            return RawText(self._loader.as_variable_lines(raw, self._conf, args))
        return RawText(raw) if isinstance(raw, str) else stringify_reference(raw, constant=False)
