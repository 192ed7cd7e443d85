"""Build an environment anew, over and over, beside processes that use what is installed in it.

``python tools/recreate_beside.py --rounds 100`` runs two loops of ``tox run -r -e py`` against two loops of
``tox run -e py`` whose command imports what is installed, and counts what failed. Needs a POSIX system, and what
``tests/requirements.txt`` names.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.matrix import make_links
from tests.hosts import make_host
from tests.wheels import offline

_TOX_INI = """\
[testenv]
package = skip
deps = plug
pass_env =
    GUARD
    USE_SECONDS
install_command = python guarded.py install {packages}
commands = python guarded.py
"""
_LOOPS = (["run", "-r", "-e", "py"], ["run", "-r", "-e", "py"], ["run", "-e", "py"], ["run", "-e", "py"])


def main() -> int:
    """Run the loops, print what went wrong and a count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="how often each loop runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        host, links, project = make_host(folder / "host"), make_links(folder / "links"), folder / "project"
        project.mkdir()
        shutil.copy(Path(__file__).parents[1] / "tests" / "faults" / "guarded.py", project)
        (project / "tox.ini").write_text(_TOX_INI, encoding="utf-8")
        env = offline(links, folder, GUARD=str(folder / "guard"), VIRTUALENV_OVERRIDE_APP_DATA=str(folder / "seeds"))

        def loop(arguments: list[str]) -> list[str]:
            return [text for _ in range(options.rounds) if (text := _failure(host, arguments, project, env))]

        with ThreadPoolExecutor(len(_LOOPS)) as pool:
            failures = [text for found in pool.map(loop, _LOOPS) for text in found]
        overlaps = Path(f"{env['GUARD']}.overlaps")
        failures += [f"overlap: {line}" for line in overlaps.read_text().splitlines()] if overlaps.exists() else []
    print("\n".join([*failures, f"{len(_LOOPS) * options.rounds} runs, {len(failures)} failures"]))
    return bool(failures)


def _failure(host: Path, arguments: list[str], project: Path, env: dict[str, str]) -> str:
    """Run tox; return what it printed if it failed, else nothing."""
    ended = subprocess.run(
        [host, "-m", "tox", *arguments],
        cwd=project,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    return "" if ended.returncode == 0 and "uses plug 2.0" in ended.stdout else ended.stdout


if __name__ == "__main__":
    sys.exit(main())
