"""Settings: defined once, read when they are asked for, remembered."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.config.projects import configuration, environment
from tox.config.loader.memory import MemoryLoader
from tox.config.loader.native import to_native
from tox.config.loader.section import Section
from tox.config.loader.str_convert import StrConvert
from tox.config.loader.stringify import stringify, stringify_reference
from tox.config.of_type import _PLACE_HOLDER, ConfigConstantDefinition, ConfigDynamicDefinition, Later
from tox.config.sets import ConfigSet
from tox.config.types import Command, EnvList
from tox.errors import HandledError

if TYPE_CHECKING:
    from tox.config.main import Config


@pytest.fixture
def conf(tmp_path: Path) -> Config:
    """Make a project of two environments."""
    return configuration(tmp_path, "[tox]\nenv_list=a,b\n[testenv]\nzz=1\nopt=2\n[testenv:a]\nyy={env_name}\n")


def test_a_value_is_read_once(conf: Config) -> None:
    """The second time a value is asked for it is the same object."""
    calls: list[str] = []
    env_conf = conf.get_env("a")
    env_conf.add_config("zz", list[str], [], "test", post_process=lambda value: calls.append("x") or value)  # type: ignore[func-returns-value]

    assert env_conf["zz"] is env_conf["zz"]
    assert calls == ["x"]


def test_a_default_may_be_computed(conf: Config) -> None:
    """A default that is a function gets the configuration and the environment's name."""
    env_conf = conf.get_env("a")
    env_conf.add_config("none", str, lambda of, name: f"{name}:{of is conf}", "test", post_process=str.upper)

    assert env_conf["none"] == "A:TRUE"


def test_costly_types_are_named_without_importing_them(conf: Config) -> None:
    """A type that is put off is resolved when the value is read."""
    resolved: list[str] = []
    env_conf = conf.get_env("a")
    definition = env_conf.add_config("opt", Later(lambda: resolved.append("x") or int), 0, "test")  # type: ignore[func-returns-value]

    assert resolved == []
    assert env_conf["opt"] == 2
    assert definition.of_type is int
    assert resolved == ["x"]


def test_constants(conf: Config) -> None:
    """A constant cannot be configured; one that is a function is asked every time."""
    env_conf = conf.get_env("a")
    env_conf.add_constant(["zz", "alias"], "test", lambda: "fixed")

    assert env_conf["alias"] == "fixed"
    assert env_conf.is_constant("alias")
    assert not env_conf.is_constant("set_env")
    assert env_conf.primary_key("alias") == "zz"


def test_settings_are_listed_in_order(conf: Config) -> None:
    """The names that settings are shown with come in the order of definition, aliases left out."""
    env_conf = conf.get_env("b")
    env_conf.add_config(["one", "uno"], str, "", "test")
    env_conf.add_constant("two", "test", 2)

    assert list(env_conf) == ["set_env", "base", "one", "two"]
    assert [next(iter(definition.keys)) for definition in env_conf.get_configs()] == list(env_conf)
    assert "uno" in env_conf
    assert env_conf.get_optional("two", int) == 2


def test_a_final_set_takes_no_more(conf: Config) -> None:
    """After the set was marked final, defining is an error."""
    env_conf = conf.get_env("a")
    env_conf.mark_finalized()

    with pytest.raises(RuntimeError, match="late"):
        env_conf.add_config("late", str, "", "test")


def test_defining_twice(conf: Config) -> None:
    """An environment refuses a setting that it has, even when nothing differs; of the whole run the last one counts."""
    env_conf = conf.get_env("a")
    env_conf.add_config(["one", "uno"], str, "first", "test")

    for keys in (["one", "uno"], ["one", "eins"]):
        with pytest.raises(ValueError, match="one"):
            env_conf.add_config(keys, str, "second", "test")
    assert env_conf["one"] == "first"
    assert conf.core.add_constant("env_list", "test", 1) is conf.core._defined["env_list"]


def test_values_of_a_type(conf: Config) -> None:
    """A typed read refuses another type."""
    env_conf = environment(conf)

    assert env_conf.get("commands_retry", int) == 0
    assert conf.core.get_optional("venv_redirect", bool) is None
    with pytest.raises(TypeError, match="description"):
        env_conf.get("description", int)


def test_unknown_settings(conf: Config) -> None:
    """A name that nobody defined is a missing key."""
    with pytest.raises(KeyError):
        conf.core["nothing"]


@pytest.mark.parametrize(("name", "unused"), [("a", ["yy"]), ("b", ["opt", "zz"])])
def test_unused_keys(conf: Config, name: str, unused: list[str]) -> None:
    """Keys of the first section that no setting asks for are listed."""
    env_conf = conf.get_env(name)
    env_conf.loaders.insert(0, MemoryLoader(extra=1))

    assert env_conf.unused() == unused


def test_memory_wins_when_it_is_put_first(conf: Config) -> None:
    """A loader that a plugin puts first is looked at even when the value was read before."""
    assert list(conf.core["env_list"]) == ["a", "b"]

    conf.core.loaders.insert(0, MemoryLoader(env_list=EnvList(["c"])))

    assert list(conf.core["env_list"]) == ["c"]
    assert list(conf) == ["c", "a"]


def test_a_value_is_read_anew_on_demand(conf: Config) -> None:
    """Putting the place holder into the cache of a setting makes it read again."""
    assert list(conf.core["envlist"]) == ["a", "b"]
    conf.core.loaders[0].content = None  # type: ignore[attr-defined]
    conf.core.loaders[:] = [MemoryLoader(env_list="x")]

    conf.core._defined["envlist"]._cache = _PLACE_HOLDER  # type: ignore[attr-defined]

    assert list(conf.core["env_list"]) == ["x"]


def test_seeds_come_before_everything(conf: Config) -> None:
    """Loaders seeded for an environment win over its section."""
    conf.memory_seed_loaders["a"].append(MemoryLoader(yy="seed", commands=[["python", "-c", "pass"]]))

    env_conf = conf.get_env("a")
    env_conf.add_config("yy", str, "", "test")
    env_conf.add_config("commands", list[Command], [], "test")

    assert env_conf["yy"] == "seed"
    assert env_conf["commands"] == [Command(["python", "-c", "pass"])]


def test_settings_are_forgotten(conf: Config) -> None:
    """A cleared environment starts anew."""
    first = conf.get_env("a")

    conf.clear_env("a")

    assert conf.get_env("a") is not first


def test_sections_of_plugins(conf: Config, tmp_path: Path) -> None:
    """A plugin may define settings of a section of its own, in every format."""

    class Own(ConfigSet):
        def register_config(self) -> None:
            self.add_config("image", str, "", "test")
            self.add_config("ports", list[str], [], "test")

    ini = configuration(tmp_path, "[docker:db]\nimage=pg:{env:NO:1}\nports=1,2\n")
    toml = configuration(tmp_path, '[docker.db]\nimage="pg"\nports=["1"]\n', name="tox.toml")

    first = ini.get_section_config(Section("docker", "db"), base=[], of_type=Own, for_env=None)
    second = toml.get_section_config(Section("docker", "db"), base=[], of_type=Own, for_env=None)

    assert (first["image"], first["ports"], first.name, first.env_name) == ("pg:1", ["1", "2"], "db", None)
    assert (second["image"], second["ports"]) == ("pg", ["1"])
    assert ini.get_section_config(Section("docker", "db"), base=[], of_type=Own, for_env=None) is first
    with pytest.raises(KeyError):
        conf.core["image"]


def test_folders(tmp_path: Path) -> None:
    """Relative folders start at the project's, which may be no file."""
    (tmp_path / "sub").mkdir()
    text = "[tox]\ntox_root=sub\nwork_dir=w\npackage_root=p\n"

    core = configuration(tmp_path, text).core

    assert core["toxinidir"] == tmp_path / "sub"
    assert core["work_dir"] == tmp_path / "sub" / "w"
    assert core["temp_dir"] == tmp_path / "sub" / "w" / ".tmp"
    assert core["setupdir"] == tmp_path / "sub" / "p"
    assert core["config_file_path"] == tmp_path / "tox.ini"
    assert core["host_python"] == Path(sys.executable)
    with pytest.raises(HandledError, match="tox_root has to be a folder"):
        configuration(tmp_path, "[tox]\ntox_root=tox.ini\n").core.check_root()


@pytest.mark.parametrize("set_too", ["work_dir=w", "temp_dir=t", "work_dir={tox_root}/w\ntemp_dir={work_dir}/t"])
def test_root_that_is_made_later(tmp_path: Path, set_too: str) -> None:
    """A root that is not there yet is taken where it is said what goes where, and refused as a mistake otherwise."""
    core = configuration(tmp_path, f"[tox]\ntox_root=later\n{set_too}\n").core

    core.check_root()
    assert core["tox_root"] == tmp_path / "later"
    with pytest.raises(HandledError, match=r"tox_root has to be a folder, which .*later is not; set work_dir"):
        configuration(tmp_path, "[tox]\ntox_root=later\n").core.check_root()


@pytest.mark.parametrize(
    ("raw", "of_type", "expected"),
    [
        pytest.param("yes", bool, True, id="bool"),
        pytest.param("", int | None, None, id="nothing"),
        pytest.param("3", int | None, 3, id="optional"),
        pytest.param("a=1\nb=2", dict[str, int], {"a": 1, "b": 2}, id="mapping"),
        pytest.param("b,a", set[str], {"a", "b"}, id="set"),
        pytest.param("x", Path, Path("x"), id="path"),
        pytest.param("run 'a b'", Command, Command(["run", "a b"]), id="command"),
        pytest.param("a{1,2}", EnvList, EnvList(["a1", "a2"]), id="names"),
    ],
)
def test_texts_become_types(raw: str, of_type: Any, expected: object) -> None:
    """Text is made into what a type asks for."""
    assert StrConvert().to(raw, of_type, None) == expected


@pytest.mark.parametrize(
    ("raw", "of_type"), [("x", int | float), ("a", dict[str, str]), ("x", tuple[int]), ("maybe", bool)]
)
def test_texts_that_fit_no_type(raw: str, of_type: Any) -> None:
    """Text that does not fit is an error."""
    with pytest.raises((TypeError, ValueError)):
        StrConvert().to(raw, of_type, None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (r"C:\a\b x", r"C:\\a\\b x"),
        (r"\\server\share", r"\\\\server\\share"),
        (r"a\ b \" \\", r"a\\ b \" \\"),
        (r"'C:\a b' C:\c", r"'C:\a b' C:\\c"),
        (r'"\\server\share x" --to=\\s\t', r'"\\\\server\\share x" --to=\\\\s\\t'),
    ],
)
def test_windows_paths_survive_splitting(value: str, words: str) -> None:
    """Backslashes of paths are doubled, those that protect something are not."""
    assert StrConvert.protect_windows_path_backslashes(value) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("xcopy src\\ dst\\ /s", ["xcopy", "src\\", "dst\\", "/s"], id="before-blanks"),
        pytest.param("x a\\\tb", ["x", "a\\", "b"], id="before-a-tab"),
        pytest.param("--root=C:\\p\\ -v", ["--root=C:\\p\\", "-v"], id="in-an-option"),
        pytest.param("\\ a", ["\\", "a"], id="alone"),
        pytest.param("a\\", ["a\\"], id="at-the-end"),
        pytest.param("a\\\\ b", ["a\\", "b"], id="two-before-a-blank"),
        pytest.param("a\\\\\\b c", ["a\\b", "c"], id="three"),
        pytest.param("a\\\\\\\\b c", ["a\\\\b", "c"], id="four"),
        pytest.param('"a\\ b" c', ["a\\ b", "c"], id="within-double-quotes"),
        pytest.param("'a\\' b", ["a\\", "b"], id="within-single-quotes"),
        pytest.param('"a"\\ b', ["a\\", "b"], id="behind-quotes"),
        pytest.param('a\\"b c', ['a"b', "c"], id="before-a-quote"),
        pytest.param("\\\\srv\\x\\ y", ["\\\\srv\\x\\", "y"], id="server"),
    ],
)
def test_words_with_windows_paths(line: str, words: list[str]) -> None:
    """A backslash ends a word as any other letter does where it separates folders."""
    protected = StrConvert.protect_windows_path_backslashes(line)

    assert shlex.split(protected) == words


@pytest.mark.parametrize(
    ("value", "text", "native"),
    [
        pytest.param(None, "None", "None", id="none"),
        pytest.param(True, "True", True, id="bool"),
        pytest.param(1.5, "1.5", 1.5, id="number"),
        pytest.param(Path("a b"), "a b", "a b", id="path"),
        pytest.param(["a", "b c"], "a\nb c", ["a", "b c"], id="list"),
        pytest.param({"b", "a"}, "a\nb", ["a", "b"], id="set"),
        pytest.param({"k": EnvList(["x", "y"])}, "k=x\ny", {"k": ["x", "y"]}, id="mapping"),
        pytest.param(Command(["-", "run", "a b"]), "- run 'a b'", "- run 'a b'", id="command"),
        pytest.param([Command(["!", "x"]), Command(["y"])], "! x\ny", ["! x", "y"], id="commands"),
    ],
)
def test_values_are_shown(value: object, text: str, native: object) -> None:
    """Values are shown as text, and as what JSON can hold."""
    assert stringify(value)[0] == text
    assert to_native(value) == native


@pytest.mark.parametrize(
    ("value", "constant", "words"),
    [
        pytest.param(Path("a b"), False, ("a b",), id="path"),
        pytest.param(["a b", "c"], False, ("a b", "c"), id="list"),
        pytest.param("a b", True, ("a b",), id="constant"),
        pytest.param("a b", False, None, id="text"),
        pytest.param([Command(["x", "y"])], False, None, id="commands"),
    ],
)
def test_references_have_words(value: object, constant: bool, words: tuple[str, ...] | None) -> None:
    """What is one word, or several, stays so in a command."""
    assert getattr(stringify_reference(value, constant=constant), "words", None) == words


def test_commands_compare_by_their_words() -> None:
    """A marker is a word of a command, but no argument."""
    command = Command(["-", "run"])

    assert command == Command(["-", "run"])
    assert command != Command(["run"])
    assert command.args == ["run"]
    assert command.raw_args == ["-", "run"]
    assert command.shell == "run"
    assert EnvList(["a", "b", "a"]) == EnvList(["a", "b"])


def test_definitions_compare_by_what_they_say() -> None:
    """Definitions are equal when they say the same; values can be put in their place."""
    one = ConfigDynamicDefinition(["a"], "d", str, "x")
    same = ConfigDynamicDefinition(["a"], "d", str, "x")
    constant = ConfigConstantDefinition(["a"], "d", "x")

    assert one == same
    assert one != constant
    assert one != ConfigDynamicDefinition(["a"], "d", str, "y")
    assert constant == ConfigConstantDefinition(["a"], "d", "x")
    constant.overwrite("z")
    one.overwrite("z")
    assert constant.value == one._cache == "z"
