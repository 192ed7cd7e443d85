"""Which file configures a project, what it inherits from where, and which environments there are."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from tests.config.projects import configuration, value
from tox.config.loader.section import Section
from tox.config.source import discover_source
from tox.config.source.ini_section import IniSection
from tox.config.source.toml_pyproject import TomlSection
from tox.errors import HandledError
from tox.run import setup_state

FILES = {
    "tox.ini": "[testenv]\n",
    "setup.cfg": "[tox:tox]\n",
    "pyproject.toml": "[tool.tox.env_run_base]\n",
    "tox.toml": "[env_run_base]\n",
}
KINDS = ["ToxIni", "SetupCfg", "TomlPyProject", "TomlTox"]


@pytest.mark.parametrize("at", range(4), ids=KINDS)
def test_files_are_tried_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Of the files beside each other the first one counts."""
    monkeypatch.chdir(tmp_path)
    for name in list(FILES)[at:]:
        (tmp_path / name).write_text(FILES[name])

    source = discover_source(None, None)

    assert type(source).__name__ == KINDS[at]
    assert source.path == tmp_path / list(FILES)[at]


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        pytest.param({"setup.cfg": "[metadata]\n"}, "TomlTox", id="setup-cfg-of-others"),
        pytest.param({"pyproject.toml": "[project]\n"}, "TomlTox", id="pyproject-of-others"),
        pytest.param({"pyproject.toml": "[tool.tox]\n"}, "TomlTox", id="empty-table"),
        pytest.param({"pyproject.toml": "[tool]\ntox = 1\n"}, "TomlTox", id="no-table"),
        pytest.param({"pyproject.toml": "[tool.tox]\nlegacy_tox_ini=''"}, "LegacyToml", id="nothing-in-toml"),
        pytest.param({"tox.ini": ""}, "ToxIni", id="empty-ini"),
        pytest.param({"pyproject.toml": "[tool.tox]\nlegacy_tox_ini='[testenv]'"}, "LegacyToml", id="ini-in-toml"),
        pytest.param(
            {"pyproject.toml": "[tool.tox]\nlegacy_tox_ini='[testenv]'\nenv_list=['a']"}, "TomlPyProject", id="both"
        ),
    ],
)
def test_files_without_configuration_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], kind: str
) -> None:
    """A file that has no place for tox does not count."""
    monkeypatch.chdir(tmp_path)
    for name, content in {**files, "tox.toml": FILES["tox.toml"]}.items():
        (tmp_path / name).write_text(content)

    assert type(discover_source(None, None)).__name__ == kind


def test_the_nearest_folder_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders above are searched, the nearest first."""
    (tmp_path / "tox.ini").write_text(FILES["tox.ini"])
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "tox.toml").write_text(FILES["tox.toml"])

    monkeypatch.chdir(tmp_path / "a" / "b")
    near = discover_source(None, None)
    (tmp_path / "a" / "tox.toml").unlink()
    far = discover_source(None, None)

    assert near.path == tmp_path / "a" / "tox.toml"
    assert far.path == tmp_path / "tox.ini"


@pytest.mark.parametrize("content", ["", "\n# nothing\n", "\ufeff"], ids=["empty", "comment", "mark"])
def test_an_empty_tox_toml_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """``tox.toml`` without any key counts as missing: found on the way up, or named, or in a named folder."""
    (tmp_path / "tox.ini").write_text(FILES["tox.ini"])
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "tox.toml").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "sub")

    assert discover_source(None, None).path == tmp_path / "tox.ini"
    with pytest.raises(HandledError, match="no configuration of tox"):
        discover_source(Path("tox.toml"), None)
    with pytest.raises(HandledError, match="no configuration in"):
        discover_source(tmp_path / "sub", None)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_with_the_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A folder where the configuration is looked for is told; one that is named is looked into."""
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(HandledError, match=f"{name} cannot be read"):
        discover_source(None, None)
    (tmp_path / name / "tox.ini").write_text("")
    assert discover_source(Path(name), None).path == Path(name, "tox.ini")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        pytest.param("x", "[tox]\nenv_list=a", "ToxIni", id="any-name"),
        pytest.param("setup.cfg", "[tox:tox]\nenv_list=a", "SetupCfg", id="setup-cfg"),
        pytest.param("pyproject.toml", "[tool.tox]\nenv_list=['a']", "TomlPyProject", id="pyproject"),
        pytest.param("pyproject.toml", '[tool.tox]\nlegacy_tox_ini="[tox]\\nenv_list=a"', "LegacyToml", id="legacy"),
        pytest.param("tox.toml", "env_list=['a']", "TomlTox", id="tox-toml"),
    ],
)
def test_a_pipe_is_read_once(tmp_path: Path, name: str, content: str, kind: str) -> None:
    """A configuration may come through a pipe, whatever kind of file its name promises."""
    os.mkfifo(tmp_path / name)
    writer = Thread(target=(tmp_path / name).write_text, args=(content,), daemon=True)
    writer.start()

    conf = configuration(tmp_path, name=name)
    writer.join(10)

    assert type(conf._src).__name__ == kind
    assert list(conf) == ["a"]
    assert conf.core["tox_root"] == tmp_path


def test_the_null_device_is_an_empty_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies in no project, so the project is where one is."""
    (tmp_path / "tox.ini").write_text("[tox]\nenv_list=other\n")
    monkeypatch.chdir(tmp_path)

    conf = configuration(Path(os.devnull).parent, name=Path(os.devnull).name)

    assert list(conf) == []
    assert conf.core["tox_root"] == tmp_path
    assert conf.core["config_file_path"] == Path(os.devnull)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_links_to_folders_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project is the folder that a link leads to, while the file keeps the name it was given by."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "tox.ini").write_text("[tox]\npackage_root=p\n")
    (tmp_path / "link").symlink_to("project")
    monkeypatch.chdir(tmp_path)

    core = configuration(Path("link")).core

    assert core["config_file_path"] == Path("link/tox.ini")
    assert core["tox_root"] == tmp_path / "project"
    assert core["work_dir"] == tmp_path / "project" / ".tox"


def test_a_file_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A named file counts whatever its name is; a named folder is searched."""
    (tmp_path / "x.cfg").write_text("\ufeff[testenv]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert discover_source(tmp_path / "x.cfg", None).path == tmp_path / "x.cfg"
    (tmp_path / "tox.ini").write_text(FILES["tox.ini"])
    assert discover_source(tmp_path, None).path == tmp_path / "tox.ini"
    (tmp_path / "x.toml").write_text("[tool.tox]\nenv_list=a\n")
    assert type(discover_source(tmp_path / "x.toml", None)).__name__ == "ToxIni"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        pytest.param("tox.ini", "[tox\nx", "tox.ini", id="broken-ini"),
        pytest.param("tox.ini", "[a]\nx=1\nx=2", "already exists", id="key-twice"),
        pytest.param("tox.ini", "[testenv]\ncommands = a\0b\n", "line 2 holds a null byte", id="null-byte"),
        pytest.param("tox.toml", "a = ", "tox.toml", id="broken-toml"),
        pytest.param("tox.toml", "a = '\0'", "tox.toml", id="null-byte-in-toml"),
        pytest.param("tox.toml", f"a = {'[' * 5000}{']' * 5000}", "nested too deep", id="deep-toml"),
        pytest.param("pyproject.toml", "[tool.tox]\nlegacy_tox_ini=3", "legacy_tox_ini", id="ini-that-is-no-text"),
        pytest.param("setup.cfg", "[metadata]", "no configuration", id="named-but-not-ours"),
        pytest.param("none.ini", None, "none.ini", id="missing"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: str | None, word: str) -> None:
    """A file that is not understood is an error that names it."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content)

    with pytest.raises(HandledError, match=word):
        discover_source(path, None)


def test_a_file_in_another_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not UTF-8 is an error that says so."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tox.ini").write_bytes(b"[tox]\n# \xff\n")

    with pytest.raises(HandledError, match="UTF-8"):
        discover_source(None, None)


def test_a_mark_in_front_of_ini_in_toml(tmp_path: Path) -> None:
    """INI within TOML may begin with a byte order mark, as a file may."""
    text = '[tool.tox]\nlegacy_tox_ini = """\n\ufeff[tox]\nenv_list = a\n"""\n'

    assert list(configuration(tmp_path, f"\ufeff{text}", name="pyproject.toml")) == ["a"]


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="no memory is mounted there")  # noqa: PTH112 - a device
def test_a_project_in_shared_memory_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices and pipes lie in no project, files in the folder of shared memory do."""
    with TemporaryDirectory(dir="/dev/shm") as name, monkeypatch.context() as inside:
        root = Path(name).resolve()
        (root / "sub").mkdir()
        (root / "tox.ini").touch()
        inside.chdir(root / "sub")

        assert setup_state(["list"]).conf.core["tox_root"] == root


@pytest.mark.parametrize("named", ["e", "..", "../nope"])
def test_a_root_without_a_file_stays_as_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """No project above it is looked for, and the file that there would be is told as the root is."""
    (tmp_path / "sub" / "e").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path / "sub")

    assert discover_source(None, Path(named)).path == Path(named) / "tox.ini"


def test_without_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing configured means the defaults, with a warning, in the folder of the project."""
    (tmp_path / "setup.py").touch()
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")

    source = discover_source(None, None)

    assert source.path.parent == tmp_path
    assert len(caplog.messages) == 1


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        pytest.param("[testenv]\nextras=b\n[testenv:a]\nextras=c", ["c"], id="own-first"),
        pytest.param("[testenv]\nextras=b", ["b"], id="base"),
        pytest.param("[testenv]\nextras=b\n[testenv:q]\nextras=q\n[testenv:a]\nbase=q", ["q"], id="another-base"),
        pytest.param("[x]\nextras=x\n[y]\nextras=y\n[testenv:a]\nbase=x,y", ["x"], id="bases-in-order"),
        pytest.param("[testenv]\nextras=b\n[testenv:a]\nbase=", [], id="no-base"),
        pytest.param("[testenv:q]\nbase=a\nextras=q\n[testenv:a]\nbase=q", ["q"], id="bases-of-each-other"),
        pytest.param("[testenv:q]\nbase=r\n[testenv:r]\nextras=r\n[testenv:a]\nbase=q", [], id="base-of-a-base"),
        pytest.param("[q]\nextras=1\n[testenv:q]\nextras=2\n[testenv:a]\nbase=q", ["2"], id="section-beside-first"),
        pytest.param("[testenv]\nextras=b\n[testenv:a]\nextras=\n  f: c", ["b"], id="nothing-left-is-inherited"),
        pytest.param("[testenv:{a,b}]\nextras=g\n[testenv:a]\nextras=c", ["g"], id="first-pattern-counts"),
        pytest.param("[testenv:b,a]\nextras=g", ["g"], id="several-names"),
    ],
)
def test_inheritance_in_ini(tmp_path: Path, sections: str, expected: list[str]) -> None:
    """A value comes from the environment's section, then from its base sections."""
    conf = configuration(tmp_path, f"[tox]\nenv_list=a\n{sections}\n")

    assert value(conf, "extras") == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("env_run_base", ["r"]),
        ("q", ["q"]),
        ("x", ["x"]),
        ("env_base.t", ["t"]),
        ("3.1", ["dots"]),
        ("env.q", []),
        ("x.y", []),
        ("no", []),
    ],
)
def test_inheritance_in_toml(tmp_path: Path, base: str, expected: list[str]) -> None:
    """A base is a table beside ``env``, an environment, or a template."""
    text = (
        f'[env.a]\nbase=["{base}"]\n[env_run_base]\nextras=["r"]\n[env.q]\nextras=["q"]\n[env."3.1"]\nextras=["dots"]\n'
        '[x]\nextras=["x"]\n[x.y]\nextras=["y"]\n[env_base.t]\nfactors=["z"]\nextras=["t"]\n'
    )
    conf = configuration(tmp_path, text, name="tox.toml")

    assert value(conf, "extras") == expected


def test_setup_cfg_has_its_own_place_for_conditions(tmp_path: Path) -> None:
    """Conditions in ``setup.cfg`` name environments in the core section and beside it."""
    text = "[tox:tox]\nenv_list=a\nx=b: 1\n[tox:testenv]\nx=c: 1\n[testenv]\nx=d: 1\n[testenv:e]\nx=f: 1\n"

    assert set(configuration(tmp_path, text, name="setup.cfg")) == {"a", "b", "c", "e", "f"}


@pytest.mark.parametrize("where", ["base=testenv:p-{1-2}", "extras={[testenv:p-{1-2}]extras}"])
def test_patterns_of_sections_are_names_too(tmp_path: Path, where: str) -> None:
    """A section whose name is a pattern can be inherited and referred to by that very name."""
    text = f"[tox]\nenv_list=a\n[testenv:a]\n{where}\n[testenv:p-{{1-2}}]\nextras=x\n"

    assert value(configuration(tmp_path, text), "extras") == ["x"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("[tox]\nenv_list=a,b,a", ["a", "b"], id="listed-once"),
        pytest.param("[tox]\nenv_list=\n  b # c\n  a", ["b", "a"], id="lines"),
        pytest.param("[tox]\nenvlist=a\nenv_list=b", ["b"], id="name-before-alias"),
        pytest.param("[tox]\nenv_list=a\n[testenv:z]\n[testenv:.h]", ["a", "z", ".h"], id="sections"),
        pytest.param("[tox]\nenv_list=a\n[testenv:py3{8,9}]", ["a", "py38", "py39"], id="patterns"),
        pytest.param("[tox]\nenv_list=a\n[testenv]\nx=\n  q-w: 1\n  a: 2\n  !n: 3", ["a", "q-w", "n"], id="conditions"),
        pytest.param("[tox]\nenv_list=a-f\n[testenv]\nx=\n  f: 1\n  f-a: 1", ["a-f"], id="known-factors"),
        pytest.param("[tox]\nenv_list=a\n[testenv:b-c]\n[testenv]\nx=c: 1", ["a", "b-c"], id="factors-of-sections"),
        pytest.param("[tox]\nenv_list=a\n[x]\nx=c: 1\n[pkgenv]\nx=d: 1", ["a"], id="other-sections"),
        pytest.param("[tox]\nenv_list=a\nx=c: 1", ["a", "c"], id="conditions-of-the-run"),
        pytest.param("[tox]\nenv_list=a-!b\n[testenv:{!c,d}]", ["a-b", "c", "d"], id="negated"),
        pytest.param("[tox]\nenv_list={env:NO:x{1,2}}", ["x1", "x2"], id="substituted"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_names_in_ini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, names: list[str]) -> None:
    """Environments are those listed, those with a section, and those that conditions speak of."""
    monkeypatch.delenv("NO", raising=False)

    conf = configuration(tmp_path, text)

    assert list(conf) == names
    assert all(name in conf for name in names)


@pytest.mark.parametrize("name", ["a/b", "..", "."])
def test_names_are_names_of_folders(tmp_path: Path, name: str) -> None:
    """A name that would lead elsewhere is refused."""
    conf = configuration(tmp_path, f"[tox]\nenv_list={name}")

    with pytest.raises(HandledError, match="environment"):
        list(conf)
    with pytest.raises(HandledError, match="environment"):
        conf.get_env(name)


def test_a_bad_section_name(tmp_path: Path) -> None:
    """A section whose pattern is none is an error that names it."""
    conf = configuration(tmp_path, "[testenv:a{b{c,d}}]\n")

    with pytest.raises(HandledError, match="testenv:a"):
        list(conf)


def test_environments_that_plugins_add(tmp_path: Path) -> None:
    """Names from plugins come last."""
    conf = configuration(tmp_path, "[tox]\nenv_list=a")

    conf._extra_envs = ("p", "a")

    assert list(conf) == ["a", "p"]


def test_package_environments_inherit_from_elsewhere(tmp_path: Path) -> None:
    """What builds packages does not take values from what runs commands."""
    conf = configuration(tmp_path, "[testenv]\nzz=r\n[pkgenv]\nzz=p\n")
    run, package = conf.get_env("a"), conf.get_env(".pkg", package=True)

    for env_conf in (run, package):
        env_conf.add_config("zz", str, "", "test")

    assert (run["zz"], package["zz"]) == ("r", "p")


def test_sections_of_a_file(tmp_path: Path) -> None:
    """Every section is listed with its full name."""
    ini = configuration(tmp_path, "[tox]\n[testenv:a,b]\n[x]")
    toml = configuration(tmp_path, '[env.a]\n[env_base.t]\nfactors=["x"]\n[x]\n', name="tox.toml")

    assert [section.key for section in ini.sections()] == ["tox", "testenv:a,b", "x"]
    assert [section.key for section in toml.sections()] == ["env.a", "env_base.t", "x"]


def test_names_of_sections() -> None:
    """A section knows its parts, and equals one with the same."""
    section = Section.from_key("testenv:a:b")

    assert (section.prefix, section.name, section.key, str(section)) == ("testenv", "a:b", "testenv:a:b", "testenv:a:b")
    assert Section.from_key("tox") == Section(None, "tox")
    assert section != "testenv:a:b"
    assert len({section, Section.from_key("testenv:a:b")}) == 1
    assert IniSection.test_env("{a,b}").names == ["a", "b"]
    assert list(TomlSection.test_env("3.11").keys) == ["env", "3.11"]


def test_what_holds_nothing_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of configuration that a file is not is told at information level."""
    caplog.set_level("INFO")
    for name in ("setup.cfg", "pyproject.toml", "tox.toml"):
        (tmp_path / name).write_text("")
    (tmp_path / "tox.ini").unlink(missing_ok=True)
    monkeypatch.chdir(tmp_path)

    discover_source(None, None)

    told = [record.getMessage().partition(" due to ")[0] for record in caplog.records if record.levelname == "INFO"]
    assert told[:4] == [
        f"{kind} skipped loading {tmp_path / name}"
        for kind, name in [
            ("SetupCfg", "setup.cfg"),
            ("TomlPyProject", "pyproject.toml"),
            ("LegacyToml", "pyproject.toml"),
            ("TomlTox", "tox.toml"),
        ]
    ]


@pytest.mark.parametrize("wrong", ["1", '"x"', "[]", "true"])
@pytest.mark.parametrize(("name", "table"), [("tox.toml", ""), ("pyproject.toml", "tool.tox.")])
def test_what_all_inherit_is_a_table(tmp_path: Path, name: str, table: str, wrong: str) -> None:
    """Environments cannot be listed where what all of them inherit is no table."""
    conf = configuration(tmp_path, f"{table}env_list = ['a']\n{table}env_run_base = {wrong}\n", name=name)

    with pytest.raises(HandledError, match=rf"^{table}env_run_base of .*{name} has to be a table, not "):
        list(conf)
