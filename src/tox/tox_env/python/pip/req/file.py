"""Requirement files, with all that they include."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from urllib.parse import urljoin

from tox.tox_env.python.pip.req import _read
from tox.tox_env.python.pip.req._lines import (
    expand,
    logical_lines,
    protect_env_variables,
    split_options,
    text_and_options,
    unprotect_env_variables,
    used_variables,
)
from tox.tox_env.python.pip.req._requirement import ParsedRequirement
from tox.tox_env.python.pip.req.args import build_parser
from tox.tox_env.python.pip.req.util import (
    VCS as VCS,  # noqa: PLC0414 - plugins may look for it here
)
from tox.tox_env.python.pip.req.util import (
    get_url_scheme,
    handle_binary_option,
    is_url,
    url_to_path,
)
from tox.util.redact import redact_value

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

__all__ = [
    "EnvironmentProvider",
    "ParsedRequirement",
    "ReqFileLines",
    "RequirementsFile",
    "protect_env_variables",
    "unprotect_env_variables",
]

#: numbers of lines and their text
ReqFileLines = Iterator[tuple[int, str]]
#: how options are said to pip, in this order: truth values, lists and sets of names
_FLAGS: Final = {
    "requirements": "-r",
    "constraints": "-c",
    "no_index": "--no-index",
    "index_url": "-i",
    "extra_index_urls": "--extra-index-url",
    "find_links": "-f",
    "pre": "--pre",
    "trusted_hosts": "--trusted-host",
    "prefer_binary": "--prefer-binary",
    "require_hashes": "--require-hashes",
    "features_enabled": "--use-feature",
    # at last these two, of which the later one counts
    "no_binary": "--no-binary",
    "only_binary": "--only-binary",
}
_PER_REQUIREMENT: Final = ("hash", "config_settings")


class EnvironmentProvider(Protocol):
    """Tells the variables that ``${NAME}`` in a file may mean."""

    def __call__(self) -> Mapping[str, str]: ...  # noqa: D102


class ParsedLine(NamedTuple):
    """One line of a file."""

    #: path or URL of the file
    filename: str
    lineno: int
    #: without options; empty when the line is about options alone
    requirement: str
    options: Namespace
    #: whether the file is included by ``-c``
    constraint: bool


class RequirementsFile:
    """A requirement file, with the files it includes; read when first asked for what is in it.

    What cannot be read or understood is a :class:`ValueError` then.
    """

    def __init__(self, path: Path, constraint: bool, environment_provider: EnvironmentProvider | None = None) -> None:
        """Describe a file.

        :param path: the file; what it says is relative to its folder
        :param constraint: whether it limits versions rather than requires
        :param environment_provider: tells the variables it may use; by default those of this process
        """
        self._path = path
        self._is_constraint = constraint
        self._environment: EnvironmentProvider = environment_provider or (lambda: os.environ)
        self._parsed: tuple[Namespace, list[ParsedRequirement]] | None = None
        self._root_args: list[str] | None = None
        self._option_parser: ArgumentParser | None = None
        self._secrets: set[str] = set()
        #: local files that were read, and whether what they say depends on anything but their content
        self.files: set[Path] = set()
        self.depends_on_more = False

    def __str__(self) -> str:
        option = "-c" if self._is_constraint else "-r"
        return f"{option} {self.path}"

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def is_constraint(self) -> bool:
        """Whether it limits versions rather than requires."""
        return self._is_constraint

    @property
    def is_parsed(self) -> bool:
        """Whether it was read already, so that somebody may have changed what it holds."""
        return self._parsed is not None or self._root_args is not None

    @property
    def options(self) -> Namespace:
        """Options of this file and those it includes, as they say them together."""
        return self._everything[0]

    @property
    def requirements(self) -> list[ParsedRequirement]:
        """Requirements of this file and those it includes, each once, sorted."""
        return self._everything[1]

    @property
    def _everything(self) -> tuple[Namespace, list[ParsedRequirement]]:
        if self._parsed is None:
            options = Namespace()
            self._parsed = options, self._requirements(options, recurse=True)
        return self._parsed

    @property
    def as_root_args(self) -> list[str]:
        """Arguments for pip that say what this file says; files it includes are named, not unfolded."""
        if self._root_args is None:
            options = Namespace()
            requirements = self._requirements(options, recurse=False)
            arguments = [argument for requirement in requirements for argument in requirement.as_args()]
            for group in self._option_groups(options):
                arguments.extend(group)
            self._root_args = arguments
        return self._root_args

    @property
    def has_only_options(self) -> bool:
        """Whether it neither names a requirement nor includes a file, which may be empty."""
        lines = self._lines(str(self._path), self._is_constraint, recurse=False, chain=())
        naming = ("editables", "requirements", "constraints")
        return not any(line.requirement or any(getattr(line.options, name, None) for name in naming) for line in lines)

    def redact(self, text: str) -> str:
        """Hide what came from variables that are secrets by their name."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "*" * len(secret))
        return text

    # -- reading ------------------------------------------------------------------------------------------------------

    def _requirements(self, options: Namespace, *, recurse: bool) -> list[ParsedRequirement]:
        """Collect requirements, and merge what lines say about options into a namespace."""
        found: dict[ParsedRequirement, None] = {}
        for line in self._lines(str(self._path), self._is_constraint, recurse=recurse, chain=()):
            if line.requirement or getattr(line.options, "editables", None):
                requirement = self._as_requirement(line)
                self._validate_requirement(requirement)
                found[requirement] = None
            else:
                self._merge_option_line(options, line.options, line.filename)
        return sorted(found, key=lambda requirement: requirement.sort_key)

    def _lines(self, location: str, constraint: bool, *, recurse: bool, chain: tuple[str, ...]) -> Iterator[ParsedLine]:
        """Yield the lines of a file, and in place of those that include others, the lines of these."""
        if location in chain:
            raise ValueError(f"recursive requirements include: {location}")
        for line in self._parse_file(location, constraint):
            requirements = getattr(line.options, "requirements", None)
            constraints = getattr(line.options, "constraints", None)
            if not recurse or line.requirement or not (requirements or constraints):
                yield line
                continue
            for included, limits in ((requirements, False), (constraints, True)):
                for target in included or ():
                    yield from self._lines(
                        _relative_to(target, location), limits, recurse=True, chain=(*chain, location)
                    )

    def _parse_file(self, location: str, constraint: bool) -> Iterator[ParsedLine]:
        variables: Mapping[str, str] | None = None
        for number, text in logical_lines(self._get_file_content(location)):
            line = text
            names = used_variables(text)
            if names:
                self.depends_on_more = True
                variables = self._environment() if variables is None else variables
                self._remember_secrets(names, variables)
                line = expand(text, variables)
            requirement, options = self._parse_line(unprotect_env_variables(line))
            yield ParsedLine(location, number, requirement, options, constraint)

    def _remember_secrets(self, names: set[str], variables: Mapping[str, str]) -> None:
        for name in names:
            value = variables.get(name)
            if value and redact_value(name, value) != value:
                self._secrets.add(value)

    def _get_file_content(self, url: str) -> str:
        """Read a file.

        :param url: its path or URL
        """
        local = _read.file_at(url)
        if local is None:
            self.depends_on_more = True
        else:
            self.files.add(local)
        return _read.read(url)

    def _parse_line(self, line: str) -> tuple[str, Namespace]:
        """Split a line into a requirement and options.

        :raises ValueError: if an option is not known, or its value is not valid
        """
        requirement, options = text_and_options(line)
        namespace, rest = self._parser.parse_known_args(split_options(options))
        # pip reads no further than the names, so what looks like a condition behind them means nothing
        if rest and (not getattr(namespace, "binary_options", None) or any(word.startswith("-") for word in rest)):
            raise ValueError(f"unrecognized arguments: {' '.join(rest)}")
        return requirement, namespace

    @property
    def _parser(self) -> ArgumentParser:
        if self._option_parser is None:
            self._option_parser = build_parser()
            self._extend_parser(self._option_parser)
        return self._option_parser

    def _extend_parser(self, parser: ArgumentParser) -> None:
        """Add options to those that files may hold."""

    @staticmethod
    def _as_requirement(line: ParsedLine) -> ParsedRequirement:
        options: dict[str, Any] = {
            name: value for name in _PER_REQUIREMENT if (value := getattr(line.options, name, None))
        }
        editables = getattr(line.options, "editables", None)
        if editables:
            options["is_editable"] = True
        if line.constraint:
            options["is_constraint"] = True
        text = line.requirement or (editables or [""])[0]
        return ParsedRequirement(text, options, line.filename, line.lineno)

    def _validate_requirement(self, req: ParsedRequirement) -> None:
        """Refuse a requirement that may not stand here, by a :class:`ValueError`."""

    # -- options ------------------------------------------------------------------------------------------------------

    def _merge_option_line(self, base_opt: Namespace, opt: Namespace, filename: str) -> None:
        """Add what one line says about options to what was said before.

        :param filename: where the line stands, which links are relative to
        """
        for name in ("requirements", "constraints"):
            if getattr(opt, name, None):
                setattr(base_opt, name, [*(getattr(base_opt, name, None) or ()), *getattr(opt, name)])
        _merge_index(base_opt, opt)
        for name in ("pre", "prefer_binary", "require_hashes"):
            if getattr(opt, name):
                setattr(base_opt, name, True)
        for name, value in getattr(opt, "binary_options", None) or ():
            sets = {key: getattr(base_opt, key, None) or set() for key in ("no_binary", "only_binary")}
            other = "only_binary" if name == "no_binary" else "no_binary"
            handle_binary_option(value, sets[name], sets[other])
            base_opt.no_binary, base_opt.only_binary = sets["no_binary"], sets["only_binary"]
        if opt.find_links:
            opt.find_links = [_existing_link(link, filename) for link in opt.find_links]
        for name in ("find_links", "trusted_hosts", "features_enabled"):
            known = getattr(base_opt, name, None) or []
            new = [value for value in getattr(opt, name) or () if value not in known]
            if new:
                setattr(base_opt, name, [*known, *new])

    def _option_groups(self, opt: Namespace) -> Iterator[tuple[str, ...]]:
        """Yield options as arguments for pip, those that belong together in one tuple."""
        for name, flag in _in_order(opt):
            value = getattr(opt, name, None)
            if value is True:
                yield (flag,)
            elif isinstance(value, set):
                if value:
                    yield flag, ",".join(sorted(value))
            else:
                for entry in value or ():
                    yield flag, entry


def _in_order(opt: Namespace) -> Iterator[tuple[str, str]]:
    """Go through the options that files may hold; of those about wheels, all comes before exceptions."""
    flags = list(_FLAGS.items())
    if ":all:" in (getattr(opt, "only_binary", None) or ()):
        flags[-2:] = reversed(flags[-2:])
    yield from flags


def _merge_index(base_opt: Namespace, opt: Namespace) -> None:
    """Let the last index count, add up extra ones, and take no index at all for an end to both."""
    if opt.no_index:
        base_opt.no_index = True
    if opt.index_url:
        base_opt.index_url = [opt.index_url]
    if opt.extra_index_urls:
        base_opt.extra_index_urls = [*(getattr(base_opt, "extra_index_urls", None) or ()), *opt.extra_index_urls]
    if getattr(base_opt, "no_index", False):
        base_opt.index_url = []
        base_opt.extra_index_urls = []


def _existing_link(link: str, filename: str) -> str:
    """Take a link relative to the file it stands in, if there is something; otherwise leave it to pip."""
    if is_url(filename) or is_url(link):
        return link
    beside = Path(filename).parent / link
    return str(beside) if not Path(link).is_absolute() and beside.exists() else link


def _relative_to(target: str, location: str) -> str:
    """Find an included file from the file that includes it."""
    if _is_remote(target):
        return target
    if _is_remote(location):
        return urljoin(location, target)
    target_path = url_to_path(target) if get_url_scheme(target) == "file" else target
    base = url_to_path(location) if get_url_scheme(location) == "file" else location
    return os.path.normpath(Path(base).parent / target_path)


def _is_remote(location: str) -> bool:
    return re.match(r"https?:", location, re.IGNORECASE) is not None
