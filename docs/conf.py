"""How the documentation is built."""

from __future__ import annotations

from tox.version import version as release

project = "tox"
author = "the authors of this fork"
version = ".".join(release.split(".")[:2])
extensions = ["sphinx.ext.autodoc", "sphinx.ext.extlinks"]
extlinks = {"issue": ("https://github.com/tox-dev/tox/issues/%s", "#%s")}
html_theme = "furo"
exclude_patterns = ["_build", "changelog/*", "requirements.txt"]
nitpicky = False
