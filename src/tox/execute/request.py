"""What to run: a command, where, with which variables and which input."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from tox.util._shell import as_started
from tox.util.redact import redact_argv

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ExecuteRequest", "StdinSource", "shell_cmd"]


class StdinSource(Enum):
    """Where the input of a command comes from."""

    OFF = 0  #: there is none
    USER = 1  #: from whoever started tox
    API = 2  #: from our code, through :meth:`~tox.execute.api.ExecuteStatus.write_stdin`

    @staticmethod
    def user_only() -> StdinSource:
        """Give the input of the user when a person can type it, else none."""
        return StdinSource.USER if sys.stdin is not None and sys.stdin.isatty() else StdinSource.OFF


class ExecuteRequest:
    """A command to run.

    :param cmd: program and arguments, at least the former
    :param cwd: folder to run in
    :param env: all environment variables of the command
    :param stdin: where its input comes from
    :param run_id: what the command is for, such as ``commands[0]``
    :param allow: patterns of programs that may run, tried on the name as written and on the path found; ``None``,
        or ``*`` among them, allows all
    :param capture: whether the output is read by our code, so that it must not go straight to the user's terminal even
        when the user asked for that
    :param pass_fds: open file descriptors that the command inherits; not on Windows
    :param own_group: whether what the command starts is to be stopped with it: it leads a process group of its own
        then, which must not read from a terminal
    :raises ValueError: if there is no program
    """

    def __init__(
        self,
        cmd: Sequence[str | Path],
        cwd: Path,
        env: dict[str, str],
        stdin: StdinSource,
        run_id: str,
        allow: list[str] | None = None,
        *,
        capture: bool = False,
        pass_fds: tuple[int, ...] = (),
        own_group: bool = False,
    ) -> None:
        if not cmd:
            raise ValueError("cannot execute an empty command")
        self.cmd: list[str] = [str(part) for part in cmd]
        self.cwd = cwd
        self.env = env
        self.stdin = stdin
        self.run_id = run_id
        self.allow = None if allow is not None and "*" in allow else allow
        self.capture = capture
        self.pass_fds = pass_fds
        self.own_group = own_group

    @property
    def cmd_redacted(self) -> list[str]:
        """Program and arguments, secrets hidden, those that its variables hold among them."""
        return redact_argv(self.cmd, self.env)

    @property
    def shell_cmd(self) -> str:
        """The command as it would be typed in its folder."""
        return self._shell_cmd(redact=False)

    @property
    def shell_cmd_redacted(self) -> str:
        """The command as it would be typed in its folder, secrets hidden."""
        return self._shell_cmd(redact=True)

    def __repr__(self) -> str:
        # variables are left out: they hold secrets more often than not
        return f"{type(self).__name__}({self.cmd_redacted!r}, in {self.cwd}, reads {self.stdin})"

    def _shell_cmd(self, *, redact: bool) -> str:
        program, *arguments = self.cmd_redacted if redact else self.cmd
        with suppress(ValueError):  # it is not in that folder
            program = str(Path(program).relative_to(self.cwd))
        return shell_cmd([program, *arguments])


def shell_cmd(cmd: Sequence[str]) -> str:
    """Quote and join a command by the rules of this platform's shell.

    :param cmd: program and arguments
    """
    return as_started(cmd)
