"""How values are read from their sources and made into what the code wants."""

from __future__ import annotations
