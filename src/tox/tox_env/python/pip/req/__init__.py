"""Requirement files, as pip reads them."""

from __future__ import annotations
