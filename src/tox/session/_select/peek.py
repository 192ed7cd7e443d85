"""Look at the configuration without building environments.

Most projects set only a few of all settings. One walk over the sections tells which ones, so that whatever depends on a
setting that nobody sets needs no look at any environment.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from tox.config._substitute.syntax import heads, parse
from tox.config.loader._render import ENV_NAME_KEYS
from tox.config.loader.api import ConfigLoadArgs
from tox.config.of_type import ConfigDynamicDefinition
from tox.config.set_env import SET_ENV_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tox.config.main import Config


#: what may stand between braces without an environment being asked
_FUNCTIONS = ENV_NAME_KEYS | {"/", ":", "", "factor", "glob", "tty"}


class Mentions:
    """Which settings are set anywhere, in files, overrides or memory.

    :param values: for each setting the texts it is set to, as far as they can be told without an environment; other
        values too
    """

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self.values = values
        self._heads: dict[str, frozenset[str] | None] = {}

    def any_of(self, *keys: str) -> bool:
        """Tell whether any of the settings is set anywhere."""
        return any(key in self.values for key in keys)

    def refers(self, key: str, known: Callable[[str], bool]) -> bool:
        """Tell whether the text of a setting may refer to settings that only a built environment has.

        :param known: tells whether a setting is there without
        """
        if key not in self._heads:  # asked for each environment, and there may be thousands of texts
            self._heads[key] = _heads_of(self.values.get(key, ()))
        found = self._heads[key]
        safe = _FUNCTIONS if self.any_of(*SET_ENV_KEYS) else _FUNCTIONS | {"env"}
        return found is None or any(head not in safe and not known(head) for head in found)

    def constants(self, *keys: str) -> set[str] | None:
        """Return all texts that any of the settings can have.

        :returns: ``None`` when a value depends on the environment, so that they cannot be told
        """
        found = list(chain.from_iterable(self.values.get(key, ()) for key in keys))
        if all(isinstance(value, str) and not set("{}\n:") & set(value) for value in found):
            return {value.strip() for value in found}
        return None


def _heads_of(values: Iterable[Any]) -> frozenset[str] | None:
    """Tell what texts, and lists of them, refer to; None where something else is among them."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, str):
            found.update(heads(parse(value)) if "{" in value else ())
        else:
            inner = _heads_of(value) if isinstance(value, list) else None
            if inner is None:
                return None
            found |= inner
    return frozenset(found)


def mentions(conf: Config) -> Mentions:
    """Collect which settings are set anywhere.

    :param conf: the configuration; nothing in it is changed
    """
    values: dict[str, list[Any]] = {}
    for key, raw in _written(conf):
        values.setdefault(key, []).append(raw)
    for override in chain.from_iterable(conf.overrides.values()):
        values.setdefault(override.key, []).append(None)
    return Mentions(values)


def _written(conf: Config) -> Iterator[tuple[str, Any]]:
    """Yield every setting that is written anywhere with its text, or whatever stands for it."""
    source = conf._src  # noqa: SLF001 - the name plugins use
    parser = getattr(source, "_parser", None)
    if parser is not None:
        # as it is written: the name of one section may stand for thousands of environments
        for section in parser.sections():
            yield from parser.items(section, raw=True)
    loaders: list[Any] = list(conf.core.loaders)
    if parser is None:
        loaders.extend(found for one in conf.sections() if (found := source.get_loader(one, {})) is not None)
    loaders.extend(chain.from_iterable(conf.memory_seed_loaders.values()))
    for loader in loaders:
        for key in loader.found_keys():
            yield key, _raw(loader, key)


def _raw(loader: Any, key: str) -> Any:
    try:
        return loader.load_raw(key, None, None)
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def value(conf: Config, env_name: str, keys: Iterable[str], of_type: Any, default: Any) -> Any:
    """Load a setting of one environment that has not been built.

    :param keys: its name and aliases
    :param of_type: the type of its value
    :param default: the value when it is not set
    """
    env_conf = conf.get_env(env_name, package=False)
    primary = next(iter(keys))
    if primary in env_conf:
        return env_conf[primary]
    definition: Any = ConfigDynamicDefinition(keys, "", of_type, default)
    return definition(conf, env_conf.loaders, ConfigLoadArgs([], env_conf.name, env_conf.env_name))


__all__ = ["Mentions", "mentions", "value"]
