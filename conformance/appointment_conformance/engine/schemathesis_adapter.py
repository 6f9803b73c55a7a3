"""Schemathesis as the engine: it generates cases from the overlaid contract and checks answers against its schemas.

It sends nothing. Its cases become probes of the one client, and the answers are handed to its checks afterwards.
What differs between the versions of Schemathesis that pyproject.toml allows is known here and in no other module.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, Config, GenerationMode, Response
from schemathesis.checks import CHECKS, CheckFunction
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import JsonSchemaError, RejectedPositiveData, UndefinedStatusCode
from schemathesis.schemas import APIOperation

from appointment_conformance.codes import NOT_JSON, Violation, of_schema, status_code
from appointment_conformance.targets import Fixtures, Target
from appointment_conformance.traffic.case import NEGATIVE, POSITIVE
from appointment_conformance.traffic.policy import RequestPolicy
from appointment_conformance.utf8_table import load_utf8_table
from appointment_reports import Exchange, Request, cut
from appointment_reports import Response as Answer
from appointment_specs import Contract

from .api import Api
from .body_model import body_case

#: Cases drawn for each operation and mode, by profile.
EXAMPLES: dict[str, dict[GenerationMode, int]] = {
    # What is drawn depends on the version, and on what else the process has imported: the gate draws nothing.
    "gate": {},
    "thorough": {GenerationMode.POSITIVE: 60, GenerationMode.NEGATIVE: 60},
}
#: The failures that say of content that it is no JSON, by name; before 4.32 the second one is a bare Failure.
NOT_JSON_FAILURES = frozenset({"MalformedJson", "ContentDeserializationError", "Failure"})
#: The number of a failure that has none; before 4.32 no failure has one.
NO_NUMBER = "ST901"


@dataclass(frozen=True, slots=True)
class GeneratedBody:
    """A body that Schemathesis generated: `mode` says whether the contract's schema accepts it."""

    name: str
    mode: Literal["positive", "negative"]
    body: bytes
    wrong_fields: frozenset[str]
    open_fields: frozenset[str]


#: The case behind each operation and body that was generated from a contract. It outlives an engine, because the
#: fixtures of a run change when one of them cannot be used, and the answers are checked later.
_CASES: dict[Contract, dict[tuple[str, bytes], Case[Any]]] = {}


class ContractEngine:
    """The overlaid contract of one target, loaded; positive cases carry the target's own fixtures."""

    def __init__(self, api: Api, fixtures: Fixtures, policy: RequestPolicy, *, seed_: int, profile: str) -> None:
        """Load the contract. Fixture values get in through formats that only the overlay names.

        `profile` decides how many cases are drawn beside the coverage cases; `policy` says which bodies may be sent.
        """
        load_utf8_table()
        self._api, self._fixtures, self._policy = api, fixtures, policy
        # Describing answers takes any path.
        self._pin = next(iter(fixtures.appointments), fixtures.absent_appointment or "1")
        self._seed, self._examples = seed_, EXAMPLES[profile]
        self._generated: dict[str, tuple[GeneratedBody, ...]] = {}
        self._cases = _CASES.setdefault(api.contract, {})
        document = _with_references_apart(api.contract.document)
        self._schema = schemathesis.openapi.from_dict(document, config=_config(api, self._pin, seed_))

    def generated_bodies(self, operation: str) -> tuple[GeneratedBody, ...]:
        """Return the coverage cases of an operation's body and the drawn ones, each body once, the positive ones first.

        They are generated once: Schemathesis learns from the answers it checks, and would generate others afterwards.
        A case is left out where our own model of the contract sees it otherwise than Schemathesis does, where the
        documents leave its answer open, and where a lenient server could find a record by it that is not a fixture.
        """
        if operation not in self._generated:
            self._generated[operation] = self._generate(operation)
        return self._generated[operation]

    def _generate(self, operation: str) -> tuple[GeneratedBody, ...]:
        # The formats are the process's: those of another target may have come in between.
        register_formats(self._api.formats(self._fixtures))
        drawn = (case for mode, count in self._examples.items() for case in self._drawn(operation, mode, count))
        made: dict[bytes, GeneratedBody] = {}
        for number, case in enumerate((*self._coverage(operation), *drawn), start=1):
            body = _encoded(case)
            if body is not None and body not in made and (usable := self._usable(case, body, number)):
                made[body] = usable
                self._cases[operation, body] = case
        return tuple(sorted(made.values(), key=lambda body: body.mode == "negative"))

    def violation(self, check: str, operation: str, exchange: Exchange) -> Violation | None:
        """Return what a check of Schemathesis has against an exchange, None for nothing.

        The case is the one that generated the exchange's body; for any other exchange the request is described anew.
        """
        if exchange.response is None:
            return None
        generated = self._cases.get((operation, exchange.request.body or b""))
        described = generated or self._operation(operation).Case(
            path_parameters={self._parameter(operation): self._pin}
        )
        try:
            described.validate_response(_response(exchange), checks=[cast("CheckFunction", CHECKS.get_one(check))])
        except FailureGroup as group:
            failures = group.exceptions
            codes = {code for failure in failures for code in _codes(failure, exchange)}
            return Violation(tuple(sorted(codes)), "; ".join(sorted(map(_sentence, failures))))
        return None

    def _operation(self, operation: str) -> APIOperation[Any, Any, Any, Any]:
        described = self._api.contract.operations[operation]
        return self._schema[described.path][described.method]

    def _parameter(self, operation: str) -> str:
        return self._api.contract.operations[operation].parameter

    def _coverage(self, operation: str) -> Iterator[Case[Any]]:
        found = self._operation(operation)
        cases = self._schema.iter_coverage_cases(
            found,
            generation_modes=list(GenerationMode),
            generation_config=self._schema.config.generation_for(operation=found, phase="coverage"),
        )
        for case in cases:
            if case.meta is not None and case.meta.phase.data.parameter_location == ParameterLocation.BODY:
                yield case

    def _usable(self, case: Case[Any], body: bytes, number: int) -> GeneratedBody | None:
        model, value = self._api.body, json.loads(body)
        positive = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
        if model is None or body_case(model, body, self._fixtures) != (POSITIVE if positive else NEGATIVE):
            return None
        if self._policy.stray_record(body) is not None:
            return None
        name = f"{'positive' if positive else 'negative'}/{number}"
        if not positive:
            unclear = model.open_fields(value)
            return GeneratedBody(name, "negative", body, model.wrong_fields(value) - unclear, unclear)
        return GeneratedBody(name, "positive", body, frozenset(), frozenset())

    def _drawn(self, operation: str, mode: GenerationMode, count: int) -> list[Case[Any]]:
        drawn: list[Case[Any]] = []
        strategy = self._operation(operation).as_strategy(
            generation_mode=mode, path_parameters={self._parameter(operation): self._pin}
        )

        @seed(self._seed)
        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def draw(case: Case[Any]) -> None:
            drawn.append(case)

        # A document that a target names may allow none of its fixtures.
        with suppress(Unsatisfiable):
            draw()
        return drawn


#: Each is loaded once a process, because loading takes long.
_LOADED: dict[tuple[Contract, str, Fixtures, int, str], ContractEngine] = {}


def contract_engine(target: Target, api: Api, *, profile: str, seed_: int) -> ContractEngine:
    """Return the engine for `target` and its API, loaded once a process."""
    key = (api.contract, target.base_url, target.fixtures, seed_, profile)
    if key not in _LOADED:
        _LOADED[key] = ContractEngine(api, target.fixtures, api.policy(target), seed_=seed_, profile=profile)
    return _LOADED[key]


def _config(api: Api, pin: str, seed_: int) -> Config:
    """Configuration passed in, never discovered: no cache, no database, no probes of other methods, one path id."""
    return Config.from_dict(
        {
            "seed": seed_,
            "parameters": {f"path.{found.parameter}": pin for found in api.contract.operations.values()},
            "cache": {"enabled": False},
            "checks": {
                "negative_data_rejection": {
                    "expected-statuses": [str(status) for status in (api.body.refusals if api.body else ())]
                }
            },
            "generation": {
                "database": "none",
                "allow-extra-parameters": False,
                "with-security-parameters": False,
            },
            "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"enabled": False}},
        }
    )


def _with_references_apart(value: Any) -> Any:
    """Return a document in which nothing stands beside a reference to a schema: before 4.29 that would be ignored.

    OpenAPI 3.1 lets keywords stand there, and `allOf` says the same.
    """
    if isinstance(value, list):
        return [_with_references_apart(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    apart = {name: _with_references_apart(entry) for name, entry in value.items()}
    reference = apart.get("$ref")
    if len(apart) == 1 or not isinstance(reference, str) or not reference.startswith("#/components/schemas/"):
        return apart
    return {"allOf": [{"$ref": apart.pop("$ref")}, apart]}


def register_formats(values: Mapping[str, Sequence[str]]) -> None:
    """Let texts of each format be drawn from `values`; the formats are the process's."""
    for name, texts in values.items():
        schemathesis.openapi.format(name, st.sampled_from(texts) if texts else st.nothing())


def _encoded(case: Case[Any]) -> bytes | None:
    """The JSON text that a case would send; None where it has none: malformed JSON has probes of its own."""
    if isinstance(case.body, bytes):
        return None
    try:
        return json.dumps(case.body, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
    except (TypeError, ValueError):
        return None


def request_of(case: Case[Any]) -> Request:
    """Return the request that a case of Schemathesis is sent as, without what a session adds to it."""
    return _request(requests.Request(**case.as_transport_kwargs()).prepare())


def exchange_of(response: Response, case: Case[Any]) -> Exchange:
    """Return what was sent and answered for a case; how long the content was on the wire is not known."""
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    answer = Answer(response.status_code, headers, response.content or b"", response.message)
    now = datetime.now(UTC)
    return Exchange(1, "", "", case.operation.label, _request(response.request), answer, now, response.elapsed)


def _request(prepared: requests.PreparedRequest) -> Request:
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    return Request(prepared.method or "", prepared.url or "", tuple(prepared.headers.items()), body)


def _response(exchange: Exchange) -> Response:
    received = exchange.response
    if received is None:
        raise ValueError("an exchange without a response has nothing to check")
    headers: dict[str, list[str]] = {}
    for name, value in received.headers:
        if name.lower() not in {"content-encoding", "transfer-encoding"}:
            headers.setdefault(name.lower(), []).append(value)
    # What the schema says of content holds whatever its media type; that has a requirement of its own.
    headers["content-type"] = ["application/json"]
    request = requests.Request(exchange.request.method, exchange.request.url, data=exchange.request.body).prepare()
    return Response(
        status_code=received.status,
        headers=headers,
        content=received.body,
        request=request,
        elapsed=exchange.duration_seconds,
        verify=True,
        message=received.reason,
    )


def _codes(failure: Failure, exchange: Exchange) -> tuple[str, ...]:
    """The codes of a failure, from its type and its places: its message may read otherwise in another version."""
    if isinstance(failure, JsonSchemaError):
        return _schema_codes(failure)
    if isinstance(failure, AcceptedNegativeData | RejectedPositiveData | UndefinedStatusCode):
        return (status_code(exchange.response.status if exchange.response else None),)
    if type(failure).__name__ in NOT_JSON_FAILURES:
        return (NOT_JSON,)
    return (f"check-{getattr(type(failure), 'code', NO_NUMBER).lower()}",)


def _schema_codes(failure: JsonSchemaError) -> tuple[str, ...]:
    """The place and the keyword of the schema; a member that is missing is told by its own place."""
    place = tuple(failure.instance_path)
    keyword = next((part for part in reversed(failure.schema_path) if isinstance(part, str)), "false")
    if keyword != "required":
        return (of_schema(place, keyword),)
    # Of several members that are missing Schemathesis tells the first alone.
    present = failure.instance if isinstance(failure.instance, dict) else {}
    missing = [name for name in failure.schema.get("required", ()) if name not in present]
    return tuple(of_schema((*place, name), keyword) for name in missing) or (of_schema(place, keyword),)


def _sentence(failure: Failure) -> str:
    detail = " ".join(failure.message.split())
    return cut(f"{failure.title}: {detail}", 400)
