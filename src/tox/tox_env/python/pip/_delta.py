"""What has to be installed, given what is wanted and what was installed before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from tox.tox_env._decision import KEEP, Decision
from tox.tox_env.python.pip.req._lines import used_variables
from tox.util.redact import redact_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "INFLUENTIAL_VARIABLES",
    "REDACTION_FORMAT",
    "added",
    "influences",
    "lines",
    "locked",
    "named_variables",
    "requirements",
    "surroundings",
]

#: changes when what is recorded is written another way
REDACTION_FORMAT: Final = 1

#: variables of pip that decide what it finds; others say how it works
INFLUENTIAL_VARIABLES: Final = frozenset({
    "PIP_CONSTRAINT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_NO_INDEX",
    "PIP_PRE",
    "PIP_REQUIRE_HASHES",
    "PIP_TRUSTED_HOST",
})

#: variables that differ between terminals, logins and runs, and say how a build talks, not what it makes
_WITHOUT_INFLUENCE: Final = frozenset({
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "PYTHONHASHSEED",
    "SSH_AGENT_PID",
    "SSH_AUTH_SOCK",
    "TERM",
    "TERMINFO",
    "TOX_PACKAGE",
    "TOX_PARALLEL_ENV",
})


def influences(variables: Mapping[str, str]) -> dict[str, str]:
    """Pick the variables that decide what pip finds; user names and passwords in URLs are hidden."""
    return {name: redact_url(value) for name, value in variables.items() if name in INFLUENTIAL_VARIABLES}


def surroundings(variables: Mapping[str, str], own: Path) -> str:
    """Return a digest of the variables that may decide what a build makes; it tells no secret.

    :param own: folder of the environment's programs, which stands in ``PATH`` only once the environment is set up
    """
    deciding = {name: value for name, value in variables.items() if name not in _WITHOUT_INFLUENCE}
    path = [folder for folder in deciding.get("PATH", "").split(os.pathsep) if folder != str(own)]
    deciding["PATH"] = os.pathsep.join(path)
    return _digest(sorted(deciding.items()))


def named_variables(entries: Sequence[str], variables: Mapping[str, str]) -> str | None:
    """Return a digest of the variables that lines name, which pip fills in; it tells no secret.

    :param entries: lines of a requirements file
    :param variables: those of the environment
    :returns: the digest; ``None`` when the lines name none
    """
    names = sorted(set().union(*map(used_variables, entries)))
    return _digest([(name, variables.get(name)) for name in names]) if names else None


def _digest(values: object) -> str:
    import hashlib

    return hashlib.sha256(repr(values).encode("utf-8", errors="surrogateescape")).hexdigest()


def added(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """Return what is in the first and not in the second, in order."""
    known = set(old)
    return [entry for entry in new if entry not in known]


def lines(wanted: Mapping[str, Any], recorded: object) -> Decision:
    """Decide on requirement lines: pip adds, but does not take away, nor undo what it did for other options.

    :param wanted: what will be recorded
    :param recorded: what was; anything but a mapping counts as nothing
    """
    if recorded == wanted:
        return KEEP
    if not isinstance(recorded, dict):
        return Decision("make")
    if recorded.get("redaction_format") != REDACTION_FORMAT:
        return Decision("recreate", "the record of installed dependencies is of another format")
    why = (
        _changed("install flag(s)", wanted["options"], recorded["options"])
        or _changed("constraint(s)", wanted["constraints"], recorded["constraints"], "-c ")
        or _removed("requirements removed:", wanted["requirements"], recorded["requirements"])
    )
    old, new = recorded.get("constraint_options"), wanted["constraint_options"]
    if not why and old != new:
        why = f"constraint options changed: old={old} new={new}"
    if why:
        return Decision("recreate", why)
    came = added(wanted["requirements"], recorded["requirements"])
    return Decision("make", f"requirements added: {' '.join(came)}" if came else _influence_changed(wanted, recorded))


def requirements(wanted: Mapping[str, Any], recorded: object) -> tuple[Decision, list[str]]:
    """Decide on requirements one by one.

    :param wanted: what will be recorded
    :param recorded: what was; anything but a mapping counts as nothing
    :returns: the decision, and the requirements to install, sorted: all of them when others may be found than before
    """
    known = recorded if isinstance(recorded, dict) else {}
    why = _removed("dependencies removed:", wanted["req"], known.get("req", []), ", ")
    if why:
        return Decision("recreate", why), []
    is_same = known.get("env") == wanted["env"]
    new = sorted(added(wanted["req"], known.get("req", []) if is_same else []))
    if not new:
        return KEEP, []
    if not known:
        return Decision("make"), new
    why = f"dependencies added: {', '.join(new)}" if is_same else _influence_changed(wanted, known)
    return Decision("make", why), new


def locked(wanted: Mapping[str, Any], recorded: object) -> tuple[Decision, list[str]]:
    """Decide on the lines of a lock file, which are installed together; see :func:`requirements`."""
    known = recorded if isinstance(recorded, dict) else {}
    if recorded == wanted or not (wanted["req"] or known.get("req")):
        return KEEP, []
    why = _removed("pylock dependencies removed:", wanted["req"], known.get("req", []))
    if why:
        return Decision("recreate", why), []
    if known and known.get("variables") != wanted.get("variables"):
        return Decision("recreate", "variables that the lock file names changed"), []
    came = added(wanted["req"], known.get("req", []))
    if not known:
        return Decision("make"), wanted["req"]
    reason = f"pylock dependencies added: {' '.join(came)}" if came else _influence_changed(wanted, known)
    return Decision("make", reason), wanted["req"]


def _changed(what: str, new: Sequence[str], old: Sequence[str], prefix: str = "") -> str:
    """Tell what was removed and added; empty when nothing was."""
    parts = [
        f"{word} {', '.join(item.removeprefix(prefix) for item in items)}"
        for word, items in (("removed", added(old, new)), ("added", added(new, old)))
        if items
    ]
    return f"changed {what} {' '.join(parts)}" if parts else ""


def _removed(words: str, new: Sequence[str], old: Sequence[str], separator: str = " ") -> str:
    """Tell what was removed; empty when nothing was."""
    missing = added(old, new)
    return f"{words} {separator.join(missing)}" if missing else ""


def _influence_changed(wanted: Mapping[str, Any], recorded: Mapping[str, Any]) -> str:
    """Tell which of the variables that decide what pip finds have changed."""
    old, new = recorded.get("env"), wanted["env"]
    if not isinstance(old, dict):
        return "it is recorded otherwise"
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return f"{', '.join(names)} changed" if names else "it is recorded otherwise"
