"""Faults and variants that can be switched on: each is a subclass that replaces a rule, named after its class."""

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
    """One defect. `breaks` has the requirements that must fail, the most important first.

    `entails` has the requirements that fail as a consequence. `api` is the API whose reference API lists the fault.
    """

    name: str
    breaks: tuple[str, ...]
    description: str
    entails: tuple[str, ...] = ()
    api: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """One conforming variety. `api` is the API whose reference API lists it."""

    name: str
    description: str
    api: str = ""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault or variant with its rules, which replace the rules of `operation` and of its subclasses."""

    of: Fault | Variant
    rules: type[Rules]
    operation: type[Rules]


def fault(
    *breaks: str, entails: tuple[str, ...] = (), operation: type[Rules] | None = None, name: str = ""
) -> Callable[[type[Rules]], Mutation]:
    """Declare that a subclass of the rules is a fault; its docstring describes the defect.

    By default it applies to its nearest public base class and the subclasses of that, and is named after its class.
    """

    def declare(rules: type[Rules]) -> Mutation:
        declared = Fault(name or kebab(rules.__name__), breaks, _description(rules), entails)
        return Mutation(declared, rules, operation or _nearest_public_base(rules))

    return declare


def variant(rules: type[Rules]) -> Mutation:
    """Declare that a subclass of the rules is a variant; its docstring describes it."""
    return Mutation(Variant(kebab(rules.__name__), _description(rules)), rules, _nearest_public_base(rules))


def shared_fault(
    rules: type[Rules], operation: type[Rules], *breaks: str, entails: tuple[str, ...] = (), of: str = ""
) -> Mutation:
    """Declare that rules of a shared fault are a fault of `operation`; `of` is put before the name."""
    return fault(*breaks, entails=entails, operation=operation, name=of + kebab(rules.__name__))(rules)


def shared_variant(rules: type[Rules], operation: type[Rules], *, of: str = "") -> Mutation:
    """Declare that rules of a shared variant are a variant of `operation`; `of` is put before the name."""
    return Mutation(Variant(of + kebab(rules.__name__), _description(rules)), rules, operation)


def mutations(*modules: ModuleType) -> tuple[Mutation, ...]:
    """Return the mutations that the modules define, alone or in tuples, in the order of definition."""
    return tuple(each for module in modules for each in _declared(module))


def composed(operation: type[Rules], chosen: Sequence[Mutation]) -> type[Rules]:
    """Return the operation with all mutations of `chosen` that apply to it; the first mutation is outermost."""
    applicable = [each.rules for each in chosen if issubclass(operation, each.operation)]
    return type(operation.__name__, (*applicable, operation), {})


def kebab(text: str) -> str:
    """Return a name in camel case as lower-case words with hyphens."""
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
