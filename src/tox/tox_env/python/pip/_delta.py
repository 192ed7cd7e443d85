"""What has to be installed, given what is wanted and what was installed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tox.errors import Recreate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["INFLUENTIAL_VARIABLES", "REDACTION_FORMAT", "added", "influences", "recreate_if_changed", "refuse_removals"]

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


def influences(variables: Mapping[str, str]) -> dict[str, str]:
    """Pick the variables that decide what pip finds; user names and passwords in URLs are hidden."""
    from tox.util.redact import redact_url

    return {name: redact_url(value) for name, value in variables.items() if name in INFLUENTIAL_VARIABLES}


def recreate_if_changed(what: str, new: Sequence[str], old: Sequence[str], show: Callable[[str], str] = str) -> None:
    """Ask for a new environment when something is not as it was, because pip does not undo what it did for it.

    :param what: for the message
    :param show: writes one entry for the message
    :raises Recreate: if an entry was added or removed
    """
    removed, came = added(old, new), added(new, old)
    if removed or came:
        parts = [
            f"{word} {', '.join(map(show, items))}" for word, items in (("removed", removed), ("added", came)) if items
        ]
        raise Recreate(f"changed {what} {' '.join(parts)}")


def added(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """Return what is in the first and not in the second, in order."""
    known = set(old)
    return [entry for entry in new if entry not in known]


def refuse_removals(wanted: Mapping[str, Any], recorded: Any) -> None:
    """Compare what is wanted with what is installed, because pip adds but does not take away.

    :param wanted: what will be recorded
    :param recorded: what was; anything but a mapping counts as nothing
    :raises Recreate: if something is not wanted any more, or not in the same way
    """
    if not isinstance(recorded, dict):
        return
    if recorded.get("redaction_format") != REDACTION_FORMAT:
        raise Recreate("the record of installed dependencies is of another format")
    recreate_if_changed("install flag(s)", wanted["options"], recorded["options"])
    recreate_if_changed(
        "constraint(s)", wanted["constraints"], recorded["constraints"], lambda line: line.removeprefix("-c ")
    )
    removed = added(recorded["requirements"], wanted["requirements"])
    if removed:
        raise Recreate(f"requirements removed: {' '.join(removed)}")
    old, new = recorded.get("constraint_options"), wanted["constraint_options"]
    if old != new:
        raise Recreate(f"constraint options changed: old={old} new={new}")
