"""Which program runs for a command, and whether it may."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.execute.processes import running
from tox.errors import Fail

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="scripts with a shebang")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Make a script in the folder ``bin``."""
    path = tmp_path / "bin" / "script"
    path.parent.mkdir()
    path.write_text("#!/bin/sh -e\necho hi\n")
    path.chmod(0o755)
    return path


def command_of(cmd: str, folder: Path, path: str, allow: list[str] | None, **env: str) -> list[str]:
    """Give what would really run, and see that it does."""
    with running([cmd], cwd=folder, env={"PATH": path, **env}, allow=allow) as command:
        command.status.wait()
        return list(command.instance.cmd)


@pytest.mark.parametrize(
    ("cmd", "allow"),
    [
        pytest.param("script", None, id="everything allowed"),
        pytest.param("script", ["script"], id="name"),
        pytest.param("script", ["scr*"], id="pattern"),
        pytest.param("script", ["no", "*/bin/*"], id="path found"),
        pytest.param("./bin/script", ["./bin/script"], id="as written"),
        pytest.param("bin/script", ["*/bin/script"], id="relative to the folder"),
    ],
)
def test_allowed(cmd: str, allow: list[str] | None, script: Path) -> None:
    """A pattern fits the name as written or the path found."""
    folder = script.parent.parent

    assert command_of(cmd, folder, f"{script.parent}:/bin", allow) == [str(script)]


@pytest.mark.parametrize("path", ["bin:/bin", "./bin:/bin"])
def test_relative_path_entry(script: Path, path: str) -> None:
    """A relative folder of PATH is one below the folder the command runs in."""
    assert command_of("script", script.parent.parent, path, None) == [str(script)]


@pytest.mark.parametrize(
    ("cmd", "allow"),
    [("script", []), ("bin/script", ["script"]), ("./bin/script", ["bin/script"]), ("script", ["/bin"])],
)
def test_refused(cmd: str, allow: list[str], script: Path) -> None:
    """What no pattern fits does not run."""
    with pytest.raises(Fail, match=f"^{cmd} is not allowed, use allowlist_externals to allow it$"):
        command_of(cmd, script.parent.parent, f"{script.parent}:/bin", allow)


def test_refused_by_path(script: Path) -> None:
    """A program named by its path is told with what it resolves to."""
    with pytest.raises(Fail, match=r"resolves to .*/bin/script\) is not allowed"):
        command_of(str(script), script.parent, "/bin", ["script"])


def test_limited_shebang(script: Path) -> None:
    """Where the kernel cannot take long first lines, the interpreter is started itself."""
    assert command_of("script", script.parent, str(script.parent), None, TOX_LIMITED_SHEBANG="1") == [
        "/bin/sh",
        "-e",
        str(script),
    ]


def test_nothing_found(tmp_path: Path) -> None:
    """What is not found is left to the system, whose words tell best."""
    assert command_of("none", tmp_path, "", []) == ["none"]
