"""The steps from what was asked for to environments."""

from __future__ import annotations
