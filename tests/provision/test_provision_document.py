"""What is printed and written for programs, when the project is provisioned first."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.provision.conftest import Project


def run(project: Project, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the host's tox, with further variables."""
    return subprocess.run(
        project.tox(*args),
        cwd=project.path,
        env={**project.env, **more},
        stdin=subprocess.DEVNULL,
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
