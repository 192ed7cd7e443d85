"""``tox list``: the environments there are, and what they are for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tox.config.cli.parser import CORE
from tox.session._select.flags import register_env_select_flags
from tox.util import _lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.config.cli.parser import ToxParser
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
    group = register_env_select_flags(ours, default=None, group_only=True)
    group.add_argument(
        "-d", action="store_true", dest="list_default_only", default=False, help="only the default environments"
    )


def list_env(state: State) -> int:
    """Print the environments.

    :returns: zero
    """
    options = state.conf.options
    chosen = bool(options.labels or options.factors)
    only_default = bool(options.list_default_only) or chosen
    active = list(state.envs.iter(only_active=True))
    # who asks the tox 3 way is told what is configured, and not what runs when nothing is
    hides_fallback = getattr(options, "list_configured", False) and not state.conf.core["env_list"].envs
    default = [] if hides_fallback else active
    other = [] if only_default else _others(state, active)
    for line in _lines(state, default, other, headers=not chosen and not options.list_no_description):
        print(line)  # noqa: T201 - it is what was asked for
    return 0


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


__getattr__ = _lazy.attributes(__name__, {"impl": "tox.plugin.marker"})
