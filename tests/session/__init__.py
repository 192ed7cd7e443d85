"""Tests of sub-commands and of choosing environments."""
