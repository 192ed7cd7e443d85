"""A draw: files of a project and commands to run in it; plain data, so that it can be shrunk, and how it is written."""

from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from differing import sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: sections of an INI file, each with its settings, each with its lines
Sections = list[tuple[str, list[tuple[str, list[str]]]]]
#: what is put before, after or into the bytes of a file
ODD = ("", "bom", "crlf", "cr", "latin-1", "nul", "utf-16", "separator", "cut", "tabs")


@dataclass(frozen=True)
class File:
    """One file of a project."""

    path: str
    """below the folder of the draw, with ``/``"""
    form: str
    """``ini``, ``toml``, ``legacy`` (INI in ``pyproject.toml``), ``text``, ``script``, ``wheel``, ``sdist``,
    ``folder``, ``link``, ``repacked`` (a folder with wheels of installed distributions) or ``gone``"""
    body: Any = ""
    """:data:`Sections`, a table, or a text, which is also the target of a link"""
    odd: str = ""
    """one of :data:`ODD`"""
    style: int = 0
    """how an INI file is laid out"""

    def content(self) -> bytes:
        """Give the bytes of the file."""
        if self.form == "ini":
            text = ini_text(self.body, self.style)
        elif self.form == "toml":
            text = toml_text(self.body)
        elif self.form == "legacy":
            text = toml_text({"tool": {"tox": {"legacy_tox_ini": ini_text(self.body, self.style)}}})
        elif self.form == "wheel":
            return wheel(**self.body)
        elif self.form == "sdist":
            return sources.sdist(**self.body)
        else:
            text = self.body
        return oddly(text, self.odd)

    def write(self, folder: Path) -> None:
        """Write the file below a folder, where it can be written."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.form == "gone":
            path.unlink(missing_ok=True)
        elif self.form == "folder":
            path.mkdir(exist_ok=True)
        elif self.form == "link":
            path.unlink(missing_ok=True)
            path.symlink_to(self.body)
        elif self.form == "repacked":
            path.symlink_to(sources.repacked(self.body))
        else:
            path.write_bytes(self.content())
            if self.form == "script":
                path.chmod(0o755)


@dataclass(frozen=True)
class Step:
    """One command, and what is changed before it."""

    command: str
    """words that say what is to be done; they stay when the step is shrunk"""
    args: list[list[str]] = field(default_factory=list)
    """further words of the command line, in groups that belong together"""
    at: int = 0
    """number of groups before the command"""
    env: dict[str, str] = field(default_factory=dict)
    cwd: str = "."
    """current folder, below the project"""
    changes: list[File] = field(default_factory=list)
    """files that are written anew before it"""

    @property
    def words(self) -> list[str]:
        """The words of the command line."""
        groups = [*self.args[: self.at], self.command.split(), *self.args[self.at :]]
        return [word for group in groups for word in group]

    @property
    def is_parallel(self) -> bool:
        """Whether environments run side by side."""
        return self.command in ("p", "run-parallel") or any(
            word.startswith(("-p", "--parallel")) for word in self.words
        )


@dataclass(frozen=True)
class Draw:
    """A project and the commands that are run in it, one after the other."""

    files: list[File]
    steps: list[Step]
    place: str = "project"
    """name of the project's folder"""

    def show(self) -> str:
        """Write everything down so that it can be done by hand."""
        parts = [] if self.place == "project" else [f"folder: {self.place!r}"]
        parts += [show_file(file) for file in self.files]
        for step in self.steps:
            parts += [f"then {show_file(file)}" for file in step.changes]
            env = "".join(f"{name}={quoted(value)} " for name, value in step.env.items())
            cwd = "" if step.cwd == "." else f"cd {step.cwd}; "
            parts.append(f"$ {cwd}{env}tox {' '.join(map(quoted, step.words))}")
        return "\n".join(parts)


def show_file(file: File) -> str:
    """Write a file down with its name."""
    if file.form in ("folder", "link", "gone", "wheel", "sdist", "repacked"):
        return f"--- {file.path}: {file.form} {file.body}".rstrip()
    content = file.content()
    if file.odd:
        return f"--- {file.path}: {content!r}"
    return f"--- {file.path}\n{content.decode('utf-8', 'backslashreplace')}".rstrip()


def wheel(name: str = "one", version: str = "1.0", requires: Sequence[str] = ()) -> bytes:
    """Make a wheel of one empty module."""
    info = f"{name}-{version}.dist-info"
    wanted = "".join(f"Requires-Dist: {each}\n" for each in requires)
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wanted}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: differential\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


def quoted(word: str) -> str:
    """Quote a word for bash, so that every character is seen."""
    if word and all(char.isalnum() or char in "_-./=,:+@" for char in word):
        return word
    if word.isprintable():
        return "'" + word.replace("'", "'\\''") + "'"
    return "$" + repr(word)


def oddly(text: str, odd: str) -> bytes:
    """Encode a text, oddly."""
    if odd == "crlf":
        text = text.replace("\n", "\r\n")
    elif odd == "cr":
        text = text.replace("\n", "\r")
    elif odd == "separator":
        text = text.replace(" ", "\u2028", 1) + "# \x0c\u2028\x85\n"
    elif odd == "tabs":
        text = text.replace("    ", "\t").replace(" = ", "\t=\t")
    data = text.encode("utf-8", "surrogateescape")
    if odd == "bom":
        return b"\xef\xbb\xbf" + data
    if odd == "latin-1":
        return data + b"# \xe9\n"
    if odd == "nul":
        return data + b"# \x00\n"
    if odd == "utf-16":
        return text.encode("utf-16", "replace")
    if odd == "cut":
        return data[: len(data) * 2 // 3]
    return data


def ini_text(sections: Any, style: int) -> str:
    """Write sections as an INI file.

    :param style: 0 is usual; other values change separators and where values begin
    """
    separator = (" = ", "=", " : ", "=  ")[style % 4]
    parts: list[str] = []
    for name, settings in sections:
        parts.append(f"[{name}]")
        for key, lines in settings:
            if len(lines) == 1 and style < 6:
                parts.append(f"{key}{separator}{lines[0]}".rstrip(" "))
            else:
                parts.append(f"{key}{separator.rstrip()}")
                parts += [f"    {line}" for line in lines]
        parts.append("")
    return "\n".join(parts)


#: tables that get a header of their own, by the number of names in their path; others are written inline
_HEADERS = ("tool", "tox", "env", "env_base", "env_run_base", "env_pkg_base", "project", "build-system", "x")


def toml_text(table: dict[str, Any], path: tuple[str, ...] = ()) -> str:
    """Write a table as a TOML file."""
    below = {
        key: value
        for key, value in table.items()
        if isinstance(value, dict) and (key in _HEADERS or (path and path[-1] in ("env", "env_base")))
    }
    lines = [f"[{'.'.join(map(toml_key, path))}]"] if path else []
    lines += [f"{toml_key(key)} = {toml_value(value)}" for key, value in table.items() if key not in below]
    text = "\n".join(lines) + "\n" if lines else ""
    return text + "".join(toml_text(value, (*path, key)) for key, value in below.items())


def toml_key(key: str) -> str:
    """Write a key."""
    return key if key and key.isascii() and key.replace("_", "").replace("-", "").isalnum() else toml_value(key)


def toml_value(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write(draw: Draw, folder: Path) -> Path:
    """Write the project of a draw below a folder.

    :returns: the folder of the project
    """
    project = folder / draw.place
    project.mkdir(parents=True)
    for file in draw.files:
        file.write(project)
    return project


def cwd_of(step: Step, project: Path) -> str:
    """Give the current folder of a step, which is made if need be."""
    path = os.path.normpath(project / step.cwd)
    os.makedirs(path, exist_ok=True)  # noqa: PTH103 - the folder may be above that of the project
    return path
