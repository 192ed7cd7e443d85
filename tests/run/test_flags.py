"""Options of commands that run environments."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import TYPE_CHECKING, Any

import pytest

from tox.session.cmd.run._flags import InstallPackageAction, Mode, SkipMissingInterpreterAction, env_run_create_flags
from tox.session.cmd.run.parallel import parallel_flags, parse_num_processes

if TYPE_CHECKING:
    from pathlib import Path


class Parser(ArgumentParser):
    """A parser that takes the argument of tox's own."""

    def add_argument(self, *args: Any, of_type: Any = None, **kwargs: Any) -> Any:
        """Add an argument; its type is for values from elsewhere."""
        del of_type
        return super().add_argument(*args, **kwargs)


def parse(action: type, *args: str) -> Any:
    """Parse one option ``--it``."""
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("--it", action=action, nargs="?" if action is SkipMissingInterpreterAction else None)
    return parser.parse_args(args).it


@pytest.mark.parametrize(("args", "value"), [((), None), (("--it",), "true"), (("--it", "false"), "false")])
def test_skip_missing(args: tuple[str, ...], value: str | None) -> None:
    """Given without a value, interpreters may be missing."""
    assert parse(SkipMissingInterpreterAction, *args) == value


def test_skip_missing_bad() -> None:
    """Other words are refused."""
    with pytest.raises(Exception, match=r"value must be 'config', 'true', or 'false' \(got 'yes'\)"):
        parse(SkipMissingInterpreterAction, "--it", "yes")


def test_install_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package is named by its path or its URI, and known by its absolute path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.whl").touch()

    assert parse(InstallPackageAction, "--it", "a b.whl") == tmp_path / "a b.whl"
    assert parse(InstallPackageAction, "--it", (tmp_path / "a b.whl").as_uri()) == tmp_path / "a b.whl"


@pytest.mark.parametrize(("name", "reason"), [("none", "does not exist"), (".", "is not a file"), ("", "be empty")])
def test_install_package_bad(name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no file is refused."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(Exception, match=reason):
        parse(InstallPackageAction, "--it", name)


RUN = {"-s", "-n", "-b", "--installpkg", "--fail-fast", "--develop", "--no-recreate-pkg"}
RUN |= {"--skip-pkg-install", "--skip-env-install"}


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("run", {*RUN, "--junit-xml", "--explain"}),
        ("run-parallel", {*RUN, "--junit-xml", "--explain"}),
        ("legacy", {*RUN, "--junit-xml", "--explain"}),
        ("exec", RUN),
        ("config", {"-s", "--develop", "--no-recreate-pkg"}),
        ("devenv", {"--no-recreate-pkg"}),
        ("depends", set()),
    ],
)
def test_options(mode: Mode, options: set[str]) -> None:
    """Each command has those options that mean something to it."""
    parser = Parser(add_help=False)

    env_run_create_flags(parser, mode)

    assert {action.option_strings[0] for action in parser._actions} == options


@pytest.mark.parametrize(("text", "number"), [("all", None), ("0", 0), ("3", 3)])
def test_workers(text: str, number: int | None) -> None:
    """The number of environments side by side is read."""
    assert parse_num_processes(text) == number


def test_workers_by_processors() -> None:
    """There can be as many as processors."""
    assert (parse_num_processes("auto") or 0) >= 1


@pytest.mark.parametrize(("text", "reason"), [("x", "value must be all, auto or a number, is 'x'"), ("-1", "is -1")])
def test_workers_bad(text: str, reason: str) -> None:
    """What is no number of environments is refused."""
    with pytest.raises(ArgumentTypeError, match=reason):
        parse_num_processes(text)


@pytest.mark.parametrize(("args", "number"), [((), 0), (("-p",), None), (("-p", "2"), 2)])
def test_optional_number(args: tuple[str, ...], number: int | None) -> None:
    """Where the number may be left out, that means all at once."""
    parser = ArgumentParser()
    parallel_flags(parser, default_parallel=0, no_args=True)

    assert parser.parse_args(args).parallel == number
