"""No sentence of the suite, and no message of a library, is part of a fingerprint."""

from __future__ import annotations

import pytest
from schemathesis import Case
from schemathesis.core.failures import FailureGroup

from appointment_conformance.engine.evidence import Evidence
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import run

FAULTS = {
    "reference-omneo": (
        "link-answers-without-id",
        "link-entry-type-is-a-class-name",
        "link-shows-confirmed-at-as-a-number",
        "link-shows-another-location",
        "accepts-float",
        "broken-bodies-answer-400",
        "errors-of-a-field-are-a-text",
        "no-message-with-401",
        "no-challenge",
        "unlink-sends-content",
        "path-integer-without-message",
    ),
    "reference-mijnklantportaal": (
        "cancel-shows-null-for-the-attendee",
        "cancel-shows-status-in-capitals",
        "cancel-message-is-an-object",
        "cancel-moves-the-times",
        "cancel-allow-is-empty",
        "third-cancel-answers-200",
    ),
}


def fingerprints(target):
    """Return the fingerprint and the sentences of every failure of a run."""
    failures = {(one.id, one.operation): one.failure for one in run(target, rounds=0)[0].requirements if one.failure}
    return (
        {key: one.fingerprint for key, one in failures.items()},
        {text for one in failures.values() for text in (one.expected, one.actual)},
    )


def reword(monkeypatch):
    """Let the suite and Schemathesis say everything in other words."""
    expect, validate = Evidence.expect, Case.validate_response

    def expecting(self, seen, *, expected, actual, **others):
        expect(self, seen, expected=f"Wanted {expected[::-1]}", actual=f"Got 7 {actual[::-1]}", **others)

    def validating(self, *arguments, **others):
        try:
            return validate(self, *arguments, **others)
        except FailureGroup as group:
            for failure in group.exceptions:
                failure.title, failure.message = "No good", f"42 of {failure.message[::-1]}"
            raise

    monkeypatch.setattr(Evidence, "expect", expecting)
    monkeypatch.setattr(Case, "validate_response", validating)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_other_words_are_the_same_failures(name, monkeypatch):
    """With every sentence reworded, and every message of Schemathesis, a run with faults has the same fingerprints."""
    with reference_target(name, faults=FAULTS[name]) as target:
        usual, sentences = fingerprints(target)
    assert len(usual) > len(FAULTS[name]) - 2
    reword(monkeypatch)
    with reference_target(name, faults=FAULTS[name]) as target:
        reworded, others = fingerprints(target)
    assert sentences.isdisjoint(others)
    assert reworded == usual


def test_an_earlier_run_leaves_no_trace():
    """What a run has left at the target, such as links, changes no fingerprint of the next one."""
    faults = ["link-answers-without-id", "link-again-adds-again", "accepts-float", "no-message-with-401"]
    with reference_target("reference-omneo", faults=faults) as target:
        first, second = fingerprints(target)[0], fingerprints(target)[0]
    assert len(first) >= len(faults)
    assert first == second
