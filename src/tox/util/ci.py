"""Whether a continuous integration service runs us."""

from __future__ import annotations

import os

__all__ = ["is_ci"]

#: variables whose mere presence tells of a service, with the values that tell the opposite
_PRESENT: dict[str, frozenset[str]] = {
    "CI": frozenset({"", "0", "false"}),
    "bamboo.buildKey": frozenset(),
    "BUILD_ID": frozenset(),
    "CODEBUILD_BUILD_ID": frozenset(),
    "GITLAB_CI": frozenset(),
    "HEROKU_TEST_RUN_ID": frozenset(),
    "TEAMCITY_VERSION": frozenset({"LOCAL"}),
}
#: variables that must be ``true``
_TRUE = ("BUILDKITE", "CIRCLECI", "CIRRUS_CI", "GITHUB_ACTIONS", "TF_BUILD", "TRAVIS")


def is_ci() -> bool:
    """Tell from the environment variables whether a continuous integration service runs us."""
    environ = os.environ
    if any(name in environ and environ[name] not in denials for name, denials in _PRESENT.items()):
        return True
    return any(environ.get(name) == "true" for name in _TRUE)
