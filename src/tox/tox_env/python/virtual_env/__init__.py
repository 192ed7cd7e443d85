"""Environments made by virtualenv."""

from __future__ import annotations
