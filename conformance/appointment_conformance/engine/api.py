"""An API as a value: all that is particular to one vendor's contract, in one record that the engine receives."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

from appointment_conformance.targets import Target
from appointment_conformance.traffic.policy import RequestPolicy

from .observation import OpenQuestion, questions_of
from .requirement import Requirement, requirements_of
from .scenario import Scenario

#: The requirements of HTTP itself, which hold for any API.
SHARED_REQUIREMENTS = "appointment_conformance.http_rules"


@dataclass(frozen=True)
class Api:
    """One API under judgement. The engine names no vendor: whatever differs between two APIs is a member here."""

    #: The value of `api` in a targets file and in the reports; it never changes.
    name: str
    #: The vendor's own name for it.
    title: str
    #: What the ids of its requirements begin with, as in `OMN-LINK-03`.
    id_prefix: str
    #: The names of its operations under judgement.
    operations: tuple[str, ...]
    #: Returns what may be sent to a target; without it nothing is sent.
    policy: Callable[[Target], RequestPolicy]
    #: In the order in which a shrinking budget loses least. Wrong credentials come late: what guards a system counts
    #: them, and then refuses everything.
    scenarios: tuple[Scenario, ...]
    #: The package of its requirements: `SECTIONS` names its modules in the order of the catalogue.
    requirements: str
    #: The module of its open questions.
    observations: str

    @cached_property
    def catalogue(self) -> tuple[Requirement, ...]:
        """Every requirement, its own in the order of their sections, then those of HTTP itself.

        A requirement of HTTP is about every operation of the API.
        """
        own = (found for module in sections(self.requirements) for found in requirements_of(module))
        shared = (found for module in sections(SHARED_REQUIREMENTS) for found in requirements_of(module))
        return (*own, *(found.restricted_to(self.operations) for found in shared))

    @cached_property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """Every question that its documents leave open, in the order of the file."""
        return tuple(questions_of(importlib.import_module(self.observations)))


def sections(package: str) -> Iterator[ModuleType]:
    """Yield the modules of a package of requirements, in the order that its `SECTIONS` say."""
    for name in importlib.import_module(package).SECTIONS:
        yield importlib.import_module(f"{package}.{name}")
