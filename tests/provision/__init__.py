"""Tests of provisioning, with competing processes."""
