"""Installed plugins are found without searching all metadata."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import DistributionFinder, MetadataPathFinder
from typing import TYPE_CHECKING

import pytest

from tox.plugin import _entry_points

if TYPE_CHECKING:
    from pathlib import Path


def distribution(folder: Path, name: str, content: str, kind: str = "dist-info") -> Path:
    """Write the metadata of a distribution."""
    metadata = folder / f"{name}.{kind}"
    metadata.mkdir(parents=True)
    plain = name.partition("-")[0]
    file = "METADATA" if kind == "dist-info" else "PKG-INFO"
    (metadata / file).write_text(f"Metadata-Version: 2.1\nName: {plain}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(content)
    return metadata


def found(*path: Path) -> list[tuple[str, str]]:
    """Find entry points of tox below folders, as pairs of distribution and name."""
    return [
        (one.distribution.metadata["Name"], one.entry_point.name)
        for one in _entry_points.find("tox", [*map(str, path)])
    ]


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_finds_the_group(tmp_path: Path, kind: str) -> None:
    """Entry points of the group are found, others are not."""
    distribution(tmp_path, "mine-1.0", "[console_scripts]\nx = y:z\n\n[tox]\na = m\nb = n:o\n", kind)
    distribution(tmp_path, "other-1.0", "[toxic]\na = m\n", kind)

    assert found(tmp_path) == [("mine", "a"), ("mine", "b")]


def test_finds_an_egg_folder(tmp_path: Path) -> None:
    """A folder that is an egg, as old installers leave it, is looked into."""
    egg = tmp_path / "mine-1.0-py3.egg"
    distribution(egg, "EGG-INFO", "[tox]\na = m\n", "x")
    (egg / "EGG-INFO.x").rename(egg / "EGG-INFO")

    assert [name for _, name in found(egg)] == ["a"]


def test_first_on_the_path_hides_later_ones(tmp_path: Path) -> None:
    """Of two installations of a distribution, the one that would be imported counts."""
    distribution(tmp_path / "one", "my_plug-1.0", "[tox]\na = m\n")
    distribution(tmp_path / "two", "My.Plug-2.0", "[tox]\nb = m\n")

    assert [name for _, name in found(tmp_path / "one", tmp_path / "two")] == ["a"]


def test_folders_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    """Entries of the path that are missing, files, or empty are no errors."""
    (tmp_path / "file").write_text("")
    distribution(tmp_path, "bare-1.0", "").joinpath("entry_points.txt").unlink()

    assert found(tmp_path / "missing", tmp_path / "file", tmp_path) == []


def test_zip_files_are_searched_completely(tmp_path: Path) -> None:
    """A zip file on the path is left to the complete search."""
    archive = tmp_path / "plugins.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: zipped\nVersion: 1.0\n")
        file.writestr("zipped-1.0.dist-info/entry_points.txt", "[tox]\na = m\n")

    assert found(archive) == [("zipped", "a")]


def test_finders_with_installations_of_their_own_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finder that knows distributions makes the search a complete one."""
    distribution(tmp_path, "special-1.0", "[tox]\na = m\n")

    class Finder:
        """Knows one distribution that is on no path."""

        def find_spec(self, *_: object) -> None:
            """Find no module."""

        def find_distributions(self, context: object) -> object:
            """Find the distribution."""
            return MetadataPathFinder.find_distributions(DistributionFinder.Context(path=[str(tmp_path)]))

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])

    assert found() == [("special", "a")]


def test_search_of_nothing_loads_no_metadata_library(tmp_path: Path) -> None:
    """Where there is no plugin, the metadata library is not loaded."""
    script = (
        "import sys; from tox.plugin import _entry_points\n"
        f"assert _entry_points.find('tox', [{str(tmp_path)!r}]) == ()\n"
        "assert 'importlib.metadata' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-S", "-c", script], check=True, env={"PYTHONPATH": _src()})


def _src() -> str:
    from pathlib import Path

    return str(Path(_entry_points.__file__).parents[2])
