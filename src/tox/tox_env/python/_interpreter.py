"""From names to interpreters: what the name of an environment, a file or a setting says about Python."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypedDict

from tox.errors import Fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from python_discovery import PythonSpec

__all__ = [
    "PY_FACTORS_RE",
    "PY_FACTORS_RE_EXPLICIT_VERSION",
    "Named",
    "base_python_in",
    "conflicts",
    "first_version_line",
    "is_version_spec",
    "named_by",
    "parse_spec",
    "virtualenv_that_creates",
]

_SUFFIX: Final = r"(?P<threaded>t?)(?P<debug>d?)"
#: a factor that names an interpreter: an implementation, then digits of a version; ``py`` alone names none, and a
#: letter for a kind of build stands behind a version only
_FACTOR: Final = (
    r"^(?!py$)(?:(?P<impl>(?:cpy|jy|rustpy|ironpy)thon|py|pypy|graalpy)(?:(?P<version>[2-9]\.?[0-9]?[0-9]?)"
    + _SUFFIX
    + r")?)$"
)
#: what such factors begin with
_FACTOR_STARTS: Final = ("py", "cpython", "jython", "graalpy", "rustpython", "ironpython")
#: a dotted version, with or without implementation before it; from 4.0 on it is the version of something else
_EXPLICIT_VERSION: Final = r"^(?:(?P<impl>cpython|pypy)-)?(?P<version>[23]\.[0-9]+)" + _SUFFIX + r"$"
_DOTTED_FACTOR: Final = r"^[23]\.[0-9]+t?d?$"

if TYPE_CHECKING:
    PY_FACTORS_RE: re.Pattern[str]
    PY_FACTORS_RE_EXPLICIT_VERSION: re.Pattern[str]


def __getattr__(name: str) -> re.Pattern[str]:
    """Compile what only plugins use when they do."""
    if name == "PY_FACTORS_RE":
        return re.compile(_FACTOR)
    if name == "PY_FACTORS_RE_EXPLICIT_VERSION":
        return re.compile(_EXPLICIT_VERSION)
    raise AttributeError(name)


#: newest Python that virtualenv cannot create since a release of it
_DROPPED: Final = (((3, 6), "20.22.0"), ((3, 8), "21.5.0"))
_VERSION_IN_SPEC: Final = r"(?i)[a-z]*(?P<major>[1-9]|0(?=\.))\.?(?P<minor>[0-9]{1,2})(?:\.[0-9]+)?t?d?(?:-.*)?"
_NAMED: Final = (
    r"(?i)(?P<impl>python|py|(?:c|j|rust|iron)python|pypy|graalpy)?-?(?P<major>[2-9])(?:\.?(?P<minor>[0-9]{1,2})(?:\.(?P<micro>[0-9]+))?)?"
    r"(?P<threaded>t)?d?(?:-(?:32|64).*|-[a-z].*|\.exe)?"
)
#: a version file holds a few words; what is longer is something else
_MOST_LINE_CHARACTERS: Final = 1024


class Spec(Protocol):
    """As much of a :class:`python_discovery.PythonSpec` as is compared."""

    @property
    def str_spec(self) -> str: ...


class MarkerEnvironment(TypedDict, total=False):
    """The values that markers of requirements are compared with, for one interpreter."""

    implementation_name: str
    implementation_version: str
    os_name: str
    platform_machine: str
    platform_python_implementation: str
    platform_release: str
    platform_system: str
    platform_version: str
    python_full_version: str
    python_version: str
    sys_platform: str


def base_python_in(env_name: str) -> str | None:
    """Find the interpreter that the name of an environment asks for.

    :returns: a spec, such as ``py312`` or ``3.12``; None when the name says nothing
    :raises ValueError: if two factors name one
    """
    found: list[tuple[str, str]] = []
    before = ""
    for factor in env_name.split("-"):
        if factor[:1].isdigit() and re.match(_DOTTED_FACTOR, factor):
            if before == "pypy" and found:
                # implementation and version are one: pypy-3.10
                found[-1] = (explicit_version_spec({"impl": before, "version": factor}),) * 2
            elif before == "cpython" and found:
                found[-1] = (factor, factor)
            else:
                found.append((factor, factor))
        elif factor.startswith(_FACTOR_STARTS) and re.match(_FACTOR, factor):
            found.append((factor, factor))
        before = factor
    if len(found) > 1:
        names = ", ".join(factor for factor, _ in found)
        raise ValueError(f"conflicting factors {names} in {env_name}")
    return found[0][1] if found else None


class Named(NamedTuple):
    """What a spec says of an interpreter."""

    #: such as ``cpython`` or ``pypy``; None when it does not matter
    implementation: str | None
    #: such as ``3`` or ``3.12``
    version: str
    free_threaded: bool


def named_by(spec: str) -> Named | None:
    """Read the version out of a spec; of a path, the name of the program counts.

    :returns: None when it says no version
    """
    found = re.fullmatch(_NAMED, os.path.basename(spec))
    if found is None:
        return None
    implementation = (found["impl"] or "").lower()
    version = ".".join(part for part in (found["major"], found["minor"], found["micro"]) if part)
    return Named(None if implementation in {"", "py", "python"} else implementation, version, bool(found["threaded"]))


def explicit_version_spec(found: Mapping[str, str | None]) -> str:
    """Join the groups of :data:`PY_FACTORS_RE_EXPLICIT_VERSION` to a spec; only PyPy needs to be named in it."""
    implementation = "pypy" if found.get("impl") == "pypy" else ""
    suffix = "".join(found.get(name) or "" for name in ("threaded", "debug"))
    return f"{implementation}{found['version']}{suffix}"


def parse_spec(text: str) -> PythonSpec:
    """Read a spec, such as ``py312``, ``3.12t`` or a path."""
    from python_discovery import PythonSpec

    return PythonSpec.from_string_spec(text)


def conflicts(spec_name: object, spec_base: object) -> bool:
    """Tell whether an interpreter contradicts what the name of an environment asks for.

    :param spec_name: from the name; what it leaves open, anything satisfies
    :param spec_base: of the interpreter
    """
    for part in ("implementation", "major", "minor", "micro", "architecture", "machine", "free_threaded", "debug"):
        wanted, given = (_comparable(getattr(spec, part, None)) for spec in (spec_name, spec_base))
        if wanted not in {None, given} and not (part == "implementation" and wanted in {"py", "python"}):
            return True
    return False


def _comparable(value: object) -> object:
    """Write names in lower case: ``PyPy3.9`` and ``pypy3.9`` are one interpreter."""
    return value.lower() if isinstance(value, str) else value


def is_version_spec(value: str) -> bool:
    """Tell whether a text says which Python is wanted, by version rather than by place."""
    spec = parse_spec(value)
    return spec.path is None and spec.major is not None


def first_version_line(path: Path, file_path: str) -> str | None:
    """Read the version from a file like ``.python-version``: its first line that is neither empty nor a comment.

    :param path: the file
    :param file_path: what users call it
    :returns: None when the file is missing or has no such line
    :raises Fail: if it cannot be read, or a line of it is too long to be a version
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            while line := file.readline(_MOST_LINE_CHARACTERS):
                text = line.strip()
                if not line.endswith("\n") and len(line) == _MOST_LINE_CHARACTERS:
                    skip_overlong_line(file, text, file_path, _MOST_LINE_CHARACTERS)
                    continue
                if text and not text.startswith("#"):
                    return text
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # the latter for what is not UTF-8, and a path with a null byte
        raise Fail(f"base_python_file: could not read {file_path!r}: {error}") from error
    return None


def skip_overlong_line(file: LineReader, stripped: str, file_path: str, max_length: int) -> None:
    """Read on to the end of a line that may only be so long when it is a comment.

    :raises Fail: if it is none
    """
    if stripped and not stripped.startswith("#"):
        raise Fail(f"base_python_file: a line of {file_path!r} is longer than {max_length} characters")
    while (rest := file.readline(max_length)) and not rest.endswith("\n"):
        pass


class LineReader(Protocol):
    """Something to read text lines from."""

    def readline(self, size: int = -1, /) -> str:
        """Read up to the end of a line, at most so many characters."""


def virtualenv_that_creates(base_pythons: Iterable[str], installed: str) -> str:
    """Name the virtualenv that still creates environments for old interpreters.

    :param base_pythons: candidates of one environment
    :param installed: version of virtualenv at hand
    :returns: a requirement; empty when the one at hand creates at least one of them
    """
    limits = [_limit(base_python, installed) for base_python in base_pythons]
    if not limits or None in limits:
        return ""
    lowest = min((limit for limit in limits if limit is not None), key=release)
    return f"virtualenv<{lowest}"


def _limit(base_python: str, installed: str) -> str | None:
    if os.path.isabs(base_python):
        return None
    match = re.fullmatch(_VERSION_IN_SPEC, base_python)
    if match is None:
        return None
    version = int(match["major"]), int(match["minor"])
    for newest, since in _DROPPED:
        if version <= newest:
            return since if release(installed) >= release(since) else None
    return None


def release(version: str) -> tuple[int, ...]:
    """Read the leading numbers of a version, to compare releases of tools that number them plainly."""
    numbers: list[int] = []
    with suppress(ValueError):
        for part in version.split("."):
            numbers.append(int(part))  # noqa: PERF401 - ends at the first part that is no number
    return tuple(numbers)
