"""Everything that was configured."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from tox.config.sets import ConfigSet, CoreConfigSet, EnvConfigSet
from tox.config.source.api import FactorLabelSource
from tox.errors import HandledError
from tox.util._program import is_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tox.config.loader.api import Loader, Override, OverrideMap
    from tox.config.loader.section import Section
    from tox.config.source.api import Source
    from tox.config.types import FactorGroup

    class Parsed(Protocol):
        """What is asked of the options."""

        @property
        def override(self) -> list[Override]: ...

        @property
        def root_dir(self) -> Path | None: ...

        @property
        def work_dir(self) -> Path | None: ...

        def __getattr__(self, name: str) -> Any: ...


__all__ = ["Config", "check_name"]

T = TypeVar("T", bound=ConfigSet)


class Config:
    """Everything that was configured: settings of the run and of each environment, and what the command line says.

    :param config_source: the file that was read
    :param options: options of the command line
    :param root: folder of the project
    :param pos_args: arguments after ``--``; None when there was no ``--``
    :param work_dir: the folder for everything that is made, when the command line gives one; else that of the project
    :param extra_envs: names of environments that plugins add
    """

    def __init__(
        self,
        config_source: Source,
        options: Parsed,
        root: Path,
        pos_args: Sequence[str] | None,
        work_dir: Path,
        extra_envs: Iterable[str],
    ) -> None:
        self._src = config_source
        self._options = options
        self._root = root
        self._work_dir = work_dir
        self._pos_args = None if pos_args is None else tuple(pos_args)
        self._extra_envs = tuple(dict.fromkeys(extra_envs))
        overrides: defaultdict[str, list[Override]] = defaultdict(list)
        for override in options.override:
            overrides[override.namespace].append(override)
        self._overrides: OverrideMap = overrides
        self._core_set: CoreConfigSet | None = None
        self._sets: dict[tuple[type[ConfigSet], str, str | None], ConfigSet] = {}
        self._names: tuple[tuple[str, ...], dict[str, None]] | None = None
        #: loaders to be asked before all others, by name of the environment
        self.memory_seed_loaders: defaultdict[str, list[Loader[Any]]] = defaultdict(list)
        #: makes an environment, so that every setting of it is defined; None while there is no one to do so
        self.build_env: Callable[[str], object] | None = None

    @classmethod
    def make(cls, parsed: Parsed, pos_args: Sequence[str] | None, source: Source, extra_envs: Iterable[str]) -> Config:
        """Make a configuration of options and the file they lead to; links to its folders are followed."""
        root = _folder_of(source.path) if parsed.root_dir is None else parsed.root_dir.resolve()
        return cls(
            config_source=source,
            options=parsed,
            pos_args=pos_args,
            root=root,
            work_dir=root if parsed.work_dir is None else parsed.work_dir.resolve(),
            extra_envs=extra_envs,
        )

    # -- the command line ----------------------------------------------------------------------------------------------

    @property
    def options(self) -> Parsed:
        """Options of the command line."""
        return self._options

    @property
    def overrides(self) -> OverrideMap:
        """For each section name, the overrides of it in the order given."""
        return self._overrides

    @property
    def work_dir(self) -> Path:
        """The folder of the command line for everything that is made; the project's folder when it gives none."""
        return self._work_dir

    @property
    def src_path(self) -> Path:
        """The file that was read."""
        return self._src.path

    def pos_args(self, to_path: Path | None, *, program_first: bool = False) -> tuple[str, ...] | None:
        """Give the arguments after ``--``.

        :param to_path: the folder that commands run in; relative paths that exist are written as seen from there
        :param program_first: the first argument is a program, which is looked up elsewhere when it is a bare name
        :returns: None when there was no ``--``
        """
        if self._pos_args is None or to_path is None:
            return self._pos_args
        target = os.path.realpath(to_path)  # dots lead out of what a link leads to
        if os.path.normcase(os.path.abspath(target)) == os.path.normcase(os.getcwd()):
            return self._pos_args
        return tuple(
            self._rewrite_pos_arg(index, arg, target, program_first=program_first)
            for index, arg in enumerate(self._pos_args)
        )

    @classmethod
    def _rewrite_pos_arg(cls, index: int, arg: str, to_path_str: str, *, program_first: bool) -> str:
        path = Path(arg)
        if not arg or path.is_absolute() or not cls._is_existing_path(path, arg):
            return arg
        bare = not any(separator in arg for separator in (os.sep, os.altsep) if separator)
        if index == 0 and bare and (program_first or is_program(arg)):
            return arg
        return cls._rewrite_relative_path(arg, to_path_str)

    @staticmethod
    def _is_existing_path(path_arg: Path, arg: str) -> bool:
        try:
            return path_arg.exists()
        except (OSError, ValueError):  # too long, or with a null byte, to be a path
            return False

    @staticmethod
    def _rewrite_relative_path(arg: str, to_path_str: str) -> str:
        try:
            plain = os.path.normpath(arg)
            # dots behind a link mean another place than text tells
            found = os.path.relpath(plain if _is_same(plain, arg) else os.path.realpath(arg), to_path_str)
        except ValueError:  # on another drive
            return os.path.abspath(arg)
        ending = arg[-1] if arg.endswith((os.sep, os.altsep or os.sep)) else ""
        if found.startswith("-"):  # or it would be taken for an option
            found = f".{os.sep}{found}"
        return found + ending

    # -- names ---------------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[str]:
        """Go through the names of environments: those listed, those with a section, those of conditions, of plugins."""
        return iter(self._known_names())

    def __contains__(self, item: str) -> bool:
        return item in self._known_names()

    def _known_names(self) -> dict[str, None]:
        basis = tuple(self.core["env_list"])
        if self._names is None or self._names[0] != basis:
            names = dict.fromkeys((*self._src.envs(self.core), *self._extra_envs))
            for name in names:
                check_name(name)
            self._names = basis, names
        return self._names[1]

    def sections(self) -> Iterator[Section]:
        """Go through the sections of the file."""
        yield from self._src.sections()

    def with_section(self, names: Iterable[str]) -> set[str]:
        """Choose the environments that have a section of their own in the file."""
        keys = self._src.section_keys()
        return {name for name in names if self._src.get_tox_env_section(name)[0].key in keys}

    def factor_labels(self, env_name: str | None) -> dict[str, FactorGroup]:
        """Give the groups of factors that an environment's name is made of.

        :returns: groups by label, and by position as a number
        """
        return self._src.factor_labels(env_name) if isinstance(self._src, FactorLabelSource) else {}

    # -- settings ------------------------------------------------------------------------------------------------------

    @property
    def core(self) -> CoreConfigSet:
        """The settings of the whole run."""
        if self._core_set is None:
            section = self._src.get_core_section()
            core = CoreConfigSet(self, section, self._root, self._src.path)
            self._core_set = core
            for loader in self._src.get_loaders(section, base=[], override_map=self._overrides, conf=core):
                core.loaders.append(loader)
        return self._core_set

    def get_section_config(
        self,
        section: Section,
        base: list[str] | None,
        of_type: type[T],
        for_env: str | None,
        loaders: Sequence[Loader[Any]] | None = None,
    ) -> T:
        """Give the settings of a section, made when there are none yet.

        :param section: where they stand
        :param base: names of sections to look in when it has no value; None to look nowhere else
        :param of_type: the class of settings
        :param for_env: the environment they are of; None for none
        :param loaders: where to look last
        """
        key = (of_type, section.key, for_env)
        if key not in self._sets:
            found = of_type(self, section, for_env)
            self._sets[key] = found
            if for_env is not None:
                found.loaders.extend(self.memory_seed_loaders.get(for_env, ()))
            for loader in self._src.get_loaders(section, base, self._overrides, found):
                found.loaders.append(loader)
            if loaders is not None:
                found.loaders.extend(loaders)
        return cast("T", self._sets[key])

    def get_env(self, item: str, package: bool = False, loaders: Sequence[Loader[Any]] | None = None) -> EnvConfigSet:
        """Give the settings of an environment, made when there are none yet.

        :param item: its name
        :param package: whether it builds packages, which decides where settings are inherited from
        :param loaders: where to look last
        :raises HandledError: if the name cannot be the name of a folder
        """
        check_name(item)
        section, run_base, package_base = self._src.get_tox_env_section(item)
        base = package_base if package else run_base
        return self.get_section_config(section, base=base, of_type=EnvConfigSet, for_env=item, loaders=loaders)

    def known_env(self, name: str) -> EnvConfigSet | None:
        """Give the settings of an environment that exists, all of them defined; None when there is no such one."""
        section, _, _ = self._src.get_tox_env_section(name)
        known = (EnvConfigSet, section.key, name) in self._sets
        if not known and name not in self:
            return None
        if self.build_env is not None:
            self.build_env(name)
        return self.get_env(name)

    def seed(self, name: str, loader: Loader[Any]) -> None:
        """Give values to an environment that count before those of the configuration, whoever asked for it earlier.

        A value that was read already is read anew, those that were made of it are not.
        """
        self.memory_seed_loaders[name].append(loader)
        for (of_type, _, for_env), found in self._sets.items():
            if for_env == name and of_type is EnvConfigSet:
                found.loaders.insert(0, loader)

    def clear_env(self, name: str) -> None:
        """Forget the settings of an environment."""
        section, _, _ = self._src.get_tox_env_section(name)
        self._sets.pop((EnvConfigSet, section.key, name), None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(config_source={self._src!r})"


def _folder_of(config_file: Path) -> Path:
    """Name the folder of the project that a file configures; what is a device, or a pipe of the shell, lies in none."""
    folder = config_file.parent.resolve()
    # projects may lie below the memory that is mounted at /dev/shm
    is_system = os.name == "posix" and (str(folder) in {"/dev", "/dev/fd"} or folder.parts[1:2] == ("proc",))
    return Path.cwd() if is_system else folder


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def check_name(name: str) -> None:
    """Refuse a name that would lead out of the work dir.

    :raises HandledError: if it is none that one folder can have
    """
    wrong = name in {"", ".", ".."} or "/" in name or "\0" in name
    if sys.platform == "win32":  # pragma: win32 cover
        wrong = wrong or "\\" in name or ":" in name
    if wrong:
        raise HandledError(f"{name!r} cannot be the name of an environment, as it is not the name of one folder")
