"""What JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["JsonValue"]

#: any value that survives a round trip through JSON
JsonValue = bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"] | None
