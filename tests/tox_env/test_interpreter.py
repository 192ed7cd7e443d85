"""What names say about interpreters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tox.errors import Fail
from tox.tox_env.python._interpreter import (
    PY_FACTORS_RE,
    PY_FACTORS_RE_EXPLICIT_VERSION,
    base_python_in,
    conflicts,
    explicit_version_spec,
    first_version_line,
    is_version_spec,
    parse_spec,
    virtualenv_that_creates,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("py", None),
        ("py3", "py3"),
        ("py311", "py311"),
        ("py3.11", "py3.11"),
        ("3.11", "3.11"),
        ("311", None),
        ("3", None),
        ("3.11.7", None),
        ("py3.11.7", None),
        ("py-3.11", "3.11"),
        ("pypy", "pypy"),
        ("pypy310", "pypy310"),
        ("pypy-3.10", "pypy3.10"),
        ("foo-pypy-3.10t-bar", "pypy3.10t"),
        ("pypy-3", "pypy"),
        ("cpython3.11", "cpython3.11"),
        ("cpython-3.13t", "3.13t"),
        ("jython27", "jython27"),
        ("graalpy24", "graalpy24"),
        ("graalpy243-a", "graalpy243"),
        ("rustpython3", "rustpython3"),
        ("ironpython34", "ironpython34"),
        ("python3.11", None),
        ("python-3.10", "3.10"),
        ("py313t", "py313t"),
        ("py313d", "py313d"),
        ("py313td", "py313td"),
        ("py313dt", None),
        ("3.13td", "3.13td"),
        ("3.13dt", None),
        ("py3100", None),
        ("py310x", None),
        ("xpy310", None),
        ("33.3", None),
        ("3.14rc1", None),
        ("PY311", None),
        ("py311-64", "py311"),
        ("x-py311-y", "py311"),
        ("foo-3.10", "3.10"),
        ("py-pypy", "pypy"),
        ("lint", None),
        ("2.7", "2.7"),
        ("3.100", "3.100"),
        ("4.2", None),
        ("5.0", None),
        ("1.0", None),
        ("4.2t", None),
        ("py4.2", "py4.2"),
        ("py42", "py42"),
        ("py311-4.2", "py311"),
        ("3.11-dj-5.0", "3.11"),
        ("test-lib-4.9", None),
        ("pypy-4.2", "pypy"),
        ("graalpy-4.2", "graalpy"),
        ("pyt", None),
        ("pyd", None),
        ("pytd", None),
        ("pypyt", None),
        ("graalpyt", None),
        ("jythont", None),
        ("py3t", "py3t"),
        ("pypy39-nightly", "pypy39"),
        ("3.12-arm64", "3.12"),
        ("3.12-3", "3.12"),
    ],
)
def test_interpreter_in_an_environment_name(name: str, expected: str | None) -> None:
    """A factor names an interpreter by implementation and version, or by a dotted version alone."""
    assert base_python_in(name) == expected


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        ("py311-py312", "py311, py312"),
        ("3.10-3.11", "3.10, 3.11"),
        ("py310-pypy", "py310, pypy"),
        ("pypy-pypy", "pypy, pypy"),
        ("jython-2.7-x", "jython, 2.7"),
        ("pypy-3.10-3.10", "pypy3.10, 3.10"),
        ("3.10-pypy", "3.10, pypy"),
        ("cpython-3.10-py310", "3.10, py310"),
    ],
)
def test_two_interpreters_in_a_name_are_refused(name: str, factors: str) -> None:
    """Nobody could say which one is meant, even if both are the same."""
    with pytest.raises(ValueError, match=f"^conflicting factors {factors} in {name}$"):
        base_python_in(name)


@pytest.mark.parametrize(
    ("named", "base", "expected"),
    [
        ("py311", "python3.11", False),
        ("py311", "3.11.7", False),
        ("py311", "pypy311", False),
        ("py311", "python3.11-32", False),
        ("py311", "cpython311", False),
        ("py311", "py312", True),
        ("py311", "py3", True),
        ("py311", "3", True),
        ("py311", "py311t", True),
        ("py311t", "py311", True),
        ("pypy311", "cpython311", True),
        ("py3", "py2", True),
        ("py3", "py312", False),
        ("pypy39", "PyPy3.9", False),
        ("pypy39", "PYPY39", False),
        ("pypy39", "CPython3.9", True),
        ("cpython312", "CPython3.12", False),
        ("cpython", "CPYTHON", False),
        ("graalpy", "GraalPy", False),
        ("pypy39", "Python3.9", True),
    ],
)
def test_conflicts_between_name_and_interpreter(named: str, base: str, *, expected: bool) -> None:
    """What the name leaves open, anything satisfies; what it says, must be said by the other as well."""
    assert conflicts(parse_spec(named), parse_spec(base)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.10\n", "3.10"),
        ("# comment\n\n  3.11.7 \n3.10\n", "3.11.7"),
        ("\ufeff3.12", "3.12"),
        ("", None),
        ("# only\n", None),
        ("#" + "x" * 5000 + "\n3.9\n", "3.9"),
        (" " * 3000 + "\n3.9\n", "3.9"),
    ],
    ids=["plain", "comment", "bom", "empty", "only-comment", "long-comment", "long-blank"],
)
def test_version_file_gives_its_first_line(tmp_path: Path, text: str, expected: str | None) -> None:
    """Comments and empty lines, however long, are passed over."""
    path = tmp_path / ".python-version"
    path.write_text(text, encoding="utf-8")

    assert first_version_line(path, ".python-version") == expected


def test_version_file_that_is_missing_gives_nothing(tmp_path: Path) -> None:
    """The next one of several files is asked then."""
    assert first_version_line(tmp_path / "none", "none") is None


@pytest.mark.parametrize("content", [b"3" * 3000, b"\xff\xfe3"], ids=["overlong", "not-text"])
def test_version_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that holds something else is named in one sentence."""
    path = tmp_path / "pv"
    path.write_bytes(content)

    with pytest.raises(Fail, match=r"base_python_file: .*'pv'"):
        first_version_line(path, "pv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", True),
        ("3.11", True),
        ("py311", True),
        ("pypy3.10", True),
        ("system", False),
        ("/usr/bin/python3", False),
        (">=3.10", False),
    ],
)
def test_version_spec(text: str, *, expected: bool) -> None:
    """A version file says a version, not a place or a range."""
    assert is_version_spec(text) is expected


@pytest.mark.parametrize(
    ("base_pythons", "installed", "expected"),
    [
        (["py27"], "21.15.8", "virtualenv<20.22.0"),
        (["py36", "py37"], "21.15.8", "virtualenv<20.22.0"),
        (["python3.7"], "21.15.8", "virtualenv<21.5.0"),
        (["0.5"], "21.15.8", "virtualenv<20.22.0"),
        (["py15"], "21.15.8", "virtualenv<20.22.0"),
        (["05"], "21.15.8", ""),
        (["2.7.1"], "21.15.8", "virtualenv<20.22.0"),
        (["27-64"], "21.15.8", "virtualenv<20.22.0"),
        (["py27t"], "21.15.8", "virtualenv<20.22.0"),
        (["27{"], "21.15.8", ""),
        (["2.7.x"], "21.15.8", ""),
        (["python2.7.exe"], "21.15.8", ""),
        (["pypy3.8"], "21.5.0", "virtualenv<21.5.0"),
        (["py38"], "20.31.2", ""),
        (["py37", "py311"], "21.15.8", ""),
        (["py39"], "21.15.8", ""),
        (["py3"], "21.15.8", ""),
        (["/usr/bin/python2.7"], "21.15.8", ""),
        ([], "21.15.8", ""),
    ],
)
def test_old_interpreters_need_an_old_virtualenv(base_pythons: list[str], installed: str, expected: str) -> None:
    """Only when none of the candidates can be served by the one at hand."""
    assert virtualenv_that_creates(base_pythons, installed) == expected


def test_patterns_that_plugins_use_have_their_groups() -> None:
    """The names of groups are part of the contract."""
    factor = PY_FACTORS_RE.match("pypy310t")
    explicit = PY_FACTORS_RE_EXPLICIT_VERSION.match("pypy-3.10")

    assert factor is not None
    assert (factor["impl"], factor["version"]) == ("pypy", "310")
    assert explicit is not None
    assert explicit.groupdict() == {"impl": "pypy", "version": "3.10", "threaded": "", "debug": ""}
    assert explicit_version_spec(explicit.groupdict()) == "pypy3.10"
    assert PY_FACTORS_RE_EXPLICIT_VERSION.match("foo-3.10-bar") is None
