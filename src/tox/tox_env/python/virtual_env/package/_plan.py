"""What has to be built for whom: decided from configuration, before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "Kind", "Plan", "Request"]


class Kind(NamedTuple):
    """One value of the ``package`` setting, as far as packages are built for it."""

    name: str
    """the value"""
    requires: tuple[str, ...]
    """targets whose build requirements are installed before the build: ``sdist``, ``wheel``, ``editable``"""
    metadata: str
    """target whose metadata tells the dependencies: ``wheel`` or ``editable``"""
    builder: str
    """method of the packager that makes it, taking the configuration of the run environment and its dependencies"""
    falls_back_to: str | None = None
    """the kind to use instead when the backend lacks the hook that builds this one"""


#: plugins that build other kinds add theirs
KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("sdist", ("sdist",), "wheel", "_build_sdist"),
        Kind("wheel", ("wheel",), "wheel", "_build_wheel"),
        Kind("sdist-wheel", ("sdist",), "wheel", "_build_sdist_wheel"),
        Kind("editable", ("editable",), "editable", "_build_editable", falls_back_to="editable-legacy"),
        Kind("editable-legacy", ("sdist",), "wheel", "_build_editable_legacy"),
    )
}


class Request(NamedTuple):
    """What one run environment asks for."""

    env: str
    """its name"""
    kind: str
    """value of its ``package`` setting"""
    extras: frozenset[str] = frozenset()
    """what it wants beside the plain package"""


class Plan(NamedTuple):
    """All requests of a session to one package environment."""

    requests: tuple[Request, ...]
    """one for each run environment, in the order they will run"""

    def targets(self, hooks: Mapping[str, bool]) -> tuple[str, ...]:
        """Name the targets whose build requirements are needed, each once, in the order they are first needed.

        :param hooks: for each optional hook whether the backend has it
        """
        kinds = (self.effective(request.kind, hooks) for request in self.requests)
        return tuple(dict.fromkeys(target for kind in kinds if kind is not None for target in kind.requires))

    @staticmethod
    def effective(kind: str, hooks: Mapping[str, bool]) -> Kind | None:
        """Give the kind that is built in the end.

        :param kind: that was asked for
        :param hooks: for each optional hook whether the backend has it
        :returns: ``None`` when nothing is built for it
        """
        found = KINDS.get(kind)
        if found is not None and found.falls_back_to is not None and not hooks.get(f"build_{found.name}", True):
            return KINDS[found.falls_back_to]
        return found

    def falling_back(self, hooks: Mapping[str, bool]) -> tuple[str, ...]:
        """Name the run environments that do not get the kind they ask for."""
        return tuple(
            request.env
            for request in self.requests
            if (kind := self.effective(request.kind, hooks)) is not None and kind.name != request.kind
        )
