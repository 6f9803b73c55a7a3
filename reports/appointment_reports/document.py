"""A run as the `result.json` document for programs."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from .visible import visible, visible_body, visible_line

if TYPE_CHECKING:
    from .result import (
        ContractUsed,
        DocumentFinding,
        Exchange,
        Failure,
        Headers,
        Observation,
        RequirementResult,
        Response,
        RunResult,
    )

#: Maximum characters of a text; a body has a smaller limit of its own.
TEXT_LIMIT = 64 * 1024


def document(result: RunResult) -> dict[str, Any]:
    """Return the run as JSON values that conform to `result_schema()`; times are in seconds, dates in ISO 8601.

    Bodies are texts with escapes and a maximum length; the HAR file contains the whole bodies.
    """
    return {
        "schema_version": result.schema_version,
        "target": visible_line(result.target),
        "api": result.api,
        "base_url": visible_line(result.base_url, 2000),
        "description": visible(result.description, TEXT_LIMIT),
        "verdict": result.verdict,
        "reason": visible(result.reason, TEXT_LIMIT),
        "partial": result.partial,
        "profile": result.profile,
        "seed": result.seed,
        "suite_version": result.suite_version,
        "command": visible(result.command),
        "targets_file": visible(result.targets_file, TEXT_LIMIT),
        "run_id": result.run_id,
        "started_at": result.started_at.isoformat(),
        "duration_seconds": result.duration_seconds,
        "requests": result.requests,
        "appointments_consumed": result.appointments_consumed,
        "requirements": [_requirement(requirement) for requirement in result.requirements],
        "observations": [_observation(observation) for observation in result.observations],
        "contract": _contract(result.contract),
        "document_findings": [_finding(finding) for finding in result.document_findings],
    }


def dumps(result: RunResult) -> str:
    """Return `document(result)` as JSON text, indented by two spaces, with a final line end; it encodes as UTF-8."""
    return json.dumps(document(result), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `result.json`."""
    text = resources.files(__package__).joinpath("schemas/result.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _contract(contract: ContractUsed | None) -> dict[str, Any] | None:
    return {"path": visible(contract.path, TEXT_LIMIT), "sha256": contract.sha256} if contract else None


def _requirement(requirement: RequirementResult) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "title": visible(requirement.title, TEXT_LIMIT),
        "level": requirement.level,
        "gates": requirement.gates,
        "operation": requirement.operation,
        "source": visible(requirement.source, TEXT_LIMIT),
        "verdict": requirement.verdict,
        "reason": visible(requirement.reason, TEXT_LIMIT),
        "remedy": visible(requirement.remedy, TEXT_LIMIT),
        "witnesses": requirement.witnesses,
        "duration_seconds": requirement.duration_seconds,
        "blocked": requirement.blocked,
        "unstable": requirement.unstable,
        "failure": None if requirement.failure is None else _failure(requirement.failure),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "expected": visible(failure.expected, TEXT_LIMIT),
        "actual": visible(failure.actual, TEXT_LIMIT),
        "exchange": None if failure.exchange is None else _exchange(failure.exchange),
        "curl": visible(failure.curl, TEXT_LIMIT),
        "fingerprint": visible_line(failure.fingerprint),
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    return {
        "number": exchange.number,
        "scenario": visible_line(exchange.scenario),
        "probe": visible_line(exchange.probe),
        "operation": exchange.operation,
        "started_at": exchange.started_at.isoformat(),
        "duration_seconds": exchange.duration_seconds,
        "request": {
            "method": visible_line(request.method),
            "url": visible_line(request.url, TEXT_LIMIT),
            "headers": _headers(request.headers),
            "body": None if request.body is None else visible_body(request.body),
        },
        "response": None if exchange.response is None else _response(exchange.response),
        "error": None if exchange.error is None else visible(exchange.error, TEXT_LIMIT),
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "status": response.status,
        "reason": visible_line(response.reason),
        "http_version": visible_line(response.http_version),
        "headers": _headers(response.headers),
        "body": visible_body(response.body),
        "truncated": response.truncated,
        "wire_length": response.wire_length,
        "stray": visible_body(response.stray),
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": visible_line(name), "value": visible_line(value, TEXT_LIMIT)} for name, value in headers]


def _observation(observation: Observation) -> dict[str, str]:
    question, answer = visible(observation.question, TEXT_LIMIT), visible(observation.answer, TEXT_LIMIT)
    return {"id": observation.id, "question": question, "answer": answer}


def _finding(finding: DocumentFinding) -> dict[str, str]:
    place, defect = visible(finding.place, TEXT_LIMIT), visible(finding.finding, TEXT_LIMIT)
    return {"id": finding.id, "place": place, "finding": defect}
