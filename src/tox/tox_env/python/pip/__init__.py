"""Installing with pip."""

from __future__ import annotations
