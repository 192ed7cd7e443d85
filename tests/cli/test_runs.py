"""Exit codes that scripts rely on, against a table of runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.seeds import outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

RUNS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("runs.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def work_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a work dir for all runs, which mostly find the environments they need in it."""
    return tmp_path_factory.mktemp("work")


def config(run: dict[str, Any]) -> str:
    """Write the configuration of a run; the project is no package unless it says so."""
    core = ["" if run.get("package") else "no_package = true", f"env_list = {run.get('envs', 'a')}"]
    lines = ["[tox]", *core, *run.get("core", ()), "[testenv]", *run["testenv"]]
    for name, section in run.get("sections", {}).items():
        lines += [f"[testenv:{name}]", *section]
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("run", RUNS, ids=[run["run"] for run in RUNS])
def test_exit_code(run: dict[str, Any], tox: Tox, work_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is the recorded one, and no mistake of the user ends in a traceback."""
    if "git" in str(run.get("testenv")) and shutil.which("git") is None:
        pytest.skip("needs a program outside of the environment")
    for name in outside("PIP_", "VIRTUALENV_", "PYTHON"):
        monkeypatch.delenv(name)
    variables = {"TOX_WORK_DIR": str(work_dir), "PIP_NO_INDEX": "1", **run.get("environ", {})}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    files = {"tox.ini": config(run)} if "testenv" in run else {}
    for name, text in {**files, **run.get("files", {})}.items():
        Path(name).write_text(text, encoding="utf-8")

    ended = tox(*run["args"])

    assert ended.code & 0xFF == run["code"], ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err
