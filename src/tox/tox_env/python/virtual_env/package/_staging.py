"""Private copies of what was built, for as long as a session needs them."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from tox.errors import HandledError
from tox.util._busy import patiently
from tox.util.file_view import PACKAGE_STAGING_DIR, create_session_view, repair_staging_path

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

__all__ = ["Staging"]

_LOGGER = logging.getLogger(__name__)


class Staging:
    """The private copies of one package environment; no other session replaces or removes them."""

    def __init__(self) -> None:
        self._copies: list[Path] = []
        #: by what it is a copy of, the first one of each
        self._first: dict[Hashable, Path] = {}

    @staticmethod
    def folder(temp_dir: Path) -> Path:
        """Name the folder of all copies of the project."""
        return temp_dir / PACKAGE_STAGING_DIR

    def copy(self, what: Hashable, build: Callable[[], Path], temp_dir: Path, root: Path, work_dir: Path) -> Path:
        """Copy a package.

        Later copies are made from the first one, because what was built may be gone by then: another session may have
        built the environment anew, and a wheel and an editable wheel have one file name.

        :param what: tells packages apart
        :param build: builds it; called for the first copy
        :param temp_dir: folder of temporary files of the project
        :param root: folder of the project, whose writers are trusted
        :param work_dir: nothing above it is made private
        :returns: path of the copy, which stays until :meth:`clear`
        :raises HandledError: if others could change the copy
        """
        folder = self.folder(temp_dir)
        try:
            repair_staging_path(folder, root, work_dir)
            copy = create_session_view(self._first.get(what) or build(), folder, root)
        except PermissionError as error:
            raise HandledError(str(error)) from error
        self._copies.append(copy)
        self._first.setdefault(what, copy)
        return copy

    def clear(self) -> None:
        """Remove the copies; their numbered folders stay, so that numbers are not given twice."""
        for copy in self._copies:
            _LOGGER.debug("delete package %s", copy)
            patiently(partial(copy.unlink, missing_ok=True))
        self._copies.clear()
        self._first.clear()
