"""A source is one file with the configuration of one project."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from tox.config.loader.section import Section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tox.config._protocols import Settings as CoreConfigSet
    from tox.config._protocols import SettingsOwner as ConfigSet
    from tox.config.loader.api import Loader, OverrideMap
    from tox.config.types import FactorGroup

__all__ = ["FactorLabelSource", "Section", "Source"]


@runtime_checkable
class FactorLabelSource(Protocol):
    """A source whose groups of factors may have labels."""

    def factor_labels(self, env_name: str | None) -> dict[str, FactorGroup]:
        """Give the groups of factors by label, and by position as a number."""


class Source(ABC):
    """One file with the configuration of one project.

    :param path: the file
    """

    #: name of such a file
    FILENAME: ClassVar[str] = ""

    def __init__(self, path: Path) -> None:
        self.path: Path = path
        self._loaders: dict[str, Loader[Any] | None] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self.path})"

    def get_loaders(
        self, section: Section, base: list[str] | None, override_map: OverrideMap, conf: ConfigSet
    ) -> Iterator[Loader[Any]]:
        """Go through what has values for a section: its own loader, then those of its base sections.

        :param base: default of its setting ``base``; None when there shall be no such setting
        :param override_map: overrides by section name
        :param conf: the settings that the loaders are for; ``base`` is defined there once the first loader was taken
        """
        own = self._loader_of(self.transform_section(section), override_map)
        if own is not None:
            yield own
        if base is None:
            return
        conf.add_config(keys=["base"], of_type=list[str], default=base, desc="sections to take values from")
        seen = {section.key}
        for name in conf["base"]:
            for base_section in self.get_base_sections([name], section):
                loader = self._loader_of(base_section, override_map)
                if loader is None:
                    continue
                if base_section.key not in seen:
                    seen.add(base_section.key)
                    yield loader
                break

    def _loader_of(self, section: Section, override_map: OverrideMap) -> Loader[Any] | None:
        """Give the one loader of a section."""
        if section.key not in self._loaders:
            self._loaders[section.key] = self.get_loader(section, override_map)
        return self._loaders[section.key]

    @abstractmethod
    def transform_section(self, section: Section) -> Section:
        """Make of a section one of the kind that this source has."""
        raise NotImplementedError

    @abstractmethod
    def get_loader(self, section: Section, override_map: OverrideMap) -> Loader[Any] | None:
        """Make the loader of a section; None when there is neither the section nor an override of it."""
        raise NotImplementedError

    @abstractmethod
    def get_base_sections(self, base: list[str], in_section: Section) -> Iterator[Section]:
        """Go through the sections that names of base sections may stand for; for each the first that exists counts."""
        raise NotImplementedError

    @abstractmethod
    def sections(self) -> Iterator[Section]:
        """Go through all sections, in the order of the file."""
        raise NotImplementedError

    def section_keys(self) -> Collection[str]:
        """Collect the keys of all sections; a name that is a pattern stands for several."""
        return {section.key for section in self.sections()}

    @abstractmethod
    def envs(self, core_conf: CoreConfigSet) -> Iterator[str]:
        """Go through the names of the environments, possibly repeated: those listed come first."""
        raise NotImplementedError

    @abstractmethod
    def get_tox_env_section(self, item: str) -> tuple[Section, list[str], list[str]]:
        """Tell where the settings of an environment stand.

        :returns: its section, and the base sections it has when it runs commands, and when it builds packages
        """
        raise NotImplementedError

    @abstractmethod
    def get_core_section(self) -> Section:
        """Tell where the settings of the whole run stand."""
        raise NotImplementedError
