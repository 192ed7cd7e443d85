"""Which tox a provisioned environment gets, and which requirements are met."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.request import url2pathname

import pytest
from packaging.requirements import Requirement

from tox._origin import Origin, constraints, requirement_lines, running
from tox._requires import missing
from tox.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def install(folder: Path, name: str, version: str, direct_url: dict[str, Any] | str | None, record: str = "") -> None:
    """Write the record of an installed distribution."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text(record)
    if direct_url is not None:
        (info / "direct_url.json").write_text(direct_url if isinstance(direct_url, str) else json.dumps(direct_url))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose distributions are found first."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("record", "line"),
    [
        pytest.param(None, f"tox=={__version__}", id="index"),
        pytest.param("{", f"tox=={__version__}", id="broken record"),
        pytest.param(
            {
                "url": "https://x.org/t.git",
                "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT},
            },
            f"tox @ git+https://x.org/t.git@{COMMIT}",
            id="repository",
        ),
        pytest.param(
            {"url": "ssh://git@x.org/t", "subdirectory": "a/b", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"tox @ git+ssh://git@x.org/t@{COMMIT}#subdirectory=a/b",
            id="sub-directory",
        ),
        pytest.param(
            {"url": "https://x.org/t.whl", "archive_info": {"hashes": {"sha256": "ab"}, "hash": "sha256=ab"}},
            "tox @ https://x.org/t.whl#sha256=ab",
            id="archive",
        ),
        pytest.param(
            {"url": "https://x.org/t.whl", "archive_info": {"hash": "sha256=cd"}},
            "tox @ https://x.org/t.whl#sha256=cd",
            id="archive with an old record",
        ),
        pytest.param({"url": "https://x.org/t.zip", "archive_info": {}}, "tox @ https://x.org/t.zip", id="no digest"),
        pytest.param({"url": "file:///s/tox", "dir_info": {}}, "tox @ file:///s/tox", id="folder"),
        pytest.param(
            {"url": "file:///s/my%20tox", "dir_info": {"editable": True}},
            f"-e {url2pathname('/s/my%20tox')}",
            id="editable",
        ),
    ],
)
def test_origin_is_read_from_the_record(site: Path, record: dict[str, Any] | str | None, line: str) -> None:
    """The record of the installer becomes the line of a requirements file that installs the same."""
    install(site, "tox", __version__, record)

    assert running().line() == line


def test_origin_of_a_folder_changes_with_what_was_installed(site: Path) -> None:
    """What was installed from a folder is told apart by its content, since the folder's name does not change."""
    install(site, "tox", __version__, {"url": "file:///s/tox", "dir_info": {}}, record="tox/a.py,sha256=1,1")
    first = running().fingerprint
    (site / f"tox-{__version__}.dist-info" / "RECORD").write_text("tox/a.py,sha256=2,1")

    assert running().fingerprint != first


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        pytest.param(["a", "tox"], ["a", "tox @ git+u@c"], id="plain"),
        pytest.param(["tox>=4.60", "tox"], ["tox @ git+u@c"], id="met version"),
        pytest.param(["tox[completion]>=4", "b"], ["tox[completion] @ git+u@c", "b"], id="extra"),
        pytest.param(["tox @ https://x.org/t.whl"], ["tox@ https://x.org/t.whl"], id="own URL wins"),
        pytest.param(["tox>=99"], ["tox>=99"], id="unmet version"),
        pytest.param(["a; python_version<'3'", "tox"], ["tox @ git+u@c"], id="marker"),
    ],
)
def test_running_tox_takes_the_place_of_the_one_asked_for(asked: list[str], lines: list[str]) -> None:
    """Requirements of tox that the running one meets become the running one; others stay."""
    found = requirement_lines(map(Requirement, asked), Origin("1", url="git+u@c"))

    assert [line.replace(" @", "@") for line in found] == [line.replace(" @", "@") for line in lines]


def test_installer_chooses_when_there_is_no_origin() -> None:
    """Without an origin the requirements stay as they were asked."""
    assert requirement_lines([Requirement("tox>=4.1")], None) == ["tox>=4.1"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tox @ git+https://x.org/t@main\n", True),
        ("# tox @ https://x.org/t\nTox[a] @ https://x.org/t", True),
        ("tox==4.1\ntox-uv @ https://x.org/u\n", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("variable", ["PIP_CONSTRAINT", "UV_CONSTRAINT"])
def test_constraint_that_names_tox_is_found(tmp_path: Path, variable: str, text: str, named: bool) -> None:
    """A constraint file that gives tox a URL is noticed, in whichever variable it is named."""
    (tmp_path / "c.txt").write_text(text)

    assert constraints({variable: "c.txt"}, tmp_path).names_tox is named


def test_constraint_files_are_told_apart_by_content(tmp_path: Path) -> None:
    """Each file has a digest, those that it includes too, and one that cannot be read an empty one."""
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("-c two.txt\na==1\n")
    two.write_text("b==1\n-c one.txt\n")
    environ = {"PIP_CONSTRAINT": f"{one} https://x.org/c.txt", "UV_CONSTRAINT": two.as_uri()}

    before = constraints(environ, tmp_path).digests
    two.write_text("b==2\n-c one.txt\n")
    after = constraints(environ, tmp_path).digests

    assert list(before) == [str(one), str(two), "https://x.org/c.txt"]
    assert before[str(one)] == after[str(one)]
    assert before[str(two)] != after[str(two)]
    assert after["https://x.org/c.txt"] == ""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("thing", ""),
        ("thing>=2.1", "thing>=2.1 (2.0)"),
        ("thing<3", ""),
        ("nothing", "nothing"),
        ("nothing; python_version<'3'", ""),
        ("thing[extra]", ""),
        ("from-git @ git+https://x.org/g@main", ""),
        (f"from-git @ git+https://x.org/g@{COMMIT}", ""),
        ("from-git @ git+https://x.org/g@v1", "from-git@ git+https://x.org/g@v1 (1)"),
        ("from-git @ git+https://x.org/other@main", "from-git@ git+https://x.org/other@main (1)"),
        ("from-file @ https://x.org/f.whl#sha256=aa", ""),
        ("from-file @ https://x.org/f.whl#sha256=bb", "from-file@ https://x.org/f.whl#sha256=bb (1)"),
        ("thing @ https://x.org/thing.whl", "thing@ https://x.org/thing.whl (2.0)"),
    ],
)
def test_missing_requirements_are_told_with_what_is_there(site: Path, asked: str, told: str) -> None:
    """A requirement is met by its version, or by having been installed from its URL."""
    install(site, "thing", "2.0", None)
    vcs = {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT}
    install(site, "from_git", "1", {"url": "https://x.org/g", "vcs_info": vcs})
    install(site, "from_file", "1", {"url": "https://x.org/f.whl", "archive_info": {"hashes": {"sha256": "aa"}}})

    found = missing([Requirement(asked)])

    assert ", ".join(map(str, found)).replace(" @", "@") == told.replace(" @", "@")
