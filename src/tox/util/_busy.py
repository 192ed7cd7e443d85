"""Files that another process has open: Windows refuses to replace, remove or open them, mostly for a moment only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["patiently"]

_T = TypeVar("_T")
#: numbers of Windows' errors: access denied, as to a file that is being removed; a sharing and a lock violation
_BUSY: Final = frozenset({5, 32, 33})
#: seconds that a scanner of viruses or a reader of a record is given; who uses a file on purpose takes longer
_PATIENCE_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 0.01


def patiently(action: Callable[[], _T]) -> _T:
    """Do something with a file, again and again for a second while another process keeps us from it.

    :param action: may be called several times; a call that fails must have changed nothing
    :returns: what it returns
    :raises OSError: its last error, when time is over or the error is another one; elsewhere than on Windows at once
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return action()
        except OSError as error:
            if getattr(error, "winerror", None) not in _BUSY or time.monotonic() >= until:
                raise
        time.sleep(_LOOK_SECONDS)
