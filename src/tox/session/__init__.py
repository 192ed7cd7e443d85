"""What was asked for: choosing environments, and the sub-commands."""

from __future__ import annotations
