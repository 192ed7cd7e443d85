"""Tests of tox; see docs/development.rst for how they are run."""
