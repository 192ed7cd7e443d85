"""What happened in a run, written down for other programs."""

from __future__ import annotations

from pathlib import Path

from tox.journal.env import EnvJournal
from tox.journal.main import Journal

__all__ = ["EnvJournal", "Journal", "write_journal"]


def write_journal(path: Path | None, journal: Journal) -> None:
    """Write the record of a run as JSON; readers see all of it or the file that was there before.

    :param path: of the file, its folder is created; ``None`` writes nothing
    :param journal: one that is not enabled writes nothing
    :raises OSError: if it cannot be written
    """
    if path is None or not journal:
        return
    import json

    from tox.util._atomic import write_text

    path = Path(path)  # options that come from a variable or a file may be text
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(journal.content, indent=2))
