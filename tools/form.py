"""Count what the form of the house is measured by, beside what it was first and what is wanted.

    python tools/form.py [--first COMMIT]

Each figure is counted by the same rules in the first form, which is checked out of the history into a temporary folder,
and in the tree as it is. Needs the distributions that tox needs, and offline installers: nothing is downloaded.
"""

from __future__ import annotations

import argparse
import ast
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import tokenize
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from differing.model import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE = Path(__file__).resolve().parents[1]
#: the commit that the first form was measured on
FIRST = "c84f13b"
#: the contract with plugins, which names every type in it
CONTRACT = "tox.plugin.spec"


class Row(NamedTuple):
    """One figure: what it was in the first form by the measure of the plan, and what is wanted."""

    name: str
    planned: float
    wanted: float

    def bound(self, first: float) -> float:
        """Give what is wanted by our own measure: the same share of the first form."""
        return self.wanted if first == self.planned or not self.planned else self.wanted / self.planned * first


ROWS = (
    Row("lines", 29_659, 27_000),
    Row("lines of code", 18_885, 17_500),
    Row("files from file to argument list", 25, 14),
    Row("files of a provision that fails", 107, 70),
    Row("files from build to installed wheel", 69, 45),
    Row("imports inside functions", 238, 100),
    Row("modules in cycles at the top", 2, 0),
    Row("modules in cycles through functions", 2, 0),
    Row("modules in cycles of types, the contract aside", 7, 0),
    Row("Any", 650, 350),
    Row("cast", 144, 60),
    Row("noqa", 208, 80),
    Row("attributes of a VirtualEnvRunner", 160, 110),
    Row("tests to code", 0.70, 1.0),
)


# --------------------------------------------------------------------------------------------------------------- source


def sources(folder: Path) -> list[Path]:
    """List the Python files below a folder."""
    return sorted(folder.rglob("*.py"))


def lines_of_code(text: str) -> int:
    """Count lines that are neither blank nor comment nor a string that nobody uses, such as documentation."""
    unused = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    used = {line for token in code_tokens(text) for line in range(token.start[0], token.end[0] + 1)}
    return len(used - unused)


def code_tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """Go through what is neither comment nor layout."""
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    return (token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in layout)


def words(texts: Iterable[str]) -> Counter[str]:
    """Count ``Any``, calls of ``cast`` and ``noqa``."""
    found: Counter[str] = Counter()
    for text in texts:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        for token, after in itertools.pairwise(tokens):
            if token.type == tokenize.NAME and token.string == "Any":
                found["Any"] += 1
            elif token.type == tokenize.NAME and token.string == "cast" and after.string == "(":
                found["cast"] += 1
            elif token.type == tokenize.COMMENT and "noqa" in token.string:
                found["noqa"] += 1
    return found


# -------------------------------------------------------------------------------------------------------------- imports


def modules(package: Path) -> dict[str, str]:
    """Read every module of the package, by dotted name."""
    found = {}
    for path in sources(package):
        parts = (package.name, *path.relative_to(package).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def imports(tree: ast.AST, *, at: str = "top") -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    """Go through imports, with where they are: at the ``top``, in a ``function``, for ``types`` alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield at, node
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imports(node, at="function")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports(node, at="types")
        else:
            yield from imports(node, at=at)


def graphs(package: Path) -> dict[str, dict[str, set[str]]]:
    """Tell which module imports which: at the top, there or in functions, anywhere for any reason."""
    texts = modules(package)
    found: dict[str, dict[str, set[str]]] = {kind: {} for kind in ("top", "function", "types")}
    for name, text in texts.items():
        for at, node in imports(ast.parse(text)):
            if isinstance(node, ast.Import):
                targets = {alias.name for alias in node.names}
            else:
                module = node.module or ""
                targets = {full if (full := f"{module}.{alias.name}") in texts else module for alias in node.names}
            targets &= texts.keys() - {name}
            for kind in list(found)[list(found).index(at) :]:
                found[kind].setdefault(name, set()).update(targets)
    found["types"].pop(CONTRACT, None)
    return found


def in_cycles(graph: dict[str, set[str]]) -> int:
    """Count the modules that can be reached from themselves."""

    def comes_back(start: str) -> bool:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            for target in graph.get(ahead.pop(), ()):
                if target == start:
                    return True
                if target not in seen:
                    seen.add(target)
                    ahead.append(target)
        return False

    return sum(map(comes_back, graph))


# ------------------------------------------------------------------------------------------------------------ what runs

#: run with the counted tree first on the path: prints a JSON object, one count a line of work
WATCH = """\
import json, os, sys, threading
import tox
BASE = os.path.dirname(tox.__file__)
seen = set()

def note(frame, event, arg):
    if event == "call" and frame.f_code.co_filename.startswith(BASE):
        seen.add(frame.f_code.co_filename)

def files(work):
    seen.clear()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        work()
    except SystemExit:
        pass
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return len(seen)

from tox.provision import provision
from tox.run import setup_state
"""
#: for each figure a script, which runs in a folder with its project and assigns the figure to ``count``
RUNS = {
    "files from file to argument list": """
state = setup_state(["r", "-e", "value"])
provision(state)
conf = state.envs["value"].conf
count = files(lambda: conf["commands"])
""",
    "files of a provision that fails": """
state = setup_state(["r", "-c", "missing.ini"])
count = files(lambda: provision(state))
""",
    "files from build to installed wheel": """
state = setup_state(["r", "-e", "wheel"])
provision(state)
env = state.envs["wheel"]
count = files(env.setup)
env.teardown()
""",
    "attributes of a VirtualEnvRunner": """
state = setup_state(["r", "-e", "value"])
provision(state)
count = len([name for name in dir(type(state.envs["value"])) if not name.startswith("__")])
""",
}
PROJECT = {
    "tox.ini": """\
[testenv:value]
package = skip
commands = python -c {env_name}
[testenv:wheel]
package = wheel
""",
    "missing.ini": "[tox]\nrequires = no-such-distribution\n",
    "pyproject.toml": """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "demo"
version = "1"
""",
    "backend.py": """\
import shutil

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    shutil.copy("wheels/demo-1-py3-none-any.whl", wheel_directory)
    return "demo-1-py3-none-any.whl"

def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("not asked for")
""",
}


def runs(package: Path) -> dict[str, float]:
    """Count files by what is called in them while small projects run."""
    found = {}
    env = {**os.environ, "PYTHONPATH": str(package.parent), "PIP_NO_INDEX": "1", "PYTHONSAFEPATH": "1"}
    for name, script in RUNS.items():
        with tempfile.TemporaryDirectory() as folder:
            for path, text in PROJECT.items():
                Path(folder, path).write_text(text, encoding="utf-8")
            File("wheels/demo-1-py3-none-any.whl", "wheel", {"name": "demo", "version": "1"}).write(Path(folder))
            code = f"{WATCH}{script}\nsys.stdout.flush()\nprint(json.dumps(count), file=sys.stderr)"
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=True
            )
            found[name] = float(json.loads(done.stderr.splitlines()[-1]))
    return found


def measured(root: Path) -> dict[str, float]:
    """Count every figure of a checkout."""
    package = root / "src" / "tox"
    texts = list(modules(package).values())
    code = sum(map(lines_of_code, texts))
    tests = sum(lines_of_code(path.read_text(encoding="utf-8")) for path in sources(root / "tests"))
    graph = graphs(package)
    inner = [node for text in texts for at, node in imports(ast.parse(text)) if at == "function"]
    return {
        "lines": sum(len(text.splitlines()) for text in texts),
        "lines of code": code,
        "imports inside functions": len(inner),
        "modules in cycles at the top": in_cycles(graph["top"]),
        "modules in cycles through functions": in_cycles(graph["function"]),
        "modules in cycles of types, the contract aside": in_cycles(graph["types"]),
        "tests to code": round(tests / code, 2),
        **words(texts),
        **runs(package),
    }


def main() -> int:
    """Print the table; see the module.

    :returns: 0 when every figure is as wanted
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", default=FIRST, metavar="COMMIT", help="the first form (default: %(default)s)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", asked.first], cwd=HERE, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        first, now = measured(Path(folder)), measured(HERE)
    missed = 0
    print(f"{'':40} {'first':>9} {'now':>9} {'wanted':>9}")
    for row in ROWS:
        bound = row.bound(first[row.name])
        good = now[row.name] >= bound if row.wanted > row.planned else now[row.name] <= bound
        missed += not good
        figures = " ".join(
            f"{figure:9,.4g}" if figure < 1000 else f"{figure:9,.0f}"
            for figure in (first[row.name], now[row.name], bound)
        )
        print(f"{row.name:40} {figures}{'' if good else '  not yet'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
