"""Requirement lines and the files they include, as pip would read them."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tox.tox_env.python.pip.req import _read
from tox.tox_env.python.pip.req._lines import split_options
from tox.tox_env.python.pip.req.file import RequirementsFile, protect_env_variables, unprotect_env_variables
from tox.tox_env.python.pip.req.util import get_url_scheme, handle_binary_option, is_url, url_to_path
from tox.tox_env.python.pip.req_file import PythonConstraints, PythonDeps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HASH = "sha256:" + "a" * 64


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project with requirement files in it."""
    write(
        tmp_path,
        {
            "reqs.txt": "attrs\n",
            "cons.txt": "six<2\n",
            "pkgdir/setup.py": "",
            "sub/a.txt": "a1\n-r ../sub/b.txt\n",
            "sub/b.txt": 'b1 ; python_version>"3"\n-c ../cons.txt\n--pre\n-e ../pkgdir\n',
            "sub/hashed.txt": f"x --hash={HASH} --config-settings k=v --global-option=zz\n",
        },
    )
    return tmp_path


@pytest.mark.parametrize(
    ("lines", "arguments"),
    [
        pytest.param(["pluggy>=1 # comment"], ["pluggy>=1"], id="comment"),
        pytest.param(["# only", "", "pluggy"], ["pluggy"], id="empty-lines"),
        pytest.param(["-rreqs.txt"], ["-r", "reqs.txt"], id="glued"),
        pytest.param(["--requirement=reqs.txt"], ["-r", "reqs.txt"], id="long"),
        pytest.param(["-c cons.txt", "pluggy"], ["pluggy", "-c", "cons.txt"], id="constraint-after"),
        pytest.param(["-e ./pkgdir[test]"], ["-e", "./pkgdir[test]"], id="editable-extras"),
        pytest.param(["-e ./pkgdir[b,a,]"], ["-e", "./pkgdir[a,b]"], id="extras-sorted"),
        pytest.param(["-e .[b,a-c]"], ["-e", "./.[b,a-c]"], id="extras-as-they-are"),
        pytest.param(["sub/dir[b,a_c]"], ["sub/dir[b,a_c]"], id="extras-below"),
        pytest.param(["-e ."], ["-e", "."], id="editable-here"),
        pytest.param(["."], ["."], id="here"),
        pytest.param(["pkgdir/"], ["./pkgdir"], id="folder"),
        pytest.param(["sub/foo.whl"], ["sub/foo.whl"], id="nested-file"),
        pytest.param(["foo @ file:///x"], ["foo @ file:///x"], id="direct"),
        pytest.param(["-e git+https://h/y@v1#egg=y"], ["-e", "git+https://h/y@v1#egg=y"], id="vcs"),
        pytest.param(
            ["b", "a", "-e ./z", "-e ./y", "pluggy", "Attrs"],
            ["a", "Attrs", "b", "pluggy", "-e", "./y", "-e", "./z"],
            id="sorted",
        ),
        pytest.param(["a>1", "a-b", "a", ".", "-c cons.txt"], ["a", "a-b", "a>1", ".", "-c", "cons.txt"], id="by-text"),
        pytest.param(["b>dev", "a==1.x", "a="], ["./a=", "a==1.x", "b>dev"], id="comparisons-are-no-paths"),
        pytest.param(["pluggy", "pluggy"], ["pluggy"], id="once"),
        pytest.param(["foo[bar, baz]>=1,<2"], ["foo[bar,baz]<2,>=1"], id="normal-form"),
        pytest.param(["a b"], ["./a b"], id="path-with-blank"),
        pytest.param(["~/foo"], ["~/foo"], id="home"),
        pytest.param(["==1"], ["==1"], id="nonsense-is-for-pip"),
        pytest.param(
            ["-i https://h/simple", "--extra-index-url https://b", "pluggy"],
            ["pluggy", "-i", "https://h/simple", "--extra-index-url", "https://b"],
            id="indexes",
        ),
        pytest.param(
            ["-f links", "pluggy", "-flinks", "-f other", "--find-links=links"],
            ["pluggy", "-f", "links", "-f", "other"],
            id="links-once",
        ),
        pytest.param(["-i z", "-i y", "pluggy"], ["pluggy", "-i", "y"], id="last-index"),
        pytest.param(["-i z", "--no-index", "pluggy"], ["pluggy", "--no-index"], id="no-index"),
        pytest.param(
            [
                "-f links",
                "--pre",
                "--prefer-binary",
                "--require-hashes",
                "--no-binary :all:",
                "--only-binary foo,bar",
                "--trusted-host h",
                "--use-feature fast-deps",
                "--no-deps",
                "pluggy",
            ],
            [
                "pluggy",
                *("-f", "links"),
                "--pre",
                *("--trusted-host", "h"),
                "--prefer-binary",
                "--require-hashes",
                *("--use-feature", "fast-deps"),
                *("--no-binary", ":all:"),
                *("--only-binary", "bar,foo"),
                "--no-deps",
            ],
            id="all-options",
        ),
        pytest.param(["--global-option=x", "pluggy"], ["pluggy"], id="global-option-dropped"),
        pytest.param(["-f my wheels", "pluggy"], ["pluggy", "-f", "my wheels"], id="links-with-blank"),
        pytest.param(["--find-links my wheels"], ["-f", "my wheels"], id="long-links-with-blank"),
        pytest.param(["--only-binary foo; python_version > '3'"], ["--only-binary", "foo;"], id="marked-binary"),
        pytest.param(["--no-binary foo,bar ; x"], ["--no-binary", "bar,foo"], id="marked-source"),
    ],
)
def test_arguments_for_pip(root: Path, lines: list[str], arguments: list[str]) -> None:
    """Requirements come first, sorted, then files, then options in one order."""
    assert PythonDeps(lines, root).as_root_args == arguments


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["pluggy>=1 # comment"], ["pluggy>=1 # comment"]),
        (["-rreqs.txt"], ["-r reqs.txt"]),
        (["--requirement=reqs.txt"], ["--requirement=reqs.txt"]),
        (["-r a b.txt"], [r"-r a\ b.txt"]),
        (['-c "a b.txt"'], ['-c "a b.txt"']),
        (["-e."], ["-e ."]),
        (["    indented"], ["    indented"]),
        (["${FOO}"], ["${FOO}"]),
        (["a", "-i x", "-c c.txt", "-f y", "b", "--pre"], ["a", "-i x", "-f y", "--pre", "-c c.txt", "b"]),
        (["-i z", "-i y", "--extra-index-url q"], ["-i y", "--extra-index-url q"]),
        (["six", "", "# c", " # d", "-e ."], ["six", "", "# c", " # d", "-e ."]),
        (["# c", "", "# d"], []),
        (["", "six", "", ""], ["", "six"]),
        (["six", "# c"], ["six", "# c"]),
        (["\\"], []),
    ],
    ids=lambda value: next(iter(value), "none") if isinstance(value, list) else value,
)
def test_lines_as_they_are_shown(root: Path, lines: list[str], shown: list[str]) -> None:
    """Options stand together where the first one stood; everything else stays in its place."""
    assert PythonDeps(lines, root).lines() == shown


@pytest.mark.parametrize(
    ("lines", "options", "requirements"),
    [
        pytest.param(["-r reqs.txt"], [], ["attrs"], id="file"),
        pytest.param(
            ["-r sub/a.txt", "--no-index", "-f z"],
            ["pre=True", "index_url=[]", "find_links=['z']"],
            ["a1", 'b1; python_version > "3"', "-e {root}/pkgdir", "-c six<2"],
            id="nested",
        ),
        pytest.param(
            ["-r sub/hashed.txt"],
            [],
            [f"x --hash {HASH} --config-settings k=v"],
            id="hashes-in-files",
        ),
        pytest.param(["-c sub/hashed.txt"], [], [f"-c x --hash {HASH} --config-settings k=v"], id="constraints"),
        pytest.param(
            ["-i https://u:p@h/simple", "--extra-index-url https://b", "a"],
            ["index_url=['https://u:p@h/simple', 'https://b']"],
            ["a"],
            id="indexes-together",
        ),
    ],
)
def test_included_files_are_unfolded(root: Path, lines: list[str], options: list[str], requirements: list[str]) -> None:
    """What decides what gets installed includes all that files say."""
    expected = [line.format(root=root) for line in requirements]

    assert PythonDeps(lines, root).unroll() == (options, expected)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["-x"], "^unrecognized arguments: -x$"),
        (["-e--"], "expected one argument$"),
        (["-r --"], "expected one argument$"),
        (["-c=--"], "expected one argument$"),
        (["--index-url=--"], "expected one argument$"),
        (["-U pluggy"], "^unrecognized arguments: -U pluggy$"),
        (["--pre=1"], "^argument --pre: ignored explicit argument '1'$"),
        (["-r"], "^argument -r/--requirement: expected one argument$"),
        (["pluggy --hash=x"], "^argument --hash: x$"),
        ([f"pluggy --hash={HASH}"], "^Cannot use --hash in deps list, it must be in requirements file"),
        (["pluggy -C a=b"], "^Cannot use --config-settings in deps list, it must be in requirements file"),
        (["-r missing.txt"], "^Could not open requirements file .*missing.txt: "),
        (["-r reqs.txt # no comment"], "^Could not open requirements file .*reqs.txt # no comment: "),
        (['-f "x'], "quot"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_mistakes_are_told(root: Path, lines: list[str], message: str) -> None:
    """A line that cannot be understood is a value error that says why."""
    with pytest.raises(ValueError, match=message):
        PythonDeps(lines, root).unroll()


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("http://h/a\x01b", "http://h/a\x01b"),
        ("http://h/a\x7fb", "http://h/a\x7fb"),
        ("http://h\x1b/x", "http://h\x1b/x"),
        ("http://u:s3c\x01ret@h:port/x", "http://***@h:port/x"),
        ("http://[::1/x", "http://[::1/x"),
        ("http://h/é", "http://h/é"),
        ("http://.h/x", "http://.h/x"),
        ("a\0b", "a\0b"),
    ],
    ids=ascii,
)
def test_locations_that_are_none_are_refused(tmp_path: Path, location: str, shown: str) -> None:
    """A location that nothing can be at, such as a URL with control characters, is told without its password."""
    with pytest.raises(ValueError, match=f"^Could not open requirements file .*{re.escape(shown)}: ") as caught:
        PythonDeps([f"-r {location}"], tmp_path).unroll()

    assert "s3c" not in str(caught.value)


def test_a_password_is_told_to_its_host_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """User and password of a URL open a file that asks for them; where the host sends on to is not told them."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    seen: list[tuple[str, str | None]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Authorization"]))
            if self.path == "/first":
                self.send_response(302)
                self.send_header("Location", "/second")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"pear\n")

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            deps = PythonDeps([f"-r http://me:p%40ss@127.0.0.1:{server.server_port}/first"], tmp_path)
            _, requirements = deps.unroll()
        finally:
            server.shutdown()
            thread.join()

    assert requirements == ["pear"]
    assert seen == [("/first", f"Basic {b64encode(b'me:p@ss').decode()}"), ("/second", None)]


def test_order_of_constraints(root: Path) -> None:
    """They are sorted as requirements are, but editable ones among the others."""
    (root / "limits.txt").write_text("./z\n-e ./b\nz\n-e y\nB\n")

    requirements = RequirementsFile(root / "limits.txt", constraint=True).requirements

    assert [str(one) for one in requirements] == ["-c B", "-c -e y", "-c z", "-c -e ./b", "-c ./z"]


def test_files_that_include_each_other_are_refused(tmp_path: Path) -> None:
    """There would be no end to it."""
    write(tmp_path, {"a.txt": "-r b.txt", "b.txt": "-r ./a.txt"})

    with pytest.raises(ValueError, match=r"recursive requirements include: .*a\.txt"):
        PythonDeps(["-r a.txt"], tmp_path).unroll()


def test_file_included_twice_side_by_side_is_no_cycle(tmp_path: Path) -> None:
    """Two files may share a third one."""
    write(tmp_path, {"a.txt": "-r c.txt", "b.txt": "-r c.txt", "c.txt": "pluggy"})

    assert PythonDeps(["-r a.txt", "-r b.txt"], tmp_path).unroll() == ([], ["pluggy"])


def test_variables_come_from_the_environment_given(root: Path) -> None:
    """Values are filled in for pip; those of secrets are hidden in what is recorded."""
    variables = {"NAME": "pear", "API_TOKEN": "s3cret", "lower": "x"}
    deps = PythonDeps(["${NAME}", "https://${API_TOKEN}@h/x.whl", "a==${MISSING}"], root, lambda: variables)

    assert "https://s3cret@h/x.whl" in deps.as_root_args
    _, recorded = deps.unroll()
    assert recorded == ["pear", "a==${MISSING}", "https://******@h/x.whl"]
    assert deps.depends_on_more


def test_files_read_are_known(root: Path) -> None:
    """Whoever wants to know whether anything changed can ask the files."""
    deps = PythonDeps(["-r sub/a.txt"], root)

    deps.unroll()

    assert {path.name for path in deps.files} == {"a.txt", "b.txt", "cons.txt"}
    assert not deps.depends_on_more


@pytest.mark.parametrize(
    "text",
    ["-c cons.txt", "-r cons.txt", "-ccons.txt", "--pre", "-e ."],
)
def test_constraints_are_files_only(root: Path, text: str) -> None:
    """Options have no place among constraints."""
    with pytest.raises(ValueError, match=r"^only constraints files or URLs can be provided$"):
        PythonConstraints([text], root)


def test_constraints_are_given_as_constraints(root: Path) -> None:
    """A file of constraints is an argument for pip and unfolds into limits."""
    constraints = PythonConstraints(["cons.txt", "# comment"], root)

    assert constraints.as_root_args == ["-c", "cons.txt"]
    assert constraints.unroll() == ([], ["-c six<2"])
    assert constraints.lines() == ["cons.txt", "# comment"]
    assert not constraints.is_empty
    assert PythonConstraints(["# comment"], root).is_empty


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cons.txt --pre", ["-c", "cons.txt", "--pre"]),
        ("cons.txt --no-binary x", ["-c", "cons.txt", "--no-binary", "x"]),
        ("cons.txt  -i https://a.invalid/b", ["-c", "cons.txt", "-i", "https://a.invalid/b"]),
        ("a b.txt --pre", ["-c", "a b.txt", "--pre"]),
    ],
)
def test_options_behind_a_file_of_constraints(line: str, words: list[str], root: Path) -> None:
    """They stand there as in a requirements file."""
    for name in ("cons.txt", "a b.txt"):
        (root / name).write_text("x<2\n")
    constraints = PythonConstraints([line], root)

    assert sorted(constraints.as_root_args) == sorted(words)
    assert constraints.lines() == [line]


def test_deps_add_up(root: Path) -> None:
    """Plugins join the lines of two values."""
    joined = PythonDeps(["a"], root) + PythonDeps("b\nc", root)

    assert joined.as_root_args == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xef\xbb\xbfabc", "abc", id="utf-8-bom"),
        pytest.param("äbc".encode("utf-16"), "äbc", id="utf-16"),
        pytest.param("# -*- coding: latin-1 -*-\nä".encode("latin-1"), "# -*- coding: latin-1 -*-\nä", id="declared"),
        pytest.param("ä".encode(), "ä", id="utf-8"),
    ],
)
def test_encodings(content: bytes, expected: str) -> None:
    """Marks and declarations are believed, UTF-8 is the rule."""
    assert _read.read_decode(io.BytesIO(content), "f") == expected


def test_download_that_never_ends_is_ended() -> None:
    """Neither too many bytes nor too slow ones are waited for."""

    class Endless:
        def read(self, size: int, /) -> bytes:
            return b"x" * size

    with pytest.raises(ValueError, match="larger than"):
        _read.read_bounded(Endless(), "url", None)
    with pytest.raises(ValueError, match="longer than"):
        _read.read_bounded(Endless(), "url", time.monotonic() - 1)


def test_requirements_file_of_plugins(root: Path) -> None:
    """The general class reads a file on disk."""
    file = RequirementsFile(root / "sub" / "a.txt", constraint=False)

    assert [str(requirement) for requirement in file.requirements] == [
        "a1",
        'b1; python_version > "3"',
        f"-e {root / 'pkgdir'}",
        "-c six<2",
    ]
    assert file.options.pre is True
    assert str(file) == f"-r {root / 'sub' / 'a.txt'}"
    assert file.requirements[0].lineno == 1


@pytest.mark.parametrize(
    ("text", "scheme", "url"),
    [
        ("https://x", "https", True),
        ("GIT+ssh://x", "git+ssh", True),
        ("file:x", "file", True),
        ("C:\\x", "c", False),
        ("name", None, False),
        ("a @ https://x", "a @ https", False),
    ],
)
def test_urls_are_told_from_names(text: str, scheme: str | None, *, url: bool) -> None:
    """A drive letter is no scheme that pip installs from."""
    assert (get_url_scheme(text), is_url(text)) == (scheme, url)


def test_file_urls_become_paths() -> None:
    """Quoted characters are unquoted."""
    assert url_to_path("file:///a%20b") == f"{os.sep}a b"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([("target", "a,B_b")], ({"a", "b-b"}, set())),
        ([("other", "a"), ("target", "a")], ({"a"}, set())),
        ([("target", "a,:all:")], ({":all:"}, set())),
        ([("target", ":all:,:none:,c")], ({"c"}, set())),
        ([("other", "x"), ("target", ":all:")], ({":all:"}, set())),
    ],
)
def test_binary_options_take_turns(values: list[tuple[str, str]], expected: tuple[set[str], set[str]]) -> None:
    """The last word counts, for each name and for all."""
    target: set[str] = set()
    other: set[str] = set()

    for which, value in values:
        handle_binary_option(value, *((target, other) if which == "target" else (other, target)))

    assert (target, other) == expected


def test_protected_variables_come_back() -> None:
    """Other substitutions do not see them in between."""
    text = "a ${NAME} $X ${lower}"

    hidden = protect_env_variables(text)

    assert "${NAME}" not in hidden
    assert unprotect_env_variables(hidden) == text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"-r reqs\dev.txt", ["-r", r"reqs\dev.txt"]),
        (r"-c .\c.txt", ["-c", r".\c.txt"]),
        (r"--find-links=C:\w\x", [r"--find-links=C:\w\x"]),
        (r"-f \\server\share", ["-f", r"\\server\share"]),
        (r"-r C:\my\ dir\r.txt", ["-r", r"C:\my dir\r.txt"]),
        (r'-r "C:\my dir\r.txt"', ["-r", r"C:\my dir\r.txt"]),
        ("-i https://host/x --pre", ["-i", "https://host/x", "--pre"]),
    ],
)
def test_options_keep_the_backslashes_of_windows(monkeypatch: pytest.MonkeyPatch, line: str, words: list[str]) -> None:
    """On Windows a backslash stands between folders, also in the value of an option; before a blank it protects it."""
    monkeypatch.setattr(sys, "platform", "win32")

    assert split_options(line) == words
