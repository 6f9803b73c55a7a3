"""Switchable defects and conformant varieties: each is a subclass that replaces a rule, named after its class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from appointment_conformance.reference.rules import Rules

__all__ = [
    "Fault", "Mutation", "Variant", "composed", "fault", "kebab", "mutations", "shared_fault", "shared_variant",
    "variant",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect: the requirements it must turn red, the first above all, and those that follow by necessity.

    Its api is the one whose reference API lists it.
    """

    name: str
    breaks: tuple[str, ...]
    description: str
    entails: tuple[str, ...] = ()
    api: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """One conformant variety; its api is the one whose reference API lists it."""

    name: str
    description: str
    api: str = ""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Rules that replace those of `operation` and what derives from it, with the fault or variant they stand for."""

    of: Fault | Variant
    rules: type[Rules]
    operation: type[Rules]


def fault(
    *breaks: str, entails: tuple[str, ...] = (), operation: type[Rules] | None = None, name: str = ""
) -> Callable[[type[Rules]], Mutation]:
    """Declare that a subclass of the rules is a fault; its docstring says which defect it is.

    It applies to its nearest public base and what derives from that, unless an operation is given. It is named after
    its class, unless a name is given.
    """

    def declare(rules: type[Rules]) -> Mutation:
        declared = Fault(name or kebab(rules.__name__), breaks, _description(rules), entails)
        return Mutation(declared, rules, operation or _nearest_public_base(rules))

    return declare


def variant(rules: type[Rules]) -> Mutation:
    """Declare that a subclass of the rules is a conformant variety; its docstring says which."""
    return Mutation(Variant(kebab(rules.__name__), _description(rules)), rules, _nearest_public_base(rules))


def shared_fault(
    rules: type[Rules], operation: type[Rules], *breaks: str, entails: tuple[str, ...] = (), of: str = ""
) -> Mutation:
    """Declare that a defect any api can have is a fault of this one; `of` goes before its name."""
    return fault(*breaks, entails=entails, operation=operation, name=of + kebab(rules.__name__))(rules)


def shared_variant(rules: type[Rules], operation: type[Rules], *, of: str = "") -> Mutation:
    """Declare that a variety any api can have is a variant of this operation; `of` goes before its name."""
    return Mutation(Variant(of + kebab(rules.__name__), _description(rules)), rules, operation)


def mutations(*modules: ModuleType) -> tuple[Mutation, ...]:
    """Return what the modules declare, one by one or in tuples, in the order of the text."""
    return tuple(each for module in modules for each in _declared(module))


def composed(operation: type[Rules], chosen: Sequence[Mutation]) -> type[Rules]:
    """Return the operation with every mutation that applies to it; the first mutation is the outermost."""
    fitting = [each.rules for each in chosen if issubclass(operation, each.operation)]
    return type(operation.__name__, (*fitting, operation), {})


def kebab(text: str) -> str:
    """Return the words of a name in camel case, in lower case with hyphens between."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])|(?<=[A-Z])(?=[A-Z][a-z])", "-", text).lower()


def _declared(module: ModuleType) -> Iterator[Mutation]:
    for value in vars(module).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Mutation):
                yield item


def _nearest_public_base(rules: type[Rules]) -> type[Rules]:
    return next(base for base in rules.__mro__[1:] if not base.__name__.startswith("_"))


def _description(rules: type[Rules]) -> str:
    return " ".join((rules.__doc__ or "").split())
