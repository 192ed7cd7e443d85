"""``tox.toml``."""

from __future__ import annotations

from tox.config.source.toml_pyproject import TomlPyProject, TomlSection

__all__ = ["TomlTox"]


class TomlTox(TomlPyProject):
    """The configuration in ``tox.toml``, the whole file being ours.

    :raises MissingRequiredConfigKeyError: if it is empty
    """

    FILENAME = "tox.toml"
    _Section = TomlSection
