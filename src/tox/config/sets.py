"""Sets of settings: one of the whole run, one of each environment."""

from __future__ import annotations

import sys
import types
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin

from tox.config.loader.api import ConfigLoadArgs, Loader
from tox.config.of_type import ConfigConstantDefinition, ConfigDefinition, ConfigDynamicDefinition
from tox.config.set_env import SET_ENV_KEYS, SetEnv, SetEnvRaw
from tox.config.types import EnvList
from tox.errors import HandledError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from types import UnionType

    from tox.config._protocols import Configuration
    from tox.config.loader.convert import Factory
    from tox.config.loader.section import Section
    from tox.config.of_type import Later

__all__ = ["ConfigSet", "CoreConfigSet", "EnvConfigSet"]

V = TypeVar("V")


class ConfigSet(ABC):
    """A set of settings, each read when it is asked for.

    :param conf: what it belongs to
    :param section: where it is read from first
    :param env_name: the environment it is of; None for none
    """

    def __init__(self, conf: Configuration, section: Section, env_name: str | None) -> None:
        self._conf = conf
        self._env_name = env_name
        self._section = section
        #: where values are looked for, in order; plugins put theirs in
        self.loaders: list[Loader[Any]] = []
        self._final = False
        self._defined: dict[str, ConfigDefinition[Any]] = {}
        self._alias: dict[str, str] = {}
        self._keys: dict[str, None] = {}
        self.register_config()

    @abstractmethod
    def register_config(self) -> None:
        """Define the settings that the set has from the start."""
        raise NotImplementedError

    def mark_finalized(self) -> None:
        """Refuse further settings from now on."""
        self._final = True

    @property
    def name(self) -> str:
        """Name of the section it is read from."""
        return self._section.name

    @property
    def env_name(self) -> str | None:
        """The environment it is of, None for none."""
        return self._env_name

    def add_config(
        self,
        keys: str | Sequence[str],
        of_type: type[V] | UnionType | Later,
        default: Callable[[Any, str | None], V] | V | None,
        desc: str,
        post_process: Callable[[V], V] | None = None,
        factory: Factory[Any] | None = None,
    ) -> ConfigDynamicDefinition[V]:
        """Define a setting that can be configured.

        :param keys: its name, and perhaps further ones
        :param of_type: its type, or a :class:`~tox.config.of_type.Later` when importing that is costly
        :param default: its value when nothing was configured, or a function of configuration and environment name
        :param desc: what it is for
        :param post_process: makes the final value
        :param factory: makes values of types that loaders do not know
        :returns: the setting
        :raises RuntimeError: if the set is final
        :raises ValueError: if an environment has a setting of that name already; of the whole run, the last one counts
        """
        names = self._make_keys(keys)
        definition = ConfigDynamicDefinition(names, desc, of_type, default, post_process, factory)
        return cast("ConfigDynamicDefinition[V]", self._add_conf(names, definition))

    def add_constant(self, keys: str | Sequence[str], desc: str, value: V) -> ConfigConstantDefinition[V]:
        """Define a setting that cannot be configured.

        :param value: its value, or a function that returns it
        :returns: the setting
        :raises RuntimeError: if the set is final
        :raises ValueError: as :meth:`add_config`
        """
        names = self._make_keys(keys)
        definition = ConfigConstantDefinition(names, desc, value)
        return cast("ConfigConstantDefinition[V]", self._add_conf(names, definition))

    @staticmethod
    def _make_keys(keys: str | Sequence[str]) -> Sequence[str]:
        return (keys,) if isinstance(keys, str) else keys

    def _add_conf(self, keys: Sequence[str], definition: ConfigDefinition[V]) -> ConfigDefinition[V]:
        if self._final:
            raise RuntimeError(f"{self._described} is final, {keys[0]} comes too late")
        if keys[0] in self._defined:
            self._on_duplicate_conf(keys[0], definition)
        self._keys[keys[0]] = None
        for key in keys:
            self._alias[key] = keys[0]
            self._defined[key] = definition
        return definition

    def _on_duplicate_conf(self, key: str, definition: ConfigDefinition[V]) -> None:
        """Refuse a setting that is there already.

        :raises ValueError: always
        """
        raise ValueError(
            f"{self._described} has {key} already, {self._defined[key]!r}, which cannot become {definition!r}"
        )

    @property
    def _described(self) -> str:
        return f"the configuration of {self._env_name or self.name}"

    def get_configs(self) -> Generator[ConfigDefinition[Any], None, None]:
        """Go through the settings, in the order of their definition."""
        for key in self._keys:
            yield self._defined[key]

    def __getitem__(self, item: str) -> Any:
        """Load a value by any of its names.

        :raises KeyError: if there is no such setting
        """
        return self.load(item)

    def get(self, item: str, of_type: type[V]) -> V:
        """Load a value that has to be of a type.

        :param of_type: of ``list[str]`` and the like only the collection counts, not what it holds
        :raises TypeError: if it is not
        """
        value: V = self.load(item)
        if not _is_a(value, of_type):
            raise TypeError(f"{item} of {self._described} is {type(value).__name__}, expected {of_type}")
        return value

    def get_optional(self, item: str, of_type: type[V]) -> V | None:
        """Load a value that has to be of a type, or None.

        :raises TypeError: if it is neither
        """
        return None if self.load(item) is None else self.get(item, of_type)

    def load(self, item: str, chain: list[str] | None = None) -> Any:
        """Load a value by any of its names.

        :param chain: the keys on the way to it, outermost first
        :raises KeyError: if there is no such setting
        :raises CircularChainError: if it needs itself
        :raises HandledError: if what was configured does not fit
        """
        definition = self._defined[item]
        return definition(self._conf, self.loaders, ConfigLoadArgs(chain, self.name, self._env_name))

    def is_constant(self, item: str) -> bool:
        """Tell whether a key stands for what cannot be configured."""
        return isinstance(self._defined.get(item), ConfigConstantDefinition)

    def is_read(self, item: str) -> bool:
        """Tell whether the value of a setting is known already."""
        definition = self._defined.get(item)
        return not isinstance(definition, ConfigDynamicDefinition) or definition.is_read

    def names_of(self, item: str) -> Sequence[str]:
        """Give every name of a setting, or what was asked for when it is none."""
        definition = self._defined.get(item)
        return (item,) if definition is None else tuple(definition.keys)

    def primary_key(self, key: str) -> str:
        """Give the name that a setting is shown with.

        :raises KeyError: if there is no such setting
        """
        return self._alias[key]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(loaders={self.loaders!r})"

    def __iter__(self) -> Iterator[str]:
        """Go through the names that settings are shown with."""
        return iter(self._keys)

    def __contains__(self, item: str) -> bool:
        return item in self._alias

    def unused(self) -> list[str]:
        """List keys that were configured without being settings, sorted.

        Only the section that is asked first counts: what others inherit from may be meant for other environments.
        """
        # memory loaders hold what Python code offers, which need not be asked for
        configured = (loader for loader in self.loaders if loader.section.prefix != "<memory>")
        first = next(configured, None)
        return [] if first is None else sorted(first.found_keys() - self._defined.keys())


class CoreConfigSet(ConfigSet):
    """The settings of the whole run.

    :param root: folder of the project
    :param src_path: the file that was read
    """

    def __init__(self, conf: Configuration, section: Section, root: Path, src_path: Path) -> None:
        self._root = root
        self._src_path = src_path
        super().__init__(conf, section=section, env_name=None)
        desc = "environments to use when none are named"
        self.add_config(keys=["env_list", "envlist"], of_type=EnvList, default=EnvList([]), desc=desc)

    def register_config(self) -> None:
        """Define the folders and what else every run has."""
        self.add_constant(keys=["config_file_path"], desc="path of the configuration file", value=self._src_path)
        self.add_config(
            keys=["tox_root", "toxinidir"],
            of_type=Path,
            default=self._root,
            desc="the folder of the project, where relative paths start",
            post_process=self._root_folder,
        )
        self.add_constant(keys=["tox_root_name"], desc="name of the folder of the project", value=self._root.name)
        self.add_config(
            keys=["package_root", "setupdir"],
            of_type=Path,
            default=self._default_package_root,
            desc="the folder that packages are built from",
            post_process=self._relative_to_tox_root,
        )
        self.add_constant(keys=["home"], desc="the home folder of the user", value=Path.home)
        self.add_config(
            keys=["work_dir", "toxworkdir"],
            of_type=Path,
            default=self._default_work_dir,
            desc="the folder for everything that is made",
            post_process=self._work_dir_post_process,
        )
        self.add_config(
            keys=["temp_dir"],
            of_type=Path,
            default=self._default_temp_dir,
            desc="a folder for what is needed for a while, shared by all environments",
            post_process=self._relative_to_tox_root,
        )
        self.add_config(
            keys=["venv_redirect"],
            of_type=bool,
            default=None,
            desc="whether to leave a .venv file that leads to an environment",
        )
        self.add_config(
            keys=["venv_redirect_env"], of_type=str, default=None, desc="the environment that this file leads to"
        )
        self.add_constant(keys=["host_python"], desc="the interpreter that tox runs on", value=Path(sys.executable))

    def _root_folder(self, folder: Path) -> Path:
        """Take the folder of the project, relative to that of the file, or of the command line; it may be made later.

        :raises HandledError: if it is there, and no folder
        """
        root = self._root / folder
        if root.exists() and not root.is_dir():
            raise HandledError(f"tox_root has to be a folder, which {root} is not")
        return root

    def check_root(self) -> None:
        """Refuse a folder of the project that is not there, unless something says where to put what is made.

        :raises HandledError: if that is so; such a folder is most likely a mistake
        """
        root: Path = self["tox_root"]
        work_dir = root / ".tox"
        if not root.exists() and self["work_dir"] == work_dir and self["temp_dir"] == work_dir / ".tmp":
            raise HandledError(
                f"tox_root has to be a folder, which {root} is not; set work_dir or temp_dir to have it made"
            )

    def _default_package_root(self, _conf: Configuration, _env_name: str | None) -> Path:
        return cast("Path", self["tox_root"])

    def _default_work_dir(self, conf: Configuration, env_name: str | None) -> Path:
        return cast("Path", self["tox_root"]) / ".tox"

    def _default_temp_dir(self, conf: Configuration, env_name: str | None) -> Path:
        return cast("Path", self["work_dir"]) / ".tmp"

    def _relative_to_tox_root(self, folder: Path) -> Path:
        return folder if folder.is_absolute() else cast("Path", self["tox_root"]) / folder

    def _work_dir_post_process(self, folder: Path) -> Path:
        """Take the folder of the command line, when there is one, in place of the configured one."""
        given = self._conf.options.work_dir
        return self._conf.work_dir if given is not None else self._relative_to_tox_root(folder)

    def _on_duplicate_conf(self, key: str, definition: ConfigDefinition[V]) -> None:
        """Let every environment define the core settings it needs; the last definition counts."""


class EnvConfigSet(ConfigSet):
    """The settings of one environment."""

    def __init__(self, conf: Configuration, section: Section, env_name: str) -> None:
        self._variables: SetEnv | None = None
        #: gives variables that are set unless the configuration sets them
        self.default_set_env_loader: Callable[[], Mapping[str, str]] = dict
        #: gives variables that are set whatever the configuration says, each evaluated when it is asked for
        self.exported_set_env_loader: Callable[[], Mapping[str, Callable[[], str]]] = dict
        super().__init__(conf, section, env_name)

    def register_config(self) -> None:
        """Define the variables."""
        self.add_config(
            keys=SET_ENV_KEYS,
            of_type=SetEnv,
            factory=self._make_set_env,
            default=lambda _conf, _env_name: self._make_set_env(""),
            desc="variables for what runs in this environment",
            post_process=self._complete_set_env,
        )

    def _make_set_env(self, raw: object) -> SetEnv:
        if isinstance(raw, SetEnv):
            return raw
        root = cast("Path", self._conf.core["tox_root"])
        return SetEnv(cast("SetEnvRaw", raw), self.name, self._env_name, root)

    def _complete_set_env(self, values: SetEnv) -> SetEnv:
        self._variables = values
        values.export(self.exported_set_env_loader())
        values.update(self.default_set_env_loader(), override=False)
        return values

    def variables_of_environment(
        self, defaults: Callable[[], Mapping[str, str]], exported: Callable[[], Mapping[str, Callable[[], str]]]
    ) -> None:
        """Learn what the environment itself sets, also where somebody has asked for its variables before it was made.

        :param defaults: gives variables that are set unless the configuration sets them
        :param exported: gives variables that are set whatever the configuration says
        """
        self.default_set_env_loader, self.exported_set_env_loader = defaults, exported
        if self._variables is not None:
            self._complete_set_env(self._variables)

    def set_env_lines(self, chain: list[str]) -> str:
        """Write the variables that the configuration sets as lines, evaluated.

        :param chain: the keys on the way here
        """
        return cast("SetEnv", self.load("set_env", chain)).lines()

    def set_env_source(self, args: ConfigLoadArgs) -> str:
        """Write the variables that the configuration sets as lines, as they stand there.

        So whoever takes them over evaluates them for the environment that asks, as if they had been written there.

        :param args: for whom, and the keys on the way here
        """
        keys = self.names_of("set_env")
        appended: list[str] = []
        for loader in self.loaders:
            text, complete = loader.variable_lines(keys, self._conf, args)
            appended.insert(0, text)
            if complete:
                break
        return "\n".join(filter(None, appended))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._env_name!r}, {self.loaders!r})"


def _is_a(value: object, of_type: Any) -> bool:
    """Tell whether a value is of a type, a collection of some type, or one of several types."""
    origin = get_origin(of_type)
    if origin is None:
        return isinstance(value, of_type)
    if origin in {Union, types.UnionType}:
        return any(_is_a(value, each) for each in get_args(of_type))
    return isinstance(value, origin)
