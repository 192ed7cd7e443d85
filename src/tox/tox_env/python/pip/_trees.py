"""Which source trees an installer would build, so that they can be locked while it does."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["local_trees"]

#: options whose value may be a folder to build, and those whose value is a file that may name some
_BUILDS = ("-e", "--editable")
_READS = ("-r", "--requirement")
_WITH_VALUE = (*_BUILDS, *_READS)
_EXTRAS = re.compile(r"\[[^\[\]]*\]\Z")
#: a name and extras before a URL, https://packaging.python.org/en/latest/specifications/dependency-specifiers/
_NAMED = re.compile(r"[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*(?P<url>\S+)")


def local_trees(arguments: Sequence[str], folder: Path) -> set[Path]:
    """Collect the folders that an installer would build.

    :param arguments: what it is told, in the form of pip
    :param folder: where it runs
    :returns: folders that exist; those that requirement files name are among them, unless such a file cannot be read,
        which the installer is going to tell
    """
    return {tree for tree in _trees(arguments, folder) if tree.is_dir()}


def _trees(arguments: Sequence[str], folder: Path) -> Iterator[Path]:
    words = iter(arguments)
    for word in words:
        option, has_value, value = word.partition("=")
        if word in _WITH_VALUE:
            option, value = word, next(words, "")
        elif not word.startswith("-"):
            option, value = "", word
        elif not has_value or option not in _WITH_VALUE:
            continue
        if option in _READS:
            yield from _named_in(folder / value)
        elif option in _BUILDS or _looks_like_a_place(value):
            for path in _folders(value):
                yield folder / path


def _looks_like_a_place(text: str) -> bool:
    """Tell whether pip takes a text for a path or a URL rather than for a name."""
    return text.startswith(".") or "@" in text or any(one in text for one in (os.sep, os.altsep, "/") if one)


def _named_in(file: Path) -> Iterator[Path]:
    """Go through the folders that a requirement file and those it includes name."""
    from tox.tox_env.python.pip.req.file import RequirementsFile  # parsing is costly, and few are told of files

    try:
        requirements = RequirementsFile(file, constraint=False).requirements
    except (ValueError, OSError):
        return
    for one in requirements:
        if one.is_constraint:
            continue
        if isinstance(one.requirement, Path):
            yield one.requirement
        else:
            yield from _folders(one.requirement if isinstance(one.requirement, str) else one.requirement.url or "")


def _folders(text: str) -> Iterator[Path]:
    """Yield what a text may mean: a path or a ``file:`` URL, perhaps behind a name, perhaps with extras."""
    named = _NAMED.fullmatch(text.partition(";")[0].strip())
    target = named["url"] if named else text
    if target.lower().startswith("file:"):
        from tox.tox_env.python.pip.req.util import url_to_path

        with suppress(ValueError):
            yield Path(url_to_path(target.partition("#")[0]))
    elif target and "://" not in target:
        yield Path(target)
        yield Path(_EXTRAS.sub("", target))
