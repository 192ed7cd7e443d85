"""``pyproject.toml``, and what every TOML configuration has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from tox.config.loader.section import Section
from tox.config.loader.toml import TomlLoader
from tox.config.source._product import Product
from tox.config.source.api import Source
from tox.config.types import MissingRequiredConfigKeyError
from tox.errors import HandledError
from tox.util._text_file import parse_toml, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tox.config._protocols import Settings as CoreConfigSet
    from tox.config.loader.api import Loader, OverrideMap
    from tox.config.types import FactorGroup

__all__ = ["TomlPyProject", "TomlSection"]


class TomlSection(Section):
    """Name of a table: its keys with dots between."""

    SEP = "."
    #: the table that the configuration stands in, as keys
    PREFIX: ClassVar[tuple[str, ...]] = ()
    ENV = "env"
    RUN_ENV_BASE = "env_run_base"
    PKG_ENV_BASE = "env_pkg_base"
    ENV_BASE = "env_base"

    @classmethod
    def _joined(cls, *names: str) -> str:
        return cls.SEP.join((*cls.PREFIX, *names))

    @classmethod
    def core_prefix(cls) -> str:
        """Give the name of the table that the settings of the run stand in; empty for the root of the file."""
        return cls._joined()

    @classmethod
    def env_prefix(cls) -> str:
        """Give the name of the table whose tables are environments."""
        return cls._joined(cls.ENV)

    @classmethod
    def env_base_prefix(cls) -> str:
        """Give the name of the table whose tables are templates of environments."""
        return cls._joined(cls.ENV_BASE)

    @classmethod
    def run_env_base(cls) -> str:
        """Give the name of the table that environments inherit."""
        return cls._joined(cls.RUN_ENV_BASE)

    @classmethod
    def package_env_base(cls) -> str:
        """Give the name of the table that environments which build packages inherit."""
        return cls._joined(cls.PKG_ENV_BASE)

    @classmethod
    def test_env(cls, name: str) -> TomlSection:
        """Make the section of an environment."""
        return cls(cls.env_prefix(), name)

    @classmethod
    def env_base(cls, name: str) -> TomlSection:
        """Make the section of a template."""
        return cls(cls.env_base_prefix(), name)

    @property
    def keys(self) -> Iterable[str]:
        """The keys that lead to the table from the one of the configuration; the name may have dots of its own."""
        parts = [*(self.prefix.split(self.SEP) if self.prefix else ()), *([self.name] if self.name else ())]
        start = len(self.PREFIX)
        return parts[start:] if tuple(parts[:start]) == self.PREFIX else parts


class TomlPyProjectSection(TomlSection):
    """Name of a table within ``tool.tox``."""

    PREFIX = ("tool", "tox")


class TomlPyProject(Source):
    """The configuration in the table ``tool.tox`` of ``pyproject.toml``.

    :param path: the file
    :param content: its content when that was read already
    :raises MissingRequiredConfigKeyError: if there is no such table, or it is empty
    :raises ValueError: if the file is no TOML
    """

    FILENAME = "pyproject.toml"
    _Section: ClassVar[type[TomlSection]] = TomlPyProjectSection

    def __init__(self, path: Path, content: str | None = None) -> None:
        super().__init__(path)
        self._content: dict[str, Any] = parse_toml(read_text(path) if content is None else content)
        ours: Any = self._content
        for key in self._Section.PREFIX:
            ours = ours.get(key) if isinstance(ours, dict) else None
        other = {"legacy_tox_ini"} if self._Section.PREFIX else set()
        if not isinstance(ours, dict) or not ours.keys() - other:
            raise MissingRequiredConfigKeyError(f"{path} has nothing in {'.'.join(self._Section.PREFIX) or 'it'}")
        self._our_content: dict[str, Any] = ours
        self._templates: dict[str, Product] | None = None
        self._template_of_name: dict[str, str] | None = None
        self._listed: list[Product] | None = None

    # -- sections ------------------------------------------------------------------------------------------------------

    def transform_section(self, section: Section) -> Section:
        """Make a section of this kind of any."""
        return self._Section(section.prefix, section.name)

    def get_core_section(self) -> Section:
        """Give the table of the whole run, which has no name of its own."""
        return self._Section(None, "")

    def sections(self) -> Iterator[Section]:
        """Go through the tables of the file that are sections."""
        for key, value in self._our_content.items():
            if not isinstance(value, dict):
                continue
            if key in {TomlSection.ENV, TomlSection.ENV_BASE}:
                for name in value:
                    yield self._Section(self._Section._joined(key), name)  # noqa: SLF001 - our section
            else:
                yield self._Section(self._Section.core_prefix() or None, key)

    def get_loader(self, section: Section, override_map: OverrideMap) -> Loader[Any] | None:
        """Make the loader of a table; None when there is neither the table nor an override of it."""
        ours = cast("TomlSection", self.transform_section(section))
        found: Any = self._our_content
        for key in ours.keys:
            found = found.get(key) if isinstance(found, dict) else None
        overrides = override_map.get(section.key, [])
        if not section.key and self._Section.PREFIX:
            overrides = [*override_map.get(self._Section.core_prefix(), []), *overrides]
        if found is not None and not isinstance(found, dict):
            raise HandledError(f"{section.key} of {self.path} has to be a table, not {found!r}")
        if found is None and not overrides:
            return None
        return TomlLoader(
            section=ours,
            overrides=overrides,
            content={} if found is None else found,
            root_content=self._content,
            unused_exclude=self._no_settings(section),
        )

    def _no_settings(self, section: Section) -> set[str]:
        if not section.key:
            return {TomlSection.ENV, TomlSection.ENV_BASE, TomlSection.RUN_ENV_BASE, TomlSection.PKG_ENV_BASE}
        return {"factors"} if section.prefix == self._Section.env_base_prefix() else set()

    def get_base_sections(self, base: list[str], in_section: Section) -> Iterator[Section]:
        """Go through what names may stand for: a template, a table beside ``env``, one beside the one that names it."""
        core, templates = self._Section.core_prefix(), f"{self._Section.env_base_prefix()}{self._Section.SEP}"
        for full in base:
            if full.startswith(templates):
                yield self._Section.env_base(full[len(templates) :])
                continue
            name = full[len(core) + 1 :] if core and full.startswith(f"{core}{self._Section.SEP}") else full
            if self._Section.SEP not in name:
                yield self._Section(core or None, name)
            if in_section.prefix is not None and name == full:
                yield self._Section(in_section.prefix, name)

    def get_tox_env_section(self, item: str) -> tuple[Section, list[str], list[str]]:
        """Tell where the settings of an environment stand, and what it inherits: a template comes first."""
        template = self._template_of().get(item)
        run = [self._Section.run_env_base()]
        if template is not None:
            run.insert(0, self._Section.env_base(template).key)
        return self._Section.test_env(item), run, [self._Section.package_env_base()]

    # -- names ---------------------------------------------------------------------------------------------------------

    def envs(self, core_conf: CoreConfigSet) -> Iterator[str]:
        """Go through the environments: those listed, those with a table, those made from templates.

        :raises HandledError: if what is a table of environments, or what all of them inherit, is none, or if a group of
            factors is not well-formed
        """
        self.get_loader(self._Section(self._Section.core_prefix() or None, TomlSection.RUN_ENV_BASE), {})
        yield from core_conf["env_list"]
        self._made_by_list()  # judges them
        yield from self._tables(TomlSection.ENV)
        yield from self._template_of()

    def _tables(self, key: str) -> dict[str, Any]:
        found = self._our_content.get(key, {})
        if key == TomlSection.ENV and isinstance(found, (list, str)) and all(isinstance(name, str) for name in found):
            return {name: {} for name in found}  # names alone make environments, too
        if not isinstance(found, dict):
            raise HandledError(f"{key} of {self.path} has to be a table of environments, not {found!r}")
        return found

    def _template_of(self) -> dict[str, str]:
        """For the name of each environment made from a template, the template.

        :raises HandledError: if a template is not well-formed
        """
        if self._template_of_name is None:
            found: dict[str, str] = {}
            for template, made in self._made_by_templates().items():
                for name in made.ways:
                    found.setdefault(name, template)
            self._template_of_name = found
        return self._template_of_name

    def _made_by_templates(self) -> dict[str, Product]:
        if self._templates is None:
            self._templates = {
                name: self._made_by(name, table) for name, table in self._tables(TomlSection.ENV_BASE).items()
            }
        return self._templates

    def _made_by(self, name: str, table: object) -> Product:
        where = f"{self._Section.env_base(name).key}.factors"
        factors = table.get("factors") if isinstance(table, dict) else None
        if not isinstance(factors, list):
            raise HandledError(f"{where} of {self.path} has to be a list of factors, or of groups of them")
        flat = not any(isinstance(one, (list, dict)) for one in factors)
        groups = [[str(one) for one in factors]] if flat else factors
        try:
            return Product(groups, where, template=name, places=not flat)
        except (TypeError, ValueError) as error:
            raise HandledError(f"{where} of {self.path}: {error}") from error

    # -- labels --------------------------------------------------------------------------------------------------------

    def factor_labels(self, env_name: str | None) -> dict[str, FactorGroup]:
        """Give the groups of factors by label, and those of products by their place as a number.

        Of several groups with one label, or in one place, the one counts that the environment was made with; else the
        last one, and one of ``env_list`` before one of a template.

        :raises HandledError: if a group is not well-formed
        """
        template = self._template_of().get(env_name or "")
        made_by = self._made_by_templates()
        templates = made_by.values() if template is None else (made_by[template],)
        # stable: those that make the environment come last
        products = sorted((*templates, *self._made_by_list()), key=lambda product: env_name in product.ways)
        return {label: group for product in products for label, group in product.groups.items()}

    def _made_by_list(self) -> list[Product]:
        """Go through the tables of ``env_list``."""
        if self._listed is None:
            self._listed = []
            entries = self._our_content.get("env_list", [])
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and "replace" not in entry:
                    self._listed.append(self._made_by_entry(entry))
        return self._listed

    def _made_by_entry(self, entry: dict[str, Any]) -> Product:
        groups = entry.get("product")
        try:
            if isinstance(groups, list):
                return Product(groups, entry)
            return Product([entry], entry, places=False)
        except (TypeError, ValueError) as error:
            raise HandledError(f"env_list of {self.path}: {error}") from error
