"""Kinds of environments by name."""

from __future__ import annotations

from typing import Any

import pytest

from tox.tox_env.register import ToxEnvRegister


class Mine:
    """A kind of run environment."""

    @staticmethod
    def id() -> str:
        """Name it."""
        return "mine"


@pytest.fixture
def register() -> ToxEnvRegister:
    """Make a register with two kinds, one of them not imported yet."""
    made = ToxEnvRegister()
    made.add_by_name({"late": "collections:OrderedDict"}, {"late-pkg": "collections:Counter"})
    made.add_run_env(Mine)
    return made


def test_kind_by_name_is_imported_when_asked_for(register: ToxEnvRegister) -> None:
    """A kind known by name is the class that its name leads to."""
    from collections import Counter, OrderedDict

    assert register.module_of_runner("late") == "collections"
    assert register.runner("late") is OrderedDict
    assert register.package("late-pkg") is Counter
    assert register._run_envs.get("late") is OrderedDict
    assert list(register._run_envs.values()) == [OrderedDict, Mine]
    assert dict(register._run_envs.items()) == {"late": OrderedDict, "mine": Mine}
    assert register.module_of_runner("mine") == __name__


def test_default_kind(register: ToxEnvRegister) -> None:
    """The first kind is the default until another registered one is chosen."""
    assert register.default_env_runner == "late"

    register.default_env_runner = "mine"

    assert register.default_env_runner == "mine"
    assert list(register.env_runners) == ["late", "mine"]


def test_default_kind_must_exist(register: ToxEnvRegister) -> None:
    """What is not registered cannot be the default."""
    with pytest.raises(ValueError, match="'nope' is not registered, choose from late, mine"):
        register.default_env_runner = "nope"


@pytest.mark.parametrize("ask", ["runner", "package"])
def test_unknown_kind(register: ToxEnvRegister, ask: str) -> None:
    """A kind that is not registered is a missing key."""
    with pytest.raises(KeyError):
        getattr(register, ask)("nope")


def test_registering_starts_anew(register: ToxEnvRegister) -> None:
    """Each session starts with what its plugins register."""

    class Manager:
        """Registers one kind."""

        def tox_register_tox_env(self, register: Any) -> None:
            """Register it."""
            register.add_run_env(Mine)

    register._default_run_env = "late"

    register._register_tox_env_types(Manager())

    assert list(register.env_runners) == ["mine"]
    assert register.default_env_runner == "mine"
