"""The marks of the items, for `-m`: level, operation and section of each requirement, as its API names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from appointment_conformance.api import attempt, load_apis
from appointment_conformance.engine.api import Api
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.errors import ConfigurationError


def marks_of(requirement: Requirement, operation: str) -> tuple[str, ...]:
    """Return the marks of an item: `must` or `should`, the operation, and the section, `auth` of `ABC-AUTH-01`."""
    return tuple(dict.fromkeys((requirement.level.lower(), operation, section_of(requirement))))


def section_of(requirement: Requirement) -> str:
    """Return the section in an id, in lower case; of an id without a section the prefix, `http` of `HTTP-01`."""
    return requirement.id.split("-")[-2].lower()


def marker_lines(apis: Iterable[Api]) -> list[str]:
    """Return a line for pytest's list of markers for each mark of these APIs."""
    about: dict[str, dict[str, None]] = {}
    for api in apis:
        for requirement in api.catalogue:
            about.setdefault(requirement.level.lower(), {})[f"level {requirement.level}"] = None
            for operation in requirement.operations:
                about.setdefault(operation, {})[f"operation {operation}"] = None
            section = section_of(requirement)
            about.setdefault(section, {})[f"section {section.upper()}"] = None
    return [f"{name}: appointment conformance, requirements of {' or '.join(told)}" for name, told in about.items()]


def installed_apis() -> Iterator[Api]:
    """Yield each installed API whose requirements can be read."""
    apis = load_apis()
    for name, api in apis.items():
        try:
            attempt(partial(getattr, api, "catalogue"), name, apis.packages[name])
        except ConfigurationError:
            continue
        yield api
