"""How quantities are called in Python: ``w46`` stays, ``s'_2`` is ``s_prime_2``, ``W[1,2]`` is ``W_1_2``."""

from __future__ import annotations

import keyword
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["python_names"]

_STRANGE: Final = re.compile(r"[^A-Za-z0-9]+")


def python_names(
    names: Iterable[str], reserved: Collection[str] = (), wishes: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Give each name a Python identifier of its own, none of them a keyword or reserved.

    Names are told apart by themselves, never by their spelling: a common part that wishes to be called ``t1``
    is not the quantity t1. Who comes first is called as it wishes, a later one gets ``_`` behind it.

    >>> list(python_names(["lambda", "s'_2", "W[1,2]", "W_1_2", "dE/da3", "exp"], {"exp"}).values())
    ['lambda_', 's_prime_2', 'W_1_2', 'W_1_2_', 'dE_da3', 'exp_']
    >>> python_names(["t1", "part 1"], wishes={"part 1": "t1"})
    {'t1': 't1', 'part 1': 't1_'}
    """
    taken = {*reserved, *keyword.kwlist, *keyword.softkwlist}
    given: dict[str, str] = {}
    for name in names:
        if name in given:
            continue
        identifier = _STRANGE.sub("_", wishes.get(name, name).replace("'", "_prime")).strip("_")
        if not identifier or identifier[0].isdigit():
            identifier = f"q_{identifier}"
        while identifier in taken:
            identifier += "_"
        taken.add(identifier)
        given[name] = identifier
    return given
