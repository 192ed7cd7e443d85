"""What choosing and building environments asks of the session it is part of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tox.config.main import Config
    from tox.journal.main import Journal
    from tox.report import ToxHandler

__all__ = ["Session"]


class Session(Protocol):
    """A session, as much of it as environments are made from."""

    @property
    def conf(self) -> Config:
        """What was configured, options included."""

    @property
    def journal(self) -> Journal:
        """The record of the run."""

    @property
    def log_handler(self) -> ToxHandler:
        """Where output goes."""
