"""Tests of how the package is built: floors, cycles, what is imported when."""
