"""Parts of ``tools/differential.py``, which looks for inputs that two tox commands do not treat alike."""

from __future__ import annotations
