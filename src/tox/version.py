"""The one place that states the version.

The public part is the release of tox whose interface this fork offers; the local part counts our own releases on it.
"""

from __future__ import annotations

__all__ = ["__commit_id__", "__version__", "__version_tuple__", "commit_id", "version", "version_tuple"]

__version__ = version = "4.67.15+fork.1"
__version_tuple__ = version_tuple = (4, 67, 15)
__commit_id__ = commit_id = None
