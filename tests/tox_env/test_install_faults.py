"""Installing that fails for reasons outside: told once, with the installer's code, and made good by the next run."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.wheels import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

LOCK = """\
lock-version = "1.0"
created-by = "tests"
[[packages]]
name = "cherry"
version = "3.0"
[[packages.wheels]]
name = "{name}"
url = "{url}"
hashes = {{ sha256 = "{digest}" }}
"""


def ini(*lines: str) -> str:
    """Write an environment that prints which cherry it has."""
    shown = "commands = python -c 'import cherry; print(\"cherry\", cherry.VERSION)'"
    return "\n".join(["[tox]", "no_package = true", "env_list = a", "[testenv]", *lines, shown, ""])


def assert_told_once(ended: Ended, code: int = 1) -> None:
    """Assert that an environment failed in its setup, with one line that says so."""
    lines = ended.out.splitlines()
    assert ended.code == code, ended.out
    assert sum(line.startswith(("a: exit ", "a: failed ")) for line in lines) == 1, ended.out
    assert "commands[0]" not in ended.out
    assert "Traceback" not in ended.out + ended.err


@pytest.fixture
def nobody() -> Iterator[int]:
    """Give a port of this machine that nobody answers at: it is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_index_out_of_reach(tox: Tox, tmp_path: Path, nobody: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer gives up; once the index answers, the environment gets what it asked for."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{nobody}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "later"))
    failed = tox("r", tox_ini=ini("deps = cherry"))
    make_wheel(tmp_path / "later", "cherry", "3.0")
    good = tox("r")

    assert_told_once(failed)
    assert "No matching distribution found for cherry" in failed.err
    assert (good.code, "cherry 3.0" in good.out) == (0, True), good.out


@pytest.mark.parametrize("size", [200, -30], ids=["half", "end-missing"])
def test_truncated_wheel(tox: Tox, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel that was not written to its end is refused, and taken once it is whole."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "own"))
    wheel = make_wheel(tmp_path / "own", "cherry", "3.0")
    whole = wheel.read_bytes()
    wheel.write_bytes(whole[:size])
    failed = tox("r", tox_ini=ini("deps = cherry"))
    wheel.write_bytes(whole)
    good = tox("r")

    assert_told_once(failed)
    assert (good.code, "cherry 3.0" in good.out) == (0, True), good.out


def test_truncated_package(tox: Tox, tmp_path: Path) -> None:
    """The same for a package that is given on the command line."""
    wheel = make_wheel(tmp_path / "own", "cherry", "3.0")
    whole = wheel.read_bytes()
    wheel.write_bytes(whole[:200])
    text = ini().replace("no_package = true", "")
    failed = tox("r", "--installpkg", str(wheel), tox_ini=text)
    wheel.write_bytes(whole)
    good = tox("r", "--installpkg", str(wheel))

    assert_told_once(failed)
    assert f"a: failed with could not read the metadata of {wheel}" in failed.out
    assert (good.code, "cherry 3.0" in good.out) == (0, True), good.out


def test_lock_file_with_the_hash_of_something_else(tox: Tox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found is not what was locked, so it is not installed; the right hash makes it good."""
    wheel = make_wheel(tmp_path / "own", "cherry", "3.0")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()

    def lock(digest: str) -> None:
        Path("pylock.toml").write_text(LOCK.format(name=wheel.name, url=wheel.as_uri(), digest=digest))

    lock("0" * 64)
    failed = tox("r", tox_ini=ini("pylock = pylock.toml"))
    lock(digest)
    good = tox("r")
    lock("1" * 64)
    again = tox("r")

    assert_told_once(failed)
    assert "DO NOT MATCH THE HASHES" in failed.err
    assert (good.code, "cherry 3.0" in good.out) == (0, True), good.out
    assert_told_once(again)
