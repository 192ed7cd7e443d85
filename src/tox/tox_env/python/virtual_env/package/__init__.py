"""Environments that build Python packages."""

from __future__ import annotations
