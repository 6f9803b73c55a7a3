"""Switchable defects and conformant varieties: each is a subclass that replaces a rule, named after its class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference.operations import MijnKlantportaalRules
from appointment_conformance.apis.omneo.reference.rules import OmneoRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from appointment_conformance.reference.rules import Rules

__all__ = ["Change", "Fault", "Variant", "changes", "fault", "flaw", "kebab", "variant"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect: the requirements it must turn red, the first above all, and those that follow by necessity."""

    name: str
    api: str
    breaks: tuple[str, ...]
    description: str
    entails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One conformant variety; its api is empty where it fits both."""

    name: str
    api: str
    description: str


@dataclass(frozen=True, slots=True)
class Change:
    """Rules that replace those of every operation derived from `home`, with the fault or variant they stand for."""

    of: Fault | Variant
    rules: type[Rules]
    home: type[Rules]


def fault(
    *breaks: str, entails: tuple[str, ...] = (), home: type[Rules] | None = None, name: str = ""
) -> Callable[[type[Rules]], Change]:
    """Declare that a subclass of the rules is a fault; its docstring says which defect it is.

    It goes where its nearest public base goes, unless a home says otherwise. It is named after its class, unless a
    name is given.
    """

    def declare(rules: type[Rules]) -> Change:
        where = home or _home(rules)
        label = name or kebab(rules.__name__)
        return Change(Fault(label, _api(where), breaks, _description(rules), entails), rules, where)

    return declare


def variant(rules: type[Rules]) -> Change:
    """Declare that a subclass of the rules is a conformant variety; its docstring says which."""
    where = _home(rules)
    return Change(Variant(kebab(rules.__name__), _api(where), _description(rules)), rules, where)


def flaw(flawed: type[Rules], home: type[Rules], *breaks: str, entails: tuple[str, ...] = (), of: str = "") -> Change:
    """Declare that a flaw any api can have is a fault of this one; `of` goes before its name."""
    return fault(*breaks, entails=entails, home=home, name=of + kebab(flawed.__name__))(flawed)


def changes(*modules: ModuleType) -> Iterator[Change]:
    """Return what the modules declare, one by one or in tuples, in the order of the text."""
    for module in modules:
        for value in vars(module).values():
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Change):
                    yield item


def kebab(text: str) -> str:
    """Return the words of a name in camel case, in lower case with hyphens between."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "-", text).lower()


def _home(rules: type[Rules]) -> type[Rules]:
    return next(base for base in rules.__mro__[1:] if not base.__name__.startswith("_"))


def _description(rules: type[Rules]) -> str:
    return " ".join((rules.__doc__ or "").split())


def _api(rules: type[Rules]) -> str:
    if issubclass(rules, OmneoRules):
        return "omneo"
    return "mijnklantportaal" if issubclass(rules, MijnKlantportaalRules) else ""
