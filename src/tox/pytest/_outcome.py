"""What a run of tox in a test came to."""

from __future__ import annotations

import contextlib
import re
import shlex
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tox.config.sets import EnvConfigSet
    from tox.session.state import State

__all__ = ["ToxRunOutcome"]


class ToxRunOutcome:
    """Exit code and output of a run.

    :ivar cmd: the command line, from the interpreter on
    :ivar cwd: folder it was run in
    :ivar code: exit code
    :ivar out: text of standard output
    :ivar err: text of standard error
    """

    def __init__(self, cmd: Sequence[str], cwd: Path, code: int, out: str, err: str, state: State | None) -> None:
        self.cmd: Sequence[str] = cmd
        self.cwd: Path = cwd
        self.code: int = code
        self.out = out
        self.err = err
        self._state: State | None = state

    @property
    def state(self) -> State:
        """The session of the run.

        :raises RuntimeError: if it ended before there was one
        """
        if self._state is None:
            raise RuntimeError("tox ended before it had a session")
        return self._state

    def env_conf(self, name: str) -> EnvConfigSet:
        """Return the settings of an environment as the run had them, or would have had if it had asked for them."""
        with contextlib.suppress(KeyError):
            return self.state.envs[name].conf
        return self.state.conf.get_env(name)

    @property
    def success(self) -> bool:
        """Whether the exit code is 0."""
        return self.code == 0

    def assert_success(self) -> None:
        """Fail the test unless the run went well, and show its output."""
        if not self.success:
            raise AssertionError(repr(self))

    def assert_failed(self, code: int | None = None) -> None:
        """Fail the test unless the run ended with this exit code, or with any but 0 if none is given."""
        if self.success if code is None else self.code != code:
            raise AssertionError(f"expected the exit code {'to be other than 0' if code is None else code}\n{self!r}")

    @property
    def shell_cmd(self) -> str:
        """The command line as one would type it."""
        return shlex.join(self.cmd)

    def __repr__(self) -> str:
        parts = [f"code: {self.code}", f"cmd: {self.shell_cmd}", f"cwd: {self.cwd}"]
        parts += [f"standard output\n{self.out}"] if self.out else []
        parts += [f"standard error\n{self.err}"] if self.err else []
        return "\n".join(parts)

    def assert_out_err(self, out: str, err: str, *, dedent: bool = True, regex: bool = False) -> None:
        """Fail the test unless the output is as given.

        :param dedent: take the common indent, and a leading line break, from what is given
        :param regex: what is given are regular expressions that match from the start; there ``.`` matches line ends,
            too, and ``^`` and ``$`` match at lines
        """
        for wanted, found in ((out, self.out), (err, self.err)):
            text = textwrap.dedent(wanted).lstrip("\n") if dedent else wanted
            if regex:
                self.matches(text, found, re.MULTILINE | re.DOTALL)
            else:
                assert found == text  # noqa: S101 - pytest shows the difference

    @staticmethod
    def matches(pattern: str, text: str, flags: int = 0) -> None:
        """Fail the test unless a regular expression matches at the start of a text."""
        if re.match(pattern, text, flags) is None:
            raise AssertionError(f"{pattern}\ndoes not match\n{text}")
