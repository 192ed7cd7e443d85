"""Noticing a continuous integration service, and processors."""

from __future__ import annotations

import os

import pytest

from tox.util.ci import is_ci
from tox.util.cpu import auto_detect_cpus


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CI", "1", True),
        ("CI", "0", False),
        ("CI", "false", False),
        ("CI", "", False),
        ("GITLAB_CI", "", True),
        ("TEAMCITY_VERSION", "LOCAL", False),
        ("TEAMCITY_VERSION", "9", True),
        ("GITHUB_ACTIONS", "true", True),
        ("GITHUB_ACTIONS", "1", False),
        ("bamboo.buildKey", "x", True),
    ],
)
def test_ci(name: str, value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each service is known by its variable and the values it gives it."""
    for variable in list(os.environ):
        monkeypatch.delenv(variable)
    monkeypatch.setenv(name, value)

    assert is_ci() is expected


def test_processors() -> None:
    """There is at least one processor."""
    assert auto_detect_cpus() >= 1
