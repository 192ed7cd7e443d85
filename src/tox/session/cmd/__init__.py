"""The sub-commands, one module each."""

from __future__ import annotations
