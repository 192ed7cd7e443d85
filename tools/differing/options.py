"""Options of the command line, by command: how they are spelled, and values that are drawn for them."""

from __future__ import annotations

from typing import NamedTuple

LOOKING = ("config", "list", "depends")
SHORT = {
    "run": "r",
    "run-parallel": "p",
    "depends": "de",
    "list": "l",
    "devenv": "d",
    "config": "c",
    "exec": "e",
    "legacy": "le",
}
RUNNING = ("run", "run-parallel", "devenv", "exec", "legacy")


class Option(NamedTuple):
    """One option."""

    dest: str
    flags: tuple[str, ...]
    values: tuple[str, ...] = ()
    """one of them follows the flag; none where the option takes none"""
    commands: tuple[str, ...] = ()
    """that have it; none where all have it"""
    weight: float = 1


TESTING = ("run", "run-parallel", "exec", "legacy")
SELECTING = ("config", *RUNNING)
OPTIONS = (
    Option("colored", ("--colored",), ("yes", "no", "maybe", "")),
    Option("stderr_color", ("--stderr-color",), ("RED", "red", "GREEN", "nope", "LIGHTBLUE_EX", "RESET")),
    Option("verbose", ("-v", "-vv", "--verbose", "-vvv")),
    Option("quiet", ("-q", "-qq", "--quiet", "-qqq")),
    Option("exit_and_dump_after", ("--exit-and-dump-after",), ("0", "99", "x", "-1", "")),
    Option(
        "config_file",
        ("-c", "--conf"),
        ("tox.ini", "tox.toml", "other.ini", "d", ".", "nope.ini", "", "pyproject.toml"),
    ),
    Option("work_dir", ("--workdir",), ("w", "{P}/v", "", "a b", "w[1]", "../v")),
    Option("root_dir", ("--root",), (".", "d", "nope", "", "..", "{P}")),
    Option("default_runner", ("--runner",), ("virtualenv", "virtualenv-pep-723", "nope", "")),
    Option("no_recreate_provision", ("--no-recreate-provision",)),
    Option("recreate", ("-r", "--recreate")),
    Option(
        "override",
        ("-x", "--override"),
        ("testenv.description=o", "tox.env_list=z", "nonsense", "", "=", "a=b", "x.y+=z", "env_list=q"),
        weight=3,
    ),
    Option("no_provision", ("--no-provision",)),
    Option("hash_seed", ("--hashseed",), ("7", "0", "x", "noset", "notset", "", "-1"), SELECTING),
    Option("discover", ("--discover",), ("nope", "", "{PYTHON}"), SELECTING, 0.5),
    Option("list_dependencies", ("--list-dependencies", "--no-list-dependencies"), (), SELECTING),
    Option("result_json", ("--result-json",), ("o.json", "d/o.json", ""), SELECTING, 0.7),
    Option("no_capture", ("-i", "--no-capture"), (), ("config", "run", "run-parallel", "devenv", "legacy"), 0.5),
    Option(
        "env",
        ("-e",),
        ("a", "b", "a,b", "ALL", "nope", "", "py", "a-x", "py3{11,12}", "py311", ".pkg", "a,,b", "x", "{a,b}"),
        SELECTING,
        4,
    ),
    Option("labels", ("-m",), ("x", "nope", "", "x y"), (*SELECTING, "list"), 1.5),
    Option("factors", ("-f",), ("a", "x", "py311", "a-x", "nope", "", "a x", "py"), (*SELECTING, "list"), 1.5),
    Option("skip_env", ("--skip-env",), ("a", "^b", ".*", "(", "", "x$", "py"), (*SELECTING, "list"), 1.5),
    Option(
        "skip_missing_interpreters",
        ("-s", "--skip-missing-interpreters"),
        ("true", "false", "config", "maybe"),
        SELECTING,
    ),
    Option("develop", ("--develop",), (), SELECTING),
    Option("no_recreate_pkg", ("--no-recreate-pkg",), (), SELECTING, 0.5),
    Option("strict", ("--strict",), (), ("schema",), 5),
    Option(
        "list_keys_only",
        ("-k",),
        ("env_list", "description set_env", "nope", "", "setenv", "commands deps", "labels"),
        ("config",),
        2,
    ),
    Option("show_core", ("--core",), (), ("config",), 2),
    Option("config_format", ("--format",), ("json", "toml", "ini", "nope", ""), ("config",), 2),
    Option("output_file", ("-o", "--output-file"), ("o.txt", "d/o.txt", ""), ("config",), 0.5),
    Option("list_no_description", ("--no-desc",), (), ("list",)),
    Option("list_default_only", ("-d",), (), ("list",)),
    Option("no_test", ("-n", "--notest"), (), TESTING),
    Option("package_only", ("-b", "--pkg-only", "--sdistonly"), (), TESTING, 0.5),
    Option("fail_fast", ("--fail-fast",), (), TESTING),
    Option("skip_pkg_install", ("--skip-pkg-install",), (), TESTING, 0.5),
    Option("skip_env_install", ("--skip-env-install",), (), TESTING, 0.7),
    Option("parallel", ("-p", "--parallel"), ("1", "2", "all", "auto", "0", "x", "-1", ""), ("run-parallel", "legacy")),
    Option("parallel_live", ("-o", "--parallel-live"), (), ("run-parallel", "legacy")),
    Option("parallel_no_spinner", ("--parallel-no-spinner",), (), ("run-parallel", "legacy")),
    Option("show_config", ("--showconfig", "--hi", "--help-ini"), (), ("legacy",)),
    Option("list_envs", ("-l", "--listenvs"), (), ("legacy",)),
    Option("list_envs_all", ("-a", "--listenvs-all"), (), ("legacy",)),
    Option("site_packages", ("--sitepackages",), (), ("legacy",), 0.5),
    Option("always_copy", ("--alwayscopy",), (), ("legacy",), 0.5),
    Option("force_dep", ("--force-dep",), ("six<1", "x y", "", "attrs"), ("legacy",), 0.5),
    Option("pre", ("--pre",), (), ("legacy",), 0.5),
)
#: arguments that are drawn after ``--``
POSARGS = (
    "p",
    "a b",
    "",
    "{env:V}",
    "'",
    '"',
    "\\",
    "-x",
    "--",
    "tox.ini",
    "d",
    "a,b",
    "é",
    "#h",
    "a\nb",
    "{posargs}",
    "$V",
    ";",
)
