"""What the parts of the configuration ask of each other, so that none has to import the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tox.config.loader._args import ConfigLoadArgs
    from tox.config.loader._override import Override
    from tox.config.loader.section import Section
    from tox.config.types import FactorGroup


class Settings(Protocol):
    """A set of settings: of the whole run, or of one environment."""

    def load(self, item: str, chain: list[str] | None = None) -> Any:
        """Load a value, told the keys on the way to it."""

    def is_constant(self, item: str) -> bool:
        """Tell whether a key stands for what cannot be configured."""

    def is_read(self, item: str) -> bool:
        """Tell whether the value of a setting is known already."""

    def names_of(self, item: str) -> Sequence[str]:
        """Give every name of a setting, or what was asked for when it is none."""

    def __contains__(self, item: str) -> bool: ...

    def __getitem__(self, item: str) -> Any: ...


class EnvSettings(Settings, Protocol):
    """The settings of one environment."""

    def set_env_lines(self, chain: list[str]) -> str:
        """Write the variables that its configuration sets as lines."""

    def set_env_source(self, args: ConfigLoadArgs) -> str:
        """Write the variables that its configuration sets as lines, as they stand there."""


class Configuration(Protocol):
    """Everything that was configured."""

    @property
    def core(self) -> Settings:
        """The settings of the whole run."""

    @property
    def options(self) -> Any:
        """The values of the command line's options."""

    @property
    def work_dir(self) -> Path:
        """The work dir that an option names, or its default place."""

    @property
    def src_path(self) -> Path:
        """The file that was read."""

    @property
    def overrides(self) -> Mapping[str, list[Override]]:
        """For each section name, the overrides of it."""

    def get_env(self, item: str, package: bool = False) -> EnvSettings:
        """Give the settings of an environment, made when there are none yet."""

    def known_env(self, name: str) -> EnvSettings | None:
        """Give the settings of an environment that exists, all of them defined; None when there is no such one."""

    def pos_args(self, to_path: Path | None, *, program_first: bool = False) -> tuple[str, ...] | None:
        """Give the arguments after ``--``."""

    def factor_labels(self, env_name: str | None) -> Mapping[str, FactorGroup]:
        """Give the groups of factors, by label and by position."""

    def sections(self) -> Iterator[Section]:
        """Go through the sections of the source."""

    def __contains__(self, item: str) -> bool: ...


class SettingsOwner(Protocol):
    """What sources ask of the settings they find loaders for."""

    def add_config(self, keys: Sequence[str] | str, of_type: Any, default: Any, desc: str) -> Any:
        """Define a setting."""

    def __getitem__(self, item: str) -> Any: ...
