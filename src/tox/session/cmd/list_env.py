"""``tox list``: the environments there are, and what they are for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.config.cli.parser import CORE
from tox.session._select.flags import CliEnvAction, complete_env_names, register_env_select_flags
from tox.session._select.names import DEFAULT_ENV
from tox.session._select.request import CliEnv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tox.config.cli.parser import ToxParser
    from tox.session.cmd._list_formats import Listed
    from tox.session.state import State


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours = parser.add_command("list", ["l"], "list environments", list_env, inherit=frozenset({CORE}))
    ours.add_argument(
        "--no-desc",
        action="store_true",
        dest="list_no_description",
        default=False,
        help="names only, without descriptions",
    )
    ours.add_argument(
        "--format",
        choices=["text", "json", "github", "gitlab"],
        default="text",
        dest="list_format",
        help="how to write them: for people, as JSON, or as the matrix of a GitHub or GitLab workflow; "
        "messages go to standard error unless it is text",
    )
    group = register_env_select_flags(ours, default=None, group_only=True)
    group.add_argument(
        "-d", action="store_true", dest="list_default_only", default=False, help="only the default environments"
    )
    # under a name of its own: TOX_ENV, which chooses what runs, has never changed what is listed
    named: Any = group.add_argument(
        "-e",
        dest="list_names",
        metavar="env",
        default=CliEnv(),
        action=CliEnvAction,
        help="only these environments, between commas; ALL is every one of them",
    )
    named.of_type = CliEnv
    named.completer = complete_env_names


def list_env(state: State) -> int:
    """Print the environments.

    :returns: zero
    """
    options: Any = state.conf.options
    if named := getattr(options, "list_names", None):
        options.env = named
    chosen = bool(options.labels or options.factors or named)
    only_default = bool(options.list_default_only) or chosen
    active = list(state.envs.iter(only_active=True))
    default = active
    if getattr(options, "list_configured", False) and not state.conf.core["env_list"].envs:
        # who asks the tox 3 way is told what is configured, and not what runs when nothing is
        configured = set(state.conf) if options.env.is_all else ()
        default = [name for name in active if name in configured]
    other = [] if only_default else _others(state, active)
    if options.prints_document:
        from tox.session.cmd._list_formats import DOCUMENTS

        print(DOCUMENTS[options.list_format](_listed(state, [*default, *other])))
        return 0
    for line in _lines(state, default, other, headers=not chosen and not options.list_no_description):
        print(line)
    return 0


def _listed(state: State, names: Iterable[str]) -> Iterator[Listed]:
    """Collect what is told of each environment; most need not be built for that."""
    from tox.session._select.interpreter import wanted
    from tox.session.cmd._list_formats import Listed

    core = state.conf.core
    defaults = set(core["env_list"].envs or [DEFAULT_ENV])
    of_project = {label: set(found.envs) for label, found in core["labels"].items()}
    for name in names:
        labels = set(state.envs.configured(name, ["labels"], set[str]) or ())
        labels.update(label for label, members in of_project.items() if name in members)
        description = state.envs.description(name)
        yield Listed(name, description, name in defaults, sorted(labels), *wanted(state, name))


def _others(state: State, default: list[str]) -> list[str]:
    seen = set(default)
    return [name for name in state.envs.iter(only_active=False) if name not in seen]


def _lines(state: State, default: list[str], other: list[str], *, headers: bool) -> Iterator[str]:
    if state.conf.options.list_no_description:
        yield from chain(default, other)
        return
    width = max((len(name) for name in chain(default, other)), default=0)
    for title, names in (("default environments:", default), ("additional environments:", other)):
        if not names:
            continue
        if headers:
            if title.startswith("additional") and default:
                yield ""
            yield title
        for name in names:
            description = state.envs.description(name).replace("\n", " ") or "[no description]"
            yield f"{name.ljust(width)} -> {description}".strip()


__getattr__ = elsewhere(__name__)
