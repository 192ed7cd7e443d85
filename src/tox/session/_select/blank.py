"""A session without a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.config.cli.parser import Parsed
from tox.config.loader.section import Section
from tox.config.source.api import Source
from tox.session._select.request import CliEnv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tox.config.loader.api import Loader, OverrideMap
    from tox.session.state import State


class _Nothing(Source):
    """A configuration file that has nothing in it but names of environments."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        super().__init__(path)
        self._names = tuple(names)

    def transform_section(self, section: Section) -> Section:
        return section

    def get_loader(self, section: Section, override_map: OverrideMap) -> Loader[Any] | None:
        return None

    def envs(self, core_conf: object) -> Iterator[str]:
        return iter(self._names)

    def sections(self) -> Iterator[Section]:
        return iter(())

    def get_base_sections(self, base: list[str], in_section: Section) -> Iterator[Section]:
        return iter(())

    def get_tox_env_section(self, item: str) -> tuple[Section, list[str], list[str]]:
        return Section("env", item), [], []

    def get_core_section(self) -> Section:
        return Section(None, "tox")


def blank_state(state: State, names: Iterable[str]) -> State:
    """Make a session with the same plugins, where no setting has a value.

    :param state: the session to take plugins and output from
    :param names: the environments it has
    """
    options = Parsed(**vars(state.conf.options))
    options.override = []
    options.env = CliEnv("ALL")
    options.labels, options.factors, options.skip_env = [], [], ""
    source = _Nothing(Path.cwd() / "tox.toml", names)
    return type(state)(state._options._replace(parsed=options, source=source, pos_args=None), state.args)  # noqa: SLF001


__all__ = ["blank_state"]
