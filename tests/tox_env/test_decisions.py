"""What is decided about an environment, from what is wanted and what is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from tox.errors import Recreate
from tox.tox_env import _decision
from tox.tox_env._decision import KEEP, Decision
from tox.tox_env.python.pip import _delta

MAKE = Decision("make")


def anew(why: str) -> Decision:
    """Expect that the environment has to be built anew."""
    return Decision("recreate", why)


def lines(requirements: str = "", **more: Any) -> dict[str, Any]:
    """Describe requirement lines as they are recorded."""
    usual = {"redaction_format": 1, "options": [], "constraints": [], "constraint_options": {}, "env": {}}
    return {**usual, "requirements": requirements.split(), **more}


@pytest.mark.parametrize(
    ("decision", "does"),
    [(KEEP, False), (MAKE, True), (Decision("make", "x"), True)],
    ids=["keep", "make", "make for a reason"],
)
def test_enforced(decision: Decision, does: bool) -> None:
    """A decision tells whether something is to be made."""
    assert decision.enforce() is does


def test_enforced_removal() -> None:
    """What cannot be mended ends the setup, which starts anew, with the reason."""
    with pytest.raises(Recreate, match="because of this"):
        anew("because of this").enforce()


@pytest.mark.parametrize(
    ("recreate", "building", "full", "decision"),
    [
        (False, False, True, KEEP),
        (True, False, False, anew("it was asked for")),
        (True, True, True, anew("it was asked for")),
        (False, True, True, anew("its last setup did not finish")),
        (False, True, False, KEEP),
    ],
)
def test_start(recreate: bool, building: bool, full: bool, decision: Decision) -> None:
    """Before anything is looked at, only who asks for it, or died in between, has it built anew."""
    assert _decision.at_start(recreate=recreate, is_building=building, holds_anything=full) == decision


@pytest.mark.parametrize(
    ("recorded", "there", "decision"),
    [
        pytest.param(None, False, MAKE, id="new"),
        pytest.param({"a": 1}, True, KEEP, id="same"),
        pytest.param({"a": 1}, False, anew("existing venv is broken, its python is missing"), id="lost"),
        pytest.param({"a": 2, "b": 3}, True, anew("python removed b=3, changed a=2->1"), id="changed"),
        pytest.param({}, True, anew("python added a=1"), id="added"),
        pytest.param(["x"], True, anew("the record of its python is broken"), id="broken"),
    ],
)
def test_interpreter(recorded: Any, there: bool, decision: Decision) -> None:
    """An interpreter is made once; whatever changes it needs a new environment."""
    assert _decision.interpreter({"a": 1}, recorded, lambda: there, _decision.difference) == decision


@pytest.mark.parametrize(
    ("recorded", "was_made", "decision"),
    [(1, True, KEEP), (None, False, MAKE), (None, True, anew("x changed from None to 1")), (2, False, MAKE)],
)
def test_input(recorded: Any, was_made: bool, decision: Decision) -> None:
    """A further input may be new to a new environment only."""
    assert _decision.input_("x", 1, recorded, was_made=was_made) == decision


@pytest.mark.parametrize(
    ("recorded", "wanted", "decision"),
    [
        pytest.param(None, lines("a"), MAKE, id="new"),
        pytest.param(lines("a"), lines("a"), KEEP, id="same"),
        pytest.param(lines("a"), lines("a b"), Decision("make", "requirements added: b"), id="added"),
        pytest.param(lines("a b"), lines("a"), anew("requirements removed: b"), id="removed"),
        pytest.param(lines("a"), lines("b"), anew("requirements removed: a"), id="replaced"),
        pytest.param(
            lines("a", options=["x"]), lines("a"), anew("changed install flag(s) removed x"), id="option removed"
        ),
        pytest.param(
            lines("a", constraints=["-c p<1"]),
            lines("", constraints=["-c p<2"]),
            anew("changed constraint(s) removed p<1 added p<2"),
            id="constraint before requirement",
        ),
        pytest.param(
            lines("a"),
            lines("a b", constraint_options={"o": 1}),
            anew("constraint options changed: old={} new={'o': 1}"),
        ),
        pytest.param(lines("a"), lines("a", env={"PIP_PRE": "1"}), Decision("make", "PIP_PRE changed"), id="variable"),
        pytest.param(
            lines("a", redaction_format=0),
            lines("a"),
            anew("the record of installed dependencies is of another format"),
            id="format",
        ),
    ],
)
def test_lines(recorded: Any, wanted: dict[str, Any], decision: Decision) -> None:
    """Pip adds, but takes nothing away; the first thing that differs is told."""
    assert _delta.lines(wanted, recorded) == decision


def listed(names: str, **env: str) -> dict[str, Any]:
    """Describe requirements as they are recorded."""
    return {"req": names.split(), "env": env}


@pytest.mark.parametrize(
    ("recorded", "wanted", "decision", "new"),
    [
        pytest.param(None, listed(""), KEEP, "", id="none"),
        pytest.param(None, listed("b a"), MAKE, "a b", id="new"),
        pytest.param(listed("a"), listed("a"), KEEP, "", id="same"),
        pytest.param(listed("a"), listed("a b"), Decision("make", "dependencies added: b"), "b", id="added"),
        pytest.param(listed("a b"), listed("a"), anew("dependencies removed: b"), "", id="removed"),
        pytest.param(
            listed("a"), listed("a", PIP_PRE="1"), Decision("make", "PIP_PRE changed"), "a", id="others may be found"
        ),
        pytest.param({"req": ["a"]}, listed("a"), Decision("make", "it is recorded otherwise"), "a", id="old record"),
    ],
)
def test_requirements(recorded: Any, wanted: dict[str, Any], decision: Decision, new: str) -> None:
    """What is there already is left out, unless others may be found than before."""
    assert _delta.requirements(wanted, recorded) == (decision, new.split())


@pytest.mark.parametrize(
    ("recorded", "wanted", "decision", "new"),
    [
        pytest.param(None, listed(""), KEEP, "", id="none"),
        pytest.param(None, listed("a"), MAKE, "a", id="new"),
        pytest.param(listed("a"), listed("a"), KEEP, "", id="same"),
        pytest.param(listed("a"), listed("a b"), Decision("make", "pylock dependencies added: b"), "a b", id="added"),
        pytest.param(listed("a b"), listed("a"), anew("pylock dependencies removed: b"), "", id="removed"),
        pytest.param(listed("a"), listed("a", PIP_PRE="1"), Decision("make", "PIP_PRE changed"), "a", id="variable"),
    ],
)
def test_locked(recorded: Any, wanted: dict[str, Any], decision: Decision, new: str) -> None:
    """What a lock file holds is installed together."""
    assert _delta.locked(wanted, recorded) == (decision, new.split())
