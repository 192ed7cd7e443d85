"""Tests of the parts of ``tools`` that decide what is looked for and what is told."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tools"))
