"""What is left when tox dies, or the disk fails it, in any phase of its work."""
