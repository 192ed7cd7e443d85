"""URLs and option values in requirement files."""

from __future__ import annotations

import sys
from typing import Final
from urllib.parse import urlsplit

__all__ = ["VCS", "get_url_scheme", "handle_binary_option", "is_url", "url_to_path"]

VCS: Final = ["ftp", "ssh", "git", "hg", "bzr", "sftp", "svn"]
_ALWAYS_URLS: Final = frozenset({"http", "https", "file"})
_ALL, _NONE = ":all:", ":none:"


def get_url_scheme(url: str) -> str | None:
    """Return the part of a URL before the first colon, in lower case; None when there is no colon."""
    scheme, colon, _ = url.partition(":")
    return scheme.lower() if colon else None


def is_url(name: str) -> bool:
    """Tell whether a text is a URL that pip can install from, rather than a name or a path."""
    scheme = get_url_scheme(name)
    if scheme is None:
        return False
    # version control systems may be reached over something else: git+https
    return scheme in _ALWAYS_URLS or scheme.partition("+")[0] in VCS


def url_to_path(url: str) -> str:
    """Return the local path that a ``file:`` URL means.

    :raises ValueError: if it is on another host
    """
    from urllib.request import url2pathname

    _, host, path, _, _ = urlsplit(url)
    if host in {"", "localhost"}:
        return url2pathname(path)
    if sys.platform == "win32":
        return url2pathname(f"\\\\{host}{path}")
    raise ValueError(f"a file URI must name this machine, or none: {url!r}")


def handle_binary_option(value: str, target: set[str], other: set[str]) -> None:
    """Take over what ``--no-binary`` or ``--only-binary`` says: names, all or none, the last word counts.

    :param value: names separated by commas; ``:all:`` and ``:none:`` end what was said before them
    :param target: names of this option, changed in place
    :param other: names of the opposite option, changed in place
    """
    from packaging.utils import canonicalize_name

    names = value.split(",")
    while _ALL in names:
        other.clear()
        target.clear()
        target.add(_ALL)
        del names[: names.index(_ALL) + 1]
        # without a none, all discards the rest
        if _NONE not in names:
            return
    for name in names:
        if name == _NONE:
            target.clear()
            continue
        canonical = canonicalize_name(name)
        other.discard(canonical)
        target.add(canonical)
