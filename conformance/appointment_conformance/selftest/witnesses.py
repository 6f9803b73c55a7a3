"""The requests that exercise each requirement, and the answers it accepts: data beside the requirements of each API.

They come from one conforming run in the `gate` profile against the reference API.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appointment_conformance.api import load_apis
from appointment_conformance.engine.api import Api
from appointment_conformance.engine.conductor import Conductor
from appointment_conformance.engine.evidence import (
    Evidence,
    Expectation,
    NotApplicable,
    OptionalMissing,
    Untested,
)
from appointment_conformance.engine.explanation import SentRequest, accepted_in, accepted_of, request_data
from appointment_conformance.engine.needs import on_each_operation
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.reference_apis import reference_apis
from appointment_conformance.reference_targets import reference_target, target_of
from appointment_conformance.target_run import conductor_of
from appointment_conformance.targets import Target
from appointment_conformance.traffic.probe import JSON_BODY, Headers
from appointment_conformance.traffic.recording import ProbeResult

from .placeholders import in_credentials, in_requests, in_sentences
from .proof_file import WRITE, writable

ABOUT = (
    "The requests of a conforming run that exercise each requirement, and the answers that it accepts. "
    f"Written by `{WRITE}`: do not edit."
)


@dataclass
class _Collected:
    """The requests and answers of one run, as they are found."""

    target: Target
    #: Each request by all that tells it from others, with its number and the scenarios that send it.
    numbers: dict[SentRequest, int] = field(default_factory=dict)
    scenarios: dict[int, dict[str, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know the names of what is particular to the run."""
        self.path, self.sentence = in_requests(self.target), in_sentences(self.target)
        self.credentials = in_credentials(self.target)

    def groups(self, operation: str, expectations: list[Expectation]) -> Iterator[dict[str, Any]]:
        """Yield each accepted answer with the numbers of its requests, in the order of the run."""
        found: dict[tuple[str, tuple[int, ...]], list[ProbeResult]] = {}
        for expectation in sorted(expectations, key=lambda expectation: expectation.seen.number):
            shows = tuple(dict.fromkeys(map(self.number, expectation.shows)))
            found.setdefault((self.sentence(expectation.expected), shows), []).append(expectation.seen)
        for (answer, shows), seen in found.items():
            requests = list(dict.fromkeys(map(self.number, seen)))
            group = {"operation": operation, "answer": answer, "requests": requests}
            yield {**group, "shows": list(shows)} if shows else group

    def number(self, seen: ProbeResult) -> int:
        """Return the number of a request; the same request has the same number."""
        probe = seen.probe
        request = SentRequest(
            method=probe.method,
            path=self.path(probe.path),
            headers=self._headers(probe.headers, has_body=probe.body is not None),
            body=None if probe.body is None else self.path(probe.body.decode("utf-8", "backslashreplace")),
            kind=probe.kind,
            case=probe.case.known.label,
            scenarios=(),
        )
        number = self.numbers.setdefault(request, len(self.numbers))
        self.scenarios.setdefault(number, {})[seen.scenario] = None
        return number

    def _headers(self, headers: Headers, *, has_body: bool) -> tuple[tuple[str, str | None], ...]:
        """Return what differs from a request with valid credentials, and JSON where there is a body."""
        usual = {"Authorization": f"Bearer {self.target.token}", **(dict(JSON_BODY) if has_body else {})}
        sent = dict(headers)
        changed = {name: self.credentials(value) for name, value in sent.items() if usual.get(name) != value}
        return (*changed.items(), *((name, None) for name in usual if name not in sent))


def witnesses_of(api: str) -> dict[str, Any]:
    """Run the suite against the reference API of `api` and return the data; the same suite gives the same data."""
    with reference_target(target_of(api)) as target:
        collected, conductor = _Collected(target), conductor_of(target)
        try:
            conductor.play()
            requirements = _by_requirement(load_apis()[api], conductor, collected)
            conductor.clean_up()
        finally:
            conductor.close()
    requests = [
        {**request_data(request), "scenarios": list(collected.scenarios[number])}
        for request, number in collected.numbers.items()
    ]
    return {"about": ABOUT, "requests": requests, "requirements": requirements}


def _by_requirement(api: Api, conductor: Conductor, collected: _Collected) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {requirement.id: [] for requirement in api.catalogue}
    for requirement, operation in on_each_operation(api.catalogue):
        evidence = _looked_at(requirement, conductor.evaluator.evidence_of(requirement, operation))
        found[requirement.id] += collected.groups(operation, evidence.expectations)
    return found


def _looked_at(requirement: Requirement, evidence: Evidence) -> Evidence:
    with suppress(NotApplicable, OptionalMissing, Untested):
        requirement.check(evidence)
    return evidence


def text_of(data: Mapping[str, Any]) -> str:
    """Return the text of a file of witnesses: a line for each request and for each accepted answer."""
    requests = _lines(data["requests"], 4)
    requirements = ",\n".join(
        f"    {json.dumps(name)}: {_lines(groups, 6)}" for name, groups in data["requirements"].items()
    )
    about = json.dumps(data["about"])
    return f'{{\n  "about": {about},\n  "requests": {requests},\n  "requirements": {{\n{requirements}\n  }}\n}}\n'


def _lines(values: list[Any], margin: int) -> str:
    lines = ",\n".join(f"{' ' * margin}{json.dumps(value)}" for value in values)
    return f"[\n{lines}\n{' ' * (margin - 2)}]" if values else "[]"


def witnesses(apis: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the data of each of `apis`, which have a reference API, by its name, after one run of each."""
    return {name: witnesses_of(name) for name in apis}


def write_witnesses(data: Mapping[str, Mapping[str, Any]]) -> tuple[Path, ...]:
    """Write the file of each API and return the paths. A file of an installed package is never written."""
    paths = {path: found for name, found in data.items() if (path := writable(load_apis()[name].witnesses))}
    for path, found in paths.items():
        path.write_text(text_of(found), encoding="utf-8")
    return tuple(paths)


def stale(data: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return a sentence for each API whose file of witnesses does not say what `data` says."""
    apis = load_apis()
    return tuple(sentence for name, found in data.items() if (sentence := _difference(apis[name], found)))


def _difference(api: Api, data: Mapping[str, Any]) -> str:
    try:
        written = accepted_of(api)
    except ConfigurationError as error:
        return f"{error} In a checkout, `{WRITE}` writes it."
    if api.witnesses is None:
        return ""
    found = accepted_in(data)
    changed = ", ".join(name for name in dict.fromkeys((*found, *written)) if written.get(name) != found.get(name))
    told = f"the requests and answers on file for {api.name} are out of date for {changed}"
    return f"{told}; `{WRITE}` writes them again." if changed else ""


if __name__ == "__main__":
    write_witnesses(witnesses(reference_apis()))
