"""Lock files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tox.errors import Fail
from tox.tox_env.python.pylock import Pylock

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'lock-version="1.0"\ncreated-by="tests"\n'
WHEEL = '[[packages.wheels]]\nname="a-1-py3-none-any.whl"\nurl="https://x/a-1-py3-none-any.whl"\nhashes={sha256="aa"}\n'
A = f"[[packages]]\nname='a'\nversion='1'\n%s{WHEEL}"


def lines(folder: Path, content: str, head: str = HEAD, **wanted: Any) -> list[str]:
    """Render a lock file, its folder left out."""
    path = folder / "pylock.toml"
    path.write_text(head + content)
    return [line.replace(folder.as_uri(), "file://<root>") for line in Pylock(path=path, **wanted).install_lines()]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(A % "", "a==1 --hash=sha256:aa", id="wheel"),
        pytest.param(
            "[[packages]]\nname='a'\n[packages.vcs]\ntype='git'\nurl='https://g/x'\ncommit-id='abc'\nsubdirectory='s'\n",
            "a @ git+https://g/x@abc#subdirectory=s",
            id="repository",
        ),
        pytest.param(
            "[[packages]]\nname='a'\n[packages.vcs]\ntype='git'\npath='./x y'\ncommit-id='abc'\n",
            "a @ git+file://<root>/x%20y@abc",
            id="local repository",
        ),
        pytest.param("[[packages]]\nname='a'\n[packages.directory]\npath='d'\n", "a @ file://<root>/d", id="folder"),
        pytest.param(
            "[[packages]]\nname='a'\n[packages.directory]\npath='d'\neditable=true\nsubdirectory='s'\n",
            "-e file://<root>/d/s",
            id="editable",
        ),
        pytest.param(
            "[[packages]]\nname='a'\n[packages.archive]\nurl='https://x/a.zip'\nhashes={sha256='dd'}\nsubdirectory='q'\n",
            "a @ https://x/a.zip#subdirectory=q --hash=sha256:dd",
            id="archive",
        ),
        pytest.param(
            "[[packages]]\nname='a'\n[packages.archive]\npath='a b.zip'\nhashes={sha256='dd'}\n",
            "a @ file://<root>/a%20b.zip --hash=sha256:dd",
            id="local archive",
        ),
    ],
)
def test_lines(content: str, expected: str, tmp_path: Path) -> None:
    """Each package becomes one line for the installer."""
    assert lines(tmp_path, content) == [expected]


@pytest.mark.parametrize(
    ("marker", "wanted", "active"),
    [
        ("python_version < '3'", {}, False),
        ("python_version < '3'", {"marker_env": {"python_version": "2.7"}}, True),
        ("'x' in extras", {"extras": frozenset({"x"})}, True),
        ("'x' in extras", {}, False),
        ("'x' in dependency_groups", {}, True),
        ("'x' in dependency_groups", {"groups": frozenset({"y"})}, False),
    ],
)
def test_markers(marker: str, wanted: dict[str, Any], active: bool, tmp_path: Path) -> None:
    """What is not wanted, or not for the environment, is left out; the default groups are wanted by default."""
    head = f"{HEAD}extras=['x']\ndependency-groups=['x','y']\ndefault-groups=['x']\n"

    assert bool(lines(tmp_path, A % f'marker="{marker}"\n', head, **wanted)) is active


@pytest.mark.parametrize(
    ("wanted", "full", "active"),
    [
        (">=3.9", "3.11.4", True),
        ("<3", "3.11.4", False),
        (">=3.14", "3.14.0rc1", True),
        (">=3.13", "3.13.0+", True),
        ("==3.11.*", "3.11.4", True),
    ],
)
def test_entries_for_other_pythons(wanted: str, full: str, active: bool, tmp_path: Path) -> None:
    """An entry is for the Pythons its requires-python has, as the environment's; early ones count as their release."""
    content = A % f"requires-python='{wanted}'\n"

    assert bool(lines(tmp_path, content, marker_env={"python_full_version": full})) is active


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("requires-python='>=3.13'", "requires Python >=3.13, got 3.11.4"),
        ("requires-python='<3'", "requires Python <3, got 3.11.4"),
        ("""environments=["python_version < '3'"]""", "is for environments with 'python_version < \"3\"'"),
        ("""environments=["sys_platform == 'x'", "os_name == 'y'"]""", "which this one is not"),
    ],
)
def test_files_for_other_environments(line: str, reason: str, tmp_path: Path) -> None:
    """A lock file that excludes the environment is refused as a whole."""
    values = {"python_full_version": "3.11.4", "python_version": "3.11"}

    with pytest.raises(Fail) as caught:
        lines(tmp_path, A % "", f"{HEAD}{line}\n", marker_env=values)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "line",
    ["requires-python='>=3.8'", """environments=["sys_platform == 'x'", "python_version >= '3'"]""", "environments=[]"],
)
def test_files_for_this_environment(line: str, tmp_path: Path) -> None:
    """One of several environments is enough."""
    values = {"python_full_version": "3.11.4", "python_version": "3.11"}

    assert lines(tmp_path, A % "", f"{HEAD}{line}\n", marker_env=values)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("packages=[]\nlock-version='2.0'\ncreated-by='x'\n", "pylock version 2.0 is not supported"),
        ("x=1", "Missing required value in 'lock-version'"),
        ("nope", "could not read"),
    ],
)
def test_broken(content: str, reason: str, tmp_path: Path) -> None:
    """What is wrong with the file is told."""
    with pytest.raises(Fail, match=reason):
        lines(tmp_path, content, "")


@pytest.mark.parametrize(
    "content",
    [
        "[[packages]]\nname='a'\n[packages.vcs]\ntype='git'\nurl='https://g/x --foo'\ncommit-id='a'\n",
        "[[packages]]\nname='a'\n[packages.vcs]\ntype='git'\nurl='https://g/x'\ncommit-id='a b'\n",
        A.replace('"aa"', '"a a"') % "",
    ],
    ids=["url", "commit", "hash"],
)
def test_smuggled_options(content: str, tmp_path: Path) -> None:
    """A value cannot become an option of the installer."""
    with pytest.raises(Fail, match="must be non-empty and contain no whitespace"):
        lines(tmp_path, content)


def test_missing(tmp_path: Path) -> None:
    """A file that is not there is told."""
    with pytest.raises(Fail, match="pylock file not found at"):
        Pylock(path=tmp_path / "none").install_lines()
