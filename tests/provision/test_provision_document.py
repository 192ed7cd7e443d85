"""What is printed and written for programs, when the project is provisioned first."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.provision.conftest import Project


def run(project: Project, *args: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the host's tox, with further variables.

    :param given: its input
    """
    return subprocess.run(
        project.tox(*args),
        cwd=project.path,
        env={**project.env, **more},
        input=given,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_messages_are_apart(project: Project) -> None:
    """Standard output has what the provisioned tox prints, and nothing of the one that provisions."""
    done = run(project, "list", "--format", "github")

    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == [
        "stand-in runs list --format github",
        "stand-in ends",
    ]
    assert "will run in automatically provisioned tox" in done.stderr


def test_what_the_installer_prints_is_apart(project: Project) -> None:
    """Where provisioning fails, standard output stays as empty as no document is."""
    project.write(pin="==99")

    done = run(project, "config", "--format", "json", "-vvv")

    assert done.returncode == 1
    assert not done.stdout
    assert "Looking in links" in done.stderr
    assert "No matching distribution found" in done.stderr


@pytest.mark.parametrize(
    ("around", "count"),
    [({}, 1), ({"TOX_ENV_NAME": "py", "TOX_ENV_DIR": "x"}, 0)],
    ids=["outermost", "within another tox"],
)
def test_summary_is_the_provisioned_tox_s(project: Project, around: dict[str, str], count: int) -> None:
    """The job is summed up once, by the tox that runs the environments, unless another tox has started all this."""
    other = project.path / "other"
    other.mkdir()
    (other / "tox.ini").write_text("[tox]\nno_package = true\nenv_list = a\n[testenv]\nplatform = none\n")
    call = [sys.executable, "-m", "tox", "run", "-c", "other"]
    summary = project.path / "summary.md"
    more = {"GITHUB_STEP_SUMMARY": str(summary), "STAND_IN_CALL": json.dumps(call)}

    done = run(project, "run", **more, **around)

    assert "a: SKIP" in done.stdout, done.stdout + done.stderr
    assert (summary.read_text(encoding="utf-8").count("### tox") if summary.exists() else 0) == count


@pytest.mark.parametrize("words", [("exec", "-q", "-e", "py"), ("run",), ("list",)], ids=" ".join)
def test_input_arrives(project: Project, words: tuple[str, ...]) -> None:
    """The provisioned tox reads what tox is given."""
    call = [sys.executable, "-c", "print('read', input())"]

    done = run(project, *words, given="hello\n", STAND_IN_CALL=json.dumps(call))

    assert "read hello" in done.stdout.splitlines(), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("more", "least"),
    [
        pytest.param("", None, id="none"),
        pytest.param("requires = tox>=999", "999", id="requires"),
        pytest.param("requires = tox==999", "999", id="pinned"),
        pytest.param("requires = tox~=999.0", None, id="compatible"),
        pytest.param("requires = tox<4", None, id="below"),
        pytest.param("min_version = 998", "998", id="min_version"),
        pytest.param("min_version = 998\nrequires = tox>=999", "999", id="the larger, of requires"),
        pytest.param("min_version = 999\nrequires = tox>=998", "999", id="the larger, of min_version"),
    ],
)
def test_what_is_missing_is_written(project: Project, more: str, least: str | None) -> None:
    """``--no-provision`` with a file writes what would be installed, and the least version of tox."""
    (project.path / "tox.ini").write_text(f"[tox]\n{more or 'requires = plug'}\n", encoding="utf-8")

    done = run(project, "list", "--no-provision", "missing.json")

    assert done.returncode == 254, done.stdout + done.stderr
    assert json.loads((project.path / "missing.json").read_text(encoding="utf-8"))["minversion"] == least
