"""What is known about the folder of an environment: its ``.tox-info.json``."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

from tox.util._atomic import write_text
from tox.util._busy import patiently

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Info"]

#: name of the file within the folder of the environment; it survives when the folder is emptied
RECORD_NAME: Final = ".tox-info.json"
#: sections of our own, beside those named after classes
_STATE: Final = "state"
_FACTS: Final = "facts"
_PRIVATE_MODE: Final = 0o600


class Info:
    """The record of one environment: what it was made from, and whether it is complete.

    It is replaced as a whole, so a reader sees the old or the new one. Something that cannot be read, or a link, counts
    as empty. Whoever writes must hold the lock of the environment exclusively.
    """

    def __init__(self, path: Path) -> None:
        """Describe the record of a folder; it is read when first needed.

        :param path: folder of the environment, which need not exist
        """
        self._path = path / RECORD_NAME
        self._loaded: dict[str, Any] | None = None
        self._has_news = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self._path})"

    @property
    def _content(self) -> dict[str, Any]:
        if self._loaded is None:
            self._loaded = _read(self._path)
        return self._loaded

    @contextlib.contextmanager
    def compare(self, value: object, section: str, sub_section: str | None = None) -> Iterator[tuple[bool, Any | None]]:
        """Compare a value with the recorded one, and record it when the block ends without an error.

        :param value: what is wanted, made of JSON types
        :param section: where it is recorded, by habit the name of a class
        :param sub_section: a key within the section, when the section holds several values
        :returns: a context with a pair: whether the two are equal, and the recorded value, None when there is none
        """
        recorded = self.recorded(section, sub_section)
        equal = recorded == value
        yield equal, recorded
        if not equal:
            # looked up again, because the block may have reset or reloaded the record
            if sub_section is None:
                self._content[section] = value
            else:
                known = self._content.get(section)
                if not isinstance(known, dict):
                    known = self._content[section] = {}
                known[sub_section] = value
            self._write()

    def reset(self) -> None:
        """Forget all that is recorded, except that the environment is being changed when that was recorded."""
        kept = {_STATE: self._content[_STATE]} if self.is_building else {}
        self._loaded = kept
        if kept:
            self._write()
        else:
            with contextlib.suppress(OSError):
                patiently(self._path.unlink)

    def reload(self) -> None:
        """Read the file again when next asked, because another process may have replaced it."""
        self._loaded = None

    @property
    def is_building(self) -> bool:
        """Whether a change was begun and not finished; read while holding the lock, whoever began it has died."""
        return self._state.get("is") == "building"

    @property
    def stamp(self) -> str | None:
        """What the last finished change is known as; None when the environment is not known to be complete."""
        return self._state.get("stamp") if self._state.get("is") == "ready" else None

    @property
    def _state(self) -> dict[str, str]:
        state = self._content.get(_STATE)
        return state if isinstance(state, dict) else {}

    def mark_building(self) -> None:
        """Record that the environment is about to change."""
        if not self.is_building:
            self._content[_STATE] = {"is": "building"}
            self._write()

    def mark_ready(self, stamp: str | None = None) -> str:
        """Record that the environment is complete.

        :param stamp: the former stamp, when nothing has changed after all
        :returns: what this state is known as: random, so never equal to that of another change
        """
        stamp = stamp or os.urandom(8).hex()
        self._content[_STATE] = {"is": "ready", "stamp": stamp}
        self._write()
        return stamp

    @classmethod
    def blank(cls, path: Path) -> Info:
        """Give the record that a folder would have after it was emptied; nothing is read.

        :param path: folder of the environment
        """
        info = cls(path)
        info._loaded = {}
        return info

    def recorded(self, section: str, sub_section: str | None = None) -> Any | None:
        """Return what is recorded in a section, or under a key of it; None when nothing is."""
        found = self._content.get(section)
        if sub_section is None:
            return found
        return found.get(sub_section) if isinstance(found, dict) else None

    def fact(self, name: str, key: object) -> Any | None:
        """Recall something that was costly to learn.

        :param name: what it is
        :param key: all that could have changed it since, made of JSON types
        :returns: None when it was never learnt, or under another key
        """
        return next((entry.get("value") for entry in self._learnt(name) if entry.get("key") == key), None)

    def key_of_fact(self, name: str) -> Any | None:
        """Tell under which key something was learnt last; None when it was not."""
        return next((entry.get("key") for entry in self._learnt(name)), None)

    def _learnt(self, name: str) -> Iterator[dict[str, Any]]:
        """Go through what was learnt of something, the latest first."""
        latest = self.recorded(_FACTS, name)
        if isinstance(latest, dict):
            yield latest
            before = latest.get("before")
            yield from (entry for entry in (before if isinstance(before, list) else ()) if isinstance(entry, dict))

    def learn(self, name: str, key: object, value: object, *, keep: int = 1) -> None:
        """Keep something that was costly to learn; it is written with the next change, or by :meth:`flush`.

        :param name: what it is
        :param key: all that could change it, made of JSON types
        :param value: made of JSON types
        :param keep: how many facts of this name to keep, each under a key of its own; more than one only of what stays
            true whatever happens to the environment
        """
        others = [
            {"key": known.get("key"), "value": known.get("value")}
            for known in self._learnt(name)
            if known.get("key") != key
        ]
        facts = self._content.get(_FACTS)
        if not isinstance(facts, dict):
            facts = self._content[_FACTS] = {}
        facts[name] = {"key": key, "value": value, "before": others[: keep - 1]}
        self._has_news = True

    def flush(self) -> None:
        """Write what was learnt since the record was last written, if anything was."""
        if self._has_news:
            self._write()

    def _write(self) -> None:
        self._has_news = False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_text(self._path, json.dumps(self._content, indent=2), mode=_PRIVATE_MODE)


def _read(path: Path) -> dict[str, Any]:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():  # Windows has no O_NOFOLLOW
            return {}
        with open(patiently(lambda: os.open(path, flags)), encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
