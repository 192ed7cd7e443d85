"""Reading what people wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tox.util._text_file import parse_toml, read_text, read_toml

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param(b"\xef\xbb\xbfa\n", "a\n", id="mark"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa", id="two-marks"),
        pytest.param(b"a\r\nb\rc\n", "a\nb\nc\n", id="line-ends"),
        pytest.param("a\x0cb\x85c\u2028d".encode(), "a\x0cb\x85c\u2028d", id="no-line-ends"),
        pytest.param(b"a\0b", "a\0b", id="null-byte"),
    ],
)
def test_text(tmp_path: Path, content: bytes, text: str) -> None:
    """A mark at the start is left out, and every end of a line is a line feed."""
    (tmp_path / "file").write_bytes(content)

    assert read_text(tmp_path / "file") == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("caf\u00e9".encode("latin-1"), "not UTF-8: .* at byte 3", id="latin"),
        pytest.param("a".encode("utf-16"), "it is UTF-16", id="utf-16"),
        pytest.param(b"\xfe\xff\x00a", "it is UTF-16", id="utf-16-be"),
    ],
)
def test_another_encoding(tmp_path: Path, content: bytes, reason: str) -> None:
    """What is not UTF-8 is refused with the place, or the encoding it seems to have."""
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(ValueError, match=reason):
        read_text(tmp_path / "file")


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, nothing at all and a path that cannot be are refused in the same way."""
    with pytest.raises(ValueError, match=r"^\S"):
        read_text(tmp_path)
    with pytest.raises(ValueError, match="null"):
        read_text(tmp_path / "a\0b")
    with pytest.raises(ValueError, match=r"^\S") as caught:
        read_text(tmp_path / "none")
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_toml(tmp_path: Path) -> None:
    """TOML may begin with a mark; broken and bottomless TOML is refused."""
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa = 1\r\n")

    assert read_toml(tmp_path / "a.toml") == {"a": 1}
    with pytest.raises(ValueError, match="line 1"):
        parse_toml("a = \n")
    with pytest.raises(ValueError, match="too deep"):
        parse_toml(f"a = {'[' * 5000}{']' * 5000}")
