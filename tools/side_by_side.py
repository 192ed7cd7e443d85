"""Time several tox processes in one project, with two tox commands in turn.

``python tools/side_by_side.py OURS THEIRS`` starts so many processes at once, in environments of their own and then all
in the same warm one, and prints the median of the seconds until the last has ended, and the median of the ratios of
runs that followed each other. Rounds in which the second command fails, as it may without a lock, are left out and
counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_TOX_INI = """\
[tox]
env_list = e0, e1, e2, e3, e4, e5, e6, e7
no_package = true
[testenv]
commands = python -c "import time; time.sleep(0.2)"
"""


def main() -> int:
    """Time, and print a line for each number of processes and each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", type=os.path.abspath, help="path of a tox command")
    parser.add_argument("theirs", type=os.path.abspath, help="path of the one to compare with")
    parser.add_argument("--rounds", type=int, default=15, help="pairs of runs")
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 4], help="how many at once, up to 8")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        projects = {
            command: _project(Path(folder) / str(number), command)
            for number, command in enumerate((options.ours, options.theirs))
        }
        for count in options.processes:
            for way, names in (("different", [f"e{number}" for number in range(count)]), ("the same", ["e0"] * count)):
                rounds = [
                    [_seconds(command, projects[command], names) for command in projects] for _ in range(options.rounds)
                ]
                print(f"{count} processes, {way}: {_compare(rounds)}")
    return 0


def _compare(rounds: list[list[float | None]]) -> str:
    """Write the medians of rounds, each the seconds of ours and of theirs."""
    if any(mine is None for mine, _ in rounds):
        sys.exit("the first command failed")
    times = [(mine, other) for mine, other in rounds if mine is not None and other is not None]
    if not times:
        return "the second command failed in each round"
    ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(mine / other for mine, other in times)
    failed = len(rounds) - len(times)
    left_out = f", {failed} of {len(rounds)} rounds left out" if failed else ""
    return f"{ours:.2f} s to {theirs:.2f} s, ratio {ratio:.2f}{left_out}"


def _project(folder: Path, command: str) -> Path:
    """Make a project whose environments are warm."""
    folder.mkdir()
    (folder / "tox.ini").write_text(_TOX_INI, encoding="utf-8")
    subprocess.run([command, "run", "--notest"], cwd=folder, env=_variables(), check=True, stdout=subprocess.DEVNULL)
    return folder


def _seconds(command: str, folder: Path, names: list[str]) -> float | None:
    """Tell how long processes take that start at once, one in each of some environments; None when one fails."""
    began = time.monotonic()
    running = [
        subprocess.Popen([command, "run", "-e", name], cwd=folder, env=_variables(), stdout=subprocess.DEVNULL)
        for name in names
    ]
    codes = [process.wait() for process in running]
    if any(codes):
        print(f"{command} ended with {codes}", file=sys.stderr)
        return None
    return time.monotonic() - began


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("TOX", "__TOX"))}


if __name__ == "__main__":
    sys.exit(main())
