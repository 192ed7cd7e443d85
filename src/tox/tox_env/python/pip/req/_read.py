"""The text of requirement files, from disk or over the network, within bounds."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from tox.tox_env.python.pip.req.util import get_url_scheme, url_to_path
from tox.util.redact import redact_url

if TYPE_CHECKING:
    from typing import Protocol
    from urllib.request import Request

    class _Readable(Protocol):
        def read(self, size: int, /) -> bytes: ...


__all__ = ["file_at", "read", "read_bounded", "read_decode"]

_MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_SECONDS: Final = 60.0
_CHUNK_BYTES: Final = 64 * 1024
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED: Final = rb"coding[:=]\s*([-\w.]+)"


def file_at(location: str) -> Path | None:
    """Return the local file of a location; None when it is not local."""
    scheme = get_url_scheme(location)
    if scheme in {"http", "https"}:
        return None
    return Path(url_to_path(location)) if scheme == "file" else Path(location)


def read(location: str) -> str:
    """Return the text of a path, or of a ``file:``, ``http:`` or ``https:`` URL.

    :raises ValueError: if it cannot be opened, or is too large or slow
    """
    path = file_at(location)
    if path is None:
        return _download(location)
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:  # the latter for a path that holds a null byte
        raise ValueError(f"Could not open requirements file {path}: {error}") from error
    with file:
        try:
            return read_decode(file, location)
        except OSError as error:
            raise ValueError(f"Could not read requirements file {path}: {error}") from error


def _download(url: str) -> str:
    from http.client import HTTPException
    from urllib.request import urlopen

    shown = redact_url(url)
    deadline = time.monotonic() + _MOST_SECONDS
    try:
        response = urlopen(_request(url), timeout=_MOST_SECONDS)  # noqa: S310 - only http and https come here
    except (OSError, HTTPException, ValueError) as error:  # the last for a URL that is none
        raise ValueError(f"Could not open requirements file {shown}: {error}") from error
    with response:
        try:
            return read_decode(response, shown, deadline)
        except (OSError, HTTPException) as error:
            raise ValueError(f"Could not read requirements file {shown}: {error}") from error


def _request(url: str) -> Request:
    """Ask for a URL, with the user and password that stand in it, which no other host is told.

    :raises ValueError: if it is no URL
    """
    from base64 import b64encode
    from urllib.request import Request

    parts = urlsplit(url)
    user, has_user, host = parts.netloc.rpartition("@")
    request = Request(parts._replace(netloc=host).geturl())  # noqa: S310 - as above
    if has_user:
        token = b64encode(unquote(user).encode()).decode("ascii")
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request


def read_decode(file: _Readable, source: str, deadline: float | None = None) -> str:
    """Read bytes and make text of them: by byte order mark, declared encoding, UTF-8, or the locale's.

    :param source: for messages
    :param deadline: on the clock of :func:`time.monotonic`
    :raises ValueError: if there are too many bytes, or they come too slowly
    """
    raw = read_bounded(file, source, deadline)
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding)
    for line in raw.split(b"\n")[:2]:
        if line[:1] == b"#" and (declared := re.search(_DECLARED, line)):
            try:
                return raw.decode(declared[1].decode("ascii"))
            except (LookupError, UnicodeDecodeError) as error:
                raise ValueError(f"could not decode {source}: {error}") from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        import locale

        return raw.decode(locale.getpreferredencoding(do_setlocale=False), errors="replace")


def read_bounded(file: _Readable, source: str, deadline: float | None) -> bytes:
    """Read to the end, but neither for ever nor into all of memory; see :func:`read_decode`."""
    parts: list[bytes] = []
    size = 0
    while part := file.read(_CHUNK_BYTES):
        size += len(part)
        if size > _MOST_BYTES:
            raise ValueError(f"requirements file {source} is larger than {_MOST_BYTES} bytes")
        if deadline is not None and time.monotonic() > deadline:
            raise ValueError(f"requirements file {source} took longer than {_MOST_SECONDS:.0f} seconds to download")
        parts.append(part)
    return b"".join(parts)
