"""Requirements: one normative statement each, one decorated function each, found by where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from types import ModuleType
from typing import Final

from appointment_reports import Level
from appointment_specs import Difference

from .evidence import Evidence
from .statement import statement_of

MUST: Final[Level] = "MUST"
SHOULD: Final[Level] = "SHOULD"
Check = Callable[[Evidence], None]
_MARK = "__requirement__"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One normative statement: `statement` is the docstring of `check`, which looks at what `scenarios` brought."""

    id: str
    level: Level
    operations: tuple[str, ...]
    source: str
    #: Names of the scenarios whose exchanges it needs, `{operation}` standing for the operation under judgement;
    #: empty for a rule about every exchange.
    scenarios: tuple[str, ...]
    statement: str
    check: Check
    #: The places of its operations in the contract that it reads: JSON Pointers into an operation after each `$ref` is
    #: replaced by what it leads to, as `Difference.place`; `*` and `[...]` in a step are those of file names. One that
    #: ends with `/` reads what is there, and not what is below that.
    reads: tuple[str, ...] = ()
    #: Whether one exchange decides, without those before it and as any HTTP client shows it: runs of Schemathesis then
    #: have it as a check. False if only a request without credentials decides, as each of theirs has some.
    alone: bool = False

    @property
    def title(self) -> str:
        """The statement's first sentence, without its full stop."""
        return self.statement.splitlines()[0].rstrip(".")

    @property
    def section(self) -> str:
        """The name of the module in which it stands, without its package."""
        return self.check.__module__.rpartition(".")[2]

    def restricted_to(self, operations: tuple[str, ...]) -> Requirement:
        """Return the same requirement, about `operations`."""
        return replace(self, operations=operations)

    def is_touched_by(self, difference: Difference) -> bool:
        """Return whether a difference between two documents is in a place that it reads, below one or above one.

        An operation that is not there any more touches each of its requirements. A difference in words touches those
        that read these very words, or what the words are about.
        """
        if difference.operation not in self.operations:
            return False
        place = difference.place.split("/")
        return not difference.place or any(
            _is_alongside(place, read.split("/"), is_prose=difference.is_prose) for read in self.reads
        )

    def scenarios_of(self, operation: str) -> tuple[str, ...]:
        """Return the names of the scenarios that it needs for one of its operations."""
        return tuple(name.format(operation=operation) for name in self.scenarios)


def _is_alongside(place: list[str], read: list[str], *, is_prose: bool) -> bool:
    reads_below = read[-1] != ""
    read = read if reads_below else read[:-1]
    if is_prose and len(place) - len(read) not in {0, 1}:
        return False
    if not is_prose and not reads_below and len(place) > len(read):
        return False
    return all(fnmatchcase(step, wanted) for step, wanted in zip(place, read, strict=False))


def requirement(
    id: str,  # noqa: A002 - the field's own word for it
    *,
    operations: tuple[str, ...] = (),
    source: str,
    scenarios: tuple[str, ...] = (),
    level: Level = MUST,
    reads: tuple[str, ...] = (),
    alone: bool = False,
) -> Callable[[Check], Check]:
    """Declare the decorated function to be the check of requirement `id`; its docstring is the statement.

    Without `operations` it is a rule for any API, about each of its operations. `reads` are the places of an operation
    in the contract on which it depends. `alone` says that one exchange decides.
    """

    def declare(check: Check) -> Check:
        statement = statement_of(check)
        setattr(check, _MARK, Requirement(id, level, operations, source, scenarios, statement, check, reads, alone))
        return check

    return declare


def requirements_of(module: ModuleType) -> Iterator[Requirement]:
    """Yield the requirements that stand in `module`, in the order of the file."""
    for value in vars(module).values():
        found = getattr(value, _MARK, None)
        if isinstance(found, Requirement) and value.__module__ == module.__name__:
            yield found
