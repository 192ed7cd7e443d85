"""Names and factors made of tables.

.. code-block:: toml

    { prefix = "3.", start = 11, stop = 13 }            # a range; one bound may be left out
    { label = ["a", "b"] }                              # a group with a label; also of a range
    { label = { values = ["a", "b"], default = "b" } }  # and with a default, which a range may have, too
    { product = [["a", "b"], { prefix = "3.", start = 11 }], exclude = ["a-3.11"] }
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tox.config._factors import combine, open_range

if TYPE_CHECKING:
    from collections.abc import Mapping

#: keys that tables of this kind have, so that none may be a label
_RANGE = frozenset({"prefix", "start", "stop"})
_PRODUCT = frozenset({"product", "exclude"})
#: words that cannot be the label of a group
RESERVED = _RANGE | _PRODUCT | {"values", "default", "replace", "env"}


def expand_product(value: Mapping[str, Any]) -> list[str]:
    """List the names that a table with ``product`` stands for, the first group changing slowest.

    :raises TypeError: if the table is not well-formed
    :raises ValueError: if it stands for too many names, see :func:`~tox.config._factors.combine`
    """
    if "prefix" in value:
        raise TypeError("a table is a product or a range, and one with product has no prefix")
    groups = value["product"]
    if not isinstance(groups, list):
        raise TypeError(f"product has to be a list of groups, not {groups!r}")
    exclude = value.get("exclude", [])
    if not isinstance(exclude, list) or not all(isinstance(name, str) for name in exclude):
        raise TypeError(f"exclude of a product has to be a list of names, not {exclude!r}")
    if not groups:
        return []
    ways = combine([expand_factor_group(group) for group in groups], value)
    names = ("-".join(part for part in parts if part) for parts in ways)
    return [name for name in names if name and name not in exclude]


def expand_factor_group(value: object) -> list[str]:
    """List the factors of one group: a list of texts, a range, or either with a label.

    :raises TypeError: if it is none of these
    :raises ValueError: if it is a range of too many numbers, see :func:`~tox.config._factors.open_range`
    """
    if isinstance(value, list):
        for entry in value:
            if not isinstance(entry, str):
                raise TypeError(f"a group of factors holds texts, not {entry!r}")
        return list(value)
    if isinstance(value, dict):
        if value.keys() & _RANGE:
            return _expand_range(value)
        label = extract_label(value)
        if label is not None:
            return _expand_labelled(value[label])
    raise TypeError(
        f"a group is a list of texts, a range of prefix, start, stop, or a table with one label, not {value!r}"
    )


def extract_label(value: object) -> str | None:
    """Give the label of a group, None when it has none.

    :raises TypeError: if the table has several keys, or one that means something else
    """
    if not isinstance(value, dict) or value.keys() & (_RANGE | _PRODUCT | {"replace", "values"}):
        return None
    if len(value) != 1:
        raise TypeError(f"a group of factors has one label, not {', '.join(map(str, value)) or 'none'}")
    label = str(next(iter(value)))
    if label in RESERVED or label.isdigit():
        raise TypeError(f"{label!r} cannot be the label of a group of factors, as it means something else")
    return label


def extract_default(value: Any) -> str | None:
    """Give the default of a group, None when it has none.

    Only who gives factors their meaning asks for it: a group that stands for names alone, as in ``depends`` and labels,
    may have any.

    :raises TypeError: if it is not among the factors of the group
    :raises ValueError: if the group is a range of too many numbers
    """
    label = extract_label(value)
    inner = value[label] if label is not None else value
    if not isinstance(inner, dict) or "default" not in inner:
        return None
    if inner["default"] not in _expand_labelled(inner):
        raise TypeError(f"the default {inner['default']!r} is not among the factors of its group")
    return str(inner["default"])


def _expand_labelled(value: object) -> list[str]:
    """List the factors of a label: of a list of any kind, of one with a default beside it, or of another group."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, dict) and "values" in value:
        return expand_factor_group(value["values"])
    return expand_factor_group(value)


def _expand_range(value: Mapping[str, Any]) -> list[str]:
    prefix = value.get("prefix")
    if not isinstance(prefix, str):
        raise TypeError(f"prefix of a range has to be a text, not {prefix!r}")
    bounds = {}
    for name in ("start", "stop"):
        bound = value.get(name)
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int)):
            raise TypeError(f"{name} of a range has to be a number, not {bound!r}")
        bounds[name] = bound
    if bounds["start"] is None and bounds["stop"] is None:
        raise TypeError(f"the range of {prefix!r} needs start, stop, or both")
    return [f"{prefix}{number}" for number in open_range(bounds["start"], bounds["stop"])]
