"""What to run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tox.execute.request import ExecuteRequest, StdinSource, shell_cmd


def request(*cmd: str | Path, cwd: Path | None = None) -> ExecuteRequest:
    """Make a request with variables nobody should see."""
    return ExecuteRequest(cmd, cwd or Path.cwd(), {"TOKEN": "abc"}, StdinSource.OFF, "run")


def test_empty() -> None:
    """There is no command without a program."""
    with pytest.raises(ValueError, match="cannot execute an empty command"):
        request()


def test_paths_become_text() -> None:
    """Arguments are text, whatever was given."""
    assert request("a", Path("b")).cmd == ["a", "b"]


def test_defaults() -> None:
    """All programs may run, the output is not read, nothing is inherited."""
    made = request("a")

    assert (made.allow, made.capture, made.pass_fds) == (None, False, ())


@pytest.mark.skipif(sys.platform == "win32", reason="rules of another shell")
def test_shell(tmp_path: Path) -> None:
    """The command is shown as typed in its folder, secrets hidden when asked for."""
    made = request(tmp_path / "bin" / "python", "a b", "--token=abc", cwd=tmp_path)

    assert made.shell_cmd == "bin/python 'a b' --token=abc"
    assert made.shell_cmd_redacted == "bin/python 'a b' '--token=***'"
    assert shell_cmd(["a b", ""]) == "'a b' ''"


def test_representation_hides_variables() -> None:
    """What a request is shown as has no secrets in it."""
    shown = f"ExecuteRequest(['a', '--token=***'], in {Path.cwd()}, reads StdinSource.OFF)"

    assert repr(request("a", "--token=abc")) == shown


@pytest.mark.parametrize(("is_terminal", "source"), [(True, StdinSource.USER), (False, StdinSource.OFF)])
def test_user_input(is_terminal: bool, source: StdinSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command gets the input of the user only when a person can type it."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: is_terminal, raising=False)

    assert StdinSource.user_only() is source
