"""What a run decides and sends: the facts that are the same with every Schemathesis that pyproject.toml allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

#: Reference targets with the faults that are switched on: none, those that only a schema shows, and others.
RUNS = {
    "reference-omneo": (
        (),
        ("accepts-float", "errors-of-a-field-are-a-text", "link-answers-without-id", "path-integer-without-message"),
    ),
    "reference-mijnklantportaal": (
        (),
        ("cancel-message-is-an-object", "cancel-shows-null-for-the-attendee", "cancel-shows-status-in-capitals"),
    ),
}


def judged_runs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each run of `RUNS` by its name, with its verdict, its failures and what it has sent."""
    for name, choices in RUNS.items():
        for faults in choices:
            yield ", ".join((name, *faults)), judged_run(name, faults)


def judged_run(name: str, faults: tuple[str, ...]) -> dict[str, Any]:
    """Return what a run against a reference API with these faults has decided and sent.

    Whatever an id that no record has depends on, such as the port, is left out.
    """
    with reference_target(name, faults=faults) as target:
        result, exchanges = run(target, rounds=0)
    generated = [exchange for exchange in exchanges if "/generated/" in exchange.probe]
    return {
        "verdict": result.verdict,
        "failed": {f"{one.id} {one.operation}": one.failure.fingerprint for one in result.requirements if one.failure},
        "not passed": sorted(f"{one.id} {one.operation}" for one in result.requirements if one.verdict != "passed"),
        "witnesses": sum(one.witnesses for one in result.requirements),
        "requests": len(exchanges),
        "generated": [f"{one.probe} {(one.request.body or b'').decode()}" for one in generated],
    }
