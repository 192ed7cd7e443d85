"""What was configured: values, where they come from, and how they are read."""

from __future__ import annotations
