"""A project on disk for one test, and tox run on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tox.pytest._content import text_of
from tox.pytest._outcome import ToxRunOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from unittest.mock import MagicMock

    import pytest

    from tox.execute.api import Execute, ExecuteStatus
    from tox.execute.request import ExecuteRequest
    from tox.report import OutErr
    from tox.session.state import State
    from tox.tox_env.api import ToxEnv

    CaptureFixture = pytest.CaptureFixture[str]
else:
    from pytest import CaptureFixture  # noqa: PT013 - re-exported

__all__ = ["CaptureFixture", "ToxProject", "ToxProjectCreator"]


class ToxProjectCreator(Protocol):
    """What the fixture ``tox_project`` is."""

    def __call__(self, files: dict[str, Any], base: Path | None = None, prj_path: Path | None = None) -> ToxProject:
        """Write a project.

        :param files: for each path its text, a dictionary or ``None`` for a folder, or a function or class whose body
            is the text
        :param base: a folder to copy first, without its ``.tox`` and ``.venv``
        :param prj_path: where to; below ``tmp_path`` by default
        """


class ToxProject:
    """A project on disk.

    :ivar path: its folder
    """

    def __init__(
        self,
        files: dict[str, Any],
        base: Path | None,
        path: Path,
        capfd: CaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
        mocker: Any,
    ) -> None:
        self.path = path
        self.monkeypatch = monkeypatch
        self.mocker = mocker
        self._capfd = capfd
        self._setup_files(path, base, files)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self.path})"

    @staticmethod
    def _setup_files(dest: Path, base: Path | None, content: dict[str, Any]) -> None:
        if base is not None:
            # what tox made for the folder that is copied is no part of it, and would not work elsewhere
            shutil.copytree(base, dest, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".tox", ".venv"))
        dest.mkdir(parents=True, exist_ok=True)
        for name, value in content.items():
            at = dest / name
            if value is None or isinstance(value, dict):
                ToxProject._setup_files(at, None, value or {})
            else:
                text = text_of(value)
                at.parent.mkdir(parents=True, exist_ok=True)
                at.write_text(text, encoding="utf-8")

    @property
    def structure(self) -> dict[str, Any]:
        """What is on disk: text for each file, a dictionary for each folder."""
        return _structure(self.path)

    @contextlib.contextmanager
    def chdir(self, to: Path | None = None) -> Iterator[None]:
        """Be in the folder of the project, or another one, within the block."""
        former = Path.cwd()
        os.chdir(to or self.path)
        try:
            yield
        finally:
            os.chdir(former)

    def run(self, *args: str, from_cwd: Path | None = None, raise_on_config_fail: bool = True) -> ToxRunOutcome:
        """Run tox on the project, in this process.

        :param args: the command line
        :param from_cwd: folder to run in, instead of that of the project
        :param raise_on_config_fail: have ``tox config`` raise what it would otherwise show in place of a value
        """
        import tox.run

        states: list[State] = []
        make_state = tox.run.setup_state

        def remember(arguments: Sequence[str]) -> State:
            states.append(make_state(arguments))
            return states[-1]

        self._capfd.readouterr()
        with self.chdir(from_cwd), self.monkeypatch.context() as patch:
            patch.setattr(tox.run, "setup_state", remember)
            patch.setattr(sys, "argv", [sys.executable, "-m", "tox", *args])
            if raise_on_config_fail and args and args[0] in {"c", "config"}:
                patch.setenv("_TOX_SHOW_CONFIG_RAISE", "1")
            try:
                tox.run.run(args)
                code: object = 0
            except SystemExit as exit_:
                code = exit_.code
        out, err = self._capfd.readouterr()
        number = code if isinstance(code, int) else int(code is not None)
        command = [sys.executable, "-m", "tox", *args]
        return ToxRunOutcome(command, self.path, number, out, err, states[-1] if states else None)

    def patch_execute(self, handle: Callable[[ExecuteRequest], int | None] | None = None) -> MagicMock:
        """Pretend to run what environments run.

        :param handle: tells the exit code of each request; None from it runs the request after all. Without it,
            everything is pretended to succeed.
        :returns: a mock of ``ToxEnv._execute_call``; of each call, argument 0 is the environment and 3 the request
        """
        from tox.tox_env.api import ToxEnv

        real = ToxEnv._execute_call  # noqa: SLF001 - the place that test suites of plugins patch

        @contextlib.contextmanager
        def pretend(
            env: ToxEnv, executor: Execute, out_err: OutErr, request: ExecuteRequest, show: bool
        ) -> Iterator[ExecuteStatus]:
            from tox.pytest._execute import PretendedExecute

            code = 0 if handle is None else handle(request)
            if code is not None:
                executor = PretendedExecute(executor._colored, code)  # noqa: SLF001 - as above
            with real(env, executor, out_err, request, show) as status:
                yield status

        mock: MagicMock = self.mocker.patch.object(ToxEnv, "_execute_call", autospec=True, side_effect=pretend)
        return mock


def _structure(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.iterdir()):
        found[path.name] = _structure(path) if path.is_dir() else path.read_text(encoding="utf-8", errors="replace")
    return found
