"""The kill matrix: which requirement catches which fault, and what else turned red."""

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
    """One fault and what the suite said: `caught` if the requirement it names first turned red."""

    fault: Fault
    result: MutationResult

    @property
    def caught(self) -> bool:
        """Whether the requirement that the fault names first does not hold."""
        return self.fault.breaks[0] in self.result.failed_ids

    @property
    def missed(self) -> tuple[str, ...]:
        """The requirements that the fault names and that hold all the same."""
        return tuple(name for name in self.fault.breaks if name not in self.result.failed_ids)

    @property
    def accused(self) -> tuple[str, ...]:
        """The requirements that turned red though the fault neither names nor entails them."""
        return tuple(sorted(self.result.failed_ids - {*self.fault.breaks, *self.fault.entails}))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every fault's row, in the order of the reference API's list."""

    rows: tuple[Row, ...]
    #: The APIs whose faults these are; empty for all.
    apis: tuple[str, ...] = ()

    @property
    def survivors(self) -> tuple[Row, ...]:
        """The faults that were not caught, or not by every requirement they name."""
        return tuple(row for row in self.rows if row.missed)

    @property
    def accusations(self) -> tuple[Row, ...]:
        """The faults that turned something unrelated red."""
        return tuple(row for row in self.rows if row.accused)

    @property
    def killers(self) -> Mapping[str, tuple[str, ...]]:
        """The faults that each requirement has caught, by requirement id, for every requirement of these APIs."""
        names = [one.id for api in self.apis or reference_apis() for one in load_apis()[api].catalogue]
        return {
            name: tuple(
                row.fault.name for row in self.rows if name in row.fault.breaks and name in row.result.failed_ids
            )
            for name in dict.fromkeys(names)
        }

    @property
    def unproven(self) -> tuple[str, ...]:
        """The requirements that no fault has proven able to fail.

        One that holds for any API is proven by the faults of another API as well.
        """
        others = [api for name, api in load_apis().items() if self.apis and name not in self.apis]
        elsewhere = {name for api in others for name, faults in api.caught.items() if faults}
        return tuple(name for name, faults in self.killers.items() if not faults and name not in elsewhere)


def fault_runs(apis: Collection[str] = (), *, limits: Mapping[str, int] | None = None) -> list[MutationRun]:
    """Return one run a fault of `apis`, all without any; with `limits` those of its apis, each cut after so many."""
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
