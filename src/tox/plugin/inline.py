"""The plugin that a project keeps beside its configuration."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

INLINE_FILES = ("toxfile.py", "\u2623.py")


def load_inline(path: Path) -> ModuleType | None:
    """Import the inline plugin of a project.

    :param path: the configuration file of the project, or its folder
    :returns: the module, always imported anew and known as ``toxfile``; ``None`` when the project has none
    :raises BaseException: whatever the code of the plugin raises while it is imported
    """
    folder = path if path.is_dir() else path.parent
    for name in INLINE_FILES:
        candidate = folder / name
        if candidate.is_file():
            return _import(candidate)
    return None


def _import(path: Path) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("toxfile", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {path}")
    module = module_from_spec(spec)
    folder = str(path.parent)
    # the plugin may import its neighbours, but nothing else should find them later
    sys.path.insert(0, folder)
    sys.modules["toxfile"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop("toxfile", None)
        raise
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
    return module


__all__ = ["INLINE_FILES", "load_inline"]
