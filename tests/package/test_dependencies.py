"""Which dependencies a package has."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from tox.errors import Fail
from tox.tox_env.python.dependency_groups import resolve
from tox.tox_env.python.extras import resolve_extras_static
from tox.tox_env.python.virtual_env.package._metadata import from_dist_info, from_wheel, select
from tox.tox_env.python.virtual_env.package.util import (
    dependencies_with_extras,
    dependencies_with_extras_from_markers,
    safe_extractall,
)

if TYPE_CHECKING:
    from pathlib import Path


def chosen(deps: list[str], extras: str = "", name: str = "p", known: set[str] | None = None) -> list[str]:
    """Select dependencies, all as text."""
    wanted = set(extras.split())
    return [
        str(dep)
        for dep in dependencies_with_extras([Requirement(dep) for dep in deps], wanted, name, available_extras=known)
    ]


@pytest.mark.parametrize(
    ("deps", "extras", "expected"),
    [
        pytest.param(["a", "b; extra=='x'"], "", ["a"], id="plain"),
        pytest.param(["a", "b; extra=='x'"], "x", ["a", "b"], id="extra"),
        pytest.param(
            ["c; extra=='y' and python_version>'3'"], "y", ['c; python_version > "3"'], id="further condition stays"
        ),
        pytest.param(["c; python_version>'3' and 'y' == extra"], "y", ['c; python_version > "3"'], id="turned round"),
        pytest.param(["a; extra=='x' or extra=='y'"], "y", ["a"], id="either of two"),
        pytest.param(
            ["a; (extra=='x' or extra=='y') and os_name=='nt'"], "y", ['a; os_name == "nt"'], id="either in parentheses"
        ),
        pytest.param(["a; (os_name=='nt' and extra=='x') or os_name=='q'"], "", 1, id="mixed conditions stay"),
        pytest.param(["a; extra!='x'"], "", 1, id="other operators stay"),
        pytest.param(["p[y]; extra=='x'", "c; extra=='y'", "q[z]; extra=='y'"], "x", ["c", "q[z]"], id="own extra"),
        pytest.param(["P_p[y]; extra=='x'", "c; extra=='y'"], "x", ["P_p[y]"], id="other name"),
        pytest.param(["p[x]; extra=='x'", "c; extra=='x'"], "x", ["c"], id="itself"),
        pytest.param(["p[z]; extra=='x'"], "x", [], id="own extra that is none"),
        pytest.param(["a; extra=='Some_Thing'"], "some.thing", ["a"], id="names are normal"),
        pytest.param(["a>1", "a<2", "a>1"], "", ["a>1", "a<2"], id="each once"),
    ],
)
def test_extras(deps: list[str], extras: str, expected: list[str] | int) -> None:
    """Dependencies of the wanted extras are added, and their markers no longer speak of extras."""
    found = chosen(deps, extras)

    assert (len(found) if isinstance(expected, int) else found) == expected


def test_unknown_extra() -> None:
    """An extra that there is none of is told, with those there are."""
    with pytest.raises(Fail, match=r"^extras not found for package p: q, r \(available: b, x\)$"):
        chosen(["a; extra=='x'"], "q r", known={"x", "b"})
    with pytest.raises(Fail, match=r"\(available: none\)$"):
        chosen([], "q", known=set())


def test_from_markers() -> None:
    """Dependencies can be given with the extras they belong to."""
    deps: list[tuple[Requirement, set[str | None]]] = [
        (Requirement("a"), {None}),
        (Requirement("b"), {"x"}),
        (Requirement("p[x]"), {"z"}),
    ]

    found = dependencies_with_extras_from_markers(deps, {"z"}, "p")

    assert [str(dep) for dep in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "extras", "expected"),
    [
        pytest.param("", set(), None, id="no project"),
        pytest.param("[project]\n", set(), [], id="no dependencies"),
        pytest.param("[project]\ndependencies=['a']\n", set(), ["a"], id="dependencies"),
        pytest.param("[project]\ndynamic=['dependencies']\n", set(), None, id="dynamic"),
        pytest.param("[project]\ndynamic=['optional-dependencies']\n", set(), [], id="dynamic extras not asked for"),
        pytest.param("[project]\ndynamic=['optional-dependencies']\n", {"x"}, None, id="dynamic extras"),
        pytest.param(
            "[project]\nname='p'\ndependencies=['a']\n[project.optional-dependencies]\nx=['p[y]']\ny=['b']\n",
            {"x"},
            ["a", "b"],
            id="own extra",
        ),
    ],
)
def test_static(content: str, extras: set[str], expected: list[str] | None, tmp_path: Path) -> None:
    """What the project file says need not be asked of a backend."""
    (tmp_path / "pyproject.toml").write_text(content)

    found = resolve_extras_static(tmp_path, extras)

    assert (found if found is None else [str(dep) for dep in found]) == expected


@pytest.mark.parametrize(
    ("optional", "expected"),
    [
        pytest.param("""x=['p[y]; os_name == "nt"']\ny=['b']""", ['b; os_name == "nt"'], id="condition"),
        pytest.param("""x=['p[y]; os_name == "nt"', 'P[Y]']\ny=['b']""", ["b"], id="without one as well"),
        pytest.param(
            """x=['p[y]; os_name == "nt"']\ny=['b; python_version < "3" or extra == "q"']""",
            ['b; os_name == "nt" and (python_version < "3" or extra == "q")'],
            id="combined",
        ),
        pytest.param(
            """x=['p[y]; os_name == "nt"']\ny=['p[z]; python_version < "3"']\nz=['b']""",
            ['b; os_name == "nt" and python_version < "3"'],
            id="nested",
        ),
        pytest.param("""x=['p[y]; os_name == "nt"', 'a']\ny=['p[x]', 'b']""", ["a", 'b; os_name == "nt"'], id="circle"),
    ],
)
def test_conditions_of_extras_named_by_others(optional: str, expected: list[str], tmp_path: Path) -> None:
    """An extra that another one names under a condition brings its dependencies under that condition only."""
    content = f"[project]\nname='p'\n[project.optional-dependencies]\n{optional}\n"
    (tmp_path / "pyproject.toml").write_text(content)

    found = resolve_extras_static(tmp_path, {"x"})

    assert found is not None
    assert list(map(str, found)) == [str(Requirement(text)) for text in expected]


def test_no_project_file(tmp_path: Path) -> None:
    """A project without a file says nothing."""
    assert resolve_extras_static(tmp_path, set()) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("nope", "could not read .*pyproject.toml: "),
        pytest.param(f"a = {'[' * 5000}{']' * 5000}", "could not read .*pyproject.toml: .*too deep", id="deep"),
        ("project='q'\n", "project in .* is str instead of table"),
        ("[project]\ndependencies='a'\n", r"project\.dependencies in .* must be a list of text, got 'a'"),
        ("[project]\ndependencies=['!!']\n", "'!!' is not valid requirement in .* due to Expected package name"),
    ],
)
def test_broken_project_file(content: str, reason: str, tmp_path: Path) -> None:
    """What is wrong in the file is told in one line."""
    (tmp_path / "pyproject.toml").write_text(content)

    with pytest.raises(Fail, match=reason) as failure:
        resolve_extras_static(tmp_path, set())

    assert "\n" not in str(failure.value)


def groups(folder: Path, content: str, *names: str) -> list[str]:
    """Resolve dependency groups."""
    (folder / "pyproject.toml").write_text(f"[dependency-groups]\n{content}")
    return sorted(str(dep) for dep in resolve(folder, set(names)))


@pytest.mark.parametrize(
    "metadata", ["Name: p\n", "Version: 1\n", "Name:\nVersion: 1\n", "", "\nName: p\nVersion: 1\n"]
)
def test_wheel_without_name_or_version(metadata: str, tmp_path: Path) -> None:
    """One from anywhere has to say what it is."""
    with zipfile.ZipFile(tmp_path / "p-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("p-1.dist-info/METADATA", metadata)

    with pytest.raises(Fail, match=r"could not read the metadata of .*p-1-py3-none-any\.whl: it has no (Name|Version)"):
        from_wheel(tmp_path / "p-1-py3-none-any.whl", is_foreign=True)


def test_groups(tmp_path: Path) -> None:
    """Groups bring what they include; names are compared as those of packages."""
    assert groups(tmp_path, "A_b=['x',{include-group='c'}]\nc=['y']\nd=['z']\n", "a-B") == ["x", "y"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "dependency group 'a' not found"),
        ("a=[{include-group='b'}]\nb=[{include-group='a'}]\n", "Cyclic dependency group include: 'a' -> 'b' -> 'a'"),
        ("a=[{foo='b'}]\n", "invalid dependency group item: {'foo': 'b'}"),
        ("a=[{include-group=3}]\n", "invalid dependency group item"),
        ("a='x'\n", "dependency group 'a' is not a list"),
        ("a=['!!']\n", "'!!' is not valid requirement of dependency group 'a'"),
        ("a=['x']\nA=['y']\n", "dependency groups 'a' and 'A' in .* have the same name"),
    ],
)
def test_broken_groups(content: str, reason: str, tmp_path: Path) -> None:
    """What is wrong with a group is told."""
    with pytest.raises(Fail, match=reason):
        groups(tmp_path, content, "a")


PROJECT = """
[project]
name = "Lamp.shop"
dependencies = ["plain"]
[project.optional-dependencies]
"extra.1" = ["six"]
many = ["lamp_shop[EXTRA-1]", "idna"]
turn-a = ["lamp-shop[turn_b]", "a"]
turn-b = ["lamp-shop[turn_a]", "b"]
new = ["lamp-shop[extra-1]; python_version > '3'"]
broken = ["lamp-shop[nope]"]
"""


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        pytest.param("lamp-shop", [], id="bare"),
        pytest.param("LAMP_Shop[extra_1]", ["six"], id="other spelling"),
        pytest.param("lamp-shop[many]", ["idna", "six"], id="extra of an extra"),
        pytest.param("lamp-shop[turn-a]", ["a", "b"], id="circle"),
        pytest.param("lamp-shop[extra-1,turn-b]", ["a", "b", "six"], id="several"),
        pytest.param(
            "lamp-shop[many]; os_name == 'nt'", ['idna; os_name == "nt"', 'six; os_name == "nt"'], id="marker"
        ),
        pytest.param(
            "lamp-shop[new]; os_name == 'nt'", ['six; os_name == "nt" and python_version > "3"'], id="two markers"
        ),
        pytest.param("lamp-shop[extra-1]==7", ["six"], id="version"),
        pytest.param("lamp-shop[extra-1] @ file:///nowhere", ["six"], id="URL"),
        pytest.param("lamp-shopper", ["lamp-shopper"], id="another project"),
    ],
)
def test_groups_that_name_the_project(requirement: str, expected: list[str], tmp_path: Path) -> None:
    """The extras of the project take its place in a group, wherever it is included; the project is never asked for."""
    content = f"{{include-group='b'}}]\nb=[{json.dumps(requirement)}"

    assert groups(tmp_path, f"a=[{content}]\n{PROJECT}", "a") == expected


@pytest.mark.parametrize("requirement", ["p[nope]", "p[nope]; python_version < '3'", "p[broken]"])
def test_groups_with_an_extra_that_is_not_there(requirement: str, tmp_path: Path) -> None:
    """An extra that the project does not have is told, also where another extra asks for it."""
    project = "[project]\nname='p'\noptional-dependencies={broken=['p[nope]']}\n"

    with pytest.raises(Fail, match=r"dependency groups ask for extras of p that are not found in .*: 'nope'"):
        groups(tmp_path, f"a=[{json.dumps(requirement)}]\n{project}", "a")


def test_no_groups(tmp_path: Path) -> None:
    """A project without groups, or without a file, is told."""
    with pytest.raises(Fail, match=r"no pyproject\.toml found at"):
        resolve(tmp_path, {"a"})
    (tmp_path / "pyproject.toml").touch()
    with pytest.raises(Fail, match="no dependency groups defined in"):
        resolve(tmp_path, {"a"})


METADATA = "Name: p\nProvides-Extra: x\nRequires-Dist: a\nRequires-Dist: b; extra == 'x'\n\nRequires-Dist: no\n"


def test_metadata(tmp_path: Path) -> None:
    """Metadata reads the same from a folder and from a wheel."""
    folder = tmp_path / "p-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(METADATA)
    with zipfile.ZipFile(tmp_path / "p.whl", "w") as wheel:
        wheel.writestr("p-1.dist-info/METADATA", METADATA)

    facts = from_dist_info(folder)

    assert facts == from_wheel(tmp_path / "p.whl")
    assert (facts.name, set(facts.extras)) == ("p", {"x"})
    assert [str(dep) for dep in select(facts, {"x"})] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "could not read the metadata .*: "),
        ("", "File is not a zip file"),
        ({"other": ""}, "there is none"),
        ({"p.dist-info/METADATA": "Requires-Dist: !!"}, "could not read the dependencies in the metadata"),
    ],
)
def test_broken_wheel(content: str | dict[str, str] | None, reason: str, tmp_path: Path) -> None:
    """A wheel that is none is told."""
    path = tmp_path / "p.whl"
    if isinstance(content, str):
        path.write_text(content)
    elif content is not None:
        with zipfile.ZipFile(path, "w") as wheel:
            for name, text in content.items():
                wheel.writestr(name, text)

    with pytest.raises(Fail, match=reason):
        from_wheel(path)


def test_missing_metadata(tmp_path: Path) -> None:
    """A folder without metadata is told."""
    with pytest.raises(Fail, match="could not read the metadata"):
        from_dist_info(tmp_path)


def link(name: str, target: str) -> tarfile.TarInfo:
    """Make an entry that links to something."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry


@pytest.mark.parametrize("safe", [True, False], ids=["with filter", "without filter"])
@pytest.mark.parametrize(
    "entry", [tarfile.TarInfo("../evil"), link("a", "/etc/passwd")], ids=["outside", "link outside"]
)
def test_hostile_archive(entry: tarfile.TarInfo, safe: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive cannot write where it likes, whether the library watches or not."""
    if not safe:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(entry)

    with tarfile.open(tmp_path / "a.tar") as archive, pytest.raises(Fail, match="cannot extract"):
        safe_extractall(archive, tmp_path / "to" / "here")

    assert not (tmp_path / "to" / "evil").exists()


@pytest.mark.parametrize("safe", [True, False], ids=["with filter", "without filter"])
def test_plain_archive(safe: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain files arrive."""
    if not safe:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    entry = tarfile.TarInfo("a/b")
    entry.size = 1
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(entry, io.BytesIO(b"x"))

    with tarfile.open(tmp_path / "a.tar") as archive:
        safe_extractall(archive, tmp_path / "to")

    assert (tmp_path / "to" / "a" / "b").read_text() == "x"
