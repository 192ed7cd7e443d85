"""Secrets are shown nowhere, whatever they came from."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.run.projects import offline_environ, tox

if TYPE_CHECKING:
    from pathlib import Path

#: told by no machine's own variables and files
SECRET = "xyzzy4711"


class Kind(NamedTuple):
    """A way for a secret into a command."""

    words: str
    """of the command line, as in an INI file"""
    variable: str = "PLAIN"
    """holds the secret where tox is started"""
    set_env: str = ""
    """of the environment"""


KINDS = {
    "option": Kind("--token={env:PLAIN}"),
    "argument": Kind("--password {env:PLAIN}"),
    "within a word": Kind('"sh --token={env:PLAIN}"'),
    "option in an option": Kind("--args=--api_key={env:PLAIN}"),
    "assignment": Kind("DEPLOY_TOKEN={env:PLAIN}"),
    "URL": Kind("https://me:{env:PLAIN}@h/x"),
    "parameter of a URL": Kind("https://h/x?token={env:PLAIN}"),
    "header": Kind('"Authorization: Bearer {env:PLAIN}"'),
    "JSON": Kind("""'{"password": "{env:PLAIN}"}'"""),
    "variable": Kind("{env:DEPLOY_TOKEN}", variable="DEPLOY_TOKEN"),
    "variable of the environment": Kind("{env:OWN_SECRET}", set_env="OWN_SECRET={env:PLAIN}"),
    "variable with a URL": Kind("x", set_env="FROM=https://me:{env:PLAIN}@h"),
    "variable in the log": Kind("x", set_env="MY_KEY={env:PLAIN}"),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_nothing_tells_a_secret_of_a_command(kind: Kind, tmp_path: Path) -> None:
    """Neither screen, log files, reports, records, nor what explains a run show it; the command itself gets it."""
    seen = tmp_path / "seen.txt"
    program = f"import os,sys;open(r'{seen}','w').write(str(sys.argv)+str(dict(os.environ)));sys.exit(3)"
    (tmp_path / "do.py").write_text(program)
    config = f"""
[tox]
no_package = true
[testenv:a]
set_env = {kind.set_env}
pass_env = DEPLOY_TOKEN
commands = python do.py {kind.words}
"""
    summary = tmp_path / "summary.md"
    variables = offline_environ(**{"NO_COLOR": "", kind.variable: SECRET, "GITHUB_STEP_SUMMARY": str(summary)})

    ended = tox(
        tmp_path,
        "run",
        "-v",
        "-e",
        "a",
        "--result-json",
        "r.json",
        "--junit-xml",
        "j.xml",
        env=variables,
        tox_ini=config,
    )
    explained = tox(tmp_path, "run", "-e", "a", "--explain", env=variables)

    assert (ended.code, explained.code) == (3, 0)
    assert SECRET in seen.read_text()
    seen.unlink()
    assert SECRET not in f"{ended.out}{ended.err}{explained.out}{explained.err}"
    assert [path for path in _written(tmp_path) if SECRET.encode() in path.read_bytes()] == []
    assert json.loads((tmp_path / "r.json").read_text())["testenvs"]["a"]["test"]
    assert "do.py" in summary.read_text()
    assert "do.py" in (tmp_path / "j.xml").read_text()


def _written(folder: Path) -> list[Path]:
    """Collect the files that tox may have written: reports, logs, records."""
    own = {".json", ".log", ".xml", ".md", ".users"}
    return [path for path in folder.rglob("*") if path.is_file() and (path.suffix in own or path.parent.name == "log")]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("tox.ini", "[testenv]\ncommands_retry = {env:PLAIN}"),
        ("tox.ini", "[testenv]\nalways_copy = x{env:PLAIN}"),
        ("tox.ini", "[testenv]\nsuicide_timeout = {env:PLAIN}"),
        ("tox.ini", "[testenv]\nskip_install = {env:PLAIN:{env:NONE:}}"),
        ("tox.ini", "[testenv]\nset_env = {env:PLAIN}"),
        ("tox.ini", "[testenv]\nset_env = A={env:B}\n  B={env:A}{env:PLAIN}"),
        ("tox.ini", "[testenv]\nextras = {env:PLAIN} {env:PLAIN}"),
        ("tox.ini", "[testenv]\nconstraints = --what={env:PLAIN}"),
        ("tox.ini", "[testenv]\ndeps = --token={env:PLAIN}"),
        ("setup.cfg", "[tox:tox]\n[testenv]\ncommands_retry = {env:PLAIN}"),
        ("tox.toml", "env_run_base.commands_retry = '{env:PLAIN}'"),
        ("tox.toml", "env_run_base.commands_retry = {replace = 'env', name = 'PLAIN'}"),
        ("tox.toml", "env_run_base.suicide_timeout = '{env:PLAIN}'"),
        ("tox.toml", "env_run_base.always_copy = '{env:PLAIN}'"),
        ("tox.toml", "env_run_base.set_env = ['{env:PLAIN}']"),
        (
            "tox.toml",
            "env_run_base.deps = ['-r https://me:{env:PLAIN}@127.0.0.1:9/r.txt', '-r {env:DEPLOY_TOKEN}.txt']",
        ),
    ],
)
def test_wrong_values_are_told_as_they_are_written(name: str, lines: str, tmp_path: Path) -> None:
    """What a variable holds that makes a value wrong is not told, whatever the variable is named."""
    (tmp_path / name).write_text(lines)
    variables = offline_environ(NO_COLOR="", PLAIN=SECRET, DEPLOY_TOKEN=f"{SECRET}also")

    shown = tox(tmp_path, "config", "-e", "py", env=variables)
    ended = tox(tmp_path, "run", "-e", "py", env=variables)
    told = [line for line in shown.out.splitlines() if "Exception" in line]

    assert SECRET not in "\n".join([*told, shown.err, ended.out, ended.err])


def test_values_that_are_right_are_shown(tmp_path: Path) -> None:
    """What ``config`` is asked for is shown as it is."""
    variables = offline_environ(NO_COLOR="", PLAIN=SECRET)
    ended = tox(
        tmp_path, "config", "-e", "py", "-k", "description", env=variables, tox_ini="[testenv]\ndescription={env:PLAIN}"
    )

    assert f"description = {SECRET}" in ended.out


@pytest.mark.parametrize(
    ("variable", "value", "is_told"),
    [
        ("TOX_VERBOSE", f"--password={SECRET}", True),
        ("TOX_VERBOSE", f"https://me:{SECRET}@h", True),
        ("TOX_INSTALL_PKG", f"https://me:{SECRET}@h/x.whl", False),
        ("TOX_FORCE_DEP", f"a !! @ https://me:{SECRET}@h", False),
        ("TOX_OVERRIDE", f"--token={SECRET}", False),
        ("TOX_SHOW_TOKEN", SECRET, True),
    ],
)
def test_wrong_defaults(variable: str, value: str, is_told: bool, tmp_path: Path) -> None:
    """A variable, or an entry of the user's file, that gives an option a wrong value is told without its secret."""
    plugin = """
from tox.plugin import impl

@impl
def tox_add_option(parser):
    parser.add_argument("--show-token", type=int, default=1)
"""
    own = tmp_path / "own.ini"
    own.write_text(f"[tox]\n{variable.removeprefix('TOX_').lower()} = {value}\n")
    by_variable = tox(
        tmp_path, "list", env=offline_environ(NO_COLOR="", **{variable: value}), tox_ini="", toxfile_py=plugin
    )
    by_file = tox(tmp_path, "list", env=offline_environ(NO_COLOR="") | {"TOX_USER_CONFIG_FILE": str(own)})

    for ended in (by_variable, by_file):
        assert SECRET not in f"{ended.out}{ended.err}"
    assert is_told == (variable in f"{by_variable.out}{by_variable.err}")


@pytest.mark.parametrize(
    "words",
    [
        ("list", f"--no-such-token={SECRET}"),
        ("list", "--no-such-token", SECRET),
        ("list", f"https://me:{SECRET}@h"),
        ("list", "--show-token", SECRET),
        ("list", f"--show-token={SECRET}"),
        ("list", "-x", f"--token={SECRET}"),
        ("config", "-k", "description", "-x", f"testenv.always_copy=--token={SECRET}"),
        ("run", "--workdir", f"tox.ini/--token={SECRET}"),
        ("run", "-e", f"https://me:{SECRET}@h"),
        ("legacy", "--force-dep", f"!! @ https://me:{SECRET}@h"),
        ("run", "--discover", f"https://me:{SECRET}@h"),
        ("run", "--installpkg", f"https://me:{SECRET}@h/x.whl"),
    ],
    ids=lambda words: " ".join(words).replace(SECRET, "SECRET"),
)
def test_wrong_arguments(words: tuple[str, ...], tmp_path: Path) -> None:
    """An argument that cannot be used is told without its secret."""
    plugin = """
from tox.plugin import impl

@impl
def tox_add_option(parser):
    parser.add_argument("--show-token", type=int, default=1)
"""
    ended = tox(tmp_path, *words, tox_ini="[tox]\nno_package=true", toxfile_py=plugin)

    assert SECRET not in f"{ended.out}{ended.err}"


@pytest.mark.parametrize(
    "requires",
    [
        f"zed @ http://me:{SECRET}@127.0.0.1:9/zed-1.0-py3-none-any.whl",
        f"zed @ http://me:{SECRET}@127.0.0.1:9/zed-1.0-py3-none-any.whl#sha256=00",
        f"zed @ git+http://me:{SECRET}@127.0.0.1:9/zed@main",
        f"zed @ https://me:{SECRET}@[bad/zed.whl",
        f"zed @ https://h/zed.whl?token={SECRET}",
        f"zed == 1+{SECRET}",
    ],
)
@pytest.mark.parametrize("args", [("list",), ("list", "--no-provision"), ("run", "--explain")], ids=" ".join)
def test_addresses_of_what_is_required(requires: str, args: tuple[str, ...], tmp_path: Path) -> None:
    """A missing requirement of tox is told without the password of its address, and no record has it."""
    (tmp_path / "tox.toml").write_text(f"no_package = true\nrequires = ['''{requires}''']\n")
    variables = offline_environ(
        NO_COLOR="", DEPLOY_TOKEN=SECRET, PIP_CONSTRAINT=f"http://me:{SECRET}@127.0.0.1:9/c.txt"
    )
    ended = tox(tmp_path, *args, env=variables | {"PIP_RETRIES": "0"})

    told = re.sub(r"(?m)^.*Invalid (URL|specifier).*$", "", f"{ended.out}{ended.err}")
    assert ended.code == (0 if "--explain" in args else ended.code or "an error")
    assert "Traceback" not in told
    assert SECRET not in told
    assert [path for path in _written(tmp_path) if SECRET.encode() in path.read_bytes()] == []


def test_representations() -> None:
    """What Python shows of objects that hold words of the user hides secrets as well."""
    program = f"""
from pathlib import Path
from tox.config.loader.api import Override
from tox.execute.request import ExecuteRequest, StdinSource
print(repr(Override("a.commands=x --token={SECRET}")), str(Override("a.set_env=MY_TOKEN={SECRET}")))
print(ExecuteRequest(["x", "{SECRET}"], Path(), {{"MY_TOKEN": "{SECRET}"}}, StdinSource.OFF, "r"))
print(Override("a.set_env=MY_TOKEN={SECRET}").value == "MY_TOKEN={SECRET}")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert SECRET not in done.stdout
    assert done.stdout.splitlines()[-1] == "True"
