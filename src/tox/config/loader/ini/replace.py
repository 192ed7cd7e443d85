"""Where the references of INI files look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from tox.config._substitute.scope import ConfigDefault, RawText, ReplaceReference
from tox.config.loader._override import apply_overrides_to_raw
from tox.config.loader._render import ENV_NAME_KEYS, refer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from configparser import SectionProxy

    from tox.config._protocols import Configuration as Config
    from tox.config._protocols import EnvSettings
    from tox.config._protocols import Settings as ConfigSet
    from tox.config.loader._args import ConfigLoadArgs
    from tox.config.loader.section import Section

__all__ = ["ReplaceReferenceIni"]

#: sections of environments may have names with dots and commas, or be patterns; others have just words
_REFERENCE = re.compile(
    r"(?:\[(?P<section>testenv:(?P<env>[^\[\]:\s]+)|[\w-]+)\])?(?P<key>[a-zA-Z0-9_-]+)(?::(?P<default>.*))?",
    re.DOTALL,
)


class Reader(Protocol):
    """What is asked of the loader whose value refers."""

    core_section: Section

    def get_section(self, name: str) -> SectionProxy | None:
        """Give a section of the same file, by its name there; None when there is none."""

    def process_raw(self, conf: Config | None, env_name: str | None, value: str) -> str:
        """Make of the text in a file the text of a value."""


class ReplaceReferenceIni(ReplaceReference):
    """Looks up ``{key}`` and ``{[section]key}``.

    :param conf: the whole configuration
    :param loader: of the section the reference stands in
    """

    def __init__(self, conf: Config, loader: Reader) -> None:
        self._conf = conf
        self._loader = loader

    def __call__(self, value: str, conf_args: ConfigLoadArgs) -> str | ConfigDefault | None:
        """Look up a reference, see :class:`~tox.config.loader.replacer.ReplaceReference`."""
        match = _REFERENCE.fullmatch(value)
        if match is None:
            return None
        try:
            return self._load_from_sources(match.groupdict(), match["key"], conf_args)
        except KeyError:
            return None if match["default"] is None else ConfigDefault(text=value, start=match.start("default"))

    def _load_from_sources(self, settings: dict[str, str | None], key: str, conf_args: ConfigLoadArgs) -> str:
        """Take the value of the first source that has it.

        :raises KeyError: if none has
        """
        for source in self._config_value_sources(settings["env"], settings["section"], conf_args.env_name):
            if isinstance(source, Mapping):
                if key in source:
                    return self._resolve_section_proxy(source, key, conf_args)
            elif key in source:
                if settings["env"] is not None and key in source.names_of("set_env"):
                    return RawText(cast("EnvSettings", source).set_env_source(conf_args))
                return refer(source, key, conf_args.chain)
        if settings["section"] is None and key in ENV_NAME_KEYS and conf_args.env_name is not None:
            return conf_args.env_name  # of an environment that nobody needed to make
        raise KeyError(key)

    def _config_value_sources(
        self, env: str | None, section: str | None, current_env: str | None
    ) -> Iterator[SectionProxy | ConfigSet]:
        """Go through where a key is looked for, in order.

        :param env: the environment named, None when none is
        :param section: the section named, None when none is
        :param current_env: the environment asking
        """
        if section is None:
            yield self._conf.core
            if current_env is not None:
                yield self._conf.get_env(current_env)
            return
        if section == self._loader.core_section.name:
            yield self._conf.core
        proxy = self._loader.get_section(section)
        if proxy is not None:
            yield proxy
        if env is not None:
            settings = self._conf.known_env(env)
            if settings is not None:
                yield settings

    def _resolve_section_proxy(self, src: SectionProxy, key: str, args: ConfigLoadArgs) -> str:
        text = self._loader.process_raw(self._conf, args.env_name, src[key])
        overrides = self._conf.overrides.get(src.name, ())
        names = self._names(src.name, key, args.env_name) if overrides else ()
        return RawText(apply_overrides_to_raw(overrides, key, text, names=names))

    def _names(self, section: str, key: str, env_name: str | None) -> Sequence[str]:
        """Give the names of a setting, when the section is one of settings."""
        if section == self._loader.core_section.name:
            return self._conf.core.names_of(key)
        if env_name is None or section.partition(":")[0] != "testenv":
            return ()
        return self._conf.get_env(env_name).names_of(key)
