"""Names of sections in INI files."""

from __future__ import annotations

from tox.config._factors import extend_factors
from tox.config.loader.section import Section

__all__ = ["CORE", "PKG_ENV_PREFIX", "TEST_ENV_PREFIX", "IniSection"]

#: prefix of the sections of environments, and name of what those that run commands inherit
TEST_ENV_PREFIX = "testenv"
#: name of what environments that build packages inherit
PKG_ENV_PREFIX = "pkgenv"


class IniSection(Section):
    """Name of a section in an INI file, such as ``testenv:lint``."""

    @classmethod
    def test_env(cls, name: str) -> IniSection:
        """Make the section of an environment."""
        return cls(TEST_ENV_PREFIX, name)

    @property
    def is_test_env(self) -> bool:
        """Whether it is of environments."""
        return self.prefix == TEST_ENV_PREFIX

    @property
    def names(self) -> list[str]:
        """Every environment it is of, patterns expanded.

        :raises ValueError: if a pattern is no pattern
        """
        return list(extend_factors(self.name))


#: the section of the whole run
CORE = IniSection(None, "tox")
