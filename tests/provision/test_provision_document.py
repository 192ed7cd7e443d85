"""A document on standard output, when the project is provisioned first."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.provision.conftest import Project


def test_messages_are_apart(project: Project) -> None:
    """Standard output has what the provisioned tox prints, and nothing of the one that provisions."""
    done = subprocess.run(
        project.tox("list", "--format", "github"),
        cwd=project.path,
        env=project.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )

    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == [
        "stand-in runs list --format github",
        "stand-in ends",
    ]
    assert "will run in automatically provisioned tox" in done.stderr
