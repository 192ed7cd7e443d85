"""What has to be built for whom."""

from __future__ import annotations

import pytest

from tox.tox_env.python.virtual_env.package._plan import KINDS, Plan, Request

ALL = {"build_editable": True}
NONE = {"build_editable": False}


def plan(*kinds: str) -> Plan:
    """Make a plan for environments named by their place."""
    return Plan(tuple(Request(str(place), kind) for place, kind in enumerate(kinds)))


@pytest.mark.parametrize(
    ("kinds", "hooks", "targets"),
    [
        ((), ALL, ()),
        (("sdist", "wheel", "sdist"), ALL, ("sdist", "wheel")),
        (("sdist-wheel",), ALL, ("sdist",)),
        (("editable",), ALL, ("editable",)),
        (("editable",), NONE, ("sdist",)),
        (("editable-legacy",), ALL, ("sdist",)),
        (("deps-only", "external"), ALL, ()),
    ],
)
def test_targets(kinds: tuple[str, ...], hooks: dict[str, bool], targets: tuple[str, ...]) -> None:
    """Build requirements are needed for what is built, each once."""
    assert plan(*kinds).targets(hooks) == targets


@pytest.mark.parametrize(("hooks", "names"), [(ALL, ()), (NONE, ("1",))])
def test_falling_back(hooks: dict[str, bool], names: tuple[str, ...]) -> None:
    """A backend without the hook makes editable packages the old way."""
    made = plan("wheel", "editable", "editable-legacy")

    assert made.falling_back(hooks) == names
    effective = made.effective("editable", hooks)
    assert effective is KINDS["editable" if hooks is ALL else "editable-legacy"]


def test_nothing_to_build() -> None:
    """Other kinds need nothing built here."""
    assert Plan.effective("external", ALL) is None
