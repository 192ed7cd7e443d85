"""Tests of the environment lock, with competing processes."""
