"""Plugins of others, from the index, doing in real projects what they are for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.plugin.workshop import Workshop

if TYPE_CHECKING:
    from pathlib import Path

PY = f"py{sys.version_info.major}{sys.version_info.minor}"
DOTTED = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSION = "python -c 'import demo; print(\"demo\", demo.VERSION)'"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.version_info < (3, 11), reason="several of the plugins need it"),
]


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Return the environment with the plugins; the workers of a session share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "real-plugins"
    folder.mkdir(exist_ok=True)
    return Workshop(folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return an empty project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def write(project: Path, **files: str) -> None:
    """Write files, with ``_`` for the first dot of their names."""
    for name, text in files.items():
        (project / name.replace("_", ".", 1)).write_text(dedent(text), encoding="utf-8")


def package(project: Path, more: str = "") -> None:
    """Write a package named ``own``, built by flit."""
    text = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
    about = '[project]\nname = "own"\nversion = "1"\ndescription = "d"\nrequires-python = ">=3.8"\n'
    (project / "pyproject.toml").write_text(text + about + dedent(more))
    (project / "own.py").write_text("'''A module.'''\n")


# -- tox-uv -----------------------------------------------------------------------------------------------------------


def test_uv_runs_environments(workshop: Workshop, project: Path) -> None:
    """tox-uv makes the environment, installs dependencies and package, and leaves pip out of it."""
    package(project)
    write(
        project,
        tox_ini=f"[testenv]\npackage = wheel\ndeps = demo<2\ncommands =\n  {VERSION}\n  python -c 'import own'\n",
    )

    ended = workshop.tox(project, "r", "-e", "py", plugins=["tox-uv"])
    again = workshop.tox(project, "r", "-e", "py", plugins=["tox-uv"])
    kind = workshop.tox(project, "config", "-e", "py", "-k", "runner", plugins=["tox-uv"])

    assert ended.code == 0, ended.out
    assert "demo 1.0" in ended.out
    assert len(ended.lines("py: install_deps> ")) == 1
    assert "uv pip install" in ended.lines("py: install_deps> ")[0]
    assert not list(project.glob(".tox/py/**/site-packages/pip"))
    assert (again.code, again.lines("py: install_deps> ")) == (0, [])
    assert "runner = uv-venv-runner" in kind.out


def test_uv_installs_a_lock_file(workshop: Workshop, project: Path) -> None:
    """The lock runner of tox-uv installs what ``uv.lock`` says, though the index has something newer."""
    package(project, '[project.optional-dependencies]\nextra = ["demo<2"]\n')
    write(
        project,
        tox_ini=f"[testenv]\nrunner = uv-venv-lock-runner\nextras = extra\ncommands = {VERSION}\n",
    )
    locked = workshop.run([workshop.program("uv"), "lock", "--python", sys.executable], project)
    assert locked.code == 0, locked.out

    ended = workshop.tox(project, "r", "-e", "py", plugins=["tox-uv"])

    assert ended.code == 0, ended.out
    assert "uv sync" in ended.out
    assert "demo 1.0" in ended.out


def test_uv_is_provisioned(workshop: Workshop, project: Path) -> None:
    """A tox without plugins provisions itself with tox-uv, which then runs the environments."""
    write(
        project, tox_ini=f"[tox]\nrequires = tox-uv\nno_package = true\n[testenv]\ndeps = demo\ncommands = {VERSION}\n"
    )

    ended = workshop.plain_tox(project, "r", "-e", "py")

    assert ended.code == 0, ended.out
    assert ".tox: " in ended.out
    assert "uv pip install" in ended.lines("py: install_deps> ")[0]
    assert "demo 2.0" in ended.out


# -- GitHub Actions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plugin", "section"),
    [
        pytest.param("tox-gh", f"[gh]\npython =\n  3.1 = other\n  {DOTTED} = {PY}, lint\n", id="tox-gh"),
        pytest.param(
            "tox_gh_actions", f"[gh-actions]\npython =\n  3.1: other\n  {DOTTED}: {PY}, lint\n", id="tox-gh-actions"
        ),
    ],
)
def test_github_selects_by_python(workshop: Workshop, project: Path, plugin: str, section: str) -> None:
    """Under GitHub Actions the Python that runs tox decides which environments run, and which are listed first."""
    both = f"[tox]\nno_package = true\nenv_list = other, {PY}, lint\n[testenv]\ncommands = python -c 'print(1)'\n"
    write(project, tox_ini=both + section)

    usual = workshop.tox(project, "list", "--no-desc", plugins=[plugin])
    listed = workshop.tox(project, "list", plugins=[plugin], GITHUB_ACTIONS="true")
    ran = workshop.tox(project, "r", plugins=[plugin], GITHUB_ACTIONS="true")
    named = workshop.tox(project, "r", "-e", "other", plugins=["tox-gh"], GITHUB_ACTIONS="true")

    assert usual.out.split()[-3:] == ["other", PY, "lint"]
    chosen = [line.split()[0] for line in listed.out.partition("additional")[0].splitlines() if "->" in line]
    assert (listed.code, set(chosen)) == (0, {PY, "lint"})
    assert ran.code == 0, ran.out
    assert (len(ran.lines(f"  {PY}: OK")), len(ran.lines("  lint: OK")), ran.out.count("other")) == (1, 1, 0)
    assert len(ran.lines("::group::tox:")) >= 2
    assert (named.code, len(named.lines("  other: OK"))) == (0, 1)


def test_github_summary(workshop: Workshop, project: Path) -> None:
    """tox-gh writes how each environment went into the summary of the step."""
    write(
        project,
        tox_ini=f"[tox]\nno_package = true\n[testenv:good]\ncommands = python -c pass\n[testenv:bad]\n"
        f"commands = python -c 'raise SystemExit(3)'\n[gh]\npython =\n  {DOTTED} = good, bad\n",
    )
    summary = project / "summary.md"

    ended = workshop.tox(project, "r", plugins=["tox-gh"], GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))

    assert ended.code == 1, ended.out
    by_plugin = [line for line in summary.read_text().splitlines() if line.startswith(":")]  # tox itself adds a table
    assert by_plugin == [":white_check_mark:: good", ":negative_squared_cross_mark:: bad"]


# -- other tools ------------------------------------------------------------------------------------------------------


def test_docker_reads_its_configuration(workshop: Workshop, project: Path) -> None:
    """tox-docker reads sections of its own; without Docker the environment fails and says why."""
    write(
        project,
        tox_ini="""\
        [tox]
        no_package = true
        [testenv:a]
        docker = db
        commands = python -c pass
        [testenv:wrong]
        docker = missing
        [docker:db]
        image = postgres:13-alpine
        environment =
          POSTGRES_DB = base
        ports = 5432:5432/tcp
        healthcheck_interval = 1.5
        """,
    )

    shown = workshop.tox(project, "config", "-e", "a", "-k", "docker", plugins=["docker"])
    wrong = workshop.tox(project, "config", "-e", "wrong", "-k", "docker", plugins=["docker"])
    ended = workshop.tox(project, "r", "-e", "a", plugins=["docker"], DOCKER_HOST="unix:///nowhere/docker.sock")

    assert shown.code == 0, shown.out
    assert "docker = " in shown.out
    assert "Missing [docker:missing] in tox.ini" in wrong.out
    assert ended.code != 0
    assert "a: FAIL" in ended.out
    assert "Error while fetching server API version" in ended.out


def test_ansible_makes_environments(workshop: Workshop, project: Path) -> None:
    """tox-ansible adds its matrix of environments, prints it for a workflow, and runs one of them."""
    write(
        project,
        galaxy_yml="namespace: name\nname: space\nversion: 1.0.0\n",
        **{"tox-ansible_ini": "[ansible]\nskip =\n  devel\n  milestone\n"},
    )
    with_file = ("--ansible", "-c", "tox-ansible.ini")

    listed = workshop.tox(project, "list", *with_file, plugins=["tox-ansible"])
    matrix = workshop.tox(project, *with_file, "--gh-matrix", "--matrix-scope", "unit", plugins=["tox-ansible"])
    keys = ("-e", "sanity-py3.12-2.19", "-k", "base_python", "skip_install", "allowlist_externals", "commands")
    shown = workshop.tox(project, "config", *with_file, *keys, plugins=["tox-ansible"])
    override = (
        "-x",
        "testenv.deps=",
        "-x",
        "testenv.commands_pre=",
        "-x",
        "testenv.commands=python -c 'print(\"ran\")'",
    )
    ran = workshop.tox(project, *with_file, "-e", f"unit-py{DOTTED}-2.19", *override, plugins=["tox-ansible"])

    assert "unit-py3.12-2.19   -> Unit tests using ansible-core 2.19 and python 3.12" in listed.out, listed.out
    assert "devel" not in listed.out
    printed = json.loads(matrix.out[matrix.out.index("[") :])
    assert ["unit", "py3.12", "2.19"] in [one["factors"] for one in printed]
    assert "base_python = py3.12\nskip_install = True\n" in shown.out
    assert "ansible-test sanity" in shown.out
    assert ran.code == 0, ran.out
    assert "ran" in ran.out.splitlines()


def test_pdm_installs_its_groups(workshop: Workshop, project: Path) -> None:
    """tox-pdm installs groups of the lock file by PDM, and runs PDM's scripts."""
    package(
        project,
        f"""
        [dependency-groups]
        test = ["demo<2"]
        [tool.pdm.scripts]
        show = "python -c 'import demo; print(demo.VERSION, 5)'"
        [[tool.pdm.source]]
        name = "pypi"
        type = "find_links"
        url = {workshop.links.as_uri()!r}
        """,
    )
    write(project, tox_ini="[testenv]\ngroups = test\ncommands = show\n")
    locked = workshop.run([workshop.program("pdm"), "lock", "--quiet", "-G", "test"], project, PDM_CHECK_UPDATE="0")
    assert locked.code == 0, locked.out

    ended = workshop.tox(project, "r", "-e", "py", plugins=["pdm"], PDM_CHECK_UPDATE="0")

    assert ended.code == 0, ended.out
    assert ended.lines("py: install_deps> ") == ["py: install_deps> pdm sync --no-self --group test"]
    assert "1.0 5" in ended.out


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_extra_notices_what_commands_leave(workshop: Workshop, project: Path) -> None:
    """tox-extra warns of files that commands leave in a repository, and fails the environment in CI."""
    leave = 'python -c \'open("left", "w").close()\''
    write(project, tox_ini=f"[tox]\nno_package = true\n[testenv]\ncommands = {leave}\n", _gitignore=".tox\n")
    for args in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@e.org", "commit", "-qm", "1"],
    ):
        subprocess.run(["git", *args], cwd=project, check=True)

    warned = workshop.tox(project, "r", "-e", "py", plugins=["extra"])
    failed = workshop.tox(project, "r", "-e", "py", plugins=["extra"], CI="true")
    allowed = workshop.tox(project, "r", "-e", "py", "--allow-dirty", plugins=["extra"], CI="true")

    assert warned.code == 0, warned.out
    assert "'git status -s' reported dirty" in warned.out
    assert failed.code == 1
    assert "py: failed with ::error title=tox-extra detected git dirty status" in failed.out
    assert (allowed.code, "dirty status" in allowed.out) == (0, False)


# -- dependencies -----------------------------------------------------------------------------------------------------


def test_min_req_installs_lower_bounds(workshop: Workshop, project: Path) -> None:
    """tox-min-req constrains what is installed to the lower bounds of the package, where it is told to."""
    package(project, 'dependencies = ["demo>=1.0"]\n')
    write(
        project,
        tox_ini=f"[testenv]\npackage = wheel\ncommands = {VERSION}\n[testenv:low]\nmin_req = true\ndeps = addon\n",
    )

    ended = workshop.tox(project, "r", "-e", "py,low", plugins=["min-req"])

    assert ended.code == 0, ended.out
    assert ended.lines("demo ") == ["demo 2.0", "demo 1.0"]


def test_pin_deps_makes_and_uses_requirements(workshop: Workshop, project: Path) -> None:
    """tox-pin-deps writes what it resolved to a file, and installs from that file from then on."""
    write(project, tox_ini=f"[tox]\nno_package = true\n[testenv:a]\ndeps = demo\ncommands = {VERSION}\n")
    pinned = project / "requirements" / "a.txt"

    compiled = workshop.tox(project, "r", "-e", "a", "--pip-compile", plugins=["pin_deps"])

    assert compiled.code == 0, compiled.out
    assert [line for line in pinned.read_text().splitlines() if line.startswith("demo")] == ["demo==2.0"]

    pinned.write_text("demo==1.0\n")
    used = workshop.tox(project, "r", "-e", "a", plugins=["pin_deps"])
    ignored = workshop.tox(project, "r", "-e", "a", "--ignore-pins", plugins=["pin_deps"])

    assert used.code == 0, used.out
    assert f"-r {pinned}" in used.out
    assert (used.lines("demo "), ignored.lines("demo ")) == (["demo 1.0"], ["demo 2.0"])


def test_environments_share_a_folder(workshop: Workshop, project: Path) -> None:
    """tox-ignore-env-name-mismatch lets environments of different names use one folder in turn."""
    text = (
        "[tox]\nno_package = true\nenv_list = a, b\n[testenv]\nenv_dir = {work_dir}/shared\ndeps = demo\ncommands = "
        + VERSION
    )
    write(project, tox_ini=text)

    apart = workshop.tox(project, "r", plugins=["ignore_env_name_mismatch"])
    write(project, tox_ini=f"{text}\nrunner = ignore_env_name_mismatch\n")
    first = workshop.tox(project, "r", "-r", plugins=["ignore_env_name_mismatch"])
    shared = workshop.tox(project, "r", plugins=["ignore_env_name_mismatch"])

    assert apart.code == first.code == shared.code == 0, apart.out + first.out + shared.out
    assert (apart.out.count("recreate env"), apart.out.count("install_deps>")) == (1, 2)
    assert (shared.out.count("recreate env"), shared.out.count("install_deps>")) == (0, 0)


# -- interpreters and variables ---------------------------------------------------------------------------------------


def test_current_env(workshop: Workshop, project: Path) -> None:
    """tox-current-env runs commands beside tox itself, also again, and prints dependencies instead of running."""
    write(
        project,
        tox_ini="[tox]\nrequires = pluggy\n[testenv]\ndeps =\n  demo\n  addon>=1\nextras = one\n"
        "commands = python -c 'import shutil; print(shutil.which(\"pdm\"))'\n",
    )

    ran = [workshop.tox(project, "-e", "py", "--current-env", plugins=["current-env"]) for _ in range(2)]
    printed = workshop.tox(project, "-e", "py", "--print-deps-to=-", plugins=["current-env"])
    extras = workshop.tox(project, "-e", "py", "--print-extras-to=-", plugins=["current-env"])

    for one in ran:
        assert one.code == 0, one.out
        assert str(workshop.program("pdm")) in one.out.splitlines()
    assert printed.code == extras.code == 0, printed.out + extras.out
    assert [word for word in printed.out.split() if word in {"pluggy", "demo", "addon>=1"}] == [
        "pluggy",
        "demo",
        "addon>=1",
    ]
    assert "one" in extras.out.splitlines()
    assert not list(project.glob(".tox/py/**/site-packages/demo"))


@pytest.mark.skipif(sys.platform == "win32", reason="pyenv is laid out differently")
def test_pyenv_finds_interpreters(workshop: Workshop, project: Path) -> None:
    """tox-pyenv-redux has interpreters found where pyenv keeps them, by a version or by less than one."""
    versions = project / "pyenv" / "versions" / ".".join(map(str, sys.version_info[:3])) / "bin"
    versions.mkdir(parents=True)
    (versions / "python").symlink_to(os.path.realpath(sys.executable))
    command = "python -c 'import os, sys; print(os.environ[\"VIRTUALENV_DISCOVERY\"], sys.version_info[:2])'"
    write(
        project,
        tox_ini=f"[tox]\nno_package = true\n[testenv]\ncommands = {command}\n[testenv:off]\npyenv_discovery = off\n",
    )
    root = {"PYENV_ROOT": str(project / "pyenv")}

    found = workshop.tox(project, "r", "-e", f"{PY},py", plugins=["pyenv-redux"], **root)
    missing = workshop.tox(project, "r", "-e", "py37", plugins=["pyenv-redux"], **root)

    assert found.code == 0, found.out
    assert found.lines("pyenv ") == [f"pyenv {sys.version_info[:2]}"] * 2
    assert missing.code == 1
    assert "py37: failed with could not find python interpreter matching any of the specs py37" in missing.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_backtocks_evaluates_commands(workshop: Workshop, project: Path) -> None:
    """tox-backtocks replaces commands between backticks in ``set_env`` by what they print."""
    show = 'python -c \'import os; print(os.environ["ONE"], os.environ["TWO"])\''
    lines = f"[tox]\nno_package = true\n[testenv]\nset_env =\n  ONE = `echo found`\n  TWO = plain\ncommands = {show}\n"
    write(project, tox_ini=lines)

    ended = workshop.tox(project, "r", "-e", "py", plugins=["backtocks"])

    assert ended.code == 0, ended.out
    assert "found plain" in ended.out.splitlines()
