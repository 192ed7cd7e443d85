"""The values of ``deps`` and ``constraints``: requirement lines in a configuration."""

from __future__ import annotations

import re
from argparse import Namespace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from tox.config._substitute.pieces import Pieces, as_requirement_lines
from tox.config.loader._render import stringify, to_native
from tox.config.loader.replacer import join
from tox.tox_env.python.pip.req._lines import (
    protect_env_variables,
    text_and_options,
    unprotect_env_variables,
    without_comment,
)
from tox.tox_env.python.pip.req.file import ParsedRequirement, ReqFileLines, RequirementsFile

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator
    from pathlib import Path

    from packaging.requirements import Requirement
    from typing_extensions import Self

    from tox.tox_env.python.pip.req.file import EnvironmentProvider
    from tox.util.json_types import JsonValue

__all__ = ["ONE_ARG", "PythonConstraints", "PythonDeps", "ReqFileLines"]

#: options that take one value, which in a configuration is the rest of the line
ONE_ARG: Final = frozenset({
    "-i",
    "--index-url",
    "--extra-index-url",
    "-e",
    "--editable",
    "-c",
    "--constraint",
    "-r",
    "--requirement",
    "-f",
    "--find-links",
    "--trusted-host",
    "--use-feature",
    "--no-binary",
    "--only-binary",
})
_GLUED: Final = r"(?s)^(?P<flag>-[iecrf])(?P<value>[^\s=].*)$"
_OPTIONS_BEHIND: Final = r"(?=\s+--?[A-Za-z])"
_PATH_FLAGS: Final = ("-e", "--editable", "-c", "--constraint", "-r", "--requirement")
#: the same, unless another option follows
_LINK_FLAGS: Final = ("-f", "--find-links")
_QUOTES: Final = ("'", '"')
_CONTENT_NAME: Final = "tox.ini"


def _check_entries(entries: list[object]) -> None:
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, str):
            from packaging.requirements import Requirement  # plugins give them, files never do

            if not isinstance(entry, Requirement):
                raise TypeError(f"entry {number} has to be a requirement, not {type(entry).__name__}")
        elif entry.endswith("\\") and number < len(entries):
            raise ValueError(f"entry {number} may not end with a backslash, which takes in the next one")


class _PythonRequirementsFile(RequirementsFile):
    """Requirement lines that stand in a configuration rather than in a file."""

    _FIELD: ClassVar[str]
    _CONSTRAINT: ClassVar[bool]
    #: characters that say nothing where they are alone on a line, besides blanks
    _NOTHING: ClassVar[str] = ""

    def __init__(
        self,
        raw: str | list[str] | list[Requirement],
        root: Path,
        environment_provider: EnvironmentProvider | None = None,
    ) -> None:
        """Take lines as they are configured.

        :param raw: text of several lines, or a list of lines or requirements
        :param root: what paths in the lines are relative to
        :param environment_provider: tells the variables that ``${NAME}`` may mean
        """
        super().__init__(root / _CONTENT_NAME, self._CONSTRAINT, environment_provider)
        self._root = root
        text = raw if isinstance(raw, str) else "\n".join(map(str, raw))
        lines = self._adjust_lines(text.rstrip("\n").splitlines())
        self.raw_lines: list[str] = lines if any(map(self._says_something, lines)) else []

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.raw_lines == other.raw_lines

    def __hash__(self) -> int:
        return hash(tuple(self.raw_lines))

    @classmethod
    def factory(cls, root: Path, raw: object, environment_provider: EnvironmentProvider | None = None) -> Self:
        """Make one from a raw value.

        :raises TypeError: if it is neither text nor a list of texts and requirements
        :raises ValueError: if an entry of a list would take in the next one
        """
        if not isinstance(raw, (str, list)):
            raise TypeError(f"requirements are text or a list, not {type(raw).__name__}")
        if isinstance(raw, list):
            _check_entries(raw)
        return cls(raw, root, environment_provider)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is configured but comments."""
        return not self.raw_lines

    @classmethod
    def _says_something(cls, line: str) -> bool:
        return bool(line.strip().strip(cls._NOTHING)) and not line.lstrip().startswith("#")

    @classmethod
    def _adjust_lines(cls, lines: list[str]) -> list[str]:
        """Rewrite lines to what a requirement file would hold."""
        return [_separate(line) for line in lines]

    def lines(self) -> list[str]:
        """Return the configured lines, with options in one place and one way of writing.

        :raises ValueError: if an option is not known or not allowed
        """
        result: list[str] = []
        options = Namespace()
        place: int | None = None
        for line in self.raw_lines:
            text = without_comment(line)
            _, said = text_and_options(text)
            if not text or not (said or text.startswith("-")):
                result.append(line)
                continue
            requirement, found = self._parse_line(text)
            if requirement or found.editables or found.requirements or found.constraints:
                if requirement:
                    self._refuse_options(requirement, found)
                result.append(line)
                continue
            place = len(result) if place is None else place
            self._merge_option_line(options, found, str(self._path))
        if place is not None:
            groups = self._option_groups(options)
            result[place:place] = [" ".join((flag, *map(_escape, values))) for flag, *values in groups]
        return [unprotect_env_variables(line) for line in result]

    def _refuse_options(self, requirement: str, options: Namespace) -> None:
        self._validate_requirement(
            ParsedRequirement(
                requirement,
                {name: value for name in ("hash", "config_settings") if (value := getattr(options, name, None))},
                str(self._path),
                1,
            )
        )

    def _get_file_content(self, url: str) -> str:
        return "\n".join(self.raw_lines) if url == str(self._path) else super()._get_file_content(url)

    def unroll(self) -> tuple[list[str], list[str]]:
        """Return what is wanted, with included files unfolded.

        :returns: options as ``name=value`` in the order they were said, and requirements, sorted, each once; secrets in
            them are hidden
        """
        options = [self.redact(f"{name}={_plain(value)}") for name, value in _joined_options(self.options).items()]
        requirements = dict.fromkeys(self.redact(str(requirement)) for requirement in self.requirements)
        return options, list(requirements)


class PythonDeps(_PythonRequirementsFile):
    """The value of ``deps``."""

    _FIELD: ClassVar[str] = "deps"
    _CONSTRAINT: ClassVar[bool] = False
    _NOTHING: ClassVar[str] = "\\"  # one that takes in nothing is nothing

    def __add__(self, other: PythonDeps) -> Self:
        return type(self)([*self.raw_lines, *other.raw_lines], self._root, self._environment)

    def _extend_parser(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-deps", action="store_true", default=None)

    def _merge_option_line(self, base_opt: Namespace, opt: Namespace, filename: str) -> None:
        super()._merge_option_line(base_opt, opt, filename)
        if getattr(opt, "no_deps", None):
            base_opt.no_deps = True

    def _option_groups(self, opt: Namespace) -> Iterator[tuple[str, ...]]:
        yield from super()._option_groups(opt)
        if getattr(opt, "no_deps", None):
            yield ("--no-deps",)

    def _validate_requirement(self, req: ParsedRequirement) -> None:
        if req.from_file != str(self._path):
            return
        for name, flag in (("hash", "--hash"), ("config_settings", "--config-settings")):
            if req.options.get(name):
                raise ValueError(f"Cannot use {flag} in {self._FIELD} list, it must be in requirements file. ({req})")


class PythonConstraints(_PythonRequirementsFile):
    """The value of ``constraints``: files and URLs of them."""

    _FIELD: ClassVar[str] = "constraints"
    _CONSTRAINT: ClassVar[bool] = True

    @classmethod
    def _adjust_lines(cls, lines: list[str]) -> list[str]:
        adjusted = []
        for line in lines:
            text = line.strip()
            if text.startswith("-"):
                raise ValueError("only constraints files or URLs can be provided")
            file, *options = re.split(_OPTIONS_BEHIND, text, maxsplit=1)
            adjusted.append(line if not text or text.startswith("#") else f"-c {''.join([_escape(file), *options])}")
        return adjusted

    def lines(self, *, preserve_host_values: bool = False) -> list[str]:
        """Return the configured files and URLs.

        :param preserve_host_values: keep backslashes that protect blanks
        """
        lines = [line.removeprefix("-c ") for line in self.raw_lines]
        return lines if preserve_host_values else [_unescape(unprotect_env_variables(line)) for line in lines]

    def _validate_requirement(self, req: ParsedRequirement) -> None:
        if req.from_file == str(self._path):
            raise ValueError("only constraints files or URLs can be provided")


def _separate(line: str) -> str:
    """Put a blank between an option and its value, and protect the blanks in a path, which ends with the line."""
    text = line.strip()
    glued = re.match(_GLUED, text)
    if glued and not text.startswith("--"):
        text = f"{glued['flag']} {glued['value']}"
    flag, _, value = text.partition(" ")
    if flag in _PATH_FLAGS and value:
        return f"{flag} {_escape(value.strip())}"
    if flag in _LINK_FLAGS and value and not value.lstrip().startswith(_QUOTES) and not re.search(r"\s-", value):
        return f"{flag} {_escape(without_comment(value))}"
    return text if glued else line


def _escape(value: str) -> str:
    """Protect the blanks of a value that is not quoted."""
    if value.startswith(_QUOTES) and value.endswith(value[0]):
        return value
    return re.sub(r"(?<!\\)(\s)", r"\\\1", value)


def _unescape(value: str) -> str:
    return re.sub(r"\\(\s)", r"\1", value)


def _joined_options(options: Namespace) -> dict[str, Any]:
    """Return options that say something, extra indexes together with the index."""
    values = {name: value for name, value in vars(options).items() if name not in {"requirements", "constraints"}}
    extra = values.pop("extra_index_urls", None)
    no_index = values.pop("no_index", None)
    if extra:
        values["index_url"] = [*values.get("index_url", ()), *extra]
    return {name: value for name, value in values.items() if value or (name == "index_url" and no_index)}


def _plain(value: object) -> object:
    return ",".join(sorted(value)) if isinstance(value, set) else value


@join.register(_PythonRequirementsFile)
def _(pieces: Pieces, raw: str) -> str:
    return as_requirement_lines(pieces, protect_env_variables)


@stringify.register(_PythonRequirementsFile)
def _(value: PythonDeps | PythonConstraints) -> tuple[str, bool]:
    return "\n".join(value.lines()), True


@to_native.register(_PythonRequirementsFile)
def _(value: PythonDeps | PythonConstraints) -> JsonValue:
    return list(value.lines())
