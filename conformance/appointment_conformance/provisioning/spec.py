"""The facts about an API that the provisioner needs to make and remove fixtures through its operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.recording import Seen

from .journal import Entry
from .mark import MarkPlaces
from .record_specs import RecordSpec

#: Placeholder for the path of a record in a template.
RECORD: Final = "{record}"


@dataclass(frozen=True, slots=True)
class MakeContext:
    """The inputs for making the fixtures of one run."""

    run_id: str
    today: date
    #: The settings under `provision` in the targets file.
    provision: Any
    #: Number of appointments that the scenarios use.
    appointments: int
    #: Makes one record and returns its id as text; raises NotTestable if the target does not make it.
    make: Callable[[RecordSpec], str]


@dataclass(frozen=True, slots=True)
class Removal:
    """How a record is removed, or brought into the final state that the API allows."""

    #: Whether an answer is the one that the vendor documents for a successful removal. It is called only with complete
    #: answers of the API itself, and never with the status of a missing path.
    is_documented: Callable[[Entry, Seen], bool]
    #: Whether a record that a read shows is in the final state, which counts as removed.
    is_done: Callable[[Mapping[str, Any]], bool]
    method: str = "DELETE"
    #: Path of the request, with RECORD in place of the record's path.
    path: str = RECORD

    def path_of(self, record: str) -> str:
        """Return the path of the request that removes the record at the path `record`."""
        return self.path.replace(RECORD, record)


@dataclass(frozen=True, slots=True)
class Provisioning:
    """How one API makes fixtures. Records are made, read and removed only at the paths given here."""

    #: Makes the fixtures of a run.
    make: Callable[[MakeContext], Fixtures]
    #: Maximum number of records of one run.
    max_records: int
    #: Kind -> path of its collection below the base URL. The name of another kind in braces stands for the path of a
    #: record of that kind that this run has made.
    collections: Mapping[str, str]
    removal: Removal
    marks: MarkPlaces
    #: Returns kind -> ids of records that the targets file names: a new record cannot have one of them.
    named: Callable[[Target], Mapping[str, Sequence[str]]]
    #: Member of a body that refers to a record -> kind of that record; only records of this run may be named.
    references: Mapping[str, str] = field(default_factory=dict)
    #: The kinds of records that no operation removes.
    lasting: frozenset[str] = frozenset()


def parent_of(template: str) -> str | None:
    """Return the kind whose record is part of a collection's path, or None if there is none."""
    match = re.search(r"\{([^{}]*)\}", template)
    return match[1] if match else None
