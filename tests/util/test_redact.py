"""Hiding secrets."""

from __future__ import annotations

import time

import pytest

from tox.util.redact import redact_argv, redact_text, redact_url, redact_usage_error, redact_value, redact_variables


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
        pytest.param("--CLIENT-id=a b", "--CLIENT-id=***", id="case and blank"),
        pytest.param("--index-url=http://u:p@h", "--index-url=http://***@h", id="URL in an option"),
        pytest.param("git+ssh://git@h/x", "git+ssh://***@h/x", id="user of a repository"),
        pytest.param("--args=--token=abc", "--args=--token=***", id="option in an option"),
        pytest.param("sh --key=1 and more", "sh --key=**********", id="option within a script"),
        pytest.param("sh --password abc -x", "sh --password *** -x", id="argument within a script"),
        pytest.param("sh --password 'a b' -x", "sh --password '***' -x", id="quoted argument within a script"),
        pytest.param("--config-setting=key=value", "--config-setting=key=value", id="word in the value"),
        pytest.param("x--keys=1", "x--keys=1", id="dashes within a word"),
        pytest.param("TOKEN=abc", "TOKEN=***", id="assignment"),
        pytest.param('{"api_key": "abc"}', '{"api_key": "***"}', id="JSON"),
        pytest.param("http://h/?x=1&sig=ab%20c&y=2", "http://h/?x=1&sig=******&y=2", id="signature in a URL"),
        pytest.param("Authorization: Bearer abc", "Authorization: Bearer ***", id="header"),
        pytest.param("-HPRIVATE-TOKEN: abc", "-HPRIVATE-TOKEN: ***", id="header that is no standard"),
        pytest.param("token == 1", "token == 1", id="comparison"),
        pytest.param("say sesame1!", "say ********", id="held by a variable"),
        pytest.param("say_sesame1!", "say_sesame1!", id="part of a word"),
        pytest.param("say short", "say short", id="short value of a variable"),
    ],
)
def test_arguments(argument: str, hidden: str) -> None:
    """What looks like a secret is hidden within an argument; hiding it again changes nothing."""
    variables = {"MY_TOKEN": "sesame1!", "MY_SECRET": "short", "PWD": argument}

    assert redact_argv(["x", argument], variables) == ["x", hidden]
    assert redact_argv(["x", hidden], variables) == ["x", hidden]


@pytest.mark.parametrize("option", ["--password", "-token", "--my.api-key", "--PASSPHRASE"])
def test_argument_behind_an_option(option: str) -> None:
    """An argument behind an option that is named like a secret is hidden, unless it is an option as well."""
    assert redact_argv([option, "abc", option, "-x", "abc"]) == [option, "***", option, "-x", "abc"]


@pytest.mark.parametrize("option", ["--keys", "--authors", "--token-file", "-k", "--"])
def test_argument_behind_another_option(option: str) -> None:
    """Behind other options, arguments stay."""
    assert redact_argv([option, "abc"]) == [option, "abc"]


def test_variables() -> None:
    """Shown are harmless values; what is hidden in one is hidden within the others, too."""
    variables = {"PATH": "/bin", "MY_TOKEN": "sesame1!", "URL": "http://u:p@h", "WORDS": "say sesame1! twice"}

    shown = {"PATH": "/bin", "MY_TOKEN": "********", "URL": "http://***@h", "WORDS": "say ******** twice"}
    assert redact_variables(variables) == shown


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        pytest.param("unexpected token: x", "unexpected token: x", id="prose"),
        pytest.param("pass_env=GITHUB_TOKEN", "pass_env=GITHUB_TOKEN", id="name of a secret"),
        pytest.param("'--token=a' is wrong", "'--token=*' is wrong", id="quoted"),
        pytest.param("\x1b[1mTOKEN=a\x1b[0m", "\x1b[1mTOKEN=*\x1b[0m", id="before a colour"),
        pytest.param("f(token=a, b)", "f(token=*, b)", id="argument of a function"),
    ],
)
def test_texts(text: str, hidden: str) -> None:
    """In sentences only as much is hidden as belongs to the secret."""
    assert redact_text(text) == hidden


@pytest.mark.parametrize(
    ("message", "hidden"),
    [
        ("argument --api-token/-t: invalid choice: 'abc'", "argument --api-token/-t: invalid choice: '***'"),
        ("argument --keys: invalid choice: 'abc'", "argument --keys: invalid choice: 'abc'"),
        ("the following are required: --token", "the following are required: --token"),
    ],
)
def test_usage_errors(message: str, hidden: str) -> None:
    """What was given to an option that is named like a secret is hidden."""
    assert redact_usage_error(message) == hidden


@pytest.mark.parametrize("piece", ["-/", "a", "x-", "--a=", "token=", "://a", "authorization ", "--key ", '"key": '])
def test_long_texts(piece: str) -> None:
    """A long text takes no long time, whatever it is made of."""
    start = time.process_time()
    redact_argv([piece * (100_000 // len(piece))])

    assert time.process_time() - start < 10
