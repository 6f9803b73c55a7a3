"""An API as a value: all that is particular to one vendor's contract, in one record that the engine receives."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import TYPE_CHECKING

from appointment_conformance.provisioning.spec import Provisioning
from appointment_conformance.targets import Fixtures, Target, TargetForm
from appointment_conformance.traffic.policy import RequestPolicy
from appointment_specs import Contract, Operation

from .body_model import BodyModel
from .context import NoState, State
from .doctor_checks import DoctorChecks
from .observation import OpenQuestion, questions_of
from .proof import proof_in
from .requirement import Requirement, requirements_of
from .scenario import Scenario

if TYPE_CHECKING:
    from appointment_conformance.reference import ReferenceApi

#: The requirements of HTTP itself, which hold for any API.
SHARED_REQUIREMENTS = "appointment_conformance.http_rules"


@dataclass(frozen=True)
class SelftestLimits:
    """What the self-test holds a run in the `gate` profile against the reference API to; None is no limit."""

    #: The most requests it may send, and the most appointments it may use up.
    requests: int | None = None
    appointments: int | None = None
    #: A run that may send no more than so many requests still has to catch most of the faults.
    cut: int | None = None


@dataclass(frozen=True)
class Api:
    """One API under judgement. The engine names no vendor: whatever differs between two APIs is a member here."""

    #: The value of `api` in a targets file and in the reports; it never changes.
    name: str
    #: The vendor's own name for it.
    title: str
    #: What the ids of its requirements begin with, as ABC in `ABC-LINK-03`.
    id_prefix: str
    #: What its documents say: the operations under judgement, their paths and answers.
    contract: Contract
    #: What a targets file says of its targets.
    form: TargetForm
    #: Returns what may be sent to a target; without it nothing is sent.
    policy: Callable[[Target], RequestPolicy]
    #: In the order in which a shrinking budget loses least. Wrong credentials come late: what guards a system counts
    #: them, and then refuses everything.
    scenarios: tuple[Scenario, ...]
    #: The package of its requirements: `SECTIONS` names its modules in the order of the catalogue.
    requirements: str
    #: The module of its open questions; None where there are none.
    observations: str | None = None
    #: What the doctor has to know of it.
    doctor: DoctorChecks = field(default_factory=DoctorChecks)
    #: How its own operations make and remove fixtures; None where they do not.
    provisioning: Provisioning | None = None
    #: What its contract says of the body of a request; None where no operation takes one.
    body: BodyModel | None = None
    #: Returns a valid body of one operation that names nothing which exists, for requests about an absent record; None
    #: for no body.
    absent_body: Callable[[Target, Operation], bytes | None] = lambda *_: None
    #: Returns, for the fixtures of a target, the values of each format that its overlay names.
    formats: Callable[[Fixtures], Mapping[str, Sequence[str]]] = lambda _: {}
    #: The file that says which faults each requirement catches. Without one no requirement of its own counts.
    proof: Traversable | None = None
    #: The file that says which requests exercise each requirement, and what answers it accepts.
    witnesses: Traversable | None = None
    #: Returns what its scenarios remember of a target during a run, nothing yet.
    new_state: Callable[[], State] = NoState
    #: Returns its reference API, and imports that no earlier than it is called; None where it has none.
    reference: Callable[[], ReferenceApi] | None = None
    selftest: SelftestLimits = SelftestLimits()
    #: Its place in lists of all APIs: a lower one comes first, equal ones by their names.
    position: int = 1000

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of its operations under judgement, in the order of the contract."""
        return tuple(self.contract.operations)

    @cached_property
    def catalogue(self) -> tuple[Requirement, ...]:
        """Every requirement, its own in the order of their sections, then those of HTTP itself.

        A requirement of HTTP is about every operation of the API; one that needs scenarios is left out where the API
        has none of them. Raises ValueError for an id that occurs twice or does not begin with `id_prefix`.
        """
        own = tuple(found for module in sections(self.requirements) for found in requirements_of(module))
        self._check_ids([found.id for found in own])
        shared = (found for module in sections(SHARED_REQUIREMENTS) for found in requirements_of(module))
        return (*own, *(found.restricted_to(self.operations) for found in shared if self._can_judge(found)))

    def _check_ids(self, ids: list[str]) -> None:
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two requirements have the id {name}")
            if not name.startswith(f"{self.id_prefix}-"):
                raise ValueError(f"the id {name} of a requirement does not begin with {self.id_prefix}-")

    def _can_judge(self, requirement: Requirement) -> bool:
        names = {scenario.name for scenario in self.scenarios}
        return not requirement.scenarios or not names.isdisjoint(requirement.scenarios)

    @property
    def caught(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the faults that each requirement catches, by requirement id.

        Raises ConfigurationError where the proof cannot be read.
        """
        return proof_in(self.proof) if self.proof else {}

    @cached_property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """Every question that its documents leave open, in the order of the file."""
        return tuple(questions_of(importlib.import_module(self.observations))) if self.observations else ()


def sections(package: str) -> Iterator[ModuleType]:
    """Yield the modules of a package of requirements, in the order that its `SECTIONS` say."""
    for name in importlib.import_module(package).SECTIONS:
        yield importlib.import_module(f"{package}.{name}")
