"""Files of variables that ``set_env`` names."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.config.projects import configuration, value
from tox.errors import Fail

if TYPE_CHECKING:
    from pathlib import Path

INI = "[testenv]\nset_env = file|e.env\n"
TOML = "[env_run_base]\nset_env = {file = 'e.env'}\n"


@pytest.mark.parametrize(("name", "text"), [("tox.ini", INI), ("tox.toml", TOML)], ids=["ini", "toml"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xef\xbb\xbfA=1\nB=2\n", {"A": "1", "B": "2"}, id="mark"),
        pytest.param(b"A=1\r\nB=2\rC=3", {"A": "1", "B": "2", "C": "3"}, id="line-ends"),
        pytest.param(b"A=x\x0bB=1\x0cC=2\x1cD=3", {"A": "x\x0bB=1\x0cC=2\x1cD=3"}, id="control-characters"),
        pytest.param("A=x\x85B=1\u2028C=2\u2029D=3".encode(), {"A": "x\x85B=1\u2028C=2\u2029D=3"}, id="separators"),
        pytest.param("\x0cA\u2028=\x85x\x0b\n".encode(), {"A": "x"}, id="blank-around"),
        pytest.param(b"# a\0b\nA=1\n", {"A": "1"}, id="null-byte-in-a-comment"),
        pytest.param(b"", {}, id="empty"),
    ],
)
def test_lines(tmp_path: Path, content: bytes, expected: dict[str, str], name: str, text: str) -> None:
    """Line feeds and carriage returns end lines, whatever else is white space is part of values, or around them."""
    (tmp_path / "e.env").write_bytes(content)

    assert value(configuration(tmp_path, text, name=name), "set_env") == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"A=1\nB=s3cret\0\n", "line 2 of .*e.env for set_env holds a null byte", id="null-byte"),
        pytest.param(b"A\0=s3cret\n", "line 1 of .*e.env", id="null-byte-in-a-name"),
        pytest.param(b"A=s3cret\xe9\n", "e.env .*not UTF-8", id="latin"),
        pytest.param("A=s3cret".encode("utf-16"), "e.env .*UTF-16", id="utf-16"),
        pytest.param(None, "e.env .*no regular file", id="folder"),
    ],
)
def test_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """What cannot be read, or be a variable, is told by file and line, without the value."""
    if content is None:
        (tmp_path / "e.env").mkdir()
    else:
        (tmp_path / "e.env").write_bytes(content)

    with pytest.raises(Fail, match=reason) as caught:
        value(configuration(tmp_path, INI), "set_env")
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="devices are in every folder")
def test_a_device(tmp_path: Path) -> None:
    """What can be read only once, or never ends, is no file of variables."""
    with pytest.raises(Fail, match="no regular file"):
        value(configuration(tmp_path, f"[testenv]\nset_env = file|{os.devnull}\n"), "set_env")
