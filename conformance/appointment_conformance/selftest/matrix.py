"""The kill matrix: which requirement catches which fault, and which other requirements fail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from appointment_conformance.api import load_apis
from appointment_conformance.reference import Fault
from appointment_conformance.reference_apis import all_faults, reference_apis
from appointment_conformance.reference_targets import target_of

from .mutation_run import MutationResult, MutationRun


@dataclass(frozen=True, slots=True)
class Row:
    """One fault and the result of a run against it."""

    fault: Fault
    result: MutationResult

    @property
    def caught(self) -> bool:
        """Whether the requirement that the fault names first has failed."""
        return self.fault.breaks[0] in self.result.failed_ids

    @property
    def missed(self) -> tuple[str, ...]:
        """The requirements that the fault names and that have not failed."""
        return tuple(name for name in self.fault.breaks if name not in self.result.failed_ids)

    @property
    def accused(self) -> tuple[str, ...]:
        """The requirements that have failed although the fault neither names nor entails them."""
        return tuple(sorted(self.result.failed_ids - {*self.fault.breaks, *self.fault.entails}))


@dataclass(frozen=True, slots=True)
class Matrix:
    """One row for each fault, in the order of the reference APIs."""

    rows: tuple[Row, ...]
    #: The APIs of these faults; empty for all APIs.
    apis: tuple[str, ...] = ()

    @property
    def survivors(self) -> tuple[Row, ...]:
        """The faults that at least one of the requirements they name has not caught."""
        return tuple(row for row in self.rows if row.missed)

    @property
    def accusations(self) -> tuple[Row, ...]:
        """The faults with which an unrelated requirement has failed."""
        return tuple(row for row in self.rows if row.accused)

    @property
    def killers(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the faults that each requirement has caught, by id, for every requirement of these APIs."""
        names = [each.id for api in self.apis or reference_apis() for each in load_apis()[api].catalogue]
        return {
            name: tuple(fault.name for caught, fault in self.catches if caught == name) for name in dict.fromkeys(names)
        }

    @property
    def catches(self) -> tuple[tuple[str, Fault], ...]:
        """The id of a requirement and a fault that it has caught, for each that the fault names."""
        return tuple(
            (name, row.fault) for row in self.rows for name in row.fault.breaks if name in row.result.failed_ids
        )

    @property
    def unproven(self) -> tuple[str, ...]:
        """The ids of the requirements that no fault proves able to fail.

        A requirement that several APIs share is also proven by a fault of another of these APIs.
        """
        elsewhere = load_apis().proven_outside(self.apis) if self.apis else ()
        return tuple(name for name, faults in self.killers.items() if not faults and name not in elsewhere)


def fault_runs(apis: Collection[str] = (), *, limits: Mapping[str, int] | None = None) -> list[MutationRun]:
    """Return one run for each fault of `apis`, empty for all APIs.

    With `limits`, only the faults of the APIs in it are run, each run with at most that many requests.
    """
    chosen = [fault for fault in all_faults() if not apis or fault.api in apis]
    if limits is None:
        return [MutationRun("fault", fault.name, target_of(fault.api)) for fault in chosen]
    return [
        MutationRun("fault", fault.name, target_of(fault.api), max_requests=limits[fault.api])
        for fault in chosen
        if fault.api in limits
    ]


def matrix_of(results: Sequence[MutationResult], apis: tuple[str, ...] = ()) -> Matrix:
    """Return the matrix of the results of `fault_runs`."""
    faults = {api: reference.faults for api, reference in reference_apis().items()}
    return Matrix(tuple(Row(faults[result.run.api][result.run.name], result) for result in results), apis)
