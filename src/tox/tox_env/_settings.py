"""Settings as data: what a class of environments can be configured with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    class _ConfigSet(Protocol):
        def add_config(
            self,
            keys: Any,
            of_type: Any,
            default: Any,
            desc: str,
            post_process: Any = None,
            factory: Any = None,
        ) -> Any: ...

        def add_constant(self, keys: Any, desc: str, value: Any) -> Any: ...


__all__ = ["Constant", "Own", "Setting", "declare"]


class Own(NamedTuple):
    """A method of the object whose settings are declared; sub-classes may override it."""

    name: str


class Setting(NamedTuple):
    """Something users may set."""

    #: primary key and aliases
    keys: tuple[str, ...]
    #: type of the value; a ``Later`` when naming it would import much
    of_type: Any
    #: a value, a function of configuration and environment name, or an own method of that form
    default: Any
    desc: str
    #: applied to whatever the value comes from
    post_process: Callable[[Any], Any] | Own | None = None
    factory: Callable[[object], Any] | Own | None = None


class Constant(NamedTuple):
    """Something users may refer to but not set."""

    #: primary key and aliases
    keys: tuple[str, ...]
    #: a value, or a function without arguments
    value: Any
    desc: str


def declare(owner: object, conf: _ConfigSet, settings: Iterable[Setting | Constant]) -> None:
    """Add settings to a configuration set, in their order.

    :param owner: whose methods :class:`Own` names
    """

    def bound(thing: object) -> Any:
        return getattr(owner, thing.name) if isinstance(thing, Own) else thing

    for setting in settings:
        if isinstance(setting, Constant):
            conf.add_constant(list(setting.keys), setting.desc, bound(setting.value))
        else:
            conf.add_config(
                keys=list(setting.keys),
                of_type=setting.of_type,
                default=bound(setting.default),
                desc=setting.desc,
                post_process=bound(setting.post_process),
                factory=bound(setting.factory),
            )
