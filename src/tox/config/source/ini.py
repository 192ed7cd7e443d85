"""The family of INI files."""

from __future__ import annotations

from configparser import ConfigParser, Error
from typing import TYPE_CHECKING

from tox.config._factors import find_envs
from tox.config.loader.ini import IniLoader
from tox.config.source.api import Source
from tox.config.source.ini_section import CORE, PKG_ENV_PREFIX, TEST_ENV_PREFIX, IniSection
from tox.errors import HandledError
from tox.util._text_file import MARK, read_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tox.config._protocols import Settings as CoreConfigSet
    from tox.config.loader.api import OverrideMap
    from tox.config.loader.section import Section

__all__ = ["CORE", "PKG_ENV_PREFIX", "TEST_ENV_PREFIX", "IniSource"]


class IniSource(Source):
    """A configuration in the form of an INI file.

    :param path: the file
    :param content: its content when that was read already, or stands elsewhere
    :raises ValueError: if the content is not in that form
    """

    #: the section of the whole run
    CORE_SECTION = CORE

    def __init__(self, path: Path, content: str | None = None) -> None:
        super().__init__(path)
        self._parser = ConfigParser(interpolation=None)
        content = read_text(path) if content is None else content.removeprefix(MARK)
        before, null, _ = content.partition("\0")
        if null:  # no path, variable or argument of a command can hold one
            number = before.count("\n") + 1
            raise ValueError(f"line {number} holds a null byte")
        try:
            self._parser.read_string(content, str(path))
        except Error as error:
            raise ValueError(str(error)) from error
        #: for each name of a section that is a pattern, or several, the sections in which it is meant
        self._section_mapping: dict[str, list[str]] | None = None
        self._mapped_count = 0

    def _sections_by_name(self) -> dict[str, list[str]]:
        # plugins (tox-lsr) add the sections of other files to the parser
        if self._section_mapping is None or self._mapped_count != len(self._parser):
            mapping: dict[str, list[str]] = {}
            for section in self.sections():
                keys = [section.key]  # also a pattern may be named as it is, in base
                if section.is_test_env:
                    keys += [IniSection.test_env(name).key for name in self._names_of(section)]
                for key in dict.fromkeys(keys):
                    mapping.setdefault(key, []).append(section.key)
            self._section_mapping = mapping
            self._mapped_count = len(self._parser)
        return self._section_mapping

    def _names_of(self, section: IniSection) -> list[str]:
        try:
            return section.names
        except ValueError as error:
            raise HandledError(f"the section [{section.key}] of {self.path} has no valid name: {error}") from error

    def transform_section(self, section: Section) -> Section:
        """Make an INI section of any."""
        return IniSection(section.prefix, section.name)

    def sections(self) -> Iterator[IniSection]:
        """Go through all sections, in the order of the file."""
        for key in self._parser.sections():
            yield IniSection.from_key(key)

    def section_keys(self) -> Collection[str]:
        """Collect the keys of all sections, patterns written out."""
        return self._sections_by_name()

    def get_core_section(self) -> Section:
        """Give the section of the whole run."""
        return self.CORE_SECTION

    def get_base_sections(self, base: list[str], in_section: Section) -> Iterator[Section]:
        """Go through what names may stand for: a section beside the one that names it, then one of just that name."""
        for name in base:
            section = IniSection.from_key(name)
            if in_section.prefix is not None and section.prefix is None:
                yield IniSection(in_section.prefix, section.name)
            yield section

    def get_loader(self, section: Section, override_map: OverrideMap) -> IniLoader | None:
        """Make the loader of a section; None when there is neither the section nor an override of it."""
        overrides = override_map.get(section.key, [])
        found = self._sections_by_name().get(section.key)
        if not found and not overrides:
            return None
        return IniLoader(
            section=section,
            parser=self._parser,
            overrides=overrides,
            core_section=self.CORE_SECTION,
            section_key=found[0] if found else None,
        )

    def get_tox_env_section(self, item: str) -> tuple[Section, list[str], list[str]]:
        """Tell where the settings of an environment stand, and what it inherits."""
        return IniSection.test_env(item), [TEST_ENV_PREFIX], [PKG_ENV_PREFIX]

    def envs(self, core_conf: CoreConfigSet) -> Iterator[str]:
        """Go through the environments: those listed, those with a section, those that conditions speak of."""
        yield from self._discover_tox_envs(core_conf)

    def _discover_tox_envs(self, core_config: CoreConfigSet) -> Iterator[str]:
        named = dict.fromkeys(core_config["env_list"])
        for section in self.sections():
            if section.is_test_env:
                named.update(dict.fromkeys(self._names_of(section)))
        yield from named
        known_factors = {factor for name in named for factor in name.split("-")}
        for section in self.sections():
            if self._is_tox_section(section):
                yield from self._discover_from_section(section, known_factors)

    def _is_tox_section(self, section: IniSection) -> bool:
        """Tell whether conditions in a section name environments.

        They do in the core section, in those of environments, and in ``testenv`` beside the core section, which in
        ``setup.cfg`` would be ``tox:testenv``.
        """
        core = self.CORE_SECTION
        return section.is_test_env or section.key in {core.key, IniSection(core.prefix, TEST_ENV_PREFIX).key}

    def _discover_from_section(self, section: IniSection, known_factors: set[str]) -> Iterator[str]:
        """Go through the names in conditions that are not just parts of listed ones."""
        for value in self._parser[section.key].values():
            for env in find_envs(value):
                if not known_factors.issuperset(env.split("-")):
                    yield env
