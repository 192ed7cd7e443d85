"""Which program runs for a command, and whether it may."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from tests.execute.processes import running
from tox.errors import Fail

#: what else is searched; Windows looks into its own folders anyway
ELSEWHERE = f"{os.pathsep}/bin"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Make a script in the folder ``bin``."""
    path = tmp_path / "bin" / ("script.bat" if sys.platform == "win32" else "script")
    path.parent.mkdir()
    path.write_text("@echo hi\n" if sys.platform == "win32" else "#!/bin/sh -e\necho hi\n")
    path.chmod(0o755)
    return path


def command_of(cmd: str, folder: Path, path: str, allow: list[str] | None, **env: str) -> list[Path | str]:
    """Give what would really run, a path as one, and see that it does."""
    with running([cmd], cwd=folder, env={"PATH": path, **env}, allow=allow) as command:
        command.status.wait()
        return [Path(word) if os.path.isabs(word) else word for word in command.instance.cmd]  # noqa: PTH117 - a text


@pytest.mark.parametrize(
    ("cmd", "allow"),
    [
        pytest.param("script", None, id="everything allowed"),
        pytest.param("script", ["script"], id="name"),
        pytest.param("script", ["scr*"], id="pattern"),
        pytest.param("script", ["no", "*/bin/*"], id="path found"),
        pytest.param("./bin/script", ["./bin/script"], id="as written"),
        pytest.param("bin/script", ["*/bin/script*"], id="relative to the folder"),
    ],
)
def test_allowed(cmd: str, allow: list[str] | None, script: Path) -> None:
    """A pattern fits the name as written or the path found."""
    folder = script.parent.parent

    assert command_of(cmd, folder, f"{script.parent}{ELSEWHERE}", allow) == [script]


@pytest.mark.parametrize("path", ["bin", "./bin"])
def test_relative_path_entry(script: Path, path: str) -> None:
    """A relative folder of PATH is one below the folder the command runs in."""
    assert command_of("script", script.parent.parent, f"{path}{ELSEWHERE}", None) == [script]


@pytest.mark.parametrize(
    ("cmd", "allow"),
    [("script", []), ("bin/script", ["script"]), ("./bin/script", ["bin/script"]), ("script", ["/bin"])],
)
def test_refused(cmd: str, allow: list[str], script: Path) -> None:
    """What no pattern fits does not run."""
    with pytest.raises(Fail, match=f"^{cmd} is not allowed, use allowlist_externals to allow it$"):
        command_of(cmd, script.parent.parent, f"{script.parent}{ELSEWHERE}", allow)


def test_refused_by_path(script: Path) -> None:
    """A program named by its path is told with what it resolves to."""
    with pytest.raises(Fail, match=r"resolves to .*script(\.bat)?\) is not allowed"):
        command_of(str(script), script.parent, "/bin", ["script"])


@pytest.mark.skipif(sys.platform == "win32", reason="scripts do not name their interpreter there")
def test_limited_shebang(script: Path) -> None:
    """Where the kernel cannot take long first lines, the interpreter is started itself."""
    assert command_of("script", script.parent, str(script.parent), None, TOX_LIMITED_SHEBANG="1") == [
        Path("/bin/sh"),
        "-e",
        script,
    ]


def test_nothing_found(tmp_path: Path) -> None:
    """What is not found is left to the system, whose words tell best."""
    assert command_of("none", tmp_path, "", []) == ["none"]


def test_what_lies_beside_us_is_not_found(tmp_path: Path) -> None:
    """A program in the folder of the Python that runs tox, where Windows looks of itself, is none of an environment."""
    name = os.path.basename(sys.executable)  # noqa: PTH119 - a text

    with running([name, "-c", "print('ran')"], cwd=tmp_path, env={"PATH": str(tmp_path)}) as command:
        command.status.wait()

    assert (command.status.exit_code, command.out.text) == (errno.ENOENT, "")


@pytest.mark.skipif(sys.platform != "win32", reason="no folders are looked into behind PATH elsewhere")
@pytest.mark.parametrize("allow", [None, ["cmd"]])
def test_programs_of_the_system(allow: list[str] | None, tmp_path: Path) -> None:
    """What the system brings is found whatever PATH holds, and the allowlist is asked about it."""
    found = command_of("cmd", tmp_path, "", allow)

    assert str(found[0]).lower().endswith(r"system32\cmd.exe")
    with pytest.raises(Fail, match="cmd is not allowed"):
        command_of("cmd", tmp_path, "", [])
