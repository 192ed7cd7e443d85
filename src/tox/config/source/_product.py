"""The environments that groups of factors make, and the group that each factor of theirs is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tox.config._factors import combine
from tox.config.loader.toml._product import expand_factor_group, extract_default, extract_label
from tox.config.types import FactorGroup

if TYPE_CHECKING:
    from collections.abc import Sequence


class Product:
    """One table of names, or one template.

    :param groups: as the file has them, see :mod:`tox.config.loader.toml._product`
    :param what: where they come from, for the message
    :param template: a name that all names start with
    :param places: whether groups are known by their place
    :raises TypeError: if a group is not well-formed
    :raises ValueError: if they make too many names
    """

    def __init__(self, groups: Sequence[Any], what: object, *, template: str = "", places: bool = True) -> None:
        read = [(extract_label(one), expand_factor_group(one), extract_default(one)) for one in groups]
        start = f"{template}-" if template else ""
        #: for each name the factors it is made of, one of each group, of which any may be empty
        self.ways = {start + "-".join(filter(None, parts)): parts for parts in combine([one[1] for one in read], what)}
        #: the groups by label, and by their place as a number
        self.groups: dict[str, FactorGroup] = {}
        for at, (label, values, default) in enumerate(read):
            if label is None and not places:
                continue
            made = {name: parts[at] for name, parts in self.ways.items()}
            group = FactorGroup(values=values, default=default, env_values=made)
            self.groups.update({known_as: group for known_as in (str(at) if places else None, label) if known_as})
