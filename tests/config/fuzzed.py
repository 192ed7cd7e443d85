"""What any input must survive: it is read, or refused by an error of ours.

Each function takes one input. :mod:`tests.config.test_fuzz` draws a few of them with hypothesis, which shrinks what
fails; ``tools/fuzz_config.py`` draws as many as one likes.
"""

from __future__ import annotations

import string
from configparser import ConfigParser
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.config.projects import SETTINGS, configuration, environment, value
from tox.config._factors import expand_item, extend_factors, filter_lines, find_envs, parse_line, split_items
from tox.config._substitute.engine import source
from tox.config._substitute.syntax import parse
from tox.config.loader._args import ConfigLoadArgs
from tox.config.loader.ini import IniLoader
from tox.config.loader.native import to_native
from tox.config.loader.str_convert import StrConvert
from tox.config.loader.toml import TomlLoader
from tox.config.set_env_line import split_line
from tox.config.source.ini_section import CORE, IniSection
from tox.config.source.toml_pyproject import TomlSection
from tox.errors import HandledError, ToxError
from tox.tox_env.python.pip.req_file import PythonConstraints, PythonDeps
from tox.util._text_file import read_toml

if TYPE_CHECKING:
    from pathlib import Path
    from types import UnionType

    from tox.config.main import Config

#: pieces of what people write, and of what nobody would
WORDS = (
    *r"""
        { } [ ] [] : \ # ; ' " , - ! = | a b a-b env posargs tty glob factor {env:A} {env:B:{posargs}} {posargs:x}
        {glob:*} {a} {/} {:} {[testenv]description} {[x]k} {[testenv:b]description} {description} {env_name}
        {change_dir} file| A=1 {1-3} {-3} linux é %(x)s $A ~ ! !a {a,b} py3{8-10}
        """.split(),  # noqa: SIM905 - no quoting
    *("\n", "\t", "\0", " ", "a: ", "!b: ", "{a,b}: ", "-r ", " \\\n"),
)
#: pieces of requirement files; without addresses that would be asked
REQUIREMENTS = (
    *r"""
        six attrs>=1 ==1.* [a,b] ; python_version<'3' sys_platform @ ftp://h/p.whl git+https://h/r#egg=e -e . -r x.txt
        -c --pre --index-url --hash=sha256:ab --no-binary :all: # \ $A ${A} ' " = , -- --nope --config-settings a=b é
        """.split(),  # noqa: SIM905 - no quoting
    *("\n", "\t", "\0", " ", " ", " ", " #", " \\\n"),
)
#: keys of tables that mean something
KEYS = (
    *("replace", "extend", "name", "default", "of", "env", "key", "pattern", "condition", "then", "else", "marker"),
    *("value", "prefix", "start", "stop", "product", "exclude", "values", "file", "substitute", "factors", "a", "b"),
)
#: texts in tables that mean something
TABLE_WORDS = ("env", "posargs", "ref", "glob", "if", "env.A", "factor.a == 'x'", "not", "a", "b", "", "{env:A}")


def ask(conf: Config, key: str) -> None:
    """Read a value; nothing but a refusal of ours may happen."""
    with suppress(ToxError):
        value(conf, key)


def ini_value(folder: Path, text: str, key: str) -> None:
    """Read a value of an INI file; null bytes, for which the file is refused, are left out."""
    lines = text.replace("\r", "").replace("\0", "").replace("\n", "\n  ")
    content = f"[tox]\nenv_list=a,b\n[testenv]\n{key}={lines}\n[x]\nk={lines}\n"
    with suppress(HandledError):
        conf = configuration(folder, content, pos_args=["p q", "{a}"])
        ask(conf, key)
        list(conf)


def ini_file(folder: Path, text: str) -> None:
    """Read an INI file in no particular form."""
    with suppress(HandledError):
        list(configuration(folder, text))


def toml_value(folder: Path, tree: Any, key: str) -> None:
    """Read a value of a TOML file, of any shape."""
    content = f'env_list=["a","b"]\n[env_run_base]\n{key} = {dump(tree)}\n'
    conf = configuration(folder, content, name="tox.toml", pos_args=["p q", "{a}"])
    assert read_toml(folder / "tox.toml")["env_list"] == ["a", "b"]
    ask(conf, key)


def toml_file(folder: Path, tree: Any, key: str) -> None:
    """Find the environments of a TOML file, whatever stands where they are looked for."""
    with suppress(ToxError):
        conf = configuration(folder, f"{key} = {dump(tree)}\n", name="tox.toml")
        for name in list(conf):
            conf.factor_labels(name)
            to_native(conf.get_env(name)["base"])


@lru_cache(maxsize=1)
def known(folder: Path) -> Config:
    """Give a configuration that does not change, for values that are in no file."""
    conf = configuration(folder, "[tox]\nenv_list=a,b\n[testenv]\ndescription=d\n", pos_args=["p q", "{a}"])
    conf.build_env = lambda env: environment(conf, env)
    environment(conf)
    return conf


def type_of(key: str) -> type[Any] | UnionType:
    """Tell the type of a setting."""
    found: type[Any] | UnionType = SETTINGS[key][0]
    return found


def ini_in_memory(folder: Path, text: str, key: str) -> None:
    """Make a value of a text, as if it stood in an INI file."""
    conf = known(folder)
    parser = ConfigParser(interpolation=None)
    parser.read_dict({"testenv": {key: text}, "x": {"k": "{env_name}-{posargs}"}})
    loader = IniLoader(IniSection(None, "testenv"), parser, [], CORE)
    try:
        raw = loader.load_raw(key, conf, "a")
    except KeyError:  # every line is meant for others
        return
    with suppress(ToxError):
        loader.build(key, type_of(key), None, conf, raw, ConfigLoadArgs([], "a", "a"))


def toml_in_memory(folder: Path, tree: Any, key: str) -> None:
    """Make a value of a tree, as if it stood in a TOML file."""
    conf = known(folder)
    table = {key: tree}
    loader = TomlLoader(TomlSection(None, "env_run_base"), [], table, {"env_run_base": table, "a": tree}, set())
    with suppress(ToxError):
        loader.load(key, type_of(key), None, conf, ConfigLoadArgs([], "a", "a"))


def template(text: str) -> None:
    """Parse a template, which written down again parses to the same."""
    parsed = parse(text)
    assert parse(source(parsed)) == parsed
    assert source(parse(text, keep_escapes=True)) is not None


def lines(text: str) -> None:
    """Make conditions, patterns, commands and variables of a text; only patterns may be refused, by a value error.

    A pattern that is a condition as well stands for the names that the condition speaks of.
    """
    for line in text.split("\n"):
        parse_line(line)
        split_line(line)
    filter_lines(text, "a-b")
    list(find_envs(text))
    assert isinstance(StrConvert.to_command(text).args, list)
    try:
        names = list(extend_factors(text))
        _ = [expand_item(item) for item in split_items(text)]
    except ValueError:
        return
    line = text.replace("\n", ",")
    if ":" not in text and "\0" not in text:
        assert [name for name in find_envs(f"{line}: x") if name] == [name for name in names if name]


def requirements(folder: Path, text: str) -> None:
    """Read requirement lines, as a configuration holds them and as a file does."""
    for kind in (PythonDeps, PythonConstraints):
        with suppress(ToxError, ValueError):
            found = kind(text, folder)
            _ = found.lines(), found.is_empty
            found.unroll()
    (folder / "x.txt").write_text(text, encoding="utf-8")
    with suppress(ToxError, ValueError):
        PythonDeps("-r x.txt", folder).unroll()


def dump(tree: Any) -> str:
    """Write a value as TOML."""
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, (int, float)):
        return repr(tree)
    if isinstance(tree, list):
        return f"[{', '.join(map(dump, tree))}]"
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key} = {dump(entry)}" for key, entry in tree.items()) + "}"
    allowed = {*string.printable, "é"} - {*"\0\x0b\x0c\n\r\t", '"', "\\"}
    return '"' + "".join(char if char in allowed else f"\\u{ord(char):04x}" for char in tree) + '"'
