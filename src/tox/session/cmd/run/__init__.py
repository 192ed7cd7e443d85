"""Running environments."""

from __future__ import annotations
