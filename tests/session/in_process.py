"""Run tox in this very process, on a project made of a few files."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from tox.run import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run printed, and its exit code."""

    code: int
    out: str
    err: str


def runner(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Make a function that runs tox in a folder.

    :param folder: the project
    :returns: takes the arguments, and files to write before by their names
    """
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TOX_USER_CONFIG_FILE", str(folder / "no-user-config.ini"))

    def run(*args: str, **files: str) -> Ended:
        for name, text in files.items():
            target = folder / name.replace("_", ".", 1)
            target.write_text(dedent(text), encoding="utf-8")
        capsys.readouterr()
        try:
            code = main(list(args))
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return run


__all__ = ["Ended", "runner"]
