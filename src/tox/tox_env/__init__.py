"""Environments: prepared in a folder of their own, locked while they change, commands run in them."""

from __future__ import annotations
