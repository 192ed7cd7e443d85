"""Values of TOML files: tables that stand for values, texts with expressions, shapes and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.config.projects import configuration, value
from tox.config.types import EnvList
from tox.errors import HandledError
from tox.util._shell import join

if TYPE_CHECKING:
    from pathlib import Path

    from tox.config.main import Config

#: a group of factors; six of them stand for more names than are allowed
TEN = '["a","b","c","d","e","f","g","h","i","j"]'


def project(folder: Path, lines: str, more: str = "", **kwargs: Any) -> Config:
    """Make a project of lines in ``env_run_base`` and other tables."""
    return configuration(folder, f'env_list=["a"]\n[env_run_base]\n{lines}\n{more}\n', name="tox.toml", **kwargs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('description="<{env:SET:d}>"', "<one>", id="text"),
        pytest.param('description={replace="env",name="SET"}', "one", id="env"),
        pytest.param('description={replace="env",name="UNSET",default="d {env_name}"}', "d a", id="env-default"),
        pytest.param('description={replace="env",name="BRACES"}', "{env_name}", id="env-is-final"),
        pytest.param('extras=["z",{replace="env",name="UNSET",extend=true}]', ["z"], id="extend-by-nothing"),
        pytest.param('extras=["z",{replace="env",name="SET",extend=true}]', ["one", "z"], id="extend-by-one"),
        pytest.param(
            'commands=[["run",{replace="posargs",default=["d"],extend=true}]]',
            [join(["run", "x y", "{env_name}"])],
            id="posargs",
        ),
        pytest.param(
            'commands=[["run",{replace="posargs",substitute=true,extend=true}]]',
            ["run 'x y' a"],
            id="posargs-substituted",
        ),
        pytest.param('description="<{posargs}>"', f"<{join(['x y', '{env_name}'])}>", id="posargs-in-text"),
        pytest.param(
            'commands=[{replace="posargs"},["z"],[]]', [join(["x y", "{env_name}"]), "z"], id="posargs-are-a-command"
        ),
        pytest.param(
            'commands=[["-","run"],["!","run"],["a b","\\\\"]]', ["- run", "! run", join(["a b", "\\"])], id="words"
        ),
        pytest.param('description={replace="glob",pattern="*.no",default="none"}', "none", id="glob-default"),
        pytest.param('extras=["z",{replace="glob",pattern="*.no",extend=true}]', ["z"], id="glob-nothing"),
        pytest.param('description={replace="if",condition="env.SET",then="T"}', "T", id="if"),
        pytest.param(
            'description={replace="if",condition="env.UNSET",then={replace="ref",of=["no"]},else="F"}',
            "F",
            id="branch-not-taken-is-not-read",
        ),
        pytest.param('extras={replace="ref",of=["x","list"]}', ["a", "p"], id="ref-of"),
        pytest.param('extras=[{replace="ref",of=["x","list"],extend=true},"q"]', ["a", "p", "q"], id="ref-extended"),
        pytest.param('extras=[{replace="ref",env="b",key="extras",extend=true}]', ["b"], id="ref-of-environment"),
        pytest.param('description="<{[x]text}|{[env.b]description}|{[x]no:d}>"', "<in a|in b|d>", id="text-references"),
        pytest.param('description="{commands_retry}"\ncommands_retry="3"', "3", id="own-setting"),
        pytest.param("suicide_timeout=1", 1.0, id="float"),
        pytest.param('base_python="py311"', "py311", id="text-or-list"),
        pytest.param('depends=[{product=[["x"],["1","2"]]},"y"]', ["x-1", "x-2", "y"], id="names"),
    ],
)
def test_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: object) -> None:
    """Tables of ``replace`` stand for values, texts are substituted, lists are spread."""
    monkeypatch.setenv("SET", "one")
    monkeypatch.setenv("BRACES", "{env_name}")
    monkeypatch.delenv("UNSET", raising=False)
    more = '[x]\ntext="in {env_name}"\nlist=["p","{env_name}"]\n[env.b]\ndescription="in {env_name}"\nextras=["b"]'
    conf = project(tmp_path, text, more, pos_args=["x y", "{env_name}"])

    assert value(conf, text.partition("=")[0]) == expected


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("env.V", True),
        ("env['A-B']", False),
        ("env.V == 'v'", True),
        ("env.V != 'v'", False),
        ("not env.NO and (env.NO or env.V)", True),
        ("factor.f", True),
        ("factor['3.1']", False),
        ("env_name == 'x-f'", True),
        ("'text'", True),
        ("''", False),
    ],
)
def test_conditions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, condition: str, holds: bool) -> None:
    """Conditions look at the host's variables, the name and its factors."""
    monkeypatch.setenv("V", "v")
    monkeypatch.delenv("NO", raising=False)
    conf = project(tmp_path, f'description={{replace="if",condition="{condition}",then="yes",else="no"}}')

    assert value(conf, "description", "x-f") == ("yes" if holds else "no")


@pytest.mark.parametrize(
    "condition", ["", "env.", "foo", "foo.bar", "1", "env.get(1)", "'a' < 'b'", "'a' == 'a' == 'a'", "'a' in env_name"]
)
def test_conditions_that_are_none(tmp_path: Path, condition: str) -> None:
    """A condition that is not understood is an error of the setting."""
    conf = project(tmp_path, f'description={{replace="if",condition="{condition}",then="yes"}}')

    with pytest.raises(HandledError, match=r"a\.description.*MatchError"):
        value(conf, "description")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        pytest.param('description=["a"]', "text", id="list-for-text"),
        pytest.param('extras="a"', "list", id="text-for-list"),
        pytest.param('ignore_errors="true"', "true or false", id="text-for-bool"),
        pytest.param('commands=["run x"]', "list", id="text-for-command"),
        pytest.param('commands=[["run",1]]', "text", id="number-for-word"),
        pytest.param('commands=[["run",{replace="posargs",default=["a"]}]]', "text", id="list-for-word"),
        pytest.param('description={replace="env"}', "name", id="env-without-name"),
        pytest.param('description={replace="env",name=1}', "name", id="env-with-a-number"),
        pytest.param('description={replace="ref"}', "text", id="ref-of-nothing"),
        pytest.param('description={replace="ref",of=["no","x"],default="d"}', "no", id="ref-to-nowhere"),
        pytest.param('description={replace="ref",of=["env_list","x"]}', "x", id="ref-through-a-list"),
        pytest.param('extras={replace="ref",of=["env_run_base","extras"]}', "itself", id="ref-to-itself"),
        pytest.param('description={replace="ref",env="no",key="x"}', "no", id="ref-to-no-environment"),
        pytest.param('change_dir=""', "empty", id="empty-path"),
        pytest.param('change_dir="a\\u0000b"', "null byte", id="path-with-a-null-byte"),
        pytest.param('commands_retry="x"', "x", id="no-number"),
    ],
)
def test_shapes_that_do_not_fit(tmp_path: Path, line: str, word: str) -> None:
    """A value of another shape is refused with a sentence that names setting and shape."""
    conf = project(tmp_path, line)

    with pytest.raises(HandledError, match=rf"a\.{line.partition('=')[0]}.*{word}"):
        value(conf, line.partition("=")[0])


@pytest.mark.parametrize("wrong", ["true", "1", '["x"]', "[]", '{a="x"}', "{}"])
@pytest.mark.parametrize("name", ["SET", "UNSET"])
@pytest.mark.parametrize("key", ["description", "extras", "depends", "base_python", "set_env", "ignore_errors"])
def test_the_default_of_a_variable_is_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, name: str, wrong: str
) -> None:
    """A default of another type is refused, also where the variable is set."""
    monkeypatch.setenv("SET", "one")
    monkeypatch.delenv("UNSET", raising=False)
    conf = project(tmp_path, f'{key}={{replace="env",name="{name}",default={wrong}}}')

    with pytest.raises(HandledError, match=rf"a\.{key}.*default of replace = \"env\" has to be a text"):
        value(conf, key)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param('extras={replace="posargs",default="x"}', ["x"], id="text-is-one-word"),
        pytest.param('extras={replace="posargs",default=""}', [], id="no-text-is-no-word"),
        pytest.param('extras={replace="posargs"}', [], id="no-default"),
        pytest.param('commands=[{replace="posargs",default="run"}]', ["run"], id="text-is-a-command"),
        pytest.param(
            'extras={replace="posargs",default={replace="ref",of=["x","list"]}}', ["p"], id="table-for-a-list"
        ),
        pytest.param('description={replace="posargs",default="x"}', None, id="text-for-text"),
        pytest.param('change_dir={replace="posargs",default="x"}', None, id="text-for-path"),
        pytest.param('extras={replace="posargs",default=true}', None, id="truth-value"),
        pytest.param('extras={replace="posargs",default={a="x"}}', None, id="table"),
        pytest.param('extras={replace="glob",pattern="*.no",default=["x"]}', None, id="list-for-files-of-a-text"),
        pytest.param('extras=[{replace="glob",pattern="*.no",extend=true,default=["x"]}]', ["x"], id="list-for-files"),
        pytest.param(
            'extras=[{replace="glob",pattern="*.no",extend=true,default="x y"}]', ["x y"], id="text-for-files"
        ),
        pytest.param('set_env={replace="env",name="UNSET"}', None, id="variables-of-nothing"),
        pytest.param('set_env={replace="glob",pattern="*.no"}', None, id="variables-of-files"),
        pytest.param('set_env={replace="posargs",default={A="1"}}', None, id="variables-of-a-default"),
    ],
)
def test_defaults_are_of_the_kind_of_what_they_stand_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: list[str] | None
) -> None:
    """Words have words for a default, files a text or, where they are spread, a list."""
    monkeypatch.delenv("UNSET", raising=False)
    conf = project(tmp_path, line, '[x]\nlist=["p"]')
    key = line.partition("=")[0]

    if expected is None:
        with pytest.raises(HandledError, match=rf"a\.{key}"):
            value(conf, key)
    else:
        assert value(conf, key) == expected


def test_messages_do_not_tell_values(tmp_path: Path) -> None:
    """A value of the wrong shape may be secret and is not told."""
    conf = project(tmp_path, 'extras="hunter2"')

    with pytest.raises(HandledError) as caught:
        value(conf, "extras")

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        pytest.param('"a","b"', ["a", "b"], id="texts"),
        pytest.param('"py3{11,12}"', ["py3{11,12}"], id="braces-mean-themselves"),
        pytest.param('{prefix="3.",start=11,stop=13}', ["3.11", "3.12", "3.13"], id="range"),
        pytest.param('{prefix="3.",start=14}', ["3.14", "3.15"], id="open-range"),
        pytest.param('{prefix="3.",start=5,stop=3},"q"', ["q"], id="empty-range"),
        pytest.param('{eco=["x","y"]}', ["x", "y"], id="label"),
        pytest.param('{eco={prefix="p",stop=11}}', ["p11"], id="label-of-range"),
        pytest.param('{eco={values=["x","y"],default="y"}}', ["x", "y"], id="label-with-default"),
        pytest.param('{product=[["a","b"],{d=["1","2"]}],exclude=["a-2"]}', ["a-1", "b-1", "b-2"], id="product"),
        pytest.param('{replace="if",condition="env.NO",then=["t"],else=["e"],extend=true}', ["e"], id="condition"),
    ],
)
def test_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: str, names: list[str]) -> None:
    """Tables in ``env_list`` stand for names."""
    monkeypatch.delenv("NO", raising=False)

    conf = configuration(tmp_path, f"env_list=[{listed}]", name="tox.toml")

    assert list(conf) == names


@pytest.mark.parametrize(
    "listed",
    [
        '{prefix="3."}',
        '{prefix="x",start=true}',
        "{start=1}",
        '{product="a"}',
        '{product=[["a"]],prefix="x"}',
        '{product=[[{prefix="x",start=1,stop=2}]]}',
        '{a=["1"],b=["2"]}',
        '{env=["x"]}',
        '{eco={values=["x"],default="q"}}',
        '{values=["x"],default="x"}',
        '{product=[{values=["x"]}]}',
        '{prefix="3.",start=1,stop=99999999999}',
        '{prefix="3.",stop=99999999999}',
        '{eco={prefix="3.",start=-99999999999}}',
        f"{{product=[{','.join([TEN] * 6)}]}}",
        f"{{product=[{{eco={TEN}}},{','.join([TEN] * 5)}]}}",
        "1",
        "{}",
        '"a/b"',
        '".."',
    ],
)
def test_names_that_are_none(tmp_path: Path, listed: str) -> None:
    """Tables that stand for no names, and names that are none, are errors."""
    conf = configuration(tmp_path, f"env_list=[{listed}]", name="tox.toml")

    with pytest.raises(HandledError):
        list(conf)


@pytest.mark.parametrize(
    "factors",
    [f"[{','.join([TEN] * 6)}]", '[{prefix="3.",start=1,stop=99999999999}]', '[["a"],{prefix="3.",stop=99999999999}]'],
    ids=["product", "range", "open-range"],
)
def test_a_template_of_too_many_environments_is_refused(tmp_path: Path, factors: str) -> None:
    """Factors that would fill the memory are an error that names the template, before they do."""
    conf = configuration(tmp_path, f"[env_base.t]\nfactors={factors}", name="tox.toml")

    with pytest.raises(HandledError, match=r"env_base\.t\.factors.*more than \d+ n"):
        list(conf)


TEMPLATE = """
env_list = [
  "lint",
  { product = [["s"], { kind = ["x", "y"] }] },
  { size = { values = ["big", "small"], default = "big" } },
]
[env_run_base]
commands_retry = 4
description = "{factor:kind:none}|{factor:size}|{factor:0:none}"
[env_base.t]
factors = [{ kind = ["p", "q"] }, ["1", "2"]]
description = "{factor:kind}|{factor:1}|{env_name}"
[env_base.flat]
factors = ["u", "v"]
[env.t-q-2]
extras = ["own"]
"""


@pytest.mark.parametrize(
    ("name", "description"),
    [
        pytest.param("lint", "none|big|none", id="default-of-a-group"),
        pytest.param("s-y", "y|big|s", id="part-of-a-product"),
        pytest.param("small", "none|small|none", id="bare-group"),
        pytest.param("t-p-1", "p|1|t-p-1", id="template"),
        pytest.param("t-q-2", "q|2|t-q-2", id="template-and-own-table"),
        pytest.param("flat-u", "none|big|none", id="flat-factors-have-no-position"),
    ],
)
def test_groups_of_factors(tmp_path: Path, name: str, description: str) -> None:
    """A factor is known by the label and the position of its group."""
    conf = configuration(tmp_path, TEMPLATE, name="tox.toml")

    assert value(conf, "description", name) == description
    assert value(conf, "commands_retry", name) == 4


def test_templates_make_environments(tmp_path: Path) -> None:
    """Environments of templates come after those that are listed and those with a table."""
    conf = configuration(tmp_path, TEMPLATE, name="tox.toml")

    assert list(conf) == ["lint", "s-x", "s-y", "big", "small", "t-q-2", "t-p-1", "t-p-2", "t-q-1", "flat-u", "flat-v"]


def test_a_variable_chooses_a_factor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``TOX_FACTOR_`` and a label beat what the name says."""
    monkeypatch.setenv("TOX_FACTOR_kind", "z")
    conf = configuration(tmp_path, TEMPLATE, name="tox.toml")

    assert value(conf, "description", "t-p-1") == "z|1|t-p-1"


def test_a_template_needs_factors(tmp_path: Path) -> None:
    """A template without factors is an error that names the table."""
    conf = configuration(tmp_path, '[env_base.s]\ndescription="x"', name="tox.toml")

    with pytest.raises(HandledError, match=r"env_base\.s\.factors"):
        list(conf)


@pytest.mark.parametrize(
    ("factors", "names"),
    [
        pytest.param("[]", [], id="none"),
        pytest.param("[[]]", [], id="group-of-none"),
        pytest.param('["x", 0, 1.5, true]', ["t-x", "t-0", "t-1.5", "t-True"], id="numbers"),
        pytest.param('["", "a"]', ["t-", "t-a"], id="empty"),
        pytest.param("[{ l = [0, 1] }]", ["t-0", "t-1"], id="numbers-with-a-label"),
        pytest.param("[[0]]", None, id="number-in-a-group"),
        pytest.param('["x", ["y"]]', None, id="factor-beside-a-group"),
        pytest.param('[["y"], "x"]', None, id="group-beside-a-factor"),
        pytest.param('[{ l = "x" }]', None, id="label-of-a-text"),
        pytest.param('"x"', None, id="text"),
        pytest.param("{}", None, id="table"),
    ],
)
def test_factors_of_templates(tmp_path: Path, factors: str, names: list[str] | None) -> None:
    """Factors are texts or numbers, groups hold texts, and a template of none makes no environment."""
    conf = configuration(tmp_path, f"[env_base.t]\nfactors = {factors}", name="tox.toml")

    if names is None:
        with pytest.raises(HandledError, match=r"env_base\.t\.factors"):
            list(conf)
    else:
        assert list(conf) == names


def test_pyproject(tmp_path: Path) -> None:
    """In ``pyproject.toml`` references start at the root of the file."""
    text = """
[project]
name = "nm"
[tool.tox]
env_list = ["a"]
[tool.tox.env_run_base]
extras = ["r"]
[tool.tox.env.a]
description = "{[project]name}|{[tool.tox.env.a]env_name}|{[env.a]env_name}"
extras = [{ replace = "ref", of = ["tool", "tox", "env_run_base", "extras"], extend = true }, "o"]
"""
    conf = configuration(tmp_path, text, name="pyproject.toml")

    assert value(conf, "description") == "nm|a|{[env.a]env_name}"
    assert value(conf, "extras") == ["o", "r"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("red-big", "<red> <big> <s2> <none>", id="product"),
        pytest.param("s1-x", "<s1> <x> <s1> <none>", id="product-with-a-label"),
        pytest.param("lone", "<> <> <s2> <none>", id="neither"),
    ],
)
def test_factors_by_place_and_default(tmp_path: Path, name: str, expected: str) -> None:
    """A factor is known by its place in the product that made the environment; a range may have a default."""
    product = '{product=[["red","blue"],["big"]]}'
    ranged = '{product=[{step={prefix="s",start=1,stop=3,default="s2"}},["x"]]}'
    text = f'env_list=[{product},{ranged},"lone"]\n[env_run_base]\n'
    text += 'description="<{factor:0:}> <{factor:1:}> <{factor:step}> <{factor:none:none}>"\n'

    assert value(configuration(tmp_path, text, name="tox.toml"), "description", name) == expected


@pytest.mark.parametrize(
    "group",
    [
        '{m={values=["a"],default="b"}}',
        '{m={values=["a"],default=""}}',
        '{m={prefix="a",start=1,stop=2,default="a"}}',
        '{prefix="a",start=1,stop=2,default="a"}',
    ],
)
def test_a_default_of_a_group_is_one_of_its_factors(tmp_path: Path, group: str) -> None:
    """Where factors get their meaning the default has to be among them; where names are meant nobody looks at it."""
    for text in (f"env_list=[{{product=[{group}]}}]", f"env_list=[{group}]", f"[env_base.t]\nfactors=[{group}]"):
        with pytest.raises(HandledError, match="is not among the factors of its group"):
            list(configuration(tmp_path, text, name="tox.toml"))

    names_of_group = ["a1", "a2"] if "prefix" in group else ["a"]
    names = project(tmp_path, f"depends=[{{product=[{group}]}}]")
    assert list(value(names, "depends")) == names_of_group
    labels = configuration(tmp_path, f"[labels]\nl=[{{product=[{group}]}}]", name="tox.toml").core
    labels.add_config("labels", dict[str, EnvList], {}, "as the session declares it")
    assert list(labels["labels"]["l"]) == names_of_group


@pytest.mark.parametrize("path", ["\\t", " ", "\\n", "{env:BLANK}"], ids=["tab", "blank", "line end", "variable"])
@pytest.mark.parametrize("key", ["change_dir", "env_dir"])
def test_blanks_are_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, path: str) -> None:
    """A path of blanks alone is refused as an empty one is."""
    monkeypatch.setenv("BLANK", " \t")
    conf = configuration(tmp_path, f'[env.a]\n{key} = "{path}"\n', name="tox.toml")

    with pytest.raises(HandledError, match="may not be empty"):
        value(conf, key, "a")


@pytest.mark.parametrize("key", ["set_env", "setenv"])
def test_variables_of_an_environment_without_a_table(tmp_path: Path, key: str) -> None:
    """A reference to the variables of any name gives those that the environment of that name would have."""
    text = f'[env_run_base]\nset_env={{A="1"}}\n[env.a]\nset_env={{replace="ref",env="py312",key="{key}"}}\n'

    assert value(configuration(tmp_path, text, name="tox.toml"), "set_env", "a")["A"] == "1"


def test_names_of_variables_may_extend_a_list(tmp_path: Path) -> None:
    """A reference to variables gives their names to the list that it extends, and is refused as a text."""
    ref = 'replace="ref",env="e",key="set_env"'
    text = f'[env.e]\nset_env={{A="1",B="2"}}\n[env.a]\nallowlist_externals=[{{{ref},extend=true}}]\n'
    text += f"extras=[{{{ref}}}]\ndescription={{{ref}}}\n"
    conf = configuration(tmp_path, text, name="tox.toml")

    assert {"A", "B"} <= set(value(conf, "allowlist_externals", "a"))
    for key in ("extras", "description"):
        with pytest.raises(HandledError, match="has to be text, not SetEnv"):
            value(conf, key, "a")


@pytest.mark.parametrize("key", ["extras", "commands"])
def test_a_condition_without_else_is_no_list(tmp_path: Path, key: str) -> None:
    """Where a table stands for a whole list, what it gives when it does not hold has to be written down."""
    then = '[["x"]]' if key == "commands" else '["x"]'
    table = f'{{replace="if",condition="factor.no",then={then},extend=true}}'
    whole = configuration(tmp_path, f"[env.a]\n{key}={table}\n[env.b]\n{key}=[{table}]\n", name="tox.toml")

    assert not value(whole, key, "b")
    with pytest.raises(HandledError, match="has to be a list, not text"):
        value(whole, key, "a")


@pytest.mark.parametrize("kind", ['"ref",of=["x","deps"]', '"env",name="A"', '"posargs"', '"glob",pattern="*"'])
def test_markers_that_nobody_looks_at_are_refused(tmp_path: Path, kind: str) -> None:
    """Only a single variable of set_env has a marker; elsewhere it is refused rather than left out of account."""
    text = f'[env_run_base]\nextras=[{{replace={kind},extend=true,marker="python_version<\'3\'"}}]\n[x]\ndeps=["y"]\n'

    with pytest.raises(HandledError, match="marker"):
        value(configuration(tmp_path, text, name="tox.toml"), "extras")


def test_pattern_that_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pattern of a glob may come from a variable."""
    (tmp_path / "one.txt").touch()
    monkeypatch.setenv("WHERE", "*.txt")
    text = '[env_run_base]\nextras=[{replace="glob",pattern={replace="env",name="WHERE"},extend=true}]\n'

    (found,) = value(configuration(tmp_path, text, name="tox.toml"), "extras")

    assert found.endswith("one.txt")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        pytest.param('{product=[["a"],["b"]],more=0}', ["a-b"], id="product"),
        pytest.param('{prefix="a",start=1,stop=2,more=0}', ["a1", "a2"], id="range"),
        pytest.param('{product=[{prefix="a",start=1,stop=2,more=0}]}', ["a1", "a2"], id="range-in-a-product"),
        pytest.param('{x={values=["a"],more=1}}', ["a"], id="values"),
    ],
)
def test_further_keys_mean_nothing(tmp_path: Path, listed: str, expected: list[str]) -> None:
    """What stands for names may have keys that nothing asks for."""
    conf = configuration(tmp_path, f"env_list=[{listed}]", name="tox.toml")

    assert list(conf.core["env_list"]) == expected


@pytest.mark.parametrize("names", ['["a","b"]', '"ab"'], ids=["list", "text"])
def test_environments_that_are_only_named(tmp_path: Path, names: str) -> None:
    """In the place of the table of environments there may be names, of which each makes one without settings."""
    conf = configuration(tmp_path, f'env={names}\n[env_run_base]\ndescription="d"\n', name="tox.toml")

    assert sorted(conf) == ["a", "b"]


@pytest.mark.parametrize("pattern", ['""', '"{env:NO:}"', '"{[x]empty}"', '{replace="env",name="NO"}'])
def test_pattern_that_is_empty(tmp_path: Path, pattern: str) -> None:
    """A glob needs a pattern, whatever it came from; a default is for one that finds nothing."""
    text = f'[env_run_base]\ndescription={{replace="glob",pattern={pattern},default="d"}}\n[x]\nempty=""\n'

    with pytest.raises(HandledError, match="text that is not empty"):
        value(configuration(tmp_path, text, name="tox.toml"), "description")


def test_core_settings_that_are_left_out(tmp_path: Path) -> None:
    """The table of the whole run gives the default of what it does not have."""
    text = '[tool.tox.env_run_base]\ndescription="{[tool.tox]work_dir}|{[tool.tox]nothing:d}"\n'

    found = value(configuration(tmp_path, text, name="pyproject.toml"), "description")

    assert found == f"{tmp_path / '.tox'}|d"
