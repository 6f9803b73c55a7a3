"""No JSON in an answer makes a requirement raise an error; each gets a verdict."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointment_conformance.engine.evaluation import evaluate
from appointment_conformance.engine.needs import on_each_operation
from appointment_conformance.reference_targets import reference_target
from appointment_conformance.target_run import conductor_of
from appointment_conformance.traffic.recording import Seen

pytestmark = pytest.mark.xdist_group("odd JSON")

NAMES = st.sampled_from(
    ["data", "id", "links", "type", "target_id", "profile", "message", "errors", "status", "startsAt", "endsAt"]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**301)
    | st.floats()
    | st.sampled_from(["canceled", "profile", "9999-12-31T23:59:59+99:99", "0000-00-00T00:00:00Z", "\ud800", "\x00"])
    | st.text(max_size=5)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=5)
)


@pytest.fixture(scope="module", params=["mijnklantportaal", "omneo"])
def conducted(request):
    """A run against the reference API, over which every requirement has been heard already."""
    with reference_target(f"reference-{request.param}") as target:
        conductor = conductor_of(target)
        conductor.play(on_each_operation(conductor.api.catalogue), questions=())
        yield conductor
        conductor.close()


def with_body(seen, body):
    """Return what was seen with another content of its response."""
    response = seen.exchange.response
    return seen if response is None else Seen(seen.probe, replace(seen.exchange, response=replace(response, body=body)))


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=VALUES, shape=st.sampled_from(["whole", "under data", "a link"]))
def test_every_requirement_comes_to_a_verdict(conducted, value, shape):
    """For any JSON in every answer, no requirement ends in an error of the suite."""
    shaped = {"whole": value, "under data": {"data": value}, "a link": {"data": {"id": 1, "links": [value]}}}[shape]
    body = json.dumps(shaped).encode("utf-8", "replace")
    seen = tuple(with_body(one, body) for one in conducted.recording.seen)
    for requirement in conducted.api.catalogue:
        for operation in requirement.operations:
            evidence = conducted.evaluator.evidence(operation, seen, requirement.scenarios_of(operation))
            result = evaluate(requirement, evidence, unfinished={})
            assert not result.defect, result.reason


def test_a_judge_that_falls_over_is_an_error_of_its_own(conducted):
    """An exception inside a requirement is its verdict, and the verdict of the run, and costs no other result."""
    fallen, *others = conducted.api.catalogue
    broken = replace(fallen, check=lambda _: 1 / 0)
    result = conducted.evaluate(broken, fallen.operations[0])
    assert (result.verdict, result.defect) == ("error", True)
    assert "ZeroDivisionError" in result.reason
    for one in others:
        conducted.evaluate(one, one.operations[0])
    whole = conducted.result()
    assert (whole.verdict, {one.id for one in whole.requirements}) == (
        "error",
        {fallen.id, *(one.id for one in others)},
    )
