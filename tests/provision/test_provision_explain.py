"""What ``--explain`` tells when the project asks for another tox than the one that runs."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.explained import snapshot

if TYPE_CHECKING:
    from tests.provision.conftest import Project


def run(project: Project, *args: str, **env: str) -> tuple[int, str]:
    """Run the host's tox in the project: exit code and output."""
    done = subprocess.run(
        project.tox(*args),
        cwd=project.path,
        env={**project.env, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_not_provisioned_yet(project: Project) -> None:
    """What provisioning would do is told, and that the rest is known only to the provisioned tox."""
    before = snapshot(project.path)

    code, out = run(project, "r", "--explain")

    assert code == 0
    assert snapshot(project.path) == before
    assert not project.installs.exists()
    lines = out.splitlines()
    assert lines[0].startswith("ROOT: will run in automatically provisioned tox, host ")
    assert lines[1].startswith(".tox: create env with ")
    assert lines[2].startswith(".tox: install deps: ")
    assert "plug" in lines[2]
    assert lines[3:] == ["ROOT: what is done to other environments, the provisioned tox can tell once it is set up"]


def test_provisioned(project: Project) -> None:
    """The provisioned tox explains, asked by its option whatever asked us, and its environment stays as it is."""
    assert run(project, "r")[0] == 0
    before = snapshot(project.path)

    code, out = run(project, "r", "-e", "py", "--", "word", TOX_EXPLAIN="1")

    assert code == 0, out
    assert snapshot(project.path) == before
    assert project.install_count() == 1
    lines = out.splitlines()
    assert lines[1].startswith(".tox: reuse env with ")
    assert "stand-in runs r -e py --explain -- word" in lines


def test_provisioned_otherwise(project: Project) -> None:
    """What differs is told in the words of the run that provisions anew."""
    project.write("==1.0")
    assert run(project, "r")[0] == 0
    project.write("==2.0")
    before = snapshot(project.path)

    explained = run(project, "r", "--explain")
    after = snapshot(project.path)
    ended = run(project, "r")

    assert (explained[0], ended[0]) == (0, 0)
    assert after == before
    line = next(line for line in ended[1].splitlines() if line.startswith(".tox: recreate env because "))
    assert line in explained[1].splitlines()
    assert "stand-in" not in explained[1]


def test_provisioning_disabled(project: Project) -> None:
    """There is nothing to explain to who does not want it."""
    code, out = run(project, "r", "--explain", "--no-provision")

    assert code == 254
    assert "provisioning explicitly disabled" in out
