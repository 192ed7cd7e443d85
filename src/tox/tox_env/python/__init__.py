"""Environments that hold a Python interpreter."""

from __future__ import annotations
