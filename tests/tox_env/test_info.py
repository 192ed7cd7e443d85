"""What is recorded about the folder of an environment."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tox.tox_env.info import RECORD_NAME, Info

if TYPE_CHECKING:
    from pathlib import Path


def content(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
    return loaded


def test_value_is_recorded_when_the_block_ends_well(tmp_path: Path) -> None:
    """The first comparison finds nothing, the next one the value, also from another object."""
    with Info(tmp_path).compare({"a": 1}, "Section") as first:
        pass
    with Info(tmp_path).compare({"a": 1}, "Section") as second:
        pass

    assert first == (False, None)
    assert second == (True, {"a": 1})


def test_value_is_not_recorded_when_the_block_fails(tmp_path: Path) -> None:
    """What was guarded by the comparison did not happen, so it must be asked for again."""
    with pytest.raises(ValueError, match="boom"), Info(tmp_path).compare(1, "Section", "part"):
        raise ValueError("boom")

    with Info(tmp_path).compare(1, "Section", "part") as found:
        pass

    assert found == (False, None)


def test_parts_of_a_section_do_not_touch_each_other(tmp_path: Path) -> None:
    """Two values of one section are kept side by side."""
    for name, value in (("deps", ["a"]), ("groups", ["b"])):
        with Info(tmp_path).compare(value, "PythonRun", name):
            pass

    assert content(tmp_path) == {"PythonRun": {"deps": ["a"], "groups": ["b"]}}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", "[" * 100_000], ids=repr)
def test_unreadable_record_counts_as_empty(tmp_path: Path, text: str) -> None:
    """A damaged file is no reason to fail: what it should have told is learnt again."""
    (tmp_path / RECORD_NAME).write_text(text, encoding="utf-8")

    with Info(tmp_path).compare(1, "Section") as found:
        pass

    assert found == (False, None)
    assert content(tmp_path) == {"Section": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_link_counts_as_empty_and_is_replaced_not_followed(tmp_path: Path) -> None:
    """Somebody else's file is neither believed nor changed."""
    target = tmp_path / "target.json"
    target.write_text('{"Section": 1}', encoding="utf-8")
    env_dir = tmp_path / "env"
    env_dir.mkdir()
    (env_dir / RECORD_NAME).symlink_to(target)

    with Info(env_dir).compare(2, "Section") as found:
        pass

    assert found == (False, None)
    assert target.read_text(encoding="utf-8") == '{"Section": 1}'
    assert content(env_dir) == {"Section": 2}


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits")
def test_record_is_private(tmp_path: Path) -> None:
    """Others may not read it: index URLs may hold passwords."""
    with Info(tmp_path).compare(1, "Section"):
        pass

    assert (tmp_path / RECORD_NAME).stat().st_mode & 0o777 == 0o600


def test_reset_keeps_that_a_change_is_under_way(tmp_path: Path) -> None:
    """Who dies while the environment is being emptied leaves a record that says so."""
    info = Info(tmp_path)
    with info.compare(1, "Section"):
        pass
    info.mark_building()

    info.reset()

    assert content(tmp_path) == {"state": {"is": "building"}}
    assert Info(tmp_path).is_building


def test_reset_of_a_complete_environment_removes_the_file(tmp_path: Path) -> None:
    """Nothing is known afterwards."""
    info = Info(tmp_path)
    info.mark_ready()

    info.reset()

    assert not (tmp_path / RECORD_NAME).exists()
    assert info.stamp is None


def test_each_finished_change_has_a_stamp_of_its_own(tmp_path: Path) -> None:
    """Whoever kept the stamp can tell whether somebody changed the environment since."""
    info = Info(tmp_path)

    stamps = {info.mark_ready() for _ in range(3)}

    assert len(stamps) == 3
    assert Info(tmp_path).stamp in stamps
    info.mark_building()
    assert Info(tmp_path).stamp is None


def test_record_without_state_is_neither_ready_nor_building(tmp_path: Path) -> None:
    """An environment made by another tox is judged by its sections alone."""
    (tmp_path / RECORD_NAME).write_text('{"ToxEnv": {"name": "py", "type": "X"}}', encoding="utf-8")

    info = Info(tmp_path)

    assert (info.stamp, info.is_building) == (None, False)
    assert info.recorded("ToxEnv") == {"name": "py", "type": "X"}


def test_fact_is_recalled_under_its_key_only(tmp_path: Path) -> None:
    """Whatever could have changed it makes it unknown."""
    info = Info(tmp_path)
    info.learn("interpreter", {"path": "a"}, {"version": 3})
    info.flush()

    assert Info(tmp_path).fact("interpreter", {"path": "a"}) == {"version": 3}
    assert Info(tmp_path).fact("interpreter", {"path": "b"}) is None
    assert Info(tmp_path).fact("other", {"path": "a"}) is None


def test_several_facts_are_kept_where_they_stay_true(tmp_path: Path) -> None:
    """The latest ones are recalled, each under its key; without being asked for, only the last one is."""
    info = Info(tmp_path)
    for version in (1, 2, 3, 2, 4):
        info.learn("interpreter", {"path": version}, {"version": version}, keep=3)
        info.learn("installed", {"path": version}, version)
    info.flush()

    known = Info(tmp_path)

    assert [known.fact("interpreter", {"path": version}) for version in (1, 2, 3, 4)] == [
        None,
        {"version": 2},
        {"version": 3},
        {"version": 4},
    ]
    assert [known.fact("installed", {"path": version}) for version in (2, 4)] == [None, 4]
    assert known.key_of_fact("interpreter") == {"path": 4}


def test_reload_sees_what_another_process_wrote(tmp_path: Path) -> None:
    """The record is kept in memory until it is asked to look again."""
    info = Info(tmp_path)
    assert not info.is_building
    stamp = Info(tmp_path).mark_ready()

    before = info.stamp
    info.reload()

    assert before is None
    assert info.stamp == stamp
