"""Names in the configuration and on the command line that nobody knows, and that are like one that somebody does."""

from __future__ import annotations

import re
import sys
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from tox.session.state import State

__all__ = ["warn"]

#: settings that are declared only where they are set
_DECLARED_LATE: Final = frozenset({"provision_lock", "env_timeout", "commands_timeout"})
#: settings of tox 3 that are like one of today and mean nothing any more
_GONE: Final = frozenset({"isolated_build"})
#: first part of the names of sections that mean something
_INI_SECTIONS: Final = ("testenv", "pkgenv", "tox")
_TOML_TABLES: Final = ("env", "env_base", "env_run_base", "env_pkg_base")
#: how alike two names are at least, of which one is meant for the other
_ALIKE: Final = 0.8


class _Names(NamedTuple):
    """What is known in a session, as far as that needed to be made."""

    core: frozenset[str]
    env: frozenset[str]


class _File:
    """The configuration as text, read when something in it looks misspelt."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _text(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""  # it came through a pipe, say

    def refers_to(self, name: str) -> bool:
        """Tell whether anything in the file takes a value from a name, so that it is the user's own."""
        return re.search(rf"[{{\]]{re.escape(name)}[}}:]|[\"']{re.escape(name)}[\"']", self._text) is not None

    def builds_on(self, section: str) -> bool:
        """Tell whether values in the file refer to a section, or environments inherit it."""
        inherited = re.search(rf"\bbase\s*=[^=]*\b{re.escape(section)}\b", self._text)
        return inherited is not None or f"{{[{section}]" in self._text


def warn(state: State, asked: Iterable[str] = ()) -> None:
    """Tell on the error stream of names that are likely misspelt; only what was made and read so far is looked at.

    Who told tox to be quiet about warnings is not told.

    :param asked: names of settings that the user wants to see
    """
    if state.conf.options.verbosity < 1:
        return
    names, file = _names(state), _File(state.conf.src_path)
    found = chain(_keys(state, names, file), _sections(state, file), _overrides(state, names), _asked(names, asked))
    for sentence in dict.fromkeys(found):
        print(sentence, file=sys.stderr)


def _names(state: State) -> _Names:
    envs = chain.from_iterable(env.conf._defined for env in state.envs.built())  # noqa: SLF001 - names and aliases
    return _Names(frozenset(state.conf.core._defined), _DECLARED_LATE.union(envs))  # noqa: SLF001


def _keys(state: State, names: _Names, file: _File) -> Iterator[str]:
    """Look at the sections that settings were read from."""
    everything = names.core | names.env
    seen: set[int] = set()
    confs: list[tuple[Any, frozenset[str]]] = [(state.conf.core, names.core)]
    confs += [(env.conf, names.env) for env in state.envs.built()]
    for conf, known in confs:
        for loader in conf.loaders:
            if id(loader) in seen or loader.section.prefix == "<memory>":
                continue
            seen.add(id(loader))
            for key in sorted(loader.found_keys() - everything):
                meant = _like(key, known)
                if meant and not file.refers_to(key):
                    where = f"[{loader.section.key}] of " if loader.section.key else ""
                    yield _sentence(f"{key} in {where}{state.conf.src_path}", "setting", meant)


def _sections(state: State, file: _File) -> Iterator[str]:
    """Look at the names of the sections, as far as they are of ours."""
    for section in state.conf._src.sections():  # noqa: SLF001 - the name plugins use
        name = section.key
        first, known = _first_part(section)
        meant = None if first in known else _like(first, known)
        if meant and not file.refers_to(first) and not file.builds_on(name):
            yield _sentence(f"[{name}] of {state.conf.src_path}", "section", name.replace(first, meant, 1))


def _first_part(section: Any) -> tuple[str, Collection[str]]:
    """Give what tells the kind of a section, and what that may be."""
    keys = list(getattr(section, "keys", ()))
    return (keys[0], _TOML_TABLES) if keys else (section.key.partition(":")[0], _INI_SECTIONS)


def _overrides(state: State, names: _Names) -> Iterator[str]:
    overrides = [*chain.from_iterable(state.conf.overrides.values())]
    if not overrides:
        return  # as in most runs, and the sections are many
    everything = names.core | names.env
    sections = {section.key: section for section in state.conf.sections()}
    written = {key for section in sections.values() for key in _written(state, section)}
    kinds = _TOML_TABLES if any(hasattr(one, "keys") for one in sections.values()) else _INI_SECTIONS
    for override in overrides:
        first = re.split(r"[:.]", override.namespace, maxsplit=1)[0]
        meant = None if not first or override.namespace in sections or first in kinds else _like(first, kinds)
        if meant:
            yield _sentence(f"{override.namespace} of -x", "section", override.namespace.replace(first, meant, 1))
        if override.key not in everything and override.key not in written:
            meant = _like(override.key, everything)
            if meant:
                where = f"{override.namespace}." if override.namespace else ""
                yield _sentence(f"-x {where}{override.key}", "setting", meant)


def _written(state: State, section: Any) -> Collection[str]:
    loader = state.conf._src.get_loader(section, {})  # noqa: SLF001
    return () if loader is None else loader.found_keys()


def _asked(names: _Names, asked: Iterable[str]) -> Iterator[str]:
    everything = names.core | names.env
    for key in asked:
        meant = None if key in everything else _like(key, everything)
        if meant:
            yield _sentence(f"-k {key}", "setting", meant)


def _sentence(what: str, kind: str, meant: str) -> str:
    return f"warning: {what} is no {kind}, did you mean {meant}?"


def _like(name: str, known: Collection[str]) -> str | None:
    """Find the known name that one is meant for, None when it is like none."""
    if name in _GONE:
        return None
    # whoever changes the beginning takes a setting out of use on purpose
    candidates = [one for one in sorted(known) if one[:1] == name[:1]]
    letters = sorted(name)
    for one in candidates:
        if sorted(one) == letters:
            return one
    from difflib import get_close_matches  # few configurations have names that nobody knows

    return next(iter(get_close_matches(name, candidates, n=1, cutoff=_ALIKE)), None)
