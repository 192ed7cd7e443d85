"""Ask for the fixtures of tox."""

from __future__ import annotations

pytest_plugins = ["tox.pytest"]
