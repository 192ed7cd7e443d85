"""What configuration files mean."""

from __future__ import annotations
