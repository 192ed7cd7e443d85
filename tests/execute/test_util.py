"""Files that are no programs of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tox.errors import Fail
from tox.execute.util import batch_file_command_line, is_batch_file, shebang

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"#!/usr/bin/env python\nx", ["/usr/bin/env", "python"], id="two words"),
        pytest.param(b"#! /bin/sh -e -x\n", ["/bin/sh", "-e", "-x"], id="arguments"),
        pytest.param(b"#!'/a b/c' d\r\n", ["/a b/c", "d"], id="quoted"),
        pytest.param(b"#!\n", None, id="empty"),
        pytest.param(b"no", None, id="no script"),
        pytest.param(b"", None, id="nothing"),
        pytest.param(b"#!/a \xff\n", None, id="no text"),
        pytest.param(b"#!'/a\n", None, id="unbalanced"),
    ],
)
def test_shebang(content: bytes, words: list[str] | None, tmp_path: Path) -> None:
    """The first line of a script names its interpreter."""
    (tmp_path / "script").write_bytes(content)

    assert shebang(str(tmp_path / "script")) == words


def test_no_script(tmp_path: Path) -> None:
    """What cannot be read has no interpreter."""
    assert shebang(str(tmp_path / "none")) is None


@pytest.mark.parametrize(("name", "expected"), [("a.BAT", True), ("x.cmd", True), ("x.exe", False), ("bat", False)])
def test_batch_files(name: str, expected: bool) -> None:
    """Batch files are known by their extension, in whatever case."""
    assert is_batch_file(name) is expected


@pytest.mark.parametrize(
    ("argument", "quoted"),
    [
        ("plain", "plain"),
        ("a b", '"a b"'),
        ("", '""'),
        ('a"b', '"a""b"'),
        ("%PATH%", '"%%cd:~,%PATH%%cd:~,%"'),
        ("a&b", '"a&b"'),
        ("a b\\", '"a b\\\\"'),
    ],
)
def test_batch_quoting(argument: str, quoted: str) -> None:
    """Each argument arrives as it is, whatever it means to a command interpreter."""
    line = batch_file_command_line("C:\\x y\\z.bat", [argument])

    assert line == f'cmd.exe /e:ON /v:OFF /d /c ""C:\\x y\\z.bat" {quoted}"'


@pytest.mark.parametrize("argument", ["a\nb", "a\rb", "a\0b"])
def test_batch_refuses(argument: str) -> None:
    """What no quoting can pass is refused."""
    with pytest.raises(Fail, match="takes no argument with a line break or a null character"):
        batch_file_command_line("z.bat", [argument])
