"""How many processors there are for us."""

from __future__ import annotations

import os
import sys

__all__ = ["auto_detect_cpus"]


def auto_detect_cpus() -> int:
    """Count the processors this process may run on.

    :returns: at least one, whatever the platform tells
    """
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # Linux and some BSDs: honours taskset and container CPU sets
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
