"""One requirement of a requirement file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tox.tox_env.python.pip.req.util import is_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

__all__ = ["ParsedRequirement"]

_WITH_EXTRAS: Final = r"(?s)(?P<path>.+?)(?P<extras>\[[^\[\]]*\])?\Z"
#: these are sorted, others left as they are: so upstream tox writes them, and records of both have to agree
_PLAIN_EXTRAS: Final = r"(?s)(\[[A-Za-z0-9,/]*\])?"
#: a comparison of versions, such as the old ``name>dev``: no path is meant, pip is to say what is wrong with it
_COMPARES: Final = r"[<>]|[=~!]="


class ParsedRequirement:
    """One requirement, with the options of its line.

    Two are equal when they mean the same to pip, wherever they were read.
    """

    def __init__(self, req: str, options: dict[str, Any], from_file: str, lineno: int) -> None:
        """Read a requirement.

        :param req: a specifier, a URL or a path relative to the file
        :param options: ``is_editable``, ``is_constraint``, and what pip knows: ``hash``, ``config_settings``
        :param from_file: path or URL of the file it was read from
        :param lineno: its line there, from 1 on
        """
        self._options = options
        self._from_file = from_file
        self._lineno = lineno
        self._requirement, self._text = _understand(req, from_file)

    @property
    def requirement(self) -> Requirement | Path | str:
        """A specifier, a path, or the text of a URL or of what is none of these."""
        return self._requirement

    @property
    def from_file(self) -> str:
        """Path or URL of the file it was read from."""
        return self._from_file

    @property
    def lineno(self) -> int:
        """Its line there, from 1 on."""
        return self._lineno

    @property
    def options(self) -> dict[str, Any]:
        """The options of its line."""
        return self._options

    @property
    def is_constraint(self) -> bool:
        """Whether it limits versions of what others require."""
        return bool(self._options.get("is_constraint"))

    @property
    def is_editable(self) -> bool:
        """Whether it is installed as a link to its sources."""
        return bool(self._options.get("is_editable"))

    def as_args(self) -> Iterator[str]:
        """Yield the arguments that pip understands as this requirement."""
        if self.is_editable:
            yield "-e"
        yield self._text
        for value in self._options.get("hash") or ():
            yield from ("--hash", value)
        for value in self._options.get("config_settings") or ():
            yield from ("--config-settings", value)

    @property
    def name(self) -> str | None:
        """Name of what is required, as it is written; None for a path or a URL."""
        return None if isinstance(self._requirement, (Path, str)) else self._requirement.name

    @property
    def sort_key(self) -> tuple[int, int, int, str, str]:
        """Order of requirements, each kind by text: names, paths, URLs, editable ones, at last all constraints."""
        kind = 0 if self.name is not None else 1 if isinstance(self._requirement, Path) else 2
        editable = self.is_editable and not self.is_constraint
        return int(self.is_constraint), int(editable), kind, self._text.lower(), self._text

    def __str__(self) -> str:
        text = " ".join(self.as_args())
        return f"-c {text}" if self.is_constraint else text

    def __repr__(self) -> str:
        parts = [f"requirement={self._requirement!r}", f"from_file={self._from_file!r}", f"lineno={self._lineno}"]
        if self._options:
            parts.insert(1, f"options={self._options!r}")
        return f"{type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParsedRequirement) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _understand(text: str, from_file: str) -> tuple[Requirement | Path | str, str]:
    """Tell what a requirement is, and how it is written for pip."""
    from packaging.requirements import InvalidRequirement, Requirement

    if is_url(text):
        return text, text
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        folder = Path(from_file).parent
        if is_url(from_file) or (re.search(_COMPARES, text) and not (folder / text).exists()):
            return text, text
        return _as_path(text, folder)
    return requirement, str(requirement)


def _as_path(text: str, folder: Path) -> tuple[Path, str]:
    """Read a path that may have extras; below the folder it is written relative to it, with a dot before bare names."""
    match = re.match(_WITH_EXTRAS, text)
    named, extras = (match["path"], match["extras"] or "") if match else (text, "")
    path = Path(os.path.normpath(folder / named))
    is_plain = re.fullmatch(_PLAIN_EXTRAS, extras) is not None
    if is_plain:
        names = sorted(filter(None, extras[1:-1].split(",")))
        extras = f"[{','.join(names)}]" if names else ""
    try:
        inner = path.relative_to(folder)
    except ValueError:
        return path, f"{path}{extras}"
    is_option = bool(inner.parts) and inner.parts[0].startswith("-")  # to whoever reads it without the dot
    needs_dot = len(inner.parts) == 1 or is_option or (not inner.parts and not is_plain)
    return path, f"{f'.{os.sep}' if needs_dot else ''}{inner}{extras}"
