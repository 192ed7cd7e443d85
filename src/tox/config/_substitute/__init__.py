"""The one substitution engine: text with ``{expressions}`` in, values out."""

from __future__ import annotations
