"""Requirements: one normative statement each, one decorated function each, found by where they stand."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final

from appointment_reports import Level

from .evidence import Evidence
from .observation import OpenQuestion, questions_of
from .statement import statement_of

MUST: Final[Level] = "MUST"
SHOULD: Final[Level] = "SHOULD"
Judge = Callable[[Evidence], None]
_MARK = "__requirement__"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One normative statement: `statement` is the docstring of `judge`, which looks at what `scenarios` brought."""

    id: str
    level: Level
    operations: tuple[str, ...]
    source: str
    #: Names of the scenarios whose exchanges it needs, `{operation}` standing for the operation under judgement;
    #: empty for a rule about every exchange.
    scenarios: tuple[str, ...]
    statement: str
    judge: Judge

    @property
    def title(self) -> str:
        """The statement's first sentence, without its full stop."""
        return self.statement.splitlines()[0].rstrip(".")

    @property
    def section(self) -> str:
        """The name of the module in which it stands, without its package."""
        return self.judge.__module__.rpartition(".")[2]

    def scenarios_of(self, operation: str) -> tuple[str, ...]:
        """Return the names of the scenarios that it needs for one of its operations."""
        return tuple(name.format(operation=operation) for name in self.scenarios)


def requirement(
    id: str,  # noqa: A002 - the field's own word for it
    *,
    operations: tuple[str, ...],
    source: str,
    scenarios: tuple[str, ...] = (),
    level: Level = MUST,
) -> Callable[[Judge], Judge]:
    """Declare the decorated function to be the judge of requirement `id`; its docstring is the statement."""

    def declare(judge: Judge) -> Judge:
        statement = statement_of(judge)
        setattr(judge, _MARK, Requirement(id, level, operations, source, scenarios, statement, judge))
        return judge

    return declare


def requirements_of(module: ModuleType) -> Iterator[Requirement]:
    """Yield the requirements that stand in `module`, in the order of the file."""
    for value in vars(module).values():
        found = getattr(value, _MARK, None)
        if isinstance(found, Requirement) and value.__module__ == module.__name__:
            yield found


def catalogue(api: str) -> tuple[Requirement, ...]:
    """Return every requirement of `api`, in the order of its suite's files, then those of HTTP itself.

    A requirement of HTTP is restricted to the operations of `api`. Raises ImportError for an unknown api.
    """
    own = tuple(_requirements_below(f"appointment_conformance.apis.{api}.requirements"))
    operations = {operation for found in own for operation in found.operations}
    shared = (
        replace(found, operations=tuple(name for name in found.operations if name in operations))
        for found in _requirements_below("appointment_conformance.http_rules")
    )
    return (*own, *shared)


def questionnaire(api: str) -> tuple[OpenQuestion, ...]:
    """Return every open question of `api`. Raises ImportError for an unknown api."""
    module = importlib.import_module(f"appointment_conformance.apis.{api}.observations")
    return tuple(questions_of(module))


def sections(package: str) -> Iterator[ModuleType]:
    """Yield the modules of a package of requirements, in the order that its `SECTIONS` say."""
    for name in importlib.import_module(package).SECTIONS:
        yield importlib.import_module(f"{package}.{name}")


def _requirements_below(package: str) -> Iterator[Requirement]:
    return (found for module in sections(package) for found in requirements_of(module))
