"""How fixtures are made and removed through an API's own operations: what the provisioner has to know of that API."""

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

#: What stands for the path of a record in a template.
RECORD: Final = "{record}"


@dataclass(frozen=True, slots=True)
class MakeContext:
    """What the fixtures of one run are made with."""

    run_id: str
    today: date
    #: What the targets file says under `provision`.
    provision: Any
    #: How many appointments the scenarios use.
    appointments: int
    #: Makes one record and returns the text of its id; it raises NotTestable where the target does not make it.
    make: Callable[[RecordSpec], str]


@dataclass(frozen=True, slots=True)
class Removal:
    """How a record is removed, or brought to where the API needs no more done about it."""

    #: Whether an answer is what the vendor's page says of a removal that was done. It is asked about whole answers of
    #: the API itself, and a status that every missing path has is no such answer.
    is_documented: Callable[[Entry, Seen], bool]
    #: Whether a record that a read shows is as good as removed.
    is_done: Callable[[Mapping[str, Any]], bool]
    method: str = "DELETE"
    #: The path of the request, with RECORD for that of the record.
    path: str = RECORD

    def path_of(self, record: str) -> str:
        """Return the path of the request that removes the record at a path."""
        return self.path.replace(RECORD, record)


@dataclass(frozen=True, slots=True)
class Provisioning:
    """How one API makes fixtures. No record is made, read or removed anywhere but where this says."""

    #: Makes the fixtures of a run.
    make: Callable[[MakeContext], Fixtures]
    #: No run makes more records than this.
    max_records: int
    #: Where the records of each kind are made: a path below the base URL, with the name of another kind in braces for
    #: the path of a record of that kind that this run has made.
    collections: Mapping[str, str]
    removal: Removal
    marks: MarkPlaces
    #: Returns the ids of records that the target names itself, by kind: no answer may pass one off as new.
    named: Callable[[Target], Mapping[str, Sequence[str]]]
    #: Members of a body that name a record, each with its kind: only one that this run has made may be named.
    references: Mapping[str, str] = field(default_factory=dict)
    #: The kinds of records that no operation removes.
    lasting: frozenset[str] = frozenset()


def parent_of(template: str) -> str | None:
    """Return the kind whose record is part of a collection's path, None where there is none."""
    match = re.search(r"\{([^{}]*)\}", template)
    return match[1] if match else None
