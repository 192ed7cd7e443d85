"""Where the running tox came from, so that a provisioned environment gets the same one.

``pip install tox`` inside a provisioned environment finds the tox of the package index. Who installed this tox from a
repository, an archive or a folder means that one. The installer's record of it (``direct_url.json``, PEP 610) is read
here and turned into a requirement.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from tox.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from packaging.requirements import Requirement

__all__ = ["Constraints", "Origin", "constraints", "direct_url", "requirement_lines", "running"]

_CONSTRAINT_VARIABLES = ("PIP_CONSTRAINT", "UV_CONSTRAINT")
_NAMES_TOX = re.compile(r"tox\s*(\[[^\]]*\]\s*)?@", re.IGNORECASE)
_NESTED = re.compile(r"(?:-c|--constraint|-r|--requirement)[\s=]*(?P<file>\S.*)")


@dataclass(frozen=True, slots=True)
class Origin:
    """What to ask an installer for to get the running tox once more."""

    #: version of the running tox
    version: str
    #: a requirement's URL without the name; empty when it came from an index, or nobody knows
    url: str = ""
    #: the folder of an editable install
    editable: str = ""
    #: equal as long as the same code would be installed
    fingerprint: str = ""

    @property
    def is_index(self) -> bool:
        """Whether an index is where to look for it."""
        return not self.url and not self.editable

    def __str__(self) -> str:
        where = self.url or self.editable
        return f"tox {self.version} from {where}" if where else f"tox {self.version}"

    def line(self, extras: Iterable[str] = ()) -> str:
        """Return the line of a requirements file that asks for it, with these extras."""
        names = ",".join(sorted(extras))
        suffix = f"[{names}]" if names else ""
        if self.editable:
            return f"-e {self.editable}{suffix}"
        return f"tox{suffix} @ {self.url}" if self.url else f"tox{suffix}=={self.version}"


def running() -> Origin:
    """Tell the origin of this very process's tox."""
    try:
        found = distribution("tox")
    except PackageNotFoundError:
        return Origin(__version__, fingerprint=__version__)
    record = direct_url(found)
    url = str(record.get("url", ""))
    if not url:
        return Origin(__version__, fingerprint=__version__)
    fragment = f"#subdirectory={record['subdirectory']}" if record.get("subdirectory") else ""
    if vcs := record.get("vcs_info"):
        whole = f"{vcs['vcs']}+{url}@{vcs['commit_id']}{fragment}"
        return Origin(__version__, url=whole, fingerprint=whole)
    if "archive_info" in record:
        digests = _digests(record["archive_info"])
        marks = [f"{name}={digest}" for name, digest in sorted(digests.items())][:1]
        marks += [f"subdirectory={record['subdirectory']}"] if fragment else []
        whole = f"{url}#{'&'.join(marks)}" if marks else url
        return Origin(__version__, url=whole, fingerprint=whole)
    if record.get("dir_info", {}).get("editable"):
        folder = url2pathname(urlsplit(url).path)
        return Origin(__version__, editable=folder, fingerprint=f"editable {folder}")
    # a folder may have changed since: what counts is what was installed from it
    content = hashlib.sha256((found.read_text("RECORD") or "").encode()).hexdigest()
    return Origin(__version__, url=url + fragment, fingerprint=f"{url}{fragment} {content}")


def direct_url(found: Distribution) -> dict[str, Any]:
    """Read how a distribution was installed, as PEP 610 defines it; empty when it came from an index."""
    try:
        record = json.loads(found.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _digests(archive: Mapping[str, Any]) -> dict[str, str]:
    digests = dict(archive.get("hashes") or {})
    name, _, digest = str(archive.get("hash") or "").partition("=")
    return digests or ({name: digest} if digest else {})


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the constraint files named in the environment say."""

    #: whether one of them names a URL for tox, which then wins
    names_tox: bool
    #: for each file or URL, in the order they are read, a digest of its content; empty where it cannot be read
    digests: dict[str, str]


def constraints(environ: Mapping[str, str], folder: Path) -> Constraints:
    """Read the files that ``PIP_CONSTRAINT`` and ``UV_CONSTRAINT`` name, and those that they include.

    :param folder: what relative paths are relative to
    """
    digests: dict[str, str] = {}
    names_tox = False
    for variable in _CONSTRAINT_VARIABLES:
        for name in environ.get(variable, "").split():
            for place, text in _read(name, folder, digests):
                digests[place] = "" if text is None else hashlib.sha256(text.encode()).hexdigest()
                names_tox = names_tox or any(_NAMES_TOX.match(line) for line in _lines(text or ""))
    return Constraints(names_tox, digests)


def _read(name: str, folder: Path, seen: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield a file and those it includes, each as its place and its text, or None where that cannot be read."""
    parts = urlsplit(name)
    if parts.scheme in {"http", "https"}:
        yield name, None
        return
    path = Path(url2pathname(parts.path)) if parts.scheme == "file" else folder / name
    if str(path) in seen:
        return
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        yield str(path), None
        return
    yield str(path), text
    for line in _lines(text):
        if included := _NESTED.match(line):
            yield from _read(included["file"].strip(), path.parent, {**seen, str(path): ""})


def _lines(text: str) -> list[str]:
    return [re.sub(r"(^|\s)#.*", "", line).strip() for line in text.replace("\\\n", "").splitlines()]


def requirement_lines(requires: Iterable[Requirement], tox: Origin | None) -> list[str]:
    """Write what to install, one line each, with the running tox in the place of any that it can stand for.

    :param requires: what the project asks for, tox among it
    :param tox: where to take tox from; None leaves that to the installer
    :returns: lines of a requirements file, in the order asked, without those whose marker does not hold here.
        A requirement of tox with a URL of its own, or that the running tox does not fulfil, stays as it is.
    """
    lines: list[str] = []
    for requirement in requires:
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        stands_in = tox is not None and _is_fulfilled_by_us(requirement)
        line = tox.line(requirement.extras) if tox is not None and stands_in else str(requirement)
        if line not in lines:
            lines.append(line)
    return lines


def _is_fulfilled_by_us(requirement: Requirement) -> bool:
    plain = requirement.name.lower() == "tox" and requirement.url is None
    return plain and requirement.specifier.contains(__version__, prereleases=True)
