"""One setting: its names, its type, its default; and, once asked for, its value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from tox.config.loader.api import AppendOverridesError, ConfigLoadArgs, Loader, told_as
from tox.config.types import CircularChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import UnionType

    from tox.config._protocols import Configuration
    from tox.config.loader.convert import Factory

__all__ = ["ConfigConstantDefinition", "ConfigDefinition", "ConfigDynamicDefinition", "ConfigLoadArgs", "Later"]

T = TypeVar("T")
V = TypeVar("V")

#: stands in the cache of a setting whose value was not asked for yet; plugins put it there to have it read anew
_PLACE_HOLDER: Any = object()


class Later:
    """A type that is costly to import, named without importing it.

    :param resolve: returns the type
    """

    __slots__ = ("resolve",)

    def __init__(self, resolve: Callable[[], Any]) -> None:
        self.resolve = resolve

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.resolve!r})"


class ConfigDefinition(ABC, Generic[T]):
    """One setting.

    :param keys: its names, the first being the one it is shown with
    :param desc: what it is for
    """

    def __init__(self, keys: Iterable[str], desc: str) -> None:
        self.keys = keys
        self.desc = desc

    @abstractmethod
    def __call__(self, conf: Configuration, loaders: list[Loader[T]], args: ConfigLoadArgs) -> T:
        """Give the value."""
        raise NotImplementedError

    @abstractmethod
    def overwrite(self, value: T) -> None:
        """Set the value, whatever was configured."""
        raise NotImplementedError

    def __eq__(self, o: object) -> bool:
        return type(self) is type(o) and (self.keys, self.desc) == (o.keys, o.desc)

    def __ne__(self, o: object) -> bool:
        return not self == o

    __hash__ = None  # type: ignore[assignment] # the value may change


class ConfigConstantDefinition(ConfigDefinition[T]):
    """A setting that cannot be configured.

    :param value: its value, or a function that returns it whenever it is asked for
    """

    def __init__(self, keys: Iterable[str], desc: str, value: Callable[[], T] | T) -> None:
        super().__init__(keys, desc)
        self.value = value

    def __call__(self, conf: Configuration, loaders: list[Loader[T]], args: ConfigLoadArgs) -> T:
        """Give the value."""
        return self.value() if callable(self.value) else self.value

    def overwrite(self, value: T) -> None:
        """Set another value."""
        self.value = value

    def __eq__(self, o: object) -> bool:
        return super().__eq__(o) and self.value == cast("ConfigConstantDefinition[T]", o).value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(keys={self.keys!r}, desc={self.desc!r}, value={self.value!r})"

    __hash__ = None


class ConfigDynamicDefinition(ConfigDefinition[T]):
    """A setting that can be configured.

    :param of_type: its type, perhaps as a :class:`Later`
    :param default: its value when nothing was configured, or a function of configuration and environment name
    :param post_process: makes the final value of one that was read, or of the default
    :param factory: makes values of a type that loaders do not know
    """

    def __init__(
        self,
        keys: Iterable[str],
        desc: str,
        of_type: type[T] | UnionType | Later,
        default: Callable[[Any, str | None], T] | T | None,
        post_process: Callable[[T], T] | None = None,
        factory: Factory[T] | None = None,
    ) -> None:
        super().__init__(keys, desc)
        self._of_type = of_type
        self.default = default
        self.post_process = post_process
        self.factory = factory
        self._cache: T = _PLACE_HOLDER
        self._seen: tuple[Loader[Any], ...] = ()

    @property
    def of_type(self) -> type[T] | UnionType:
        """The type, imported when it was put off."""
        if isinstance(self._of_type, Later):
            self._of_type = self._of_type.resolve()
        return cast("type[T] | UnionType", self._of_type)

    @of_type.setter
    def of_type(self, value: type[T] | UnionType | Later) -> None:
        self._of_type = value

    def __call__(self, conf: Configuration, loaders: list[Loader[T]], args: ConfigLoadArgs) -> T:
        """Give the value, read when it is asked for the first time.

        A loader that was put in since is looked at, in case it has the setting.

        :raises CircularChainError: if the value needs itself
        :raises HandledError: if what was configured does not fit
        """
        if self._cache is not _PLACE_HOLDER and not self._has_news(loaders):
            return self._cache
        self._seen = tuple(loaders)
        self._cache = self._read(conf, loaders, args)
        return self._cache

    def _has_news(self, loaders: list[Loader[T]]) -> bool:
        """Tell whether a loader with this setting was put before one that was asked; those put behind come too late."""
        if len(self._seen) == len(loaders) and all(map(_is, self._seen, loaders)):
            return False
        known = {id(loader) for loader in self._seen}
        last = max((at for at, loader in enumerate(loaders) if id(loader) in known), default=0)
        news = [loader for loader in loaders[:last] if id(loader) not in known]
        self._seen = tuple(loaders)
        return any(key in loader.found_keys() for loader in news for key in self.keys)

    def _read(self, conf: Configuration, loaders: list[Loader[T]], args: ConfigLoadArgs) -> T:
        keys = list(self.keys)
        key = f"{args.env_name or args.name}.{keys[0]}"
        if key in args.chain:
            way = " -> ".join([*args.chain[args.chain.index(key) :], key])
            raise CircularChainError(f"{key} needs itself: {way}")
        inner = args.entering(key)
        value = self._first_value(conf, loaders, inner)
        return value if self.post_process is None else self.post_process(value)

    def _first_value(self, conf: Configuration, loaders: list[Loader[T]], args: ConfigLoadArgs) -> T:
        """Take the value of the first loader that has one, and add what those before it append."""
        keys = list(self.keys)
        pending: list[AppendOverridesError[T]] = []
        for loader in loaders:
            try:
                value = loader.load(keys[0], self.of_type, self.factory, conf, args, keys)
            except AppendOverridesError as appends:
                pending.append(appends)
            except KeyError:
                continue
            else:
                return self._with_appends(value, pending, args)
        return self._value_without_loader(conf, args, pending)

    def _value_without_loader(
        self, conf: Configuration, args: ConfigLoadArgs, pending: list[AppendOverridesError[T]]
    ) -> T:
        """Make a value when no section has one: of what was to be appended, else the default."""
        if not pending:
            return self._default_value(conf, args)
        return self._with_appends(pending[-1].fold(), pending[:-1], args)

    @staticmethod
    def _with_appends(value: T, pending: list[AppendOverridesError[T]], args: ConfigLoadArgs) -> T:
        """Add values to a value, those of the section that is asked first at the end.

        :raises HandledError: if values of this type cannot be added to
        """
        for appends in reversed(pending):
            with told_as(appends.key, args, where="an override"):
                value = appends.apply(value)
        return value

    def _default_value(self, conf: Configuration, args: ConfigLoadArgs) -> T:
        """Give the default."""
        default = self.default
        return cast("T", default(conf, args.env_name) if callable(default) else default)

    @property
    def is_read(self) -> bool:
        """Whether the value is known already."""
        return self._cache is not _PLACE_HOLDER

    def overwrite(self, value: T) -> None:
        """Set the value, in place of reading it."""
        self._cache = value

    def __eq__(self, o: object) -> bool:
        if not super().__eq__(o):
            return False
        other = cast("ConfigDynamicDefinition[T]", o)
        mine, theirs = (
            (one._of_type, one.default, one.post_process, one.factory)  # noqa: SLF001 - the same class
            for one in (self, other)
        )
        return mine == theirs

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(keys={self.keys!r}, desc={self.desc!r}, of_type={self._of_type!r}, "
            f"default={self.default!r})"
        )

    __hash__ = None


def _is(one: object, other: object) -> bool:
    return one is other
