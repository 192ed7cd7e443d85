"""What holds for all tests: they see nothing of the tox that may be running them."""

from __future__ import annotations

import os

from tests.processes import accept_interrupts

accept_interrupts()

for _name in list(os.environ):
    # set for commands by the tox that runs the tests, and read by the ones under test
    if _name.upper().startswith(("TOX", "__TOX", "_TOX")) or _name in {"VIRTUAL_ENV", "CI", "GITHUB_STEP_SUMMARY"}:
        del os.environ[_name]
