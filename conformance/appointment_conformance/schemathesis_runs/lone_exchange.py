"""One exchange judged by itself: what its request was, and what the requirements that need no other say about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from appointment_conformance.codes import Violation
from appointment_conformance.engine.api import Api
from appointment_conformance.engine.body_model import body_case
from appointment_conformance.engine.evidence import Deviation, Evidence, NotApplicable, OptionalMissing, Untested
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.engine.schemathesis_adapter import ContractEngine
from appointment_conformance.targets import Target
from appointment_conformance.traffic.case import ABSENT, NEGATIVE, NO_CASE, POSITIVE, Case, Credentials
from appointment_conformance.traffic.probe import Kind, Probe
from appointment_conformance.traffic.recording import ProbeResult
from appointment_reports import Exchange, Request
from appointment_specs import Operation

#: What a requirement raises that has nothing to say about an exchange.
SILENT: Final = (NotApplicable, OptionalMissing, Untested)


@dataclass(frozen=True, slots=True)
class LoneJudge:
    """Judges one exchange at a time; the engine says what the contract's schema has against it."""

    target: Target
    api: Api
    engine: ContractEngine
    #: Whether a token is valid, as the target's own may have been renewed.
    accepts: Callable[[str], bool]

    def deviation(self, requirement: Requirement, exchange: Exchange) -> Deviation | None:
        """Return what `requirement` has against an exchange, None if nothing, or if it says nothing of it."""
        found = (self.evidence(requirement, probe, exchange) for probe in self.probes_of(exchange.request))
        return next((evidence.deviations[0] for evidence in found if evidence and evidence.deviations), None)

    def evidence(self, requirement: Requirement, probe: Probe, exchange: Exchange) -> Evidence | None:
        """Return what `requirement` says of an exchange as its only evidence, None if it has nothing to say."""
        if probe.operation not in requirement.operations:
            return None
        seen, contract = ProbeResult(probe, exchange), self.api.contract
        evidence = Evidence(self.target, probe.operation, (seen,), contract=contract, contract_check=self._violation)
        try:
            requirement.check(evidence)
        except SILENT:
            return None
        return evidence

    def probes_of(self, request: Request) -> Iterator[Probe]:
        """Yield what a request of Schemathesis is, in the words of the suite; nothing where the answer is open.

        Only one thing may be wrong with it, as which of several an API answers is open.
        """
        for operation in self.api.contract.operations.values():
            if (segment := _segment(self.target, operation, request.url)) is None:
                continue
            if request.method == operation.method:
                for kind, case in self._kinds(segment, request):
                    yield _with_fields(_probe(operation, kind, case, segment, request), self.api)

    def _kinds(self, segment: str, request: Request) -> Iterator[tuple[Kind, Case]]:
        fixtures = self.target.fixtures
        body = body_case(self.api.body, request.body, fixtures) if _is_json(self.api, request) else None
        is_fixture, token = segment in fixtures.appointments, _token(request)
        if token is None:
            if is_fixture and body == POSITIVE:
                yield "credentials", Credentials.NONE.case
        elif not self.accepts(token) or not (is_fixture or segment == self.target.absent_appointment):
            return
        elif not is_fixture:
            if body == POSITIVE:
                yield "path", ABSENT
        elif body == POSITIVE:
            yield "valid", NO_CASE
        elif body == NEGATIVE:
            yield "generated", NEGATIVE

    def _violation(self, check: str, seen: ProbeResult) -> Violation | None:
        return self.engine.violation(check, seen.probe.operation, seen.exchange)


def _with_fields(probe: Probe, api: Api) -> Probe:
    """Return the probe with the fields that a refusal of its body names."""
    if api.body is None or probe.case != NEGATIVE:
        return probe
    value = json.loads(probe.body or b"")
    unclear = api.body.open_fields(value)
    return replace(probe, wrong_fields=api.body.wrong_fields(value) - unclear, open_fields=unclear)


def _probe(operation: Operation, kind: Kind, case: Case, segment: str, request: Request) -> Probe:
    return Probe(
        name=f"{operation.name}/schemathesis",
        operation=operation.name,
        kind=kind,
        method=request.method,
        path=operation.path_of(segment),
        headers=request.headers,
        body=request.body,
        case=case,
        appointment=segment,
        is_well_formed=case == ABSENT,
    )


def _segment(target: Target, operation: Operation, url: str) -> str | None:
    """Return what stands in the place of the id, None where the URL is not that of the operation."""
    before, after = f"{target.base_url}{operation.path}".split(f"{{{operation.parameter}}}")
    if not url.startswith(before) or not url.endswith(after):
        return None
    segment = url[len(before) : len(url) - len(after)]
    return segment if segment and "/" not in segment and "?" not in segment else None


def _is_json(api: Api, request: Request) -> bool:
    """Whether a body is declared as JSON, where the API takes one: how any other is answered is open."""
    media = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    return api.body is None or media.partition(";")[0].strip().lower() == "application/json"


def _token(request: Request) -> str | None:
    """Return the bearer token of a request, None where it has no credentials, empty where they are of another kind."""
    given = next((value for name, value in request.headers if name.lower() == "authorization"), None)
    return given if given is None else given.removeprefix("Bearer ") if given.startswith("Bearer ") else ""
