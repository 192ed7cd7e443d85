"""Environments: lifecycle, interpreters, requirements, installing."""

from __future__ import annotations
