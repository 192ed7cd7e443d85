"""Hiding secrets."""

from __future__ import annotations

import pytest

from tox.util.redact import redact_argv, redact_url, redact_value


@pytest.mark.parametrize("name", ["TOKEN", "my_Password", "X_APIKEY", "CLIENT_ID", "oauth"])
def test_secret_names(name: str) -> None:
    """A value is starred out, character by character, when its name speaks of a secret."""
    assert redact_value(name, "abcdef") == "******"


@pytest.mark.parametrize("name", ["PATH", "TOX_ENV_NAME", "SESSION"])
def test_harmless_names(name: str) -> None:
    """Other values stay."""
    assert redact_value(name, "abcdef") == "abcdef"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        pytest.param("http://u:p@h/x", "http://***@h/x", id="user info"),
        pytest.param("http://u:p@ss@h/x", "http://***@h/x", id="unquoted at sign"),
        pytest.param("git+ssh://git@h/x and https://t@i", "git+ssh://***@h/x and https://***@i", id="several"),
        pytest.param("http://h/a@b", "http://h/a@b", id="at sign in the path"),
        pytest.param("name@example.org", "name@example.org", id="no URL"),
    ],
)
def test_urls(text: str, hidden: str) -> None:
    """User names and passwords within URLs are hidden."""
    assert redact_url(text) == hidden


@pytest.mark.parametrize(
    ("argument", "hidden"),
    [
        pytest.param("--password=abc", "--password=***", id="option"),
        pytest.param("-Dtoken=abc", "-Dtoken=***", id="short option"),
        pytest.param("--index-url=http://u:p@h", "--index-url=http://***@h", id="URL in an option"),
        pytest.param("--config-setting=key=value", "--config-setting=key=value", id="word in the value"),
        pytest.param("TOKEN=abc", "TOKEN=abc", id="no option"),
    ],
)
def test_arguments(argument: str, hidden: str) -> None:
    """Values of options named like a secret are hidden, and user info of URLs."""
    assert redact_argv(["x", argument]) == ["x", hidden]
