"""Kinds of environments by name; the implementation is :mod:`tox.plugin._registry`."""

from __future__ import annotations

from tox.plugin._registry import REGISTER, ToxEnvRegister

__all__ = ["REGISTER", "ToxEnvRegister"]
